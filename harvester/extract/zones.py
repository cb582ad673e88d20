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
_ANY_ZONE_WORD = re.compile("|".join(_BY_WORD))
ZONE_TAGS = frozenset(_BY_TAG)
_WORD = re.compile(r"[A-Za-z]+")
# The head and foot of a card, a table or an article are not those of the page.
_OF_PARTS = _words("article blog box card dialog entry item modal panel popup post product section table widget")
NAMED_TAGS = _words("div section ul table td tr ol dl center span header footer article")


def zone_of(tag: str, role: str, names: str) -> Zone | None:
    """The zone an element opens, or None. `names` is its id and class, joined by a space."""
    found = _BY_ROLE.get(role) if role else None
    if found is None and tag in _BY_TAG:
        if tag in {"header", "footer"} and names and not _OF_PARTS.isdisjoint(_WORD.findall(names.lower())):
            return None
        return _BY_TAG[tag]
    if found is None and names and tag in NAMED_TAGS:
        return _zone_of_names(names)
    return found


def _zone_of_names(names: str) -> Zone | None:
    names = names.lower()
    if not _ANY_ZONE_WORD.search(names):
        return None
    for name in names.split():
        words = _WORD.findall(name)
        if len(words) <= 3 and _OF_PARTS.isdisjoint(words):
            for word in (words[-1:] + words[:1]) if words else ():
                if word in _BY_WORD:
                    return _BY_WORD[word]
    return None


def nested_zone(outer: Zone, inner: Zone) -> Zone:
    """The zone of an element inside another: the foot of a page stays the foot, whatever stands in it."""
    if outer is Zone.FOOTER and inner is not Zone.FORM:
        return outer
    return inner
