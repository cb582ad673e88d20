"""The journal of one CRM account: what was sent, what was about to be sent, and how far its news were read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from harvester.model.push import Part, Pushed
from harvester.store import standing
from harvester.store.push_tables import pulls, pushes
from harvester.store.schema import contacts
from harvester.store.writing import upserting

NAMES = ("key", "remote_id", "digest", "sent", "intent", "before", "pushed_at")


class PushJournal:
    """Lines by part and key. Every method is one transaction; what `save` wrote survives the death of the process."""

    def __init__(self, reading: Engine, writing: Engine, target: str) -> None:
        self._reading, self._writing, self._target = reading, writing, target
        self._writer = upserting(reading.dialect, pushes)

    def load(self, part: Part, keys: Collection[str]) -> dict[str, Pushed]:
        """The lines of those keys that have one."""
        of_part = select(pushes).where(pushes.c.target == self._target, pushes.c.part == part.value)
        with self._reading.begin() as connection:
            return {
                row.key: _line(row)
                for some in standing.parts(keys)
                for row in connection.execute(of_part.where(pushes.c.key.in_(some)))
            }

    def save(self, part: Part, lines: Iterable[Pushed]) -> None:
        """Write the lines in place of those with their keys."""
        with self._writing.begin() as connection:
            self._writer.write(connection, [self._values(part, line) for line in lines])

    def find_contacts(self, addresses: Collection[str]) -> set[str]:
        """Those of the addresses that are contacts here, pushed or not."""
        with self._reading.begin() as connection:
            return {
                address
                for some in standing.parts(addresses)
                for address in connection.execute(
                    select(contacts.c.address).where(contacts.c.address.in_(some))
                ).scalars()
            }

    def told_until(self) -> datetime | None:
        """Up to when the account's news are known; None before the first pull."""
        with self._reading.begin() as connection:
            return connection.execute(select(pulls.c.told_until).where(pulls.c.target == self._target)).scalar()

    def save_told_until(self, moment: datetime) -> None:
        """Remember up to when they are."""
        with self._writing.begin() as connection:
            row = {"target": self._target, "told_until": moment}
            upserting(connection.dialect, pulls).write(connection, [row])

    def _values(self, part: Part, line: Pushed) -> dict[str, Any]:
        values = {name: getattr(line, name) for name in NAMES} | {"target": self._target, "part": part.value}
        for name in ("sent", "intent", "before"):
            values[name] = None if values[name] is None else dict(values[name])
        return values


def _line(row: Any) -> Pushed:
    return Pushed(**{name: getattr(row, name) for name in NAMES})
