"""Word lists and tables as files beside this module: one word or one tab-separated row a line.

Lines that begin with `#` are the header (source, licence, date); blank lines do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def load_words(name: str) -> frozenset[str]:
    """The words of `<name>.txt`; FileNotFoundError if there is no such list."""
    return frozenset(line.strip() for line in _content_lines(f"{name}.txt"))


@cache
def load_table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of `<name>.tsv` in file order, cells stripped; FileNotFoundError if there is no such table."""
    return tuple(tuple(cell.strip() for cell in line.split("\t")) for line in _content_lines(f"{name}.tsv"))


def _content_lines(file_name: str) -> Iterator[str]:
    for line in files(__name__).joinpath(file_name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line
