"""Lists that are tables: which character parts the cells, which column holds the seed, and a record at a time."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from harvester.address import has_known_suffix
from harvester.data import load_table
from harvester.seeds.parse import SeedError, parse_seed
from harvester.seeds.text import Line, SeedListError

DELIMITERS = ",;\t"
LONGEST_RECORD_LINES = 50  # an opening quote that is not closed within so many lines was no quote
_EXCEL_NOTE = "sep="  # a first line that says how cells are parted
_FORMULA_STARTS = ("'=", "'+", "'-", "'@", "'\t", "'\r")  # our own exports defuse these with the quote


class Record(NamedTuple):
    """A row of the table; `line` is where it begins, `text` that line as it stands."""

    line: int
    text: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A record under its headers: the text that should name the company, and the other columns."""

    line: int
    text: str
    seed: str
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """Names of all columns, unique; `candidates` are those that may hold the seed, the best first."""

    names: tuple[str, ...]
    candidates: tuple[int, ...]

    def row(self, record: Record) -> Row:
        """The record's seed is the first candidate that is filled; the other columns travel along."""
        cells = record.cells
        filled = (cells[index] for index in self.candidates if index < len(cells) and cells[index])
        width = max(len(cells), len(self.names))
        names = (*self.names, *(f"column_{n}" for n in range(len(self.names) + 1, width + 1)))
        padded = chain(cells, [""] * (width - len(cells)))
        extra = {
            name: cell for i, (name, cell) in enumerate(zip(names, padded, strict=True)) if i != self.candidates[0]
        }
        return Row(record.line, record.text, next(filled, ""), extra)


def is_table(text: str) -> bool:
    """Whether the first line of a list looks like one of a table: a known header, or a domain among other cells."""
    cells = _split(text, _delimiter_of(text))
    return (
        text.lower().startswith(_EXCEL_NOTE) or bool(_ranked(cells)) or (len(cells) > 1 and any(map(_is_seed, cells)))
    )


def is_note(text: str) -> bool:
    """Whether a line above a table is a comment: `#` begins it, and is not the header of a column of numbers."""
    return text.startswith("#") and text[1:2] not in tuple(DELIMITERS)


def read_table(lines: Iterable[Line], name: str) -> Iterator[Row]:
    """Rows of a table with or without a header line; SeedListError if no column can be the seed."""
    content = (line for line in lines if line.text.strip())
    first = next(content, None)
    delimiter = None
    if first is not None and first.text.lower().startswith(_EXCEL_NOTE):
        delimiter, first = first.text[len(_EXCEL_NOTE) :][:1], next(content, None)
    while first is not None and is_note(first.text):
        first = next(content, None)
    if first is None:
        return
    records = _records(chain([first], content), delimiter or _delimiter_of(first.text))
    top = next(records)  # never without cells: `first` is not blank
    header = _read_header(top.cells, name)
    if not _ranked(top.cells):
        yield header.row(top)
    yield from (header.row(record) for record in records if any(record.cells))


def _read_header(cells: list[str], name: str) -> Header:
    if candidates := _ranked(cells):
        return Header(_unique(cells), tuple(candidates))
    for index, cell in enumerate(cells):
        if _is_seed(cell):
            return Header(_unique([""] * len(cells)), (index,))
    raise SeedListError(
        f"{name} has no column that names the companies; it has {', '.join(filter(None, cells))}. "
        "Call one of them domain, website or url (homepage, web and site are understood, too)."
    )


def _ranked(cells: list[str]) -> list[int]:
    """Indexes of the columns that may hold the seed, by the rank of their names."""
    ranks = {name: int(rank) for rank, name in load_table("seed_columns")}
    names = [" ".join(cell.casefold().replace("_", " ").replace("-", " ").split()) for cell in cells]
    known = [(ranks[name], index) for index, name in enumerate(names) if name in ranks]
    return [index for _, index in sorted(known)]


def _is_seed(cell: str) -> bool:
    try:
        return has_known_suffix(parse_seed(cell).host)
    except SeedError:
        return False


def _unique(names: list[str]) -> tuple[str, ...]:
    unique: list[str] = []
    for number, name in enumerate(names, 1):
        wanted = candidate = name or f"column_{number}"
        copies = 1
        while candidate in unique:
            copies += 1
            candidate = f"{wanted}_{copies}"
        unique.append(candidate)
    return tuple(unique)


def _delimiter_of(text: str) -> str:
    def promise(delimiter: str) -> tuple[bool, int]:
        cells = _split(text, delimiter)
        return bool(_ranked(cells)), len(cells)

    return max(DELIMITERS, key=promise)


def _split(text: str, delimiter: str) -> list[str]:
    return [_clean(cell) for cell in next(csv.reader([text], delimiter=delimiter), [])]


def _clean(cell: str) -> str:
    text = cell.strip(" \r\n\ufeff\u00a0")
    return text[1:] if text.startswith(_FORMULA_STARTS) else text


def _records(lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    waiting: deque[Line] = deque()
    while waiting or (following := next(lines, None)):
        first = waiting.popleft() if waiting else following
        if not first:
            return
        if '"' not in first.text:
            cells = first.text.split(delimiter)
        else:
            cells = _quoted_record(first, waiting, lines, delimiter)
        yield Record(first.number, first.text, [_clean(cell) for cell in cells])


def _quoted_record(first: Line, waiting: deque[Line], lines: Iterator[Line], delimiter: str) -> list[str]:
    """Cells of a record that may go on over further lines; what turns out not to belong to it waits."""
    taken: list[Line] = []
    is_open = False

    def parts() -> Iterator[str]:
        nonlocal is_open
        yield first.text + "\n"
        while len(taken) < LONGEST_RECORD_LINES and (line := waiting.popleft() if waiting else next(lines, None)):
            taken.append(line)
            yield line.text + "\n"
        is_open = True

    try:
        cells = next(csv.reader(parts(), delimiter=delimiter))
    except csv.Error:
        is_open = True
    if not is_open:
        return cells
    waiting.extendleft(reversed(taken))
    return [cell.strip().strip('"') for cell in first.text.split(delimiter)]
