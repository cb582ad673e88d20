"""What the names of attributes, classes and elements say about the addresses that they may hold."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from harvester.data import load_table

# Never an address of anybody: where it goes, how it looks, and what a visitor might type there.
_NOT_READ = frozenset(
    {"class", "id", "style", "src", "srcset", "placeholder", "data-src", "data-srcset", "integrity", "d"}
)
_HINT = re.compile(
    r"mail|contact|kontakt|enc|obf|crypt|protect|spam|cloak|addr|hash|token|goto|rot1|b64|base64|revers|secret|hide"
)
_HINT_ENDS = frozenset({"e", "u", "-e", "-u"})
# In a value of a `data-*` attribute, in a class or an id.
DATA_SIGNS = re.compile(r"@|%40|u0040|&|at[\])}]|mail|Mail|MAIL|courriel|Courriel|correo|Correo")
_MAIL_PREFIX = re.compile(r"(?:data-)?(?:(?:e-?mail|mail|contact|obf|em|enc|addr|address)[-_]?)?")


@lru_cache(maxsize=2048)
def is_hint(name: str) -> bool:
    """Whether the name of an attribute, a class, an id or a tag speaks of mail or of hiding."""
    return ends_in_hint(name) or holds_hint(name)


def ends_in_hint(name: str) -> bool:
    """Whether a name is, or ends in, a letter that stands for "e-mail" or "user": `data-e`."""
    return name[-2:].lower() in _HINT_ENDS


def holds_hint(name: str) -> bool:
    """Whether anything within a name speaks of mail or of hiding."""
    return _HINT.search(name.lower()) is not None


@lru_cache(maxsize=2048)
def is_read(name: str) -> bool:
    """Whether the values of an attribute may be an address."""
    return name not in _NOT_READ and name[:2] != "on"


@lru_cache(maxsize=2048)
def part_of(name: str) -> str | None:
    """Which part of an address an attribute of this name holds."""
    bare = name.removeprefix("data-")
    return None if name in _NOT_READ else _parts().get(bare) or _parts().get(_MAIL_PREFIX.sub("", name, count=1))


@lru_cache(maxsize=2048)
def are_parts(*names: str) -> bool:
    """Whether attributes of these names may hold an address in parts."""
    return {"local", "domain"} <= {part_of(name) for name in names}


@cache
def _parts() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("address_parts")}
