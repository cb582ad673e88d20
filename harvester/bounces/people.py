"""Mails that people write: a request for no more letters, or a reply. Whatever a program answers is neither."""

from __future__ import annotations

import re
from functools import cache

from harvester.bounces.mail import Mail
from harvester.bounces.phrases import before_letter
from harvester.bounces.senders import addresses_of, is_automatic, is_reply, is_returner
from harvester.data import load_table
from harvester.model.bounce import MailKind

LONGEST_REQUEST = 200
LONGEST_GREETING = 80
_LONGEST_TEXT = 20_000
_REPLY_MARK = re.compile(r"^(?:[^\W\d_]{1,10}(?:\[\d+\])?\s*[:：]\s*)+")
_AROUND = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def read_person(mail: Mail) -> tuple[MailKind, tuple[str, ...]]:
    """Whether a person asks for no more letters or replies, and who it is; OTHER and nobody else."""
    who = addresses_of(mail.header("from"))
    subject = mail.header("subject")
    if not who or is_returner(mail) or is_automatic(mail) or _is_absence(subject):
        return MailKind.OTHER, ()
    if _asks(subject) or _begins_with_request(mail):
        return MailKind.UNSUBSCRIBE, who
    if is_reply(subject) or "in-reply-to" in mail.headers:
        return MailKind.REPLY, who
    return MailKind.OTHER, ()


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    return tuple(phrase for found, phrase in load_table("mail_phrases") if found == kind)


def _is_absence(subject: str) -> bool:
    lowered = subject.lower().lstrip()
    return lowered.startswith(_phrases("absence")) or _REPLY_MARK.sub("", lowered).startswith(_phrases("absence"))


def _begins_with_request(mail: Mail) -> bool:
    """Whether the first line that says something asks for no more letters: greetings and quoted lines do not count."""
    text, _ = before_letter(mail.text[:_LONGEST_TEXT])
    for line in map(str.strip, text.split("\n")):
        if not line or line.startswith((">", "|")):
            continue
        if _asks(line):
            return True
        if len(line) > LONGEST_GREETING or not line.lower().startswith(_phrases("greeting")):
            return False
    return False


def _asks(line: str) -> bool:
    """Whether a line is a request for no more letters."""
    if len(line) > LONGEST_REQUEST:
        return False
    plain = _AROUND.sub("", _REPLY_MARK.sub("", line.lower()).replace("’", "'"))
    if any(phrase in plain for phrase in _phrases("request_holds")):
        return True
    for phrase in _phrases("polite"):
        plain = plain.removeprefix(phrase).removesuffix(phrase).strip(" ,")
    return plain in _phrases("request")
