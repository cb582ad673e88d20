"""Word lists and tables as files beside this module: one word or one tab-separated row a line.

Lines that begin with `#` are the header (source, licence, date); blank lines do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import takewhile


@cache
def load_words(name: str) -> frozenset[str]:
    """The words of `<name>.txt`; FileNotFoundError if there is no such list."""
    return frozenset(line.strip() for line in _content_lines(f"{name}.txt"))


@cache
def load_table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of `<name>.tsv` in file order, cells stripped; FileNotFoundError if there is no such table."""
    return tuple(tuple(cell.strip() for cell in line.split("\t")) for line in _content_lines(f"{name}.tsv"))


@cache
def table_names() -> tuple[str, ...]:
    """The names of all lists and tables, sorted."""
    entries = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.rpartition(".")[0] for name in entries if name.endswith((".txt", ".tsv"))))


def load_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the table of that name, those of a list as one cell each, in file order."""
    try:
        return load_table(name)
    except FileNotFoundError:
        return tuple((line.strip(),) for line in _content_lines(f"{name}.txt"))


def load_header(name: str) -> str:
    """What the head of a list or table says of it: its lines, joined where a sentence goes on."""
    ending = "txt" if files(__name__).joinpath(f"{name}.txt").is_file() else "tsv"
    lines = files(__name__).joinpath(f"{name}.{ending}").read_text(encoding="utf-8").splitlines()
    return " ".join(line.removeprefix("#").strip() for line in takewhile(lambda line: line.startswith("#"), lines))


def _content_lines(file_name: str) -> Iterator[str]:
    for line in files(__name__).joinpath(file_name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line
