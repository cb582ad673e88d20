"""Lists as Excel workbooks, a row at a time. Values, number formats and all sheets are kept; other styles are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from harvester.export.cells import from_cell
from harvester.private_files import open_beside
from harvester.seeds.text import SeedListError
from harvester.seeds.workbook import damage_told
from harvester.verifying.columns import ColumnError, Layout, find_layout
from harvester.verifying.tables import SAMPLED_ROWS, Record, TableError

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

    def writer(self, target: Path | None, headers: Sequence[str]) -> WorkbookWriter:
        """A workbook of the same sheets, with the columns `headers` in this one."""
        if target is None:
            raise TableError("A workbook is written to a file: name one with -o.")
        return WorkbookWriter(self, target, headers)

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
    """Copies the workbook, adding cells to one sheet; the file takes its place at the end."""

    def __init__(self, table: WorkbookTable, target: Path, headers: Sequence[str]) -> None:
        self._table, self._target, self._headers = table, target, headers

    def __enter__(self) -> Self:
        self._source = self._table.open()
        self._book = Workbook(write_only=True)
        self._copy_sheets(self._source.worksheets[: self._table.sheet])
        self._sheet = self._book.create_sheet(self._source.worksheets[self._table.sheet].title)
        if self._table.layout.names is None:
            self._sheet.append(self._table.header(self._headers))
        else:
            for row in self._table.rows_of(self._source.worksheets[self._table.sheet]):
                if any(cell.value is not None for cell in row):
                    self._append(row, self._headers)
                    break
                self._sheet.append([])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._copy_sheets(self._source.worksheets[self._table.sheet + 1 :])
                self._save()
        except OSError as failure:
            raise TableError(f"{self._target} cannot be written: {failure.strerror}.") from None
        finally:
            self._source.close()
            self._book.close()

    def _save(self) -> None:
        with open_beside(self._target) as file:
            part = Path(file.name)
            try:
                self._book.save(file)
                file.close()
                part.replace(self._target)
            finally:
                part.unlink(missing_ok=True)

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
