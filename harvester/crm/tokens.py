"""Tokens: from the environment, else from the system's keyring; never from a file, an option or the store."""

from __future__ import annotations

from collections.abc import Mapping

from harvester.crm.exchange import TokenRefused

SERVICE = "harvester"


def find_token(name: str, environ: Mapping[str, str]) -> str:
    """The token of that name. TokenRefused with a sentence where there is none, or one that no header can hold."""
    token = (environ.get(name) or _from_keyring(name)).strip()
    if not token:
        raise TokenRefused(
            f"Set {name} in the environment, or keep it in the keyring: "
            f'pip install "harvester[keyring]", then keyring set {SERVICE} {name}.'
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise TokenRefused(f"{name} holds characters that no token has; was it copied whole?")
    return token


def _from_keyring(name: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an optional extra
        import keyring.errors  # noqa: PLC0415
    except ModuleNotFoundError:
        return ""
    try:
        return keyring.get_password(SERVICE, name) or ""
    except keyring.errors.KeyringError:
        return ""
