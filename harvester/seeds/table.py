"""Lists that are tables: which character parts the cells, which column holds the seed, and a record at a time.

A title may stand above the header: of the first records the one with known headers is the header; where there is none,
the column of the first domain holds the seeds.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from harvester.address import has_known_suffix
from harvester.data import load_table, load_words
from harvester.seeds.headers import plain_header
from harvester.seeds.parse import SeedError, parse_seed
from harvester.seeds.text import Line, SeedListError

DELIMITERS = ",;\t|，；"  # the last two are Chinese
LONGEST_RECORD_LINES = 50  # an opening quote that is not closed within so many lines was no quote
HIGHEST_HEADER = 10  # records that are looked at for the header
_EXCEL_NOTE = "sep="  # a first line that says how cells are parted
# Our own exports defuse these with the quote.
_FORMULA_STARTS = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'＝", "'＋", "'－", "'＠")


class Record(NamedTuple):
    """A row of the table; `line` is where it begins, `text` that line as it stands."""

    line: int
    text: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A record under its headers: the text that should name the company's site, the other columns, and its name."""

    line: int
    text: str
    seed: str
    extra: Mapping[str, str]
    company: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Names of all columns, unique; `candidates` are those that may hold the seed, the best first.

    `company` is the column of the company's name, None where there is none.
    """

    names: tuple[str, ...]
    candidates: tuple[int, ...]
    company: int | None = None

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
        company = cells[self.company] if self.company is not None and self.company < len(cells) else ""
        return Row(record.line, record.text, next(filled, ""), extra, company)


def is_table(text: str) -> bool:
    """Whether the first line of a list looks like one of a table: a known header, or a domain among other cells."""
    cells = _split(text, _delimiter_of(text))
    return has_header(text) or (len(cells) > 1 and any(map(is_seed, cells)))


def has_header(text: str) -> bool:
    """Whether the first line of a list names the column of the companies, or says how cells are parted."""
    return text.lower().startswith(_EXCEL_NOTE) or _promise(text, _delimiter_of(text))[0]


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
    ahead = [first] if is_table(first.text) else [first, *islice(content, HIGHEST_HEADER - 1)]
    best = max(ahead, key=lambda line: _promise(line.text, _delimiter_of(line.text)))
    yield from rows_under_header(records_of_lines(chain(ahead, content), delimiter or _delimiter_of(best.text)), name)


def records_of_lines(lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Records of a text, of which one with quotes may go on over several lines."""
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


def records_of_sheet(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Record]:
    """Rows of a workbook as records."""
    for number, row in rows:
        text = "\t".join(_clean(cell) for cell in row).rstrip("\t")
        yield Record(number, text, text.split("\t"))


def rows_under_header(records: Iterator[Record], name: str) -> Iterator[Row]:
    """The records below the header, which stands among the first or is none; SeedListError where no column will do."""
    filled = (record for record in records if any(record.cells))
    top: list[Record] = []
    for record in filled:
        top.append(record)
        if candidates := _ranked(record.cells):
            header = Header(_unique(record.cells), tuple(candidates), _company_column(record.cells))
            yield from map(header.row, filled)
            return
        if len(top) == HIGHEST_HEADER or (len(top) == 1 and any(map(is_seed, record.cells))):
            break
    if top:
        header = _header_of_first_seed(top, name)
        yield from map(header.row, chain(top, filled))


def _header_of_first_seed(top: list[Record], name: str) -> Header:
    for record in top:
        for index, cell in enumerate(record.cells):
            if is_seed(cell):
                width = max(len(each.cells) for each in top)
                return Header(_unique([""] * width), (index,))
    cells = next((record.cells for record in top if _company_column(record.cells) is not None), top[0].cells)
    has_names = "the companies' names, but " if _company_column(cells) is not None else ""
    raise SeedListError(
        f"{name} has {has_names}no column of their websites; it has {', '.join(filter(None, cells))}. "
        "Sites are visited, not looked up by name: call a column domain, website or url (homepage, 网址 … will do)."
    )


def _ranked(cells: list[str]) -> list[int]:
    """Indexes of the columns that may hold the seed, by the rank of their names."""
    ranks = {name: int(rank) for rank, name in load_table("seed_columns")}
    known = [(ranks[name], index) for index, name in enumerate(map(plain_header, cells)) if name in ranks]
    return [index for _, index in sorted(known)]


def _company_column(cells: list[str]) -> int | None:
    names = load_words("company_columns")
    return next((index for index, name in enumerate(map(plain_header, cells)) if name in names), None)


def is_seed(cell: str) -> bool:
    """Whether a text names a site, or an address on one, of a known top-level domain."""
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
    return max(DELIMITERS, key=lambda delimiter: _promise(text, delimiter))


def _promise(text: str, delimiter: str) -> tuple[bool, int]:
    cells = _split(text, delimiter)
    return bool(_ranked(cells)), len(cells)


def _split(text: str, delimiter: str) -> list[str]:
    return [_clean(cell) for cell in next(csv.reader([text], delimiter=delimiter), [])]


def _clean(cell: str) -> str:
    text = cell.strip(" \r\n\ufeff\u00a0")
    return text[1:] if text.startswith(_FORMULA_STARTS) else text


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
