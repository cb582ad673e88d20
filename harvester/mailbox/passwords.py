"""The password of a mailbox."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from harvester.mailbox.imap import parse_url
from harvester.mailbox.item import MailboxError

VARIABLE = "HARVESTER_IMAP_PASSWORD"


def find_password(url: str, find_secret: Callable[[str, str], str]) -> str:
    """The password for the mailbox at a URL, by `harvester.credentials.find_secret`; MailboxError if there is none."""
    parts = parse_url(url)
    account = f"{unquote(parts.username or '')}@{parts.hostname}"
    if password := find_secret(VARIABLE, account):
        return password
    raise MailboxError(
        f"There is no password for {account}: set {VARIABLE}, or run `keyring set harvester {account}` "
        '(pip install "harvester[keyring]").'
    )
