"""What an element means to the walk, by all of it but the values that are looked into for an address; remembered.

Elements repeat, on a page and all the more on those of a site: nine of ten are known (400 recorded pages, 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from harvester.extract.effects import NO_EFFECT, Attrs, Effect, Rules
from harvester.extract.shapes import BLOCK, INLINE, NO_LOOK, Shape, is_telling, look_of, shape_of
from harvester.extract.styles import Styles, join_styles
from harvester.model import Zone

MAX_KNOWN = 20_000
MAX_KEY = 400  # characters

Key = str | tuple[str | None, ...]


@dataclass(slots=True)  # frozen ones take three times as long to make
class Meaning:
    """An element that may be more than a block or words in a line. `effect` is None where values decide that."""

    shape: Shape
    is_block: bool
    zone: Zone | None
    is_wanted: bool
    is_at_sign: bool
    is_at_sign_if_empty: bool
    effect: Effect | None


class Meanings:
    """Those of the elements of all pages with the same rules of style; `known` are those that were looked up before."""

    def __init__(self, rules: Rules, *, all_blocks: bool = False) -> None:
        self.rules = rules
        self.all_blocks = all_blocks
        self.known: dict[Key, Meaning | str | None] = {}

    def find(self, key: Key, tag: str, attrs: Attrs) -> Meaning | str | None:
        """The meaning of an element: BLOCK or INLINE where it is no more than that. `key` is what it depends on."""
        meaning = self._read(tag, attrs)
        if len(self.known) >= MAX_KNOWN:
            self.known.clear()
        if sum(map(len, filter(None, key))) <= MAX_KEY:
            self.known[key] = meaning
        return meaning

    def _read(self, tag: str, attrs: Attrs) -> Meaning | str | None:
        shape, get = shape_of(tag, *attrs), attrs.get
        is_block = shape.is_block or self.all_blocks
        effect = None if shape.has_other_style else self.rules.effect(tag, attrs)
        look = NO_LOOK
        if shape.has_names:
            look = look_of(tag, get("role"), get("class"), get("id") if shape.has_zone_names else None)
        is_wanted = shape.is_wanted or look.is_wanted
        if shape.is_maybe_wanted and not is_wanted:
            is_wanted = is_telling(get("class")) or is_telling(get("id"))
        if shape.is_plain and look == NO_LOOK and effect is NO_EFFECT and not is_wanted:
            return BLOCK if is_block else INLINE
        return Meaning(shape, is_block, look.zone, is_wanted, look.is_at_sign, look.is_at_sign_if_empty, effect)


@lru_cache(maxsize=128)
def meanings_of(sheets: tuple[Styles, ...]) -> Meanings:
    """The meanings of elements on pages with these style sheets; most have none that matters, and share theirs."""
    return Meanings(Rules(join_styles(sheets)))
