"""Lists as Excel workbooks, a row at a time. Values, number formats and all sheets are kept; other styles are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from harvester.export.cells import from_cell
from harvester.seeds.text import SeedListError
from harvester.seeds.workbook import damage_told
from harvester.verifying.columns import ColumnError, Layout, find_layout
from harvester.verifying.tables import SAMPLED_ROWS, Record, TableError, open_output

Cells = tuple[Any, ...]  # of openpyxl, which has no types
GENERAL = "General"


class WorkbookTable:
    """An `.xlsx` file: the first sheet that has a column of addresses."""

    def __init__(self, path: Path, *, name: str, column: str | None = None) -> None:
        """Raises `TableError` for what cannot be read, is no workbook, or has no such column."""
        self.name = name
        self._path = path
        with closing(self.open()) as book:
            self.modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
            self._choose_sheet(book.worksheets, column)

    def _choose_sheet(self, sheets: Sequence[Any], column: str | None) -> None:
        failure: ColumnError | None = None
        for number, sheet in enumerate(sheets):
            sample = [_texts(row) for row in islice(_filled(self.rows_of(sheet)), SAMPLED_ROWS)]
            if not sample:
                continue
            try:
                self.layout = find_layout(sample, name=f"{self.name}, sheet {sheet.title},", wanted=column)
            except ColumnError as error:
                failure = failure or error
                continue
            self._sheet, self._width = number, max(map(len, sample))
            return
        raise TableError(str(failure) if failure else f"{self.name} is empty: there is no address in it.")

    layout: Layout

    def texts(self, record: Record) -> Sequence[str]:
        """The cells of a row."""
        return _texts(record.content)

    def count(self) -> int:
        """How many rows hold something; on the way it is learned how wide the widest is."""
        number = 0
        for record in self.records():
            number += record.address is not None
            self._width = max(self._width, len(record.content))
        return number

    def records(self) -> Iterator[Record]:
        """All rows below the header."""
        with closing(self.open()) as book:
            header_to_come = self.layout.names is not None
            for line, row in enumerate(self.rows_of(book.worksheets[self._sheet]), 1):
                is_blank = all(cell.value is None for cell in row)
                if header_to_come and not is_blank:
                    header_to_come = False
                    continue
                yield Record(line, None if is_blank else self._address(row), row)

    @contextmanager
    def writer(self, target: Path | None, headers: Sequence[str]) -> Iterator[WorkbookWriter]:
        """A workbook of the same sheets, with the columns `headers` in this one."""
        if target is None:
            raise TableError("A workbook is written to a file: name one with -o.")
        with closing(self.open()) as source, closing(Workbook(write_only=True)) as book:
            writer = WorkbookWriter(self, source.worksheets, book)
            writer.begin(headers)
            yield writer
            writer.end()
            with open_output(target) as file:
                book.save(file)

    def open(self) -> Any:
        """The workbook; its rows are read as they are asked for."""
        with self._damage_told():
            book = load_workbook(self._path, read_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs state a wrong size
        return book

    def rows_of(self, sheet: Any) -> Iterator[Cells]:
        """The rows of one of its sheets; TableError where it cannot be read on."""
        with self._damage_told():
            yield from sheet.iter_rows()

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            with damage_told(self.name):
                yield
        except SeedListError as error:
            raise TableError(str(error)) from None

    @property
    def sheet(self) -> int:
        """The number of the sheet, from 0."""
        return self._sheet

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return self._width

    def header(self, headers: Sequence[str]) -> list[Any]:
        """The first row of the output where the input has no headers."""
        names = [f"column_{number}" for number in range(1, self._width + 1)]
        names[self.layout.column] = "email"
        return [*names, *headers]

    def _address(self, row: Cells) -> str:
        return from_cell(_text(row[self.layout.column])) if self.layout.column < len(row) else ""


class WorkbookWriter:
    """Copies the sheets of a workbook, adding cells to one."""

    def __init__(self, table: WorkbookTable, sheets: Sequence[Any], book: Workbook) -> None:
        self._table, self._sheets, self._book = table, sheets, book

    def begin(self, headers: Sequence[str]) -> None:
        """Copy the sheets before that of the list, and its header."""
        self._copy_sheets(self._sheets[: self._table.sheet])
        of_list = self._sheets[self._table.sheet]
        self._sheet = self._book.create_sheet(of_list.title)
        if self._table.layout.names is None:
            self._sheet.append(self._table.header(headers))
            return
        for row in self._table.rows_of(of_list):
            if any(cell.value is not None for cell in row):
                self._append(row, headers)
                return
            self._sheet.append([])

    def end(self) -> None:
        """Copy the sheets behind it."""
        self._copy_sheets(self._sheets[self._table.sheet + 1 :])

    def write(self, record: Record, cells: Sequence[str]) -> None:
        """A blank row stays one."""
        if record.address is None:
            self._sheet.append([])
        else:
            self._append(record.content, cells)

    def _append(self, row: Cells, cells: Sequence[str]) -> None:
        copied = [_copy(cell, self._sheet) for cell in row[: self._table.width]]
        missing = [None] * (self._table.width - len(copied))
        self._sheet.append([*copied, *missing, *(_typed(cell) for cell in cells)])

    def _copy_sheets(self, sheets: Sequence[Any]) -> None:
        for sheet in sheets:
            copy = self._book.create_sheet(sheet.title)
            for row in self._table.rows_of(sheet):
                copy.append([_copy(cell, copy) for cell in row])


def _copy(cell: Any, sheet: Any) -> Any:
    """The value; with its number format where it has one, and as text where it is text that looks like a formula."""
    value = cell.value
    is_text = isinstance(value, str) and value.startswith("=") and cell.data_type != "f"
    if value is None or (not is_text and (isinstance(value, str) or cell.number_format == GENERAL)):
        return value
    copied = WriteOnlyCell(sheet, value=value)
    copied.number_format = cell.number_format
    if is_text:
        copied.data_type = "s"
    return copied


def _typed(text: str) -> str | int | None:
    """Whole numbers as such, so that a spreadsheet sorts them."""
    return int(text) if text.isdecimal() and text.isascii() else text or None


def _filled(rows: Iterator[Cells]) -> Iterator[Cells]:
    return (row for row in rows if any(cell.value is not None for cell in row))


def _texts(row: Cells) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    return "" if cell.value is None else str(cell.value)
