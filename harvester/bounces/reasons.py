"""Why a letter came back: from what the server said, its reply code and its enhanced status code, to one word.

What the text says outranks the codes: "550 5.1.1 mailbox full" is a full mailbox. `MEANINGS` says what each word is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from harvester.bounces.vocabulary import phrases
from harvester.data import load_table

LONGEST_TEXT = 4000
_GAP = 80
_ADDRESS = re.compile(r"<?[^\s<>\"'(),:;@]{1,128}@[\w.-]{1,255}>?")
# "host antispam.acme.example[192.0.2.1] said": the name of a server says nothing of the letter.
_HOST = re.compile(r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\.? ?[\[(][\d.:a-f]{3,40}[\])]")
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#\[-])([45]\d\d)(?=[ \-:;,]|\Z)(?![ -]?\d{3,})")
# IronPort and old Amazon SES: 5.1.0 - Unknown address error 550-'5.7.1 <a@b.example>... Access denied' (2011)
_QUOTED_REPLY = re.compile(r"^[45]\.\d\.\d - [^']{3,80}?([45]\d\d)[- ]'(.{4,})'", re.DOTALL)
_VAGUE = frozenset({"filtered", "networkerror", "onhold", "rejected", "securityerror", "systemerror", "suspend", ""})
_ALSO_BY_REPLY = {"521": "notaccept", "525": "suspend", "556": "notaccept"}  # RFC 7504


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason is about, and the contact's `status_reason`: empty where it says nothing of the address."""

    hard: bool
    about: str
    status_reason: str


def _load_meanings() -> Mapping[str, Meaning]:
    rows = load_table("bounce_meanings")
    return MappingProxyType(
        {
            reason: Meaning(strength == "hard", about, "" if status == "-" else status)
            for reason, strength, about, status in rows
        }
    )


MEANINGS: Mapping[str, Meaning] = _load_meanings()
OURS = frozenset({"sender", "letter"})  # values of `about`: the address is as good as before


def classify_reason(text: str, *, status: str = "", reply: str = "") -> str:
    """The reason that a server's words and codes mean, as a key of `MEANINGS`; `undefined` where nothing says."""
    plain = inner_reply(text[:LONGEST_TEXT]).lower().replace("’", "'")
    said = _HOST.sub("host", _ADDRESS.sub("@", " ".join(plain.split())))
    reason = _reason(said, status, reply)
    if MEANINGS[reason].about == "domain" and (status or reply).startswith("4"):
        return "networkerror"  # name servers that do not answer now; a domain that is gone is said with 5xx
    return not_about_recipient(reason, said, status)


def not_about_recipient(reason: str, said: str, status: str = "") -> str:
    """The reason, or what a hard one means where the server had not heard the recipient, or had taken it already."""
    if not MEANINGS[reason].hard:
        return reason
    lowered = said.lower()
    if reason == "userunknown" and reason_of_status(status) in _VAGUE and _refused_after_letter(lowered):
        return "filtered"
    return _refused_before_recipient(lowered, status) or reason


def inner_reply(text: str) -> str:
    """The remote server's own words, where a gateway quotes them behind a heading of its own."""
    quoted = _QUOTED_REPLY.match(text)
    return f"{quoted[1]} {quoted[2]}" if quoted else text


def _reason(said: str, status: str, reply: str) -> str:
    strong, weak = _phrases()
    reason = _first_in(said, strong)
    if reason:
        return reason
    by_status = reason_of_status(status)
    is_exact = by_status not in _VAGUE
    if is_exact and not MEANINGS[by_status].hard:
        return by_status
    reason = _first_in(said, weak)
    if is_exact:  # "550 5.1.1 Blocked": what may be about us costs no address
        return reason if reason and MEANINGS[reason].about in OURS else by_status
    # "mailbox unavailable" is said of busy mailboxes (4xx) and of refused letters (x.7.x, after DATA), too.
    doubtful = "4" in (reply[:1], status[:1]) or status[1:4] == ".7." or _refused_after_letter(said)
    if reason and not (doubtful and MEANINGS[reason].hard):
        return reason
    return by_status or _ALSO_BY_REPLY.get(reply, "") or ("onhold" if said else "undefined")


def _refused_before_recipient(said: str, status: str) -> str:
    """What a refusal means that came before the recipient was named, or an empty string."""
    if status.endswith((".1.7", ".1.8")):  # RFC 3463 3.2: about the sender's address
        return "rejected"
    if "rcpt to" in said:
        return ""
    if any(phrase in said for phrase in phrases("greeting")):
        return "blocked"
    return "rejected" if any(phrase in said for phrase in phrases("envelope")) else ""


def _refused_after_letter(said: str) -> bool:
    """Whether a server took the recipient, and refused when it had seen the letter: filters then say "user unknown"."""
    return "rcpt to" not in said and any(phrase in said for phrase in phrases("data"))


def reason_of_status(status: str) -> str:
    """The reason that an enhanced status code (RFC 3463) alone means, or an empty string."""
    if not status:
        return ""
    table = _statuses()
    _, _, rest = status.partition(".")
    subject, _, _ = rest.partition(".")
    return table.get(status) or table.get(f"x.{rest}") or table.get(f"x.{subject}", "")


def find_status(text: str, given: str = "") -> str:
    """The enhanced status code that says most: one in the text before `given`, an exact one before x.0.0."""
    best = given
    for match in _STATUS.finditer(text):
        if not best or (best.endswith(".0.0") and not match[0].endswith(".0.0")):
            best = match[0]
        if not best.endswith(".0.0"):
            break
    return best


def find_reply(text: str) -> str:
    """The first SMTP reply code of a refusal in a text, or an empty string."""
    match = _REPLY.search(text)
    return match[1] if match else ""


def _first_in(text: str, phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    for reason, pieces in phrases:
        if pieces[0] in text and (len(pieces) == 1 or _in_order(text, pieces)):
            return reason
    return ""


def _in_order(text: str, pieces: tuple[str, ...]) -> bool:
    at = text.find(pieces[0])
    while at >= 0:
        end = at + len(pieces[0])
        for piece in pieces[1:]:
            found = text.find(piece, end, end + _GAP + len(piece))
            if found < 0:
                break
            end = found + len(piece)
        else:
            return True
        at = text.find(pieces[0], at + 1)
    return False


Phrases = tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _phrases() -> tuple[Phrases, Phrases]:
    rows = load_table("bounce_reasons")
    return (
        tuple((reason, tuple(phrase.split("*"))) for strength, reason, phrase in rows if strength == "text"),
        tuple((reason, tuple(phrase.split("*"))) for strength, reason, phrase in rows if strength == "weak"),
    )


@cache
def _statuses() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("bounce_statuses")}
