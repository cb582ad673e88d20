"""What is to be done today: letters to send again, silent companies to reach otherwise, checks to repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Subquery, func, select

from harvester.model import ContactState, Grade, StatusReason
from harvester.model.words import STATUS_OF_REASON, Status
from harvester.store.life_tables import letters, mailboxes
from harvester.store.schema import companies, contacts

SOCIAL_CHANNELS = ("whatsapp", "linkedin")


class Task(StrEnum):
    """What is to be done."""

    RETRY = "retry"
    OTHER_CHANNEL = "other_channel"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to do. `since`: when the letter may go out again, when the last one was sent, when it was checked.

    `channel` and `via` say what to try instead: the name of the channel, and the number, address or URL.
    """

    task: Task
    email: str
    domain: str
    company: str | None
    since: datetime | None
    status: Status
    status_reason: StatusReason
    checked_at: datetime | None
    recheck_first: bool = False
    channel: str | None = None
    via: str | None = None
    note: str = ""


def load_due(connection: Connection, now: datetime, *, silent: timedelta, recheck: timedelta) -> list[Due]:
    """All that is due at `now`, in the order of `Task`; of who must not be written to nothing is."""
    stale = now - recheck
    letters_due = [*_retries(connection, now), *_silent(connection, now - silent)]
    named = {entry.email for entry in letters_due}
    first = [replace(due, recheck_first=due.checked_at is None or due.checked_at < stale) for due in letters_due]
    return [*first, *(due for due in _stale(connection, stale) if due.email not in named)]


def _writable() -> Any:
    """Contacts that are on a list and may be written to, with their companies."""
    joined = contacts.join(companies, companies.c.domain == contacts.c.domain)
    return (
        select(contacts, companies.c.name)
        .select_from(joined)
        .where(~contacts.c.opted_out, contacts.c.state != ContactState.SUPPRESSED.value)
        .order_by(contacts.c.domain, contacts.c.position)
    )


def _due(task: Task, row: Any, **more: Any) -> Due:
    reason = StatusReason(row.reason)
    values = {"task": task, "email": row.address, "domain": row.domain, "company": row.name}
    verdict = {"status": STATUS_OF_REASON[reason], "status_reason": reason, "checked_at": row.checked_at}
    return Due(**values, **verdict, **more)


def _retries(connection: Connection, now: datetime) -> Iterator[Due]:
    """Soft bounces whose wait is over, the longest wait first; each address once."""
    statement = (
        _writable()
        .add_columns(mailboxes.c.retry_at, mailboxes.c.note)
        .join(mailboxes, mailboxes.c.address == contacts.c.address)
        .where(mailboxes.c.state == ContactState.BOUNCED_SOFT.value, mailboxes.c.retry_at <= now)
        .order_by(None)
        .order_by(mailboxes.c.retry_at, contacts.c.address, contacts.c.domain)
    )
    seen: set[str] = set()
    for row in connection.execute(statement):
        if row.address not in seen:
            seen.add(row.address)
            yield _due(Task.RETRY, row, since=row.retry_at, note=row.note)


def _silent(connection: Connection, before: datetime) -> Iterator[Due]:
    """Companies that were written to and did not answer, nor got any letter since `before`: by another channel."""
    last = _last_letters()
    written = (
        _writable()
        .add_columns(last.c.sent_at, last.c.replied_at)
        .join(last, last.c.address == contacts.c.address)
        .where(contacts.c.state.in_([ContactState.SENT.value, ContactState.REPLIED.value]))
    )
    by_company: dict[str, list[Any]] = {}
    for row in connection.execute(written):
        by_company.setdefault(row.domain, []).append(row)
    for domain, rows in by_company.items():
        newest = max(rows, key=lambda row: row.sent_at)
        if newest.sent_at > before or any(row.replied_at or row.state == ContactState.REPLIED for row in rows):
            continue
        channel, via = _next_channel(connection, domain, {row.address for row in rows})
        yield _due(Task.OTHER_CHANNEL, newest, since=newest.sent_at, channel=channel, via=via)


def _last_letters() -> Subquery:
    return (
        select(
            letters.c.address,
            func.max(letters.c.sent_at).label("sent_at"),
            func.max(letters.c.replied_at).label("replied_at"),
        )
        .group_by(letters.c.address)
        .subquery()
    )


def _next_channel(connection: Connection, domain: str, written: set[str]) -> tuple[str | None, str | None]:
    """What was not tried yet: a second address, the phone, WhatsApp, LinkedIn, the form; in that order."""
    listed = connection.execute(_writable().where(contacts.c.domain == domain, contacts.c.gone_since.is_(None))).all()
    for row in listed:
        fit = row.grade != Grade.D.value and STATUS_OF_REASON[StatusReason(row.reason)] is not Status.UNDELIVERABLE
        if fit and row.address not in written and row.state != ContactState.BOUNCED_SOFT:
            return "second address", row.address
    company = connection.execute(select(companies).where(companies.c.domain == domain)).one()
    phones = [row.phone for row in listed if row.phone] or list(company.phones)
    channels = [("phone", phones[0] if phones else None)]
    channels += [(name, company.socials.get(name)) for name in SOCIAL_CHANNELS]
    channels.append(("contact_form", company.contact_form))
    return next(((name, via) for name, via in channels if via), (None, None))


def _stale(connection: Connection, before: datetime) -> Iterator[Due]:
    """Contacts on a list whose check is older than `before`, the oldest first; those that may not be written to not."""
    statement = _writable().where(contacts.c.gone_since.is_(None), contacts.c.checked_at < before)
    for row in connection.execute(statement.order_by(None).order_by(contacts.c.checked_at, contacts.c.address)):
        yield _due(Task.RECHECK, row, since=row.checked_at)
