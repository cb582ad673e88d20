"""Letters from the export of a mail tool: address, date, and whether there was an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from harvester.address import AddressError, find_addresses, normalize_address
from harvester.data import load_words
from harvester.letters.dates import is_month_first, parse_moment
from harvester.letters.table import Row, TableError, read_rows
from harvester.model import Letter, RejectedLine

SHOWN = 200  # characters of a rejected line


def read_sent_table(path: Path, *, now: datetime) -> Iterator[Letter | RejectedLine]:
    """The letters of a table and the rows that are none, in order; TableError where it has no such columns."""
    first = next(read_rows(path), None)
    if first is None:
        raise TableError(f"{path} holds no letters.")
    if not {"address", "date"} <= first.cells.keys():
        raise TableError(
            f"{path} needs a header line with a column for the address and one for the date, for example email,date."
        )
    month_first = bool(is_month_first(row.cells.get("date", "") for row in read_rows(path)))
    for row in read_rows(path):
        try:
            yield _letter(row, now, month_first=month_first)
        except ValueError as error:
            yield RejectedLine(file=str(path), line=row.line, text=row.text[:SHOWN], reason=f"{error}.")


def _letter(row: Row, now: datetime, *, month_first: bool) -> Letter:
    sent_at = parse_moment(row.cells.get("date", ""), month_first=month_first)
    if sent_at > now:
        raise ValueError(f"{sent_at.date().isoformat()} lies in the future")
    return Letter(
        address=_address(row.cells.get("address", "")),
        sent_at=sent_at,
        replied_at=_replied_at(row.cells.get("replied", ""), sent_at, month_first=month_first),
    )


def _address(cell: str) -> str:
    """The one address in a cell, with or without a name."""
    try:
        return normalize_address(cell)
    except AddressError:
        found = [found.address for found in find_addresses(cell)]
        if len(found) != 1:
            raise ValueError(f"“{cell[:60]}” is not one e-mail address") from None
        return found[0]


def _replied_at(cell: str, sent_at: datetime, *, month_first: bool) -> datetime | None:
    """The date of the answer; that of the letter where the table only says yes."""
    text = cell.strip().casefold()
    if text in load_words("yes_words"):
        return sent_at
    if len(text) < 6 or not any(mark.isdigit() for mark in text):
        return None
    try:
        return max(parse_moment(cell, month_first=month_first), sent_at)
    except ValueError:
        return None
