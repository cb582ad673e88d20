"""What people put into their address against robots and ask the reader to leave out: `infoNOSPAM@acme.example`."""

from __future__ import annotations

import re

from harvester.address import find_addresses

_TRAP = re.compile(
    r"[._-]{0,1}(?:NO[-_.]?SPAM(?:MERS?)?|(?:REMOVE|DELETE)[-_.]?(?:THIS|ME)|ANTI[-_.]?SPAM|SPAM[-_.]?FREE)[._-]{0,1}"
)
_WORDS = ("SPAM", "REMOVE", "DELETE")


def without_trap(address: str, original: str) -> str:
    """The address without the upper-case word that the original has in it; small words may be part of a name."""
    if not any(word in original for word in _WORDS):
        return address
    start = original.lower().find(address)
    written = original[start : start + len(address)] if start >= 0 else ""
    if written.upper() == written:
        return address
    local, _, host = written.partition("@")
    bare = f"{_cut(local)}@{_cut(host)}"
    return next((found.address for found in find_addresses(bare) if found.end == len(bare)), address)


def _cut(part: str) -> str:
    return _TRAP.sub(_joint, part).strip("._-")


def _joint(match: re.Match[str]) -> str:
    """A dot where one stood beside the trap: `acme.NOSPAM.example`."""
    return "." if "." in {match.group()[0], match.group()[-1]} else ""
