"""The formats of `harvester export`, by name: each writes ranked rows as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO

from harvester.data.texts import load_texts
from harvester.export.cells import to_cell
from harvester.export.crm import CRMS, CrmFiles
from harvester.export.json_text import to_json
from harvester.export.parts import CsvParts, OpenPart, RowWriter
from harvester.export.rows import CONTACT_COLUMNS, Row, extra_columns
from harvester.export.tables import cell_maker

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
WITH_MENTIONS = frozenset({"jsonl"})
SUFFIXES = {"csv": ".csv", "xlsx": ".xlsx", "jsonl": ".jsonl", "vcard": ".vcf"}  # the others: .csv


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the files show: `columns` of a row, the seeds' own by their names, the language of texts."""

    columns: tuple[str, ...] = CONTACT_COLUMNS
    extra: tuple[str, ...] = ()
    language: str = "en"
    vcard_version: str = "3.0"
    folder: str | None = None  # for temporary files


class CsvRows:
    """`csv`: the columns of contacts.csv."""

    def __init__(self, open_part: OpenPart, layout: Layout) -> None:
        self._columns = [(column, cell_maker(column)) for column in layout.columns]
        headers = extra_columns(layout.extra)
        self._extra = tuple(headers)
        header = [*layout.columns, *map(to_cell, headers.values())]
        self._parts = CsvParts(open_part, header, mark=BYTE_ORDER_MARK)

    def add(self, row: Row) -> None:
        """Write one row."""
        cells = [row[column] if make is None else make(row[column]) for column, make in self._columns]
        if self._extra:
            own = row["extra"]
            cells += [to_cell(own.get(name)) for name in self._extra]
        self._parts.write(cells)

    def close(self) -> None:
        """Write a bare header where there was no row."""
        self._parts.close()


class JsonLines:
    """`jsonl`: one object a line, texts unaltered."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def add(self, row: Row) -> None:
        """Write one row."""
        self._stream.write(f"{to_json(row)}\n".encode())

    def close(self) -> None:
        """All is written."""


def _workbook(open_part: OpenPart, layout: Layout) -> RowWriter:
    from harvester.export.workbook import ContactsWorkbook  # noqa: PLC0415  0.1 s to import

    return ContactsWorkbook(open_part(""), layout.columns, layout.extra, language=layout.language, folder=layout.folder)


def _vcards(open_part: OpenPart, layout: Layout) -> RowWriter:
    from harvester.export.vcards import VCards  # noqa: PLC0415  0.1 s to import

    return VCards(open_part(""), load_texts("role", layout.language), version=layout.vcard_version)


def _crm(name: str) -> Callable[[OpenPart, Layout], RowWriter]:
    return lambda open_part, layout: CrmFiles(open_part, name, load_texts("role", layout.language))


FORMATS: Mapping[str, Callable[[OpenPart, Layout], RowWriter]] = {
    "csv": CsvRows,
    "xlsx": _workbook,
    "jsonl": lambda open_part, _: JsonLines(open_part("")),
    "vcard": _vcards,
    **{name: _crm(name) for name in CRMS},
}
WIDE_FORMATS = ("csv", "xlsx", "jsonl")


def write_rows(writer: RowWriter, rows: Iterable[Row]) -> int:
    """Write all rows and end the files; how many rows were written."""
    count = 0
    for row in rows:
        writer.add(row)
        count += 1
    writer.close()
    return count
