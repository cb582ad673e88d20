"""What a token must be: there, and one that a header can hold."""

from __future__ import annotations

from collections.abc import Callable

from harvester.crm.exchange import TokenRefused


def find_token(name: str, find_secret: Callable[[str, str], str]) -> str:
    """The token of that name, by `harvester.credentials.find_secret`; TokenRefused with a sentence for none."""
    token = find_secret(name, name).strip()
    if not token:
        raise TokenRefused(
            f"Set {name} in the environment, or keep it in the keyring: "
            f'pip install "harvester[keyring]", then keyring set harvester {name}.'
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise TokenRefused(f"{name} holds characters that no token has; was it copied whole?")
    return token
