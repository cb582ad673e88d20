"""What a mail that came back says: the types between `bounces/` (reads mails) and `store/` (remembers them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail in the mailbox is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"  # ARF, RFC 5965: the reader reported the letter
    UNSUBSCRIBE = "unsubscribe"  # a request to confirm
    REPLY = "reply"
    OTHER = "other"  # vacation replies, receipts, lists, anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One recipient that a letter did not reach. `reason` is a word of Sisimai's vocabulary.

    `status` is the enhanced status code (RFC 3463), `reply` the SMTP reply code, both empty where none was given.
    """

    recipient: str
    hard: bool
    reason: str
    status: str = ""
    reply: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """One mail as read: what kind it is, and about whom it speaks.

    `key` is its Message-ID or a digest of it, so that each mail counts once. `addresses` are those who complained,
    asked to be left alone or replied; `bounces` is empty for all but a bounce.
    """

    key: str
    kind: MailKind
    bounces: tuple[Bounce, ...] = ()
    addresses: tuple[str, ...] = ()
    date: datetime | None = None
    subject: str = ""
