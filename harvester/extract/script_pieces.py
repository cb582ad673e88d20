"""Which scripts of a page, and which pieces of long ones, could make an address: those that are worth following."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MAX_SCRIPT = 12_000

# A script is followed when it could make an at sign or a mailto out of pieces. Plain searches first: they cost nothing.
_MAKERS = (
    *("fromCharCode", "unescape(", "atob(", "rot13", "reverse()", "eval(", "otl", "znv"),
    *("%40", "%6", "x40", "u0040"),
)
# Not the settings of a link tracker ("mailtoClass": 0), nor references for quotation marks and pictures (&#8217;).
_SPEAKING_MAKERS = (("lto", re.compile(r"lto(?![A-Za-z]\w{0,30}[^\w(])")), ("&#", re.compile(r"&#(?![1-9]\d{3})")))
# In a short script these are enough; long ones have them for other ends.
_SHORT_MAKERS = (
    *("decodeURI", ".reverse(", "charCodeAt", "TextDecoder", "Buffer.from", "fromCodePoint", ".split(''", '.split(""'),
    *('.join("', ".join('", "new Function(", "Function('", 'Function("'),
)
MAX_SHORT = 3000
# A call that speaks of mail, of a function that may be in another file: `writeMail("info", "acme.example")`.
MAIL_CALL = re.compile(r"(?:[mM]ail|[sS]pam)[\w$]{0,30}\s{0,2}\(\s{0,3}[\"'][^\"'()]{3,300}[\"'][^()]{0,300}\)")
# With an at sign in the script these may take an address out of a string that hides it.
_TAKERS = ("split(", "replace", "substr", "slice(", "charAt(", "indexOf(", "join(", "reduce")
_JOINED_SIGN = re.compile(r"""@["'`<+$]|["'`>+}] ?@["'`$]|@[\w.-]{1,60}["'`] ?\+|["'`] ?\+ ?["'`][\w.-]{1,60}@""")
_SIGN_CODE = re.compile(r"[\[(,'\"|] ?64['\"]? ?[,'\"|\])]")
_WRITES = re.compile(
    r"document\.|[iI]nnerHTML|location|[hH]ref|\$\(|jQuery|html\(|text\(|eval\(|write|return|[mM]ail|[sS]pam|addr|[cC]ontent"
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
    if any(word in script and pattern.search(script) for word, pattern in _SPEAKING_MAKERS):
        return True
    if len(script) <= MAX_SHORT and any(maker in script for maker in _SHORT_MAKERS):
        return True
    if len(script) <= MAX_SHORT and ("ail" in script or "pam" in script) and MAIL_CALL.search(script):
        return True
    if "@" in script and (_JOINED_SIGN.search(script) or any(taker in script for taker in _TAKERS)):
        return True
    return ("64" in script and _SIGN_CODE.search(script) is not None) or ("charAt(" in script and "indexOf(" in script)
