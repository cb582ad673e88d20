"""Returned letters: is the mail one, who did not get it, and why."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.bounces.decoding import squeeze
from harvester.bounces.dsn import REPORT_TYPES, Recipient, has_fields, read_fields
from harvester.bounces.mail import Mail, parse_headers
from harvester.bounces.phrases import Named, any_address, before_letter, envelope_recipients, find_recipients
from harvester.bounces.reasons import (
    MEANINGS,
    classify_reason,
    find_reply,
    find_status,
    inner_reply,
    not_about_recipient,
)
from harvester.bounces.senders import (
    addresses_of,
    is_bounce_subject,
    is_daemon,
    is_office,
    is_reply,
    is_returner,
    sender,
)
from harvester.bounces.vocabulary import phrases
from harvester.model.bounce import Bounce

LONGEST_DIAGNOSTIC = 500
LONGEST_HEAD = 20_000
_UNDECIDED = frozenset({"onhold", "undefined"})
_OF_A_MAILBOX = frozenset({"mailboxfull", "suspend"})  # said above a list it outranks "user unknown" in it (au)


def read_returned(mail: Mail) -> tuple[Bounce, ...]:
    """The recipients that a returned letter did not reach; empty if the mail is none."""
    reported = [recipient for part in mail.parts_of(*REPORT_TYPES) for recipient in read_fields(part.text)]
    if not reported and not _may_be_returned(mail):
        return ()
    body, copy = before_letter(mail.text)
    if not reported and has_fields(body):
        reported = read_fields(body)
    named = find_recipients(body)
    if any(recipient.failed for recipient in reported):
        return tuple(_failed(mail, reported, named, body, copy))
    if reported or not _announces(mail, body):
        return ()
    return tuple(_told(mail, body, _recipients(mail, named, body, copy)))


def _may_be_returned(mail: Mail) -> bool:
    subject = mail.header("subject")
    if any(phrase in subject.lower() for phrase in phrases("digest")):
        return False
    if is_returner(mail) or any(mail.parts_of(*REPORT_TYPES)):
        return not (is_reply(subject) and is_office(mail))
    is_list = any(name.startswith("list-") for name in mail.headers)
    return mail.header("return-path").strip() == "<>" and not is_list and is_bounce_subject(subject)


def _announces(mail: Mail, body: str) -> bool:
    """Whether a letter came back: two of three say so, the subject, the words of the text, and what a server said."""
    lowered = squeeze(body).lower()
    by_subject = is_bounce_subject(mail.header("subject"))
    if by_subject and (is_daemon(mail) or "x-failed-recipients" in mail.headers or not body.strip()):
        return True
    by_words = any(phrase in lowered for phrase in phrases("announce"))
    if by_subject and by_words:
        return True
    by_server = bool(find_reply(body) or find_status(body)) or classify_reason(body) not in _UNDECIDED
    return (by_subject or by_words) and by_server


def _failed(mail: Mail, reported: list[Recipient], named: list[Named], body: str, copy: str) -> Iterator[Bounce]:
    """Each recipient of a report once; a lone local name becomes the address that the rest of the mail has."""
    failed = list({recipient.name.lower(): recipient for recipient in reversed(reported) if recipient.failed}.values())
    if len(failed) == 1 and "@" not in failed[0].name:
        found = _recipients(mail, named, body, copy)
        failed[0].original = found[0].address if len(found) == 1 else ""
    by_address = {entry.address.lower(): entry for entry in named}
    for recipient in reversed(failed):
        if "@" in recipient.name:
            yield _reported(recipient, by_address, body, alone=len(reported) == 1)


def _reported(recipient: Recipient, named: dict[str, Named], body: str, *, alone: bool) -> Bounce:
    """What a report's fields say, and where they are silent, what the text says of that recipient."""
    names = dict.fromkeys((recipient.name.lower(), recipient.final.lower(), recipient.original.lower()))
    told = " ".join(named[name].said for name in names if name in named)
    if not told and alone:
        told = squeeze(body)
    said = squeeze(inner_reply(recipient.diagnostic) or recipient.comment)
    status = find_status(said or told, recipient.status)
    reply = find_reply(said) or find_reply(told)
    reason = classify_reason(said, status=status, reply=reply)
    if reason in _UNDECIDED or (not said and told):
        reason = classify_reason(told, status=status, reply=reply)
    if alone:
        reason = not_about_recipient(reason, squeeze(body), status)
    if reason in _UNDECIDED and recipient.is_program:
        reason = "mailererror"
    if recipient.action == "delayed" and (reason in _UNDECIDED or MEANINGS[reason].hard):
        reason = "expired"
    return _bounce(recipient.name, reason, status, reply, said or told)


def _recipients(mail: Mail, named: list[Named], body: str, copy: str) -> list[Named]:
    """Whom a text without report fields means: by its own words, else by headers, else by whom the letter was for."""
    by_address = {entry.address.lower(): entry for entry in named}
    failed = addresses_of(*mail.headers.get("x-failed-recipients", ()))
    ours = {*addresses_of(mail.header("to")), sender(mail)[1].lower()} - set(failed)
    theirs = [entry for entry in named if entry.address.lower() not in ours]
    if failed and all(entry.address.lower() in failed for entry in theirs):
        return [by_address.get(address) or Named(address) for address in failed]
    if theirs or named:
        return theirs or named
    head = mail.letter[:LONGEST_HEAD] or "\n".join(map(str.strip, copy[:LONGEST_HEAD].split("\n"))).encode()
    letter = parse_headers(head)
    for candidates in (
        addresses_of(mail.header("x-bounced-address")),
        envelope_recipients(copy),
        any_address(body, but=ours),
        addresses_of(*letter.get("to", ())),
    ):
        if len(candidates) == 1:
            return [Named(candidates[0])]
    return []


def _told(mail: Mail, body: str, recipients: list[Named]) -> Iterator[Bounce]:
    """What a text says of each recipient; where it says nothing of one, what it says before them all."""
    alone = len(recipients) == 1
    first_line = min((entry.line for entry in recipients), default=0)
    heading = squeeze("\n".join(body.split("\n")[:first_line]))
    headed = "" if "@" in heading else classify_reason(heading)
    general = squeeze(body) if alone else heading
    lowered = squeeze(body).lower()
    late = any(phrase in lowered for phrase in phrases("delayed"))
    for entry, told in zip(recipients, _words_for(recipients, general), strict=True):
        status, reply = find_status(told), find_reply(told)
        reason = classify_reason(told, status=status, reply=reply)
        for further in (general, mail.header("subject") if alone else ""):
            if reason in _UNDECIDED and further:
                reason = classify_reason(further, status=status, reply=reply)
        if late and (reason in _UNDECIDED or MEANINGS[reason].hard):
            reason = "expired"
        if MEANINGS[reason].hard and headed in _OF_A_MAILBOX:
            reason = headed
        yield _bounce(entry.address, reason, status, reply, told)


def _words_for(recipients: list[Named], general: str) -> list[str]:
    """What is told of each: of those that stand on top of each other, what is told of the last."""
    words: list[str] = []
    for entry in reversed(recipients):
        words.append(entry.said or (words[-1] if words else general))
    return words[::-1]


def _bounce(recipient: str, reason: str, status: str, reply: str, said: str) -> Bounce:
    return Bounce(
        recipient=recipient,
        hard=MEANINGS[reason].hard,
        reason=reason,
        status=status,
        reply=reply,
        diagnostic=said[:LONGEST_DIAGNOSTIC],
    )
