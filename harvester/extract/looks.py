"""What role, class and id of an element say, name by name: single names repeat far more than whole attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from harvester.extract.hints import DATA_SIGNS, ends_in_hint, holds_hint
from harvester.extract.tags import AT_CLASS, AT_ICON
from harvester.extract.zones import are_of_part, words_of_name, zone_of, zone_of_words
from harvester.model import Zone

# In lower case, and each alternative begins with a plain letter: a third of the time that one pattern takes.
_WANTED_PART = re.compile(r"v-?card|mail|spam|obfus|crypt|protect|cloak|encod|rot13|reverse")
_WANTED_WORD = re.compile(r"adr(?<!\wadr)\b|tel(?<!\wtel)\b|org(?<!\worg)\b|fn(?<!\wfn)\b")
_WANTED_NAME = re.compile(r"[ud]\Z|(?:p|u|dt|e)-[a-z]")
_DRAWN_TAGS = frozenset({"i", "span", "em", "svg", "b"})


@dataclass(frozen=True, slots=True)
class Look:
    """What role, class and id say: the zone, whether an extractor may have work, whether it is an at sign as icon."""

    zone: Zone | None
    is_wanted: bool = False
    is_at_sign: bool = False
    is_at_sign_if_empty: bool = False


NO_LOOK = Look(None)


class _Name(NamedTuple):
    """What a single class or id says."""

    zone: Zone | None
    is_of_part: bool
    is_wanted: bool
    is_at_sign: bool
    is_at_sign_if_empty: bool
    is_telling: bool


def look_of(tag: str, role: str | None, classes: str | None, name: str | None) -> Look:
    """What role, class and id of an element say; NO_LOOK where they say nothing."""
    said = [found for one in classes.split() if (found := _name_of(one))] if classes else []
    named = [found for one in name.split() if (found := _name_of(one))] + said if name else said
    zone = zone_of(tag, role, [one.zone for one in named], is_of_part=any(one.is_of_part for one in named))
    if not said:
        return Look(zone) if zone else NO_LOOK
    is_drawn = tag in _DRAWN_TAGS
    icon = is_drawn and any(one.is_at_sign for one in said)
    is_at_sign_if_empty = is_drawn and not icon and any(one.is_at_sign_if_empty for one in said)
    look = Look(zone, any(one.is_wanted for one in said), icon, is_at_sign_if_empty)
    return NO_LOOK if look == NO_LOOK else look


def is_telling(value: str | None) -> bool:
    """Whether a class or an id speaks of mail."""
    if not value:
        return False
    return ends_in_hint(value) or any(found.is_telling for one in value.split() if (found := _name_of(one)))


@lru_cache(maxsize=16_384)
def _name_of(name: str) -> _Name | None:
    lower = name.lower()
    words = words_of_name(lower)
    zone, is_of_part = (zone_of_words(words), are_of_part(words)) if words else (None, False)
    wanted = _WANTED_PART.search(lower) or _WANTED_WORD.search(lower) or _WANTED_NAME.match(lower)
    icon, named = AT_ICON.match(name), AT_CLASS.match(name)
    telling = holds_hint(lower) or DATA_SIGNS.search(name)
    if not (zone or is_of_part or wanted or icon or named or telling):
        return None
    return _Name(zone, is_of_part, wanted is not None, icon is not None, named is not None, bool(telling))
