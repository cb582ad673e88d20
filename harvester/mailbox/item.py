"""What every source yields: one mail, one event of a mail service, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MailboxError(ValueError):
    """A source cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One mail (`raw`) or event of a source; `problem` says why neither is there.

    `name` is the file as given or found, or the mailbox's URL without its password; `uid` is the mail's in an IMAP
    mailbox; `more` says that another mail of the same .eml file follows.
    """

    name: str
    raw: bytes | None = None
    event: Mapping[str, Any] | None = None
    problem: str = ""
    uid: str = ""
    more: bool = False
