"""Mails that came back, and what they change in the life of a contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from harvester.address import AddressError, normalize_address
from harvester.bounces.policy import (
    POLICY,
    BouncePolicy,
    Cause,
    cause_of,
    count_softs,
    last_delivery,
    retry_at,
    verdict_of,
)
from harvester.model import Bounce, ContactState, MailKind, MailReport, StatusReason
from harvester.model.life import Event, next_state
from harvester.store import optouts, standing
from harvester.store.life_tables import bounces, letters, mailboxes, mails
from harvester.store.merge import OWN_BOUNCES
from harvester.store.schema import contacts, verifications

NO_CHANGE = {"verdict": None, "note": "", "retry_at": None, "reset_at": None}
NOTE_CHARACTERS = 500


def record_mail(connection: Connection, salt: bytes, report: MailReport, now: datetime, policy: BouncePolicy) -> bool:
    """Write one mail down and do what follows from it; False when that very mail was there before."""
    key = blake2b(report.key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if connection.execute(select(mails.c.key).where(mails.c.key == key)).first():
        return False
    connection.execute(insert(mails).values(key=key, kind=report.kind.value, read_at=now))
    moment = min(report.date or now, now)
    given = _addresses_of(report)
    forgotten = standing.look_up(connection, salt, given).objected(given)
    for bounce in report.bounces if report.kind is MailKind.BOUNCE else ():
        address = _normalized(bounce.recipient)
        if address and forgotten.get(address) != standing.FORGOTTEN:
            _record_bounce(connection, key, address, bounce, moment, policy)
    addresses = [a for a in map(_normalized, report.addresses) if a and forgotten.get(a) != standing.FORGOTTEN]
    if report.kind is MailKind.REPLY:
        for address in _correspondents(connection, addresses):
            record_reply(connection, address, moment)
    elif report.kind in (MailKind.COMPLAINT, MailKind.UNSUBSCRIBE):
        confirmed = report.kind is MailKind.COMPLAINT
        subject = f": {report.subject[:200]}" if report.subject and not confirmed else ""
        reason = f"{'complaint' if confirmed else 'unsubscribe mail'} of {moment.date().isoformat()}{subject}"
        optouts.add(connection, addresses, confirmed=confirmed, reason=reason, source="mailbox", now=now)
    return True


def record_reply(connection: Connection, address: str, moment: datetime) -> None:
    """Somebody answered: the newest letter before it has its reply, and the address lives."""
    newest = (
        select(func.max(letters.c.sent_at))
        .where(letters.c.address == address, letters.c.sent_at <= moment)
        .scalar_subquery()
    )
    answered = update(letters).where(letters.c.address == address, letters.c.sent_at == newest)
    connection.execute(answered.where(letters.c.replied_at.is_(None)).values(replied_at=moment))
    changes = {"verdict": StatusReason.MAILBOX_OK.value, "note": "answered a letter", "reset_at": moment}
    if move(connection, address, Event.REPLIED, moment, retry_at=None, **changes):
        forgive(connection, address)
        _set_verdict(connection, address, StatusReason.MAILBOX_OK, "answered a letter", moment)


def move(connection: Connection, address: str, event: Event, moment: datetime, **changes: Any) -> bool:
    """Let an event happen to an address, in its mail history and in all its contacts; False where it is out of date.

    A letter that is told of after the bounce it led to must not undo what the bounce has done.
    """
    row = connection.execute(select(mailboxes).where(mailboxes.c.address == address)).first()
    if row is not None and _is_out_of_date(row, event, moment):
        return False
    before = ContactState(row.state) if row else _first_state(connection, address)
    since = max(moment, row.since) if row else moment
    values = {"state": next_state(before, event).value, "since": since, **changes}
    if row is None:
        connection.execute(insert(mailboxes).values(address=address, **{**NO_CHANGE, **values}))
    else:
        connection.execute(update(mailboxes).where(mailboxes.c.address == address).values(**values))
    connection.execute(update(contacts).where(contacts.c.address == address).values(state=values["state"]))
    return True


def _is_out_of_date(row: Any, event: Event, moment: datetime) -> bool:
    """A hard bounce is outdated by a sign of life only; everything else by whatever came later."""
    if event is Event.BOUNCED_HARD:
        return row.reset_at is not None and moment < row.reset_at
    return bool(moment < row.since)


def lift(connection: Connection, address: str, now: datetime) -> bool:
    """Take back the suppression of an address: its bounces count no more, and the verdict before them stands again."""
    state = connection.execute(select(mailboxes.c.state).where(mailboxes.c.address == address)).scalar()
    if state != ContactState.SUPPRESSED:
        return False
    move(connection, address, Event.LIFTED, now, reset_at=now, verdict=None, retry_at=None, note="suppression lifted")
    forgive(connection, address)
    earlier = select(verifications).where(verifications.c.address == address)
    last = connection.execute(earlier.order_by(verifications.c.checked_at.desc()).limit(1)).first()
    verdict = {
        "reason": last.reason if last else StatusReason.NOT_CHECKED.value,
        "checked_at": last.checked_at if last else None,
        "evidence": last.evidence.get("detail", "") if last else "",
    }
    connection.execute(update(contacts).where(contacts.c.address == address).values(**verdict))
    return True


def forgive(connection: Connection, address: str) -> None:
    """Own bounces outrank every check: those that a later sign of life disproves are verdicts no more."""
    own = verifications.c.reason.in_([reason.value for reason in (*OWN_BOUNCES, StatusReason.MAILBOX_FULL)])
    connection.execute(delete(verifications).where(verifications.c.address == address, own))


def _addresses_of(report: MailReport) -> list[str]:
    given = (*report.addresses, *(bounce.recipient for bounce in report.bounces))
    return [address for address in map(_normalized, given) if address]


def _normalized(text: str) -> str | None:
    """The address as contacts have it; None for a pipe, a path or half an address, which no contact can be."""
    try:
        return normalize_address(text)
    except AddressError:
        return None


def _correspondents(connection: Connection, addresses: Iterable[str]) -> list[str]:
    """Those whom we know or have written to. Other people's mail is nothing to keep."""
    found = []
    for address in addresses:
        known = select(contacts.c.address).where(contacts.c.address == address).limit(1)
        written = select(letters.c.address).where(letters.c.address == address).limit(1)
        if connection.execute(known).first() or connection.execute(written).first():
            found.append(address)
    return found


def _first_state(connection: Connection, address: str) -> ContactState:
    of_address = select(contacts.c.state).where(contacts.c.address == address).order_by(contacts.c.domain).limit(1)
    state = connection.execute(of_address).scalar()
    return ContactState(state) if state else ContactState.NEW


def _record_bounce(
    connection: Connection, key: str, address: str, bounce: Bounce, moment: datetime, policy: BouncePolicy
) -> None:
    seen_before = select(bounces.c.mail).where(bounces.c.mail == key, bounces.c.address == address)
    if connection.execute(seen_before).first():
        return
    values = {name: getattr(bounce, name) for name in ("hard", "reason", "status", "reply", "diagnostic")}
    connection.execute(insert(bounces).values(mail=key, address=address, bounced_at=moment, **values))
    softs = _softs(connection, address, moment, policy) if not bounce.hard else 0
    cause = cause_of(bounce, softs=softs, policy=policy)
    follows = POLICY[cause]
    if follows.event is None:
        return
    note = " ".join(filter(None, (bounce.reason, bounce.status, bounce.reply, bounce.diagnostic)))[:NOTE_CHARACTERS]
    if cause is Cause.SOFT_TOO_OFTEN:
        note = f"{softs} soft bounces within {policy.window.days} days; {note}"[:NOTE_CHARACTERS]
    again = retry_at(moment, softs, policy) if follows.retry else None
    known = connection.execute(select(mailboxes.c.state).where(mailboxes.c.address == address)).scalar()
    if known == ContactState.SUPPRESSED:
        return
    verdict = verdict_of(bounce)
    if move(connection, address, follows.event, moment, verdict=verdict.value, note=note, retry_at=again):
        _set_verdict(connection, address, verdict, note, moment)


def _softs(connection: Connection, address: str, moment: datetime, policy: BouncePolicy) -> int:
    """How many soft bounces of the address count, the one just written included."""
    of_address = select(bounces.c.bounced_at, bounces.c.hard, bounces.c.reason).where(bounces.c.address == address)
    rows = connection.execute(of_address).all()
    softs = [row.bounced_at for row in rows if not row.hard and _is_about(row.reason)]
    sent = connection.execute(select(letters.c.sent_at).where(letters.c.address == address)).scalars().all()
    seen = connection.execute(select(func.max(contacts.c.last_seen)).where(contacts.c.address == address)).scalar()
    reset = connection.execute(select(mailboxes.c.reset_at).where(mailboxes.c.address == address)).scalar()
    delivered = last_delivery(sent, (row.bounced_at for row in rows), now=moment, policy=policy)
    signs = [sign for sign in (seen, reset, delivered) if sign is not None and sign <= moment]
    return count_softs(softs, reset_at=max(signs, default=None), now=moment, policy=policy)


def _is_about(reason: str) -> bool:
    """Whether a soft bounce with that reason is about the address."""
    return cause_of(Bounce(recipient="", hard=False, reason=reason), softs=0) is not Cause.SENDER


def _set_verdict(connection: Connection, address: str, reason: StatusReason, note: str, moment: datetime) -> None:
    values = {"reason": reason.value, "checked_at": moment, "evidence": note}
    connection.execute(update(contacts).where(contacts.c.address == address).values(**values))
    row = {"address": address, "checked_at": moment, "reason": reason.value}
    same = [verifications.c[name] == value for name, value in row.items()]
    if connection.execute(select(verifications.c.address).where(*same)).first() is None:
        evidence: dict[str, Any] = {"mail_provider": None, "mx": [], "detail": note}
        connection.execute(insert(verifications).values(**row, evidence=evidence))
