"""A mail to what it says: a bounce with its recipients, a complaint, a request, a reply, or nothing of these."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harvester.bounces.mail import Mail, parse_mail
from harvester.bounces.returned import read_returned
from harvester.model.bounce import MailKind, MailReport

DEEPEST_FORWARD = 3


def read_mail(raw: bytes) -> MailReport:
    """What a mail says, whatever its bytes; MailError if it is refused for its size."""
    mail = parse_mail(raw)
    return MailReport(
        key=mail.header("message-id").strip() or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        kind=MailKind.OTHER,
        bounces=read_returned(mail),
        date=_date(mail.header("date")),
        subject=mail.header("subject"),
    )


def _date(text: str) -> datetime | None:
    """A Date header in UTC, or None where it is none."""
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
