"""What a mail server's reply says about a mailbox, or about us. Pure: code and words in, a reason out."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from harvester.data import load_table
from harvester.model import StatusReason

_ENHANCED = re.compile(r"(?:^|[\s#(])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s:;,.)\-])")  # RFC 2034, 4; "#5.1.1" of Exchange
# When a reply's words say several things, the first of these counts: what is said of us says nothing of the mailbox.
STRONGEST_FIRST = (
    StatusReason.OUR_IP_REFUSED,
    StatusReason.BLOCKED,
    StatusReason.MAILBOX_FULL,
    StatusReason.MAILBOX_DISABLED,
    StatusReason.NO_SUCH_MAILBOX,
    StatusReason.GREYLISTED,
)
_ADDRESSES = re.compile(r"<[^<>\s]*>|\S+@\S+")  # "<info@marbles.example>" speaks of no RBL


class Reply(NamedTuple):
    """A reply of a mail server: its code, and its words, lines parted by a line feed."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.split())}"[:300]


def enhanced_code(text: str) -> str | None:
    """The enhanced status code (RFC 3463) in the words of a reply: `5.1.1`."""
    found = _ENHANCED.search(text)
    return found[1] if found else None


def read_recipient_reply(reply: Reply) -> StatusReason:
    """What the reply to RCPT says. No clear statement about the mailbox is `blocked`, or `greylisted` if passing.

    >>> read_recipient_reply(Reply(550, "5.1.1 No such user here"))
    <StatusReason.NO_SUCH_MAILBOX: 'no_such_mailbox'>
    """
    if reply.code in (250, 251):  # 251: it will forward
        return StatusReason.MAILBOX_OK
    if reply.code == 252:  # RFC 5321, 3.5.3: it will try, without having looked
        return StatusReason.ACCEPT_ALL
    if not 400 <= reply.code < 600:
        return StatusReason.BLOCKED
    reason = _read(reply)
    if reply.code < 500 and reason in (StatusReason.NO_SUCH_MAILBOX, StatusReason.MAILBOX_DISABLED):
        return StatusReason.GREYLISTED  # a passing failure is no statement: "450 unverified recipient: user unknown"
    return reason


def read_refusal(reply: Reply) -> StatusReason:
    """What a refusal before any recipient says: of the connection, the greeting or the sender."""
    reason = _read(reply)
    if reason is StatusReason.OUR_IP_REFUSED:
        return reason
    return StatusReason.GREYLISTED if reply.code < 500 else StatusReason.BLOCKED


def _read(reply: Reply) -> StatusReason:
    code = enhanced_code(reply.text)
    if code and (exact := _table("exact").get(code)):
        return exact
    words = _said(reply.text.lower())
    if words:
        return words
    if code and (family := _table("family").get(code.rpartition(".")[0])):
        return family
    return _table("reply").get(str(reply.code)) or (
        StatusReason.GREYLISTED if reply.code < 500 else StatusReason.BLOCKED
    )


def _said(text: str) -> StatusReason | None:
    said = {_meanings()[phrase] for phrase in _phrases().findall(_ADDRESSES.sub(" ", text))}
    return min(said, key=STRONGEST_FIRST.index, default=None)


@cache
def _phrases() -> re.Pattern[str]:
    """All phrases, the longest first, each from the beginning of a word on; found also where they overlap."""
    longest_first = sorted(_meanings(), key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<![a-z0-9])(?=({'|'.join(map(re.escape, longest_first))}))")


@cache
def _meanings() -> dict[str, StatusReason]:
    return {phrase: reason for kind in ("ours", "policy", "words") for phrase, reason in _table(kind).items()}


def _table(kind: str) -> dict[str, StatusReason]:
    return _tables()[kind]


@cache
def _tables() -> dict[str, dict[str, StatusReason]]:
    tables: defaultdict[str, dict[str, StatusReason]] = defaultdict(dict)
    for kind, what, meaning in load_table("smtp_replies"):
        tables[kind][what] = StatusReason(meaning)
    return tables
