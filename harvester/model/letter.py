"""A letter that was sent: the type between `letters/` (reads files) and `store/` (remembers)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address. Where only its day is known, `sent_at` is that day's midnight, UTC.

    `replied_at` is None where no answer is known of.
    """

    address: str
    sent_at: datetime
    replied_at: datetime | None = None
