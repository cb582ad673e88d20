"""Letters from a Sent folder: an mbox file, a Maildir, or saved mails. Only headers are read."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import IO, Any

from harvester.address import AddressError, normalize_address
from harvester.model import Letter, RejectedLine

HEADER_BYTES = 262_144
RECIPIENT_HEADERS = ("to", "cc", "bcc")
MAIL_SUFFIXES = frozenset({".eml", ".emlx", ".msg"})


def is_sent_mail(path: Path) -> bool:
    """Whether it is a folder, an mbox file or a saved mail, and not a table."""
    if path.is_dir() or path.suffix.lower() in MAIL_SUFFIXES:
        return True
    with path.open("rb") as file:
        return file.read(5) == b"From "


def read_sent_mail(path: Path, *, now: datetime) -> Iterator[Letter | RejectedLine]:
    """A letter for each recipient of each mail, and the mails that say no date; OSError where it cannot be read."""
    for name, head in _heads(path):
        message = BytesHeaderParser().parsebytes(head)
        sent_at = _sent_at(message)
        recipients = list(_recipients(message))
        if sent_at is None or sent_at > now:
            subject = str(message.get("subject", ""))[:100]
            yield RejectedLine(file=name, line=0, text=subject, reason="The mail has no date, or one in the future.")
            continue
        yield from (Letter(address=address, sent_at=sent_at) for address in recipients)


def _heads(path: Path) -> Iterator[tuple[str, bytes]]:
    """The headers of each mail, with what a message calls it."""
    if path.is_dir() and (path / "cur").is_dir():
        yield from _heads_of_box(path, mailbox.Maildir(path, create=False))
    elif path.is_dir():
        for file in sorted(entry for entry in path.rglob("*") if entry.suffix.lower() in MAIL_SUFFIXES):
            yield from _heads(file)
    elif path.suffix.lower() in MAIL_SUFFIXES:
        with path.open("rb") as stream:
            yield str(path), _head(stream)
    else:
        yield from _heads_of_box(path, mailbox.mbox(path, create=False))


def _heads_of_box(path: Path, box: mailbox.Mailbox[Any]) -> Iterator[tuple[str, bytes]]:
    with closing(box):
        for number, key in enumerate(box.iterkeys(), 1):
            with closing(box.get_file(key)) as stream:
                yield f"{path}, mail {number}", _head(stream)


def _head(stream: IO[bytes] | Any) -> bytes:
    lines, size = [], 0
    while size < HEADER_BYTES and (line := stream.readline(HEADER_BYTES)).strip():
        lines.append(line)
        size += len(line)
    return b"".join(lines)


def _sent_at(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("date", "")))
    except (ValueError, TypeError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _recipients(message: Message) -> Iterator[str]:
    """Each once, without the sender, who often gets a copy."""
    seen = set(_addresses(message, ("from", "sender")))
    for address in _addresses(message, RECIPIENT_HEADERS):
        if address not in seen:
            seen.add(address)
            yield address


def _addresses(message: Message, headers: tuple[str, ...]) -> Iterator[str]:
    values = [str(value) for name in headers for value in message.get_all(name, [])]
    for _, address in getaddresses(values):
        try:
            yield normalize_address(address)
        except AddressError:
            continue
