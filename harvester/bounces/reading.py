"""A mail to what it says: a bounce with its recipients, a complaint, a request, a reply, or nothing of these."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harvester.bounces.complaints import read_complaint
from harvester.bounces.events import read_notification
from harvester.bounces.mail import Mail, parse_mail
from harvester.bounces.people import read_person
from harvester.bounces.phrases import forwarded_letter
from harvester.bounces.returned import read_returned
from harvester.bounces.senders import is_forward, is_returner, sender
from harvester.model.bounce import Bounce, MailKind, MailReport

DEEPEST_FORWARD = 3
LONGEST_DATE = 200
_SNS_SENDERS = ("no-reply@sns.amazonaws.com",)


def read_mail(raw: bytes) -> MailReport:
    """What a mail says, whatever its bytes; MailError if it is refused for its size or the number of its parts."""
    mail = parse_mail(raw)
    report = MailReport(
        key=mail.header("message-id").strip() or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        kind=MailKind.OTHER,
        date=_date(mail.header("date")),
        subject=mail.header("subject"),
    )
    complained = read_complaint(mail)
    if complained is not None:
        return replace(report, kind=MailKind.COMPLAINT, addresses=complained)
    if sender(mail)[1].lower() in _SNS_SENDERS and (event := read_notification(mail.text)):
        return replace(report, kind=event.kind, bounces=event.bounces, addresses=event.addresses)
    if bounces := _read_bounces(mail, 0):
        return replace(report, kind=MailKind.BOUNCE, bounces=bounces)
    kind, addresses = read_person(mail)
    return replace(report, kind=kind, addresses=addresses)


def _read_bounces(mail: Mail, depth: int) -> tuple[Bounce, ...]:
    """The bounces of a mail, or of the one that it passes on: attached, or below the headers of it in the text."""
    bounces = read_returned(mail)
    if bounces or depth == DEEPEST_FORWARD:
        return bounces
    if not is_forward(mail.header("subject")) and not is_returner(mail):
        return ()
    inner = mail.letter or (forwarded_letter(mail.text) if is_forward(mail.header("subject")) else "").encode()
    passed_on = parse_mail(inner) if inner else None
    return _read_bounces(passed_on, depth + 1) if passed_on and is_returner(passed_on) else ()


def _date(text: str) -> datetime | None:
    """A Date header in UTC, or None where it is none."""
    try:
        date = parsedate_to_datetime(text[:LONGEST_DATE])
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
