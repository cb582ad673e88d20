"""What style does to one element: its own, that of the page's rules, and the attributes that say the same."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from harvester.extract.styles import Generated, Styles, is_hiding, is_turning
from harvester.extract.tags import STYLED_INLINE

Attrs = dict[str, str | None]


class Effect(NamedTuple):
    """What style does to one element."""

    is_hiding: bool
    is_turning: bool
    generated: tuple[Generated, ...] = ()


NO_EFFECT = Effect(is_hiding=False, is_turning=False)


@lru_cache(maxsize=2048)
def effect_of(declarations: str) -> Effect:
    """What the `style` attribute of an element does to it."""
    hiding, turning = is_hiding(declarations), is_turning(declarations)
    return Effect(hiding, turning) if hiding or turning else NO_EFFECT


class Rules:
    """The rules of a page by their subjects."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        keys = styles.keys
        self._classes, self._ids, self._names = ({key[1:] for key in keys if key[0] == mark} for mark in ".#[")
        self._tags = {key for key in keys if key[0] not in ".#["}
        self.has_ids = bool(self._ids)

    def effect(self, tag: str, attrs: Attrs) -> Effect:
        """What style does to an element."""
        keys, style = self.matching(tag, attrs), attrs.get("style")
        own = effect_of(style) if style else NO_EFFECT
        if own is NO_EFFECT and not keys and "hidden" not in attrs and tag != "bdo":
            return NO_EFFECT
        hidden = own.is_hiding or ("hidden" in attrs and attrs["hidden"] != "until-found")
        turned = own.is_turning or (tag == "bdo" and (attrs.get("dir") or "").lower() == "rtl")
        styles = self._styles
        generated: list[Generated] = []
        for key in keys:
            hidden = hidden or (key in styles.hidden and tag in STYLED_INLINE)
            turned = turned or key in styles.turned
            generated += styles.generated.get(key, ())
        return Effect(hidden, turned, tuple(generated)) if hidden or turned or generated else NO_EFFECT

    def may_match(self, tag: str, names: Collection[str]) -> bool:
        """Whether a rule may be about an element with attributes of these names."""
        return (
            "class" in names
            or (self.has_ids and "id" in names)
            or tag in self._tags
            or not self._names.isdisjoint(names)
        )

    def matching(self, tag: str, attrs: Attrs) -> list[str]:
        """The keys of the rules whose subject an element is."""
        found = []
        if (classes := attrs.get("class")) and not self._classes.isdisjoint(names := classes.split()):
            found = ["." + name for name in names if name in self._classes]
        if tag in self._tags:
            found.append(tag)
        if self._ids and (name := attrs.get("id") or "") in self._ids:
            found.append("#" + name)
        if self._names:
            found += ["[" + name for name in attrs if name in self._names]
        return found
