"""Runs: one crawl of one list, continued until it is complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from harvester.store.schema import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A crawl of a list. What was visited since `started_at` is done."""

    id: int
    list_name: str
    started_at: datetime
    resumed: bool


def begin_run(connection: Connection, list_name: str, now: datetime) -> Run:
    """The list's last run when it never came to its end, else a new one."""
    last = connection.execute(
        select(runs).where(runs.c.list_name == list_name).order_by(runs.c.id.desc()).limit(1)
    ).first()
    if last is not None and not last.complete:
        connection.execute(update(runs).where(runs.c.id == last.id).values(finished_at=None, reason=None))
        return Run(id=last.id, list_name=list_name, started_at=last.started_at, resumed=True)
    new = insert(runs).values(list_name=list_name, started_at=now, complete=False).returning(runs.c.id)
    run_id = connection.execute(new).scalar_one()
    return Run(id=run_id, list_name=list_name, started_at=now, resumed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNumbers:
    """The visits of a run by how they ended, and the addresses that they found."""

    sites: Mapping[str, int]
    addresses: int


def finish_run(
    connection: Connection, run_id: int, now: datetime, reason: str, *, complete: bool, numbers: RunNumbers | None
) -> None:
    """How the run ended. One that is not complete is continued by the next `begin_run` of its list; numbers add up."""
    values: dict[str, Any] = {"finished_at": now, "reason": reason, "complete": complete}
    if numbers is not None:
        before = connection.execute(select(runs.c.numbers).where(runs.c.id == run_id)).scalar() or {}
        sites = Counter(before.get("sites", {})) + Counter(numbers.sites)
        values["numbers"] = {"sites": dict(sites), "addresses": before.get("addresses", 0) + numbers.addresses}
    connection.execute(update(runs).where(runs.c.id == run_id).values(values))
