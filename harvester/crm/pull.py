"""News of CRMs: who opted out there, whose letters came back, who was written to and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from harvester.crm.exchange import NewsSource
from harvester.data import load_table
from harvester.model.push import News


class Cursor(Protocol):
    """The store's memory of how far the news of an account are known."""

    def told_until(self) -> datetime | None:
        """Up to when; None before the first pull."""
        ...

    def save_told_until(self, moment: datetime) -> None:
        """Remember it."""
        ...


async def pull(source: NewsSource, cursor: Cursor, take: Callable[[Sequence[News]], None]) -> None:
    """Hand on all that became known since the last pull, page by page; a pull that broke off is done again.

    `take` must not mind what it is told twice: the last moment is asked for again each time.
    """
    since = cursor.told_until()
    until = since
    async for moment, page in source.news(since):
        take(page)
        until = moment if until is None else max(until, moment)
    if until is not None and until != since:
        cursor.save_told_until(until)


@cache
def bounce_reason(crm: str, word: str) -> tuple[str, bool] | None:
    """The reason and whether it is a hard bounce; None for a word that the table does not know."""
    for target, known, reason, kind in load_table("crm_bounces"):
        if (target, known) == (crm, word):
            return reason, kind == "hard"
    return None
