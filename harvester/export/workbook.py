"""Contacts as an Excel workbook: a sheet to sort and filter, with links that open, and a sheet that explains it.

Written row by row (XlsxWriter, constant memory: 126 µs and no memory a row of 26 cells; openpyxl 161 µs; 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import IO, Any

from harvester.data.texts import load_texts
from harvester.export.cells import format_phone, to_cell
from harvester.export.rows import CONTACT_COLUMNS, OWN_COLUMNS, Row, extra_columns
from harvester.export.spool import SortedSpool
from harvester.export.tables import PHONE_COLUMNS

MOST_ROWS = 1_048_575  # below the header; the other contacts go to further sheets
MOST_LINKS = 65_530  # of a sheet, in every version of Excel; later cells are text alone
LONGEST_TEXT = 32_767
LONGEST_LINK = 2_079
WIDTHS = {
    "email": 32, "company": 30, "domain": 24, "why": 60, "source_url": 44, "website": 30, "person": 22, "job_title": 24,
    "phone": 18, "first_seen": 20, "last_seen": 20, "checked_at": 20, "status_reason": 20, "priority": 9, "score": 7,
    "country": 8, "language": 9, "sources": 9, "contacts": 9,
}  # fmt: skip
WIDTH, NARROWEST, WIDEST = 14, 8, 60
NO_URLS = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}


class OnceFailing:
    """A stream that raises once, and is silent from then on; also after an error elsewhere, once that is its `error`.

    On a full disk zipfile goes on to tidy up when it is thrown away, fails again, and Python prints a traceback.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.error: OSError | None = None
        self._told = 0

    def write(self, data: bytes) -> int:
        """As a file's."""
        return int(self._try(self._stream.write, data))

    def seek(self, offset: int, whence: int = 0) -> int:
        """As a file's."""
        return int(self._try(self._stream.seek, offset, whence))

    def tell(self) -> int:
        """As a file's; the last one from then on, since zipfile counts from one to another."""
        told = int(self._try(self._stream.tell))
        if self.error is None:
            self._told = told
        return self._told

    def flush(self) -> None:
        """As a file's."""
        self._try(self._stream.flush)

    def _try(self, call: Callable[..., Any], *arguments: Any) -> Any:
        if self.error is not None:
            return 0
        try:
            return call(*arguments)
        except OSError as error:
            self.error = error
            raise


class ContactsWorkbook:
    """An .xlsx in the making: `columns` of the rows, then the seeds' own (`extra`), in `language`.

    `headers` stand in place of the language's own.
    """

    def __init__(
        self,
        stream: IO[bytes],
        columns: Sequence[str],
        extra: Iterable[str],
        *,
        language: str,
        headers: Mapping[str, str] | None = None,
        folder: str | None = None,
    ) -> None:
        import xlsxwriter  # noqa: PLC0415  0.1 s to import, for workbooks alone

        # XlsxWriter leaves the parts of a book that it cannot finish where they are.
        self._parts = TemporaryDirectory(dir=folder, ignore_cleanup_errors=True)
        options = {"constant_memory": True, "tmpdir": self._parts.name, **NO_URLS}
        self._stream = OnceFailing(stream)
        self._book = xlsxwriter.Workbook(self._stream, options)
        self._headers = {**load_texts("column", language), **(headers or {})}
        self._columns, self._extra = tuple(columns), extra_columns(extra, load_texts("column", language).values())
        self._language, self._sheets, self._rows, self._links = language, 0, MOST_ROWS, 0
        self._bold = self._book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._sheet: Any = None

    def add(self, row: Row) -> None:
        """Write one row, into the next sheet where this one is full."""
        if self._rows >= MOST_ROWS:
            self._begin_sheet()
        self._rows += 1
        for at, column in enumerate(self._columns):
            self._write(at, column, row.get(column))
        own = row.get("extra", {})
        for at, name in enumerate(self._extra, len(self._columns)):
            self._write(at, "", own.get(name))

    def close(self) -> None:
        """Write the sheet of explanations, and all of it to the stream."""
        if self._sheet is None:
            self._begin_sheet()
        self._end_sheet()
        self._explain()
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415  as above

        try:
            self._book.close()
        except FileCreateError as error:  # its wrapping of a full disk: the stream's, or that of the parts
            self._stream.error = error.args[0]
            raise error.args[0] from None
        finally:
            self._parts.cleanup()
        if self._stream.error is not None:
            raise self._stream.error

    def _write(self, at: int, column: str, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, int):
            self._sheet.write_number(self._rows, at, value)
            return
        text = to_cell(format_phone(value) if column in PHONE_COLUMNS else value)[:LONGEST_TEXT]
        link = self._link_of(column, text)
        if link is None or self._sheet.write_url(self._rows, at, link, string=text) != 0:
            self._sheet.write_string(self._rows, at, text)

    def _link_of(self, column: str, text: str) -> str | None:
        if column.startswith(("email", "best_email")) and "@" in text:
            link = f"mailto:{text}"
        elif column in {"source_url", "website"} and text.startswith(("http://", "https://")):
            link = text
        else:
            return None
        if self._links >= MOST_LINKS or len(link) > LONGEST_LINK:
            return None
        self._links += 1
        return link

    def _begin_sheet(self) -> None:
        self._end_sheet()
        self._sheets += 1
        name = load_texts("sheet", self._language)["contacts"]
        self._sheet = self._book.add_worksheet(f"{name} {self._sheets}" if self._sheets > 1 else name)
        self._rows, self._links = 0, 0
        for at, (column, header) in enumerate(self._all_headers()):
            width = WIDTHS.get(
                column, WIDTHS["email"] if column.startswith("email_") and column[6:].isdigit() else WIDTH
            )
            self._sheet.set_column(at, at, min(max(width, len(header) + 3, NARROWEST), WIDEST))
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_landscape()
        self._sheet.repeat_rows(0)
        for at, (_, header) in enumerate(self._all_headers()):
            self._sheet.write_string(0, at, header, self._bold)

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.autofilter(0, 0, self._rows, max(len(self._columns) + len(self._extra) - 1, 0))

    def _all_headers(self) -> list[tuple[str, str]]:
        own = [(column, self._headers.get(column, column)) for column in self._columns]
        return own + [("", to_cell(header)) for header in self._extra.values()]

    def _explain(self) -> None:
        texts, about = load_texts("sheet", self._language), load_texts("about", self._language)
        sheet = self._book.add_worksheet(texts["columns"])
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 110)
        sheet.freeze_panes(1, 0)
        sheet.write_string(0, 0, texts["column"], self._bold)
        sheet.write_string(0, 1, texts["meaning"], self._bold)
        for number, (column, header) in enumerate(self._all_headers(), 1):
            known = column in OWN_COLUMNS
            meaning = about.get(column, "") if known else about["email_n" if column else "own"]
            sheet.write_string(number, 0, header, self._wrapped)
            sheet.write_string(number, 1, meaning, self._wrapped)


class WorkbookTable:
    """A workbook whose rows come in any order and are written sorted. `fields` (column to header) picks and renames."""

    def __init__(self, *, fields: Mapping[str, str] | None = None, language: str, folder: str | None = None) -> None:
        self._fields, self._language, self._folder = fields, language, folder
        self._extra: dict[str, None] = {}
        self._spool: SortedSpool[Row] = SortedSpool(folder=folder)

    def __len__(self) -> int:
        return len(self._spool)

    def add(self, row: Row, key: Iterable[Any]) -> None:
        """Take one row, which is to stand where `key` sorts it."""
        self.expect(row["extra"])
        self._spool.add(key, {name: value for name, value in row.items() if name != "mentions"})

    def expect(self, names: Iterable[str]) -> None:
        """Give the header these columns of a seed, whether or not a row of it follows."""
        self._extra.update(dict.fromkeys(names))

    def write(self, stream: IO[bytes]) -> None:
        """All rows, sorted."""
        own = extra_columns(self._extra)
        columns: Sequence[str] = CONTACT_COLUMNS
        if self._fields is not None:
            columns = [column for column in self._fields if column in OWN_COLUMNS]
            own = {name: header for name, header in own.items() if header in self._fields}
        book = ContactsWorkbook(
            stream, columns, own, headers=self._fields, language=self._language, folder=self._folder
        )
        for row in self._spool:
            book.add(row)
        book.close()

    def close(self) -> None:
        """Let go of the rows."""
        self._spool.close()
