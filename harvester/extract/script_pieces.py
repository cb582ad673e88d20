"""Which scripts of a page, and which pieces of long ones, could make an address: those that are worth following."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MAX_SCRIPT = 12_000

# A script is followed when it could make an at sign or a mailto out of pieces. Plain searches first: they cost nothing.
_MAKERS = (
    *("lto", "fromCharCode", "unescape(", "atob(", "rot13", "reverse()", "eval(", "otl", "znv"),
    *("%40", "%6", "x40", "u0040", "&#"),
)
_JOINED_SIGN = re.compile(r"""@["'`<+$]|["'`>+}] ?@["'`$]|@[\w.-]{1,60}["'`] ?\+|["'`] ?\+ ?["'`][\w.-]{1,60}@""")
_SIGN_CODE = re.compile(r"[\[(,'\"|] ?64['\"]? ?[,'\"|\])]")
_WRITES = re.compile(
    r"document\.|[iI]nnerHTML|location|[hH]ref|\$\(|jQuery|html\(|text\(|eval\(|write|return|[mM]ail|addr"
)
_LOADS_SCRIPT = re.compile(r"unescape\(\s*[\"']%3Cscript", re.IGNORECASE)
_PLACES = ("lto:", '@"', "@'", '"@', "'@", "&#64;")


@lru_cache(maxsize=512)  # the pages of a site repeat their scripts
def pieces_of(script: str) -> tuple[str, ...]:
    """What of a script is worth following: all of a short one, the surroundings of the telling places of a long one."""
    return tuple(_pieces(script))


def _pieces(script: str) -> Iterator[str]:
    if len(script) > MAX_SCRIPT:
        yield from _surroundings(script)
    elif (
        _makes_address(script) and _WRITES.search(script) and not _LOADS_SCRIPT.search(script) and "emoji" not in script
    ):
        # WordPress's emoji test and loaders of other scripts stand on half of all sites.
        yield script


def _surroundings(script: str) -> Iterator[str]:
    """The telling places of a long script, with some of what stands around them."""
    places = sorted(place for word in _PLACES for place in _places(script, word))
    end = -1
    for place in places:
        if place < end:
            continue
        begin = max(end, script.rfind("\n", 0, max(0, place - 300)), place - 1500, 0)
        end = place + 1500
        yield script[begin:end]


def _places(script: str, word: str) -> Iterator[int]:
    position = script.find(word)
    while position >= 0:
        yield position
        position = script.find(word, position + 200)


def _makes_address(script: str) -> bool:
    """Whether a script could make an address out of pieces."""
    if any(maker in script for maker in _MAKERS):
        return True
    if "@" in script and _JOINED_SIGN.search(script):
        return True
    return ("64" in script and _SIGN_CODE.search(script) is not None) or ("charAt(" in script and "indexOf(" in script)
