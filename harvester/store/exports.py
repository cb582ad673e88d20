"""Which contacts were handed on to what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, update

from harvester.model import ContactState
from harvester.store.schema import contacts, exports
from harvester.store.writing import upserting

BATCH = 5000
BEFORE_EXPORT = (ContactState.NEW.value, ContactState.VERIFIED.value)


def record_export(connection: Connection, addresses: Iterable[str], target: str, now: datetime) -> None:
    """Remember that contacts were handed on; those that are new or verified become `exported`."""
    writer, remaining = upserting(connection.dialect, exports), iter(addresses)
    while part := list(islice(remaining, BATCH)):
        writer.write(connection, [{"address": address, "target": target, "exported_at": now} for address in part])
        moved = update(contacts).where(contacts.c.address.in_(part), contacts.c.state.in_(BEFORE_EXPORT))
        connection.execute(moved.values(state=ContactState.EXPORTED.value))
