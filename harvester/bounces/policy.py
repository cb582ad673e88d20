"""What follows from a bounce: one table. Who reads mails decides hard or soft; here is decided what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from harvester.bounces.reasons import MEANINGS
from harvester.model import Bounce, StatusReason
from harvester.model.life import Event

# Reasons that speak of who sent the letter, of the letter, or of the way there: they would have hit any address.
SENDER_REASONS = frozenset(reason for reason, meaning in MEANINGS.items() if not meaning.status_reason)


class Cause(StrEnum):
    """What kind of bounce it is, as the policy sees it."""

    HARD = "hard"
    SOFT = "soft"
    SOFT_TOO_OFTEN = "soft_too_often"
    SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a bounce leads to: an event in the contact's life, and whether to try again; or nothing."""

    event: Event | None = None
    retry: bool = False


POLICY: dict[Cause, Consequence] = {
    Cause.HARD: Consequence(event=Event.BOUNCED_HARD),
    Cause.SOFT: Consequence(event=Event.BOUNCED_SOFT, retry=True),
    Cause.SOFT_TOO_OFTEN: Consequence(event=Event.BOUNCED_TOO_OFTEN),
    Cause.SENDER: Consequence(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncePolicy:
    """The numbers of the policy. `waits[n]` follows the soft bounce n + 1, the last one all later ones.

    `limit` soft bounces within `window` are too many. A letter is taken as delivered when nothing came back within
    `silence` (a server gives up after four to five days: RFC 5321 4.5.4.1).
    """

    waits: tuple[timedelta, ...] = (timedelta(hours=4), timedelta(days=1), timedelta(days=3))
    limit: int = 5
    window: timedelta = timedelta(days=30)
    silence: timedelta = timedelta(days=5)


DEFAULT_POLICY = BouncePolicy()


def cause_of(bounce: Bounce, *, softs: int, policy: BouncePolicy = DEFAULT_POLICY) -> Cause:
    """The cause of a bounce; `softs` is how many soft ones count, this one included."""
    if bounce.reason in SENDER_REASONS:
        return Cause.SENDER
    if bounce.hard:
        return Cause.HARD
    return Cause.SOFT_TOO_OFTEN if softs >= policy.limit else Cause.SOFT


def verdict_of(bounce: Bounce) -> StatusReason:
    """What the address's check comes to by a bounce that is about it; a reason of no table counts by its strength."""
    if bounce.hard:
        return StatusReason.HARD_BOUNCED
    meaning = MEANINGS.get(bounce.reason)
    return StatusReason(meaning.status_reason) if meaning and not meaning.hard else StatusReason.SOFT_BOUNCED


def retry_at(bounced_at: datetime, softs: int, policy: BouncePolicy = DEFAULT_POLICY) -> datetime:
    """When to try again after the soft bounce number `softs` (from 1)."""
    return bounced_at + policy.waits[min(max(softs, 1), len(policy.waits)) - 1]


def count_softs(
    bounced: Iterable[datetime], *, reset_at: datetime | None, now: datetime, policy: BouncePolicy = DEFAULT_POLICY
) -> int:
    """How many soft bounces count at `now`: those within the window, and later than the last sign of life."""
    since = now - policy.window
    return sum(1 for moment in bounced if since <= moment <= now and (reset_at is None or moment > reset_at))


def last_delivery(
    sent: Iterable[datetime], bounced: Iterable[datetime], *, now: datetime, policy: BouncePolicy = DEFAULT_POLICY
) -> datetime | None:
    """The newest letter that nothing came back from in time; None where there is none."""
    returns = sorted(bounced)

    def came_back(letter: datetime) -> bool:
        return any(letter <= moment <= letter + policy.silence for moment in returns)

    return max((letter for letter in sent if letter + policy.silence <= now and not came_back(letter)), default=None)
