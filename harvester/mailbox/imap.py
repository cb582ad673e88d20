"""A mailbox on a server: read without a trace (EXAMINE, BODY.PEEK), only what came since, and moved only on request."""

from __future__ import annotations

import imaplib
import ipaddress
import re
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from harvester.bounces.mail import MAX_BYTES
from harvester.mailbox.item import Item, MailboxError

SCHEMES = ("imap", "imaps")
TIMEOUT_S = 60
MOVED_AT_ONCE = 100
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# The last two: a server that announces more bytes than there are, which the standard library asks for at once.
_FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, MemoryError, OverflowError)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mailbox was read (RFC 9051 2.3.1.1): UIDs are comparable only under the same validity."""

    validity: int
    uid: int


class ImapMailbox:
    """An open mailbox. `name` is its URL without a password, `position` how far it has been read."""

    def __init__(self, url: str, password: str, *, writable: bool = False) -> None:
        parts = parse_url(url)
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self.name = f"{parts.scheme}://{parts.username}@{parts.netloc.rpartition('@')[2]}/{parts.path.strip('/')}"
        try:
            self._box = _connect(parts)
            self._box.login(unquote(parts.username or ""), password, initial_folder=None)
            self._box.folder.set(self._own_name(self._folder), readonly=not writable)
            self.position = Position(int(self._box.client.response("UIDVALIDITY")[1][0] or 0), 0)
        except _FAILURES as error:
            raise MailboxError(f"{self.name} cannot be opened: {_sentence(error)}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._box.logout()
        except _FAILURES:
            return

    def mails(self, since: Position | None = None) -> Iterator[Item]:
        """The mails that came after a position (all without one), in order; `position` moves with them."""
        known = since.uid if since is not None and since.validity == self.position.validity else 0
        self.position = Position(self.position.validity, known)
        try:
            # "n:*" always holds the last mail, however small its UID (RFC 9051 6.4.4).
            uids = sorted(uid for uid in map(int, self._box.uids(f"UID {known + 1}:*")) if uid > known)
            for uid in uids:
                item = self._fetch(str(uid))
                if item is not None:
                    yield item
                self.position = Position(self.position.validity, uid)  # only now has the mail been dealt with
        except _FAILURES as error:
            raise MailboxError(f"{self.name} could not be read to its end: {_sentence(error)}.") from None

    def _fetch(self, uid: str) -> Item | None:
        _, answer = self._box.client.uid("FETCH", uid, "(RFC822.SIZE)")
        size = _SIZE.search(answer[0]) if answer and isinstance(answer[0], bytes) else None
        if size and int(size[1]) > MAX_BYTES:
            return Item(self.name, problem=f"Mail {uid} has {int(size[1]):,} bytes; at most {MAX_BYTES:,} are read.")
        _, answer = self._box.client.uid("FETCH", uid, "(BODY.PEEK[])")
        raw = next((part[1] for part in answer or () if isinstance(part, tuple)), None)
        return None if raw is None else Item(self.name, raw, uid=uid)

    def move(self, uids: Iterable[str], folder: str) -> None:
        """Move mails to a folder of the same account, which is made where it is missing."""
        wanted = list(uids)
        if not wanted:
            return
        try:
            name = self._own_name(folder)
            if not self._box.folder.exists(name):
                self._box.folder.create(name)
            self._box.move(wanted, name, chunks=MOVED_AT_ONCE)
        except _FAILURES as error:
            raise MailboxError(f"{len(wanted)} mails could not be moved to {folder}: {_sentence(error)}.") from None

    def _own_name(self, folder: str) -> str:
        """The folder with the server's own mark between levels: "." on many, where the URL has "/"."""
        if "/" not in folder:
            return folder
        return folder.replace("/", next((known.delim for known in self._box.folder.list() if known.delim), "/"))


def parse_url(url: str) -> SplitResult:
    """The parts of `imaps://user@host[:port]/folder`; MailboxError if it is none, or holds a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in SCHEMES or not parts.username:
        raise MailboxError(f"{url} is no mailbox: write imaps://user@host/INBOX, the user's @ as %40.")
    if parts.password is not None:
        raise MailboxError(
            f"Leave the password out of the URL of {parts.username}@{host}: "
            "set HARVESTER_IMAP_PASSWORD, or keep it in the keyring."
        )
    return parts


def _connect(parts: SplitResult) -> BaseMailBox:
    """A connection; the password crosses no network unencrypted, only this machine's own."""
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "imaps":
        return MailBox(host, parts.port or 993, TIMEOUT_S, ssl_context=context)
    if _is_this_machine(host):
        return MailBoxUnencrypted(host, parts.port or 143, TIMEOUT_S)
    return MailBoxStartTls(host, parts.port or 143, TIMEOUT_S, ssl_context=context)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sentence(error: Exception) -> str:
    """What went wrong, without the commands and answers around it."""
    found = re.search(r"b['\"](?:\[[A-Z]+\] )?(.+?)['\"]", str(error))
    return (found[1] if found else str(error) or type(error).__name__).rstrip(".")
