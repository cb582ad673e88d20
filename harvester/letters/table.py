"""Tables whose columns are found by their headers, in several languages (data/letter_columns.tsv)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from harvester.data import load_table
from harvester.seeds import SeedListError
from harvester.seeds.table import Record, records_of_lines, records_of_sheet
from harvester.seeds.text import read_lines
from harvester.seeds.workbook import WORKBOOK_SUFFIXES, read_sheet, refuse_other_workbooks

DELIMITERS = ",;\t"
EXCEL_NOTE = "sep="  # a first line that says how cells are parted


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
    """The rows of a file, `.cells` empty where it has no header; TableError for what is no table."""
    try:
        yield from _rows(_records(path))
    except SeedListError as error:
        raise TableError(str(error)) from None
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from None


def _records(path: Path) -> Iterator[Record]:
    refuse_other_workbooks(path)
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        yield from records_of_sheet(read_sheet(path, str(path)))
        return
    with closing(path.open("rb")) as stream:
        content = (line for line in read_lines(stream, str(path)) if line.text.strip() and not _is_note(line.text))
        if first := next(content, None):
            yield from records_of_lines(chain([first], content), _delimiter_of(first.text))


def _is_note(text: str) -> bool:
    return text.startswith("#") or text.lower().startswith(EXCEL_NOTE)


def _delimiter_of(header: str) -> str:
    def promise(mark: str) -> tuple[int, int]:
        return len(kinds_of(next(csv.reader([header], delimiter=mark), []))), header.count(mark)

    return max(DELIMITERS, key=promise)


def _rows(records: Iterator[Record]) -> Iterator[Row]:
    filled = (record for record in records if any(record.cells))
    first = next(filled, None)
    if first is None:
        return
    kinds = kinds_of(first.cells)
    for record in filled if kinds else chain([first], filled):
        cells = record.cells
        named = {kind: cells[number] if number < len(cells) else "" for number, kind in kinds.items()}
        yield Row(record.line, record.text, named, tuple(cells))
