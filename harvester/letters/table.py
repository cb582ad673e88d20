"""Tables whose columns are found by their headers, in several languages (data/letter_columns.tsv)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harvester.data import load_table
from harvester.seeds import SeedListError
from harvester.seeds.text import Line, read_lines

DELIMITERS = ",;\t"
EXCEL_NOTE = "sep="  # a first line that says how cells are parted
GUARDED = ("'=", "'+", "'-", "'@")  # our own exports defuse formulas so


class TableError(ValueError):
    """A list that cannot be read; the message is a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where it stands, its text, and its cells by what they hold; all of them in `others`, too."""

    line: int
    text: str
    cells: Mapping[str, str]
    others: tuple[str, ...]


@cache
def _kinds() -> Mapping[str, str]:
    return {name: kind for kind, name in load_table("letter_columns")}


def kinds_of(header: list[str]) -> dict[int, str]:
    """What the columns hold, by their number; of two that hold the same, the first."""
    found: dict[int, str] = {}
    for number, cell in enumerate(header):
        name = " ".join(cell.casefold().translate({ord(mark): " " for mark in "_-'’"}).split())
        kind = _kinds().get(name)
        if kind and kind not in found.values():
            found[number] = kind
    return found


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, `.cells` empty where it has no header; TableError for what is no text."""
    try:
        with closing(path.open("rb")) as stream:
            yield from _rows(read_lines(stream, str(path)))
    except SeedListError as error:
        raise TableError(str(error)) from None
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from None


def _rows(lines: Iterator[Line]) -> Iterator[Row]:
    delimiter, kinds, is_first = ",", dict[int, str](), True
    for line in lines:
        if not line.text.strip() or line.text.startswith("#"):
            continue
        if is_first and line.text.lower().startswith(EXCEL_NOTE):
            continue
        if is_first:
            is_first = False
            delimiter = max(
                DELIMITERS, key=lambda mark: (len(kinds_of(_split(line.text, mark))), line.text.count(mark))
            )
            kinds = kinds_of(_split(line.text, delimiter))
            if kinds:
                continue
        cells = _split(line.text, delimiter)
        named = {kind: cells[number] if number < len(cells) else "" for number, kind in kinds.items()}
        yield Row(line.number, line.text, named, tuple(cells))


def _split(text: str, delimiter: str) -> list[str]:
    """The cells of a line; a cell of several lines is cut, which no address or date is."""
    cells = next(csv.reader([text], delimiter=delimiter), [])
    return [cell[1:] if cell.startswith(GUARDED) else cell for cell in (cell.strip() for cell in cells)]
