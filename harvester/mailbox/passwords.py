"""The password of a mailbox: from the environment, else from the keyring of the system."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from harvester.mailbox.imap import parse_url
from harvester.mailbox.item import MailboxError

VARIABLE = "HARVESTER_IMAP_PASSWORD"
SERVICE = "harvester"


def find_password(url: str, environ: Mapping[str, str]) -> str:
    """The password for the mailbox at a URL; MailboxError, which says where to put it, if there is none."""
    parts = parse_url(url)
    if password := environ.get(VARIABLE):
        return password
    account = f"{unquote(parts.username or '')}@{parts.hostname}"
    if password := _from_keyring(account):
        return password
    raise MailboxError(
        f"There is no password for {account}: set {VARIABLE}, or run `keyring set {SERVICE} {account}` "
        '(pip install "harvester[keyring]").'
    )


def _from_keyring(account: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        password: str | None = keyring.get_password(SERVICE, account)
    except KeyringError:
        return None
    return password
