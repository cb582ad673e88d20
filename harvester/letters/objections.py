"""Lists of objections: an address or a domain a line, or a table with reasons and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvester.letters.dates import parse_moment
from harvester.letters.table import Row, read_rows
from harvester.model import RejectedLine
from harvester.suppression import EntryError, parse_entry

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One line: the key of the mailbox or the domain, and what the list says of it."""

    key: str
    reason: str = ""
    date: datetime | None = None


def read_objections(path: Path) -> Iterator[Objection | RejectedLine]:
    """The entries of a list and the lines that are none, in order; TableError where it cannot be read."""
    for row in read_rows(path):
        try:
            yield Objection(key=parse_entry(_text(row)).key, reason=row.cells.get("reason", ""), date=_date(row))
        except EntryError as error:
            yield RejectedLine(file=str(path), line=row.line, text=row.text[:SHOWN], reason=str(error))


def _text(row: Row) -> str:
    named = row.cells.get("address") or row.cells.get("domain")
    return named or next(filter(None, row.others), "")


def _date(row: Row) -> datetime | None:
    try:
        return parse_moment(row.cells.get("date", ""))
    except ValueError:
        return None
