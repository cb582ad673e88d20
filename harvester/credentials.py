"""Secrets: from the environment, else from the system's keyring; never from a file, an option or the store."""

from __future__ import annotations

import os


def find_secret(variable: str, account: str) -> str:
    """The environment variable of that name, else what the keyring holds for `harvester` and the account, else ''."""
    return os.environ.get(variable) or _from_keyring(account)


def _from_keyring(account: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an optional extra
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return ""
    try:
        return keyring.get_password("harvester", account) or ""
    except KeyringError:
        return ""
