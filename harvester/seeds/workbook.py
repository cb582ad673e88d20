"""Rows of a workbook's sheet (.xlsx), one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from harvester.seeds.text import SeedListError

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
_OLD = {
    ".xls": "is an old Excel workbook",
    ".xlsb": "is a binary Excel workbook",
    ".ods": "is a LibreOffice workbook",
    ".numbers": "is a workbook of Numbers",
}
_NO_VALUE = frozenset({"#N/A", "#NAME?", "#NULL!", "#NUM!", "#DIV/0!", "#REF!", "#VALUE!"})


def refuse_other_workbooks(path: Path) -> None:
    """Raise SeedListError for a workbook of a kind that is not read."""
    if reason := _OLD.get(path.suffix.lower()):
        raise SeedListError(f"{path} {reason}, which cannot be read; save it as .xlsx or as “CSV UTF-8”.")


def read_sheet(path: Path, name: str, *, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Rows of the first visible sheet, or of the one named (or numbered from 1), as texts; SeedListError."""
    import openpyxl  # noqa: PLC0415  0.2 s to import, for workbooks alone

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            chosen = _choose(book, name, sheet)
            chosen.reset_dimensions()  # some programs state a wrong size
            for number, row in enumerate(chosen.iter_rows(values_only=True), 1):
                yield number, [to_text(value) for value in row]
    except OSError as error:
        raise SeedListError(f"{name} cannot be read: {error.strerror or error}.") from None
    except SeedListError:
        raise
    except Exception as error:
        # Whatever a damaged part leads openpyxl and zipfile to: TypeError, IndexError, zlib.error, NotImplementedError.
        reason = "is damaged, protected by a password, or no .xlsx workbook; open it and save it anew as .xlsx"
        raise SeedListError(f"{name} {reason}.") from error


def _choose(book: Any, name: str, wanted: str) -> Any:
    sheets = book.worksheets  # without those that are only charts
    if not wanted:
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
        if not visible:
            raise SeedListError(f"{name} has no sheet with cells.")
        return visible[0]
    for sheet in sheets:
        if sheet.title.strip().casefold() == wanted.strip().casefold():
            return sheet
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= len(sheets):
        return sheets[int(wanted) - 1]
    titles = ", ".join(f"“{sheet.title}”" for sheet in sheets)
    raise SeedListError(f"{name} has no sheet “{wanted}”; it has {titles}.")


def to_text(value: object) -> str:
    """What a cell shows, nearly: 5.0 is `5`, a date `2026-11-25`, an error nothing."""
    if value is None or value in _NO_VALUE:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, (date, time)) else " ".join(str(value).split())
