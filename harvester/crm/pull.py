"""News of CRMs: who opted out there, whose letters came back, who was written to and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from harvester.crm.exchange import NewsSource
from harvester.data import load_table
from harvester.model.push import News

# So far back each pull looks beyond what is known: a search index lags, and a CRM notes a change with the moment at
# which its transaction began, but shows it when that has ended.
OVERLAP = timedelta(minutes=15)


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

    `take` must not mind what it is told twice: the last `OVERLAP` is asked for again each time.
    """
    known = cursor.told_until()
    until = known
    async for moment, page in source.news(None if known is None else known - OVERLAP):
        take(page)
        until = moment if until is None else max(until, moment)
    if until is not None and until != known:
        cursor.save_told_until(until)


@cache
def bounce_reason(crm: str, word: str) -> tuple[str, bool] | None:
    """The reason and whether it is a hard bounce; None for a word that the table does not know."""
    for target, known, reason, kind in load_table("crm_bounces"):
        if (target, known) == (crm, word):
            return reason, kind == "hard"
    return None
