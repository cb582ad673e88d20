"""Which part of the page an element opens: by its tag, its ARIA role, or the words in its id and class."""

from __future__ import annotations

import re

from harvester.model import Zone


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BY_TAG = {
    "header": Zone.HEADER,
    "nav": Zone.NAVIGATION,
    "main": Zone.MAIN,
    "aside": Zone.ASIDE,
    "footer": Zone.FOOTER,
    "form": Zone.FORM,
    "head": Zone.HEAD,
    "pre": Zone.CODE,
    "code": Zone.CODE,
}
_BY_ROLE = {
    "banner": Zone.HEADER,
    "navigation": Zone.NAVIGATION,
    "main": Zone.MAIN,
    "complementary": Zone.ASIDE,
    "contentinfo": Zone.FOOTER,
    "search": Zone.FORM,
}
_BY_WORD = {
    "footer": Zone.FOOTER,
    "foot": Zone.FOOTER,
    "colophon": Zone.FOOTER,
    "header": Zone.HEADER,
    "masthead": Zone.HEADER,
    "topbar": Zone.HEADER,
    "nav": Zone.NAVIGATION,
    "navbar": Zone.NAVIGATION,
    "navigation": Zone.NAVIGATION,
    "menu": Zone.NAVIGATION,
    "sidebar": Zone.ASIDE,
}
ZONE_TAGS = frozenset(_BY_TAG)
_WORD = re.compile(r"[A-Za-z]+")
# The head and foot of a card, a table or an article are not those of the page.
_OF_PARTS = _words("article blog box card dialog entry item modal panel popup post product section table widget")
_TELLING_WORDS = _OF_PARTS | _BY_WORD.keys()
NAMED_TAGS = _words("div section ul table td tr ol dl center span header footer article")


def zone_of(tag: str, role: str | None, named: list[Zone | None], *, is_of_part: bool) -> Zone | None:
    """The zone an element opens, or None. `named` are those that its id and classes name, in this order."""
    found = _BY_ROLE.get(role) if role else None
    if found is None and tag in _BY_TAG:
        return None if is_of_part and tag in {"header", "footer"} else _BY_TAG[tag]
    if found is None and named and tag in NAMED_TAGS:
        return next(filter(None, named), None)
    return found


def is_zone_role(role: str) -> bool:
    """Whether an ARIA role opens a zone."""
    return role in _BY_ROLE


def words_of_name(name: str) -> list[str]:
    """The words of a class or an id, in lower case, where one of them may tell the zone; else none."""
    words = _WORD.findall(name)
    return [] if _TELLING_WORDS.isdisjoint(words) else words


def are_of_part(words: list[str]) -> bool:
    """Whether the words of a class or an id say that the element belongs to a part of the page."""
    return not _OF_PARTS.isdisjoint(words)


def zone_of_words(words: list[str]) -> Zone | None:
    """The zone that the words of a class or an id name."""
    if len(words) <= 3 and _OF_PARTS.isdisjoint(words):
        return _BY_WORD.get(words[-1]) or _BY_WORD.get(words[0])
    return None


def nested_zone(outer: Zone, inner: Zone) -> Zone:
    """The zone of an element inside another: the foot of a page stays the foot, whatever stands in it."""
    if outer is Zone.FOOTER and inner is not Zone.FORM:
        return outer
    return inner
