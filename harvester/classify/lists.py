"""The user's own word on addresses: those that are never a contact, and those that are one whatever the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from harvester.address import AddressError, normalize_address

DENIED = "denied"  # a key of `Company.dropped`
_ANY_LOCAL, _ANY_DOMAIN = "anybody", "acme.example"  # what stands in for the half that a pattern leaves open


@dataclass(frozen=True, slots=True)
class AddressLists:
    """Patterns as `parse_pattern` returns them. Where both lists fit, the narrower pattern counts; of equals, deny."""

    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allow: Iterable[str], deny: Iterable[str]) -> Self:
        """The lists of the two settings' values."""
        return cls(frozenset(allow), frozenset(deny))

    def denies(self, address: str) -> bool:
        """Whether a normalized address is never to be a contact."""
        return self._says(address) is False

    def allows(self, address: str) -> bool:
        """Whether a normalized address is to be a contact wherever it is found."""
        return self._says(address) is True

    def _says(self, address: str) -> bool | None:
        if self.allow or self.deny:
            for form in _narrowest_first(address):
                if form in self.deny or form in self.allow:
                    return form not in self.deny
        return None


NO_LISTS = AddressLists()


def parse_pattern(text: str) -> str:
    """Return a pattern as it is compared: an address, `@host`, `domain` (and what is below it), or `name@`.

    Raises ValueError with the end of a sentence that begins with the setting's name.
    """
    pattern = text.strip().lower()
    local, at, domain = pattern.rpartition("@")
    try:
        normal = normalize_address(f"{local or _ANY_LOCAL}@{domain or _ANY_DOMAIN}" if local or domain else "")
    except AddressError:
        raise ValueError(f"write an address, a domain, @domain or name@, not {text.strip()[:60]!r}") from None
    normal_local, _, normal_domain = normal.rpartition("@")
    if not domain:
        return f"{normal_local}@"
    return normal if local else f"{at}{normal_domain}"


def _narrowest_first(address: str) -> Iterator[str]:
    local, _, host = address.rpartition("@")
    yield f"{local.lower()}@{host}"
    yield f"@{host}"
    labels = host.split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels)))
    yield f"{local.lower()}@"
