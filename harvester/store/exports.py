"""Which files were written, and which contacts were handed on to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from harvester.model import ContactState
from harvester.model.life import TRANSITIONS, Event
from harvester.store import standing
from harvester.store.life_tables import exports, files
from harvester.store.schema import contacts
from harvester.store.writing import upserting


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A list that was written: its full path or URI, the name of its format, and when."""

    path: str
    format: str
    written_at: datetime


def record_file(connection: Connection, file: WrittenFile) -> None:
    """Remember that a list was written there."""
    upserting(connection.dialect, files).write(connection, [asdict(file)])


def load_files(connection: Connection) -> Sequence[WrittenFile]:
    """Every list that is remembered, by its path."""
    rows = connection.execute(select(files).order_by(files.c.path))
    return [WrittenFile(path=row.path, format=row.format, written_at=row.written_at) for row in rows]


def drop_file(connection: Connection, path: str) -> None:
    """Forget a list that is no more."""
    connection.execute(delete(files).where(files.c.path == path))


def target_of(file_format: str, path: str) -> str:
    """What an export into a file is remembered as."""
    return f"{file_format} {path}"


def record_export(connection: Connection, addresses: Iterable[str], target: str, now: datetime) -> None:
    """Remember that contacts were handed on."""
    writer = upserting(connection.dialect, exports)
    for part in standing.parts(addresses):
        writer.write(connection, [{"address": address, "target": target, "exported_at": now} for address in part])
        for before, after in TRANSITIONS[Event.EXPORTED].items():
            moved = update(contacts).where(contacts.c.address.in_(part), contacts.c.state == before.value)
            connection.execute(moved.values(state=ContactState(after).value))
