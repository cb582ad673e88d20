"""Letters: which were sent to whom and when, and which were answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from harvester.bounces.policy import SENDER_REASONS
from harvester.model import Letter
from harvester.model.life import Event
from harvester.store import standing
from harvester.store.life_tables import bounces, letters
from harvester.store.mail import move, record_reply

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderTrouble:
    """A reason that speaks of the sender: how many letters came back for it, of how many sent in that time."""

    reason: str
    bounces: int
    letters: int


def record_letters(connection: Connection, salt: bytes, entries: Iterable[Letter], source: str) -> int:
    """Write down letters not known yet; how many those are. Letters to who is forgotten are not written down."""
    given = list(entries)
    addresses = {letter.address for letter in given}
    forgotten = standing.look_up(connection, salt, addresses).objected(addresses)
    new = 0
    for letter in given:
        if forgotten.get(letter.address) == standing.FORGOTTEN:
            continue
        if not _is_known(connection, letter):
            values = {"address": letter.address, "sent_at": letter.sent_at, "source": source}
            connection.execute(insert(letters).values(**values))
            move(connection, letter.address, Event.SENT, letter.sent_at, retry_at=None)
            new += 1
        if letter.replied_at is not None:
            record_reply(connection, letter.address, max(letter.replied_at, letter.sent_at))
    return new


def _is_known(connection: Connection, letter: Letter) -> bool:
    """Whether the letter is there already. A date without a time is any letter of that day, from whichever source."""
    same_day = (
        letters.c.address == letter.address,
        letters.c.sent_at >= _midnight(letter.sent_at),
        letters.c.sent_at < _midnight(letter.sent_at) + DAY,
    )
    known = connection.execute(select(letters.c.sent_at).where(*same_day)).scalars().all()
    if letter.sent_at in known or (known and letter.sent_at == _midnight(letter.sent_at)):
        return True
    if _midnight(letter.sent_at) in known:
        connection.execute(delete(letters).where(*same_day, letters.c.sent_at == _midnight(letter.sent_at)))
    return False


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)


def sender_trouble(connection: Connection, since: datetime) -> list[SenderTrouble]:
    """The bounces since then that say something of us, the most frequent reason first."""
    sent = connection.execute(select(func.count()).select_from(letters).where(letters.c.sent_at >= since)).scalar_one()
    number = func.count()
    hits = (
        select(bounces.c.reason, number)
        .where(bounces.c.bounced_at >= since, bounces.c.reason.in_(SENDER_REASONS))
        .group_by(bounces.c.reason)
        .order_by(number.desc(), bounces.c.reason)
    )
    return [SenderTrouble(reason=reason, bounces=hit, letters=sent) for reason, hit in connection.execute(hits)]
