"""Mails on disk: single files, mbox files (streamed), Maildirs, and folders of any of these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from harvester.bounces.mail import MAX_BYTES
from harvester.mailbox.exports import EXPORT_SUFFIXES, read_export
from harvester.mailbox.item import Item, MailboxError

_HEAD_BYTES = 4096
_MBOX_SUFFIXES = (".mbox", ".mbx", ".mboxrd", ".mbox.txt")
# The postmark that begins a mail in an mbox (RFC 4155): "From sender date"; lines of the text that begin so have ">".
_POSTMARK = re.compile(rb"From \S*.{0,60}\b\d{1,2}:\d\d\b.{0,40}\r?\n\Z")
_QUOTED_POSTMARK = re.compile(rb">+From ")
_MAILDIR = ("cur", "new")


def read_path(name: str) -> Iterator[Item]:
    """The mails and events of a file or folder, in order of names; MailboxError if there is no such thing."""
    path = Path(name)
    if path.is_dir():
        for found in _files_below(path):
            yield from _read_file(found, os.path.join(name, found.relative_to(path)))  # noqa: PTH118 - "./x" stays
    elif path.is_file():
        yield from _read_file(path, name)
    else:
        raise MailboxError(f"There is no file or folder {name}.")


def _files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and its folders; of a Maildir, the mails alone."""
    is_maildir = all((folder / part).is_dir() for part in _MAILDIR)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not is_maildir or path.name in _MAILDIR or path.name.startswith("."):
                yield from _files_below(path)
        elif path.is_file() and not is_maildir and not path.name.startswith("."):
            yield path


def _read_file(path: Path, name: str) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            if path.name.lower().endswith(EXPORT_SUFFIXES):
                yield from read_export(file, name)
            elif _is_mbox(path, file.peek(_HEAD_BYTES)):
                items = _read_mbox(file, name)
                yield from _as_one(items) if path.suffix.lower() == ".eml" else items
            else:
                yield _whole(file, name)
    except OSError as error:
        yield Item(name, problem=f"It cannot be read: {error.strerror or error}.")


def _is_mbox(path: Path, head: bytes) -> bool:
    first = head.partition(b"\n")[0] + b"\n"
    return path.name.lower().endswith(_MBOX_SUFFIXES) or bool(_POSTMARK.match(first))


def _as_one(items: Iterator[Item]) -> Iterator[Item]:
    """The mails of a file that should hold one, each but the last marked so."""
    before: Item | None = None
    for item in items:
        if before is not None:
            yield replace(before, more=True)
        before = item
    if before is not None:
        yield before


def _whole(file: BinaryIO, name: str) -> Item:
    raw = file.read(MAX_BYTES + 1)
    return Item(name, problem=_too_long()) if len(raw) > MAX_BYTES else Item(name, raw)


def _too_long() -> str:
    return f"The mail has more than {MAX_BYTES:,} bytes, the most that is read."


def _read_mbox(lines: Iterable[bytes], name: str) -> Iterator[Item]:
    """The mails of an mbox, one at a time in memory."""
    held: list[bytes] = []
    size, after_blank, begun = 0, True, False
    for line in lines:
        if after_blank and _POSTMARK.match(line):
            if begun:
                yield _item(name, held, size)
            held, size, begun = [], 0, True
        elif begun or line.strip():
            begun = True
            size += len(line)
            if size <= MAX_BYTES:
                held.append(line[1:] if _QUOTED_POSTMARK.match(line) else line)
            else:
                held.clear()
        after_blank = line in {b"\n", b"\r\n"}
    if begun:
        yield _item(name, held, size)


def _item(name: str, held: list[bytes], size: int) -> Item:
    return Item(name, b"".join(held)) if size <= MAX_BYTES else Item(name, problem=_too_long())
