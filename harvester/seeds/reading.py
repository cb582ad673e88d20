"""A list from a file or from standard input, read as a stream: seeds, rejected lines, and nothing twice."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from harvester.model import NO_EXTRA, RejectedLine, Seed
from harvester.seeds.parse import SeedError, parse_seed
from harvester.seeds.shards import Shard
from harvester.seeds.standard_input import StandardInput, standard_input
from harvester.seeds.table import (
    HIGHEST_HEADER,
    Row,
    has_header,
    is_note,
    is_seed,
    is_table,
    read_table,
    records_of_sheet,
    rows_under_header,
)
from harvester.seeds.text import Bytes, Line, SeedListError, read_lines
from harvester.seeds.workbook import WORKBOOK_SUFFIXES, read_sheet, refuse_other_workbooks

STANDARD_INPUT = "-"
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
_LINE_SUFFIXES = frozenset({".txt"})
_KEPT_TEXT = 500  # characters of a rejected line that are kept
_SHOWN = 60  # characters of a name in a reason


def read_seeds(
    source: str,
    *,
    sheet: str = "",
    shard: Shard | None = None,
    stdin: TextIO | BinaryIO | None = None,
    on_duplicate: Callable[[Seed], None] | None = None,
) -> Iterator[Seed | RejectedLine]:
    """Stream the list: one entry per line or row that is not empty, in order, the first of each company only.

    `source` is a path, or `-` for standard input; `sheet` names the one to read of a workbook (else the first). Of a
    list with a `shard` only that part is yielded, and remembered to find duplicates. SeedListError as soon as the text
    cannot be read on.
    """
    seen, name = _Seen(), file_name(source)
    for row in _read_rows(source, sheet, stdin):
        entry = _parse_row(row, name)
        if shard is not None and not shard.holds(entry):
            continue
        if isinstance(entry, RejectedLine) or seen.add(entry.domain):
            yield entry
        elif on_duplicate:
            on_duplicate(entry)


def _parse_row(row: Row, name: str) -> Seed | RejectedLine:
    try:
        return parse_seed(row.seed, file=name, line=row.line, extra=row.extra)
    except SeedError as error:
        reason = str(error) if row.seed else _no_website(row.company) or str(error)
        return RejectedLine(file=name, line=row.line, text=row.text[:_KEPT_TEXT], reason=reason)


def _no_website(company: str) -> str:
    """What to say of a row with a name alone. An address is not repeated: reasons are logged."""
    if not company:
        return ""
    name = "This company" if "@" in company else f"“{company[:_SHOWN]}”"
    return f"{name} has no website in this row; add its domain or URL (companies are not looked up by name)."


def _read_rows(source: str, sheet: str, stdin: TextIO | BinaryIO | None) -> Iterator[Row]:
    name = file_name(source)
    if _is_workbook(source, sheet):
        yield from rows_under_header(records_of_sheet(read_sheet(Path(source), name, sheet=sheet)), name)
        return
    with _open(source, stdin) as stream:
        yield from _rows(read_lines(stream, name), source)


def _is_workbook(source: str, sheet: str) -> bool:
    path = Path(source)
    if source != STANDARD_INPUT and path.suffix.lower() in WORKBOOK_SUFFIXES:
        if not path.is_file():
            raise SeedListError(f"There is no file {source}; give a list with one domain a line.")
        return True
    if sheet:
        raise SeedListError(f"{file_name(source)} has no sheets; leave “{sheet}” out, or give an .xlsx workbook.")
    return False


def check_list(source: str, *, sheet: str = "", stdin: TextIO | BinaryIO | None = None) -> int | None:
    """Raise SeedListError for a list that is missing, empty, no text, or a table without a column of companies.

    Return about how many entries it has: a file is read to its end, so that none of this turns up in the middle of a
    crawl. None for what can be read once: of standard input only the first entry is read (`read_seeds` begins with it
    all the same), a pipe (the shell's `<(…)`) is not touched.
    """
    if source != STANDARD_INPUT and Path(source).is_fifo():
        return None
    if _is_workbook(source, sheet):
        if not (rows := sum(1 for _ in _read_rows(source, sheet, stdin))):
            raise SeedListError(f"{file_name(source)} is empty: no row in it names a company.")
        return rows
    with _open(source, stdin) as stream:
        lines = read_lines(stream.ahead() if isinstance(stream, StandardInput) else stream, file_name(source))
        if next(_rows(lines, source), None) is None:
            raise SeedListError(f"{file_name(source)} is empty: no line in it names a company.")
        if source == STANDARD_INPUT:
            return None
        return 1 + sum(1 for line in lines if not _is_blank(line.text))


def _is_blank(text: str) -> bool:
    return text.lstrip()[:1] in ("", "#")


def _open(source: str, stdin: TextIO | BinaryIO | None) -> AbstractContextManager[Bytes]:
    if source == STANDARD_INPUT:
        return nullcontext(standard_input(stdin or sys.stdin))
    refuse_other_workbooks(Path(source))
    try:
        return Path(source).open("rb")
    except FileNotFoundError:
        raise SeedListError(f"There is no file {source}; give a list with one domain a line.") from None
    except IsADirectoryError:
        raise SeedListError(f"{source} is a folder; give the list itself.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SeedListError(f"{source} cannot be read: {reason}.") from None


def file_name(source: str) -> str:
    """Return what the list is called where a person reads of it."""
    return "standard input" if source == STANDARD_INPUT else source


def _rows(lines: Iterator[Line], source: str) -> Iterator[Row]:
    suffix = Path(source).suffix.lower()
    if suffix in _TABLE_SUFFIXES:
        return read_table(lines, file_name(source))
    content = (line for line in lines if line.text.strip() and not is_note(line.text.lstrip()))
    ahead = list(islice(content, 1))
    if ahead and not _begins_table(ahead[0].text, suffix) and not is_seed(_content_of(ahead[0].text)):
        ahead += islice(content, HIGHEST_HEADER - 1)  # a title may stand above a table
    rest = chain(ahead, lines)
    if any(_begins_table(line.text, suffix) for line in ahead):
        return read_table(rest, file_name(source))
    return _read_plain(rest)


def _begins_table(text: str, suffix: str) -> bool:
    """A tab parts the cells of a table pasted from a spreadsheet, or saved as Excel's “Unicode text”."""
    if "\t" in _content_of(text):
        return True
    return has_header(text) if suffix in _LINE_SUFFIXES else is_table(text)


def _read_plain(lines: Iterable[Line]) -> Iterator[Row]:
    for line in lines:
        if content := _content_of(line.text):
            yield Row(line.number, line.text, content, NO_EXTRA)


def _content_of(text: str) -> str:
    """The line without its comment: `#` at the start or after a space (a `#` inside is part of a URL)."""
    content = text.strip(" \t\ufeff")
    if content.startswith("#"):
        return ""
    return content.replace("\t#", " #").partition(" #")[0].strip()


class _Seen:
    """Which texts came before: 8 bytes of hash each, in an open table (1,000,000: 17 MB; in a set: 69)."""

    def __init__(self) -> None:
        self._slots = array("Q", [0]) * 1024
        self._used = 0

    def add(self, text: str) -> bool:
        """Whether the text is new."""
        if self._used * 3 >= len(self._slots) * 2:
            self._grow()
        return self._put(hash(text) % (1 << 64) or 1)

    def _put(self, value: int) -> bool:
        mask = len(self._slots) - 1
        at = value & mask
        while self._slots[at]:
            if self._slots[at] == value:
                return False
            at = (at + 1) & mask
        self._slots[at] = value
        self._used += 1
        return True

    def _grow(self) -> None:
        old, self._used = self._slots, 0
        self._slots = array("Q", [0]) * (2 * len(old))
        for value in old:
            if value:
                self._put(value)
