"""What an element means to the walk, by all of it but the values that are looked into for an address; remembered.

Elements repeat, on a page and all the more on those of a site: nine of ten are known (400 recorded pages, 2026-11).
The tag and the names of the attributes settle most; only where values of these matter, they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from harvester.extract.effects import NO_EFFECT, Attrs, Effect, Rules
from harvester.extract.looks import NO_LOOK, is_telling, look_of
from harvester.extract.shapes import BLOCK, INLINE, Shape, shape_of
from harvester.extract.styles import Styles, join_styles
from harvester.model import Zone

MAX_KNOWN = 20_000
MAX_KEY = 400  # characters


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
    is_plain_link: bool


Names = str | tuple[str, ...]  # the tag, or the tag and the names of the attributes
Values = str | None | tuple[str | None, ...]


class Variants(dict[Values, Meaning | str | None]):
    """The meanings of the elements with the same tag and attributes, by those values that matter: `values_of` them."""

    def __init__(self, meanings: Meanings, shape: Shape, tag: str, names: tuple[str, ...], telling: list[str]) -> None:
        super().__init__()
        self.values_of = itemgetter(*telling)
        self._meanings, self._shape, self._tag, self._telling = meanings, shape, tag, telling
        self._blank: Attrs = dict.fromkeys(names)

    def __missing__(self, values: Values) -> Meaning | str | None:
        told = values if isinstance(values, tuple) else (values,)
        attrs = self._blank | dict(zip(self._telling, told))  # noqa: B905
        meaning = self._meanings.read(self._shape, self._tag, attrs)
        if sum(map(len, filter(None, told))) <= MAX_KEY:
            self._meanings.make_room()
            self[values] = meaning
        return meaning


class Meanings(dict[Names, Meaning | Variants | str | None]):
    """Those of the elements of all pages with the same rules of style: BLOCK or INLINE where one is no more than that.

    An element is looked up by its tag, with attributes by the tuple of tag and their names. `usual` are the meanings
    of elements that no rule is about.
    """

    def __init__(self, rules: Rules, *, usual: Meanings | None = None, all_blocks: bool = False) -> None:
        super().__init__()
        self.rules = rules
        self.all_blocks = all_blocks
        self._usual = usual
        self._room = MAX_KNOWN

    def __missing__(self, key: Names) -> Meaning | Variants | str | None:
        tag, names = (key, ()) if isinstance(key, str) else (key[0], key[1:])
        if self._usual is None or self.rules.may_match(tag, names):
            found = self._variants(tag, names)
        else:
            found = self._usual[key]
        if sum(map(len, key)) <= MAX_KEY:
            self.make_room()
            self[key] = found
        return found

    def _variants(self, tag: str, names: tuple[str, ...]) -> Meaning | Variants | str | None:
        """The meanings of the elements with this tag and these attributes; the one of all where no value matters."""
        shape = shape_of(tag, *names)
        telling = [name for name in names if self._matters(name, shape)]
        return Variants(self, shape, tag, names, telling) if telling else self.read(shape, tag, dict.fromkeys(names))

    def make_room(self) -> None:
        """Forget everything where too much is known."""
        self._room -= 1
        if self._room < 0:
            self.clear()
            self._room = MAX_KNOWN

    def find(self, tag: str, attrs: Attrs) -> Meaning | str | None:
        """The meaning of an element."""
        found = self[(tag, *attrs) if attrs else tag]
        return found[found.values_of(attrs)] if isinstance(found, Variants) else found

    def _matters(self, name: str, shape: Shape) -> bool:
        """Whether the value of an attribute tells what the element means."""
        if name == "id":
            return shape.has_zone_names or shape.is_maybe_wanted or self.rules.has_ids
        return name in {"class", "role"} or (name == "style" and not shape.has_other_style)

    def read(self, shape: Shape, tag: str, attrs: Attrs) -> Meaning | str | None:
        """The meaning of an element, from the names of its attributes and the values of those that matter."""
        if self._usual is not None and not self.rules.matching(tag, attrs):
            return self._usual.find(tag, attrs)
        effect = None if shape.has_other_style else self.rules.effect(tag, attrs)
        look, is_wanted, get = NO_LOOK, shape.is_wanted, attrs.get
        if shape.has_names:
            look = look_of(tag, get("role"), get("class"), get("id") if shape.has_zone_names else None)
            is_wanted = is_wanted or look.is_wanted
        if shape.is_maybe_wanted and not is_wanted:
            is_wanted = is_telling(get("class")) or is_telling(get("id"))
        is_block = shape.is_block or self.all_blocks
        is_simple = look is NO_LOOK and effect is NO_EFFECT and not is_wanted
        if is_simple and shape.is_plain:
            return BLOCK if is_block else INLINE
        is_plain_link = is_simple and shape.is_plain_link and not is_block
        return Meaning(
            shape, is_block, look.zone, is_wanted, look.is_at_sign, look.is_at_sign_if_empty, effect, is_plain_link
        )


@lru_cache(maxsize=128)
def meanings_of(sheets: tuple[Styles, ...]) -> Meanings:
    """The meanings of elements on pages with these style sheets; most have none that matters, and share theirs."""
    return Meanings(Rules(join_styles(sheets)), usual=meanings_of(()) if sheets else None)
