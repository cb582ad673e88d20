"""What an element needs from the walk, by its tag and the names of its attributes; remembered, for shapes repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harvester.extract.hints import are_parts, is_hint, is_read
from harvester.extract.tag_handlers import ON_ENTER, Handler
from harvester.extract.tags import AT_CLASS, AT_ICON, BLOCKS, HEADINGS, PREFORMATTED
from harvester.extract.zones import NAMED_TAGS, ZONE_TAGS, zone_of
from harvester.model import Zone


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Always of use to an extractor; event handlers are too.
_WANTED_NAMES = frozenset({"itemprop", "itemtype", "property", "typeof", "first", "last", "user", "domain"})
# Values that are never looked at for an address here: names, addresses of pages (links are kept apart), layout.
_UNREAD = _words("""
    action align alink alt-src bgcolor border cellpadding cellspacing charset class color colspan cols
    content-type d face for height href hspace id integrity lang link method name nowrap placeholder points
    rel role rows rowspan size src srcset style tabindex target text transform type valign viewbox vlink
    vspace width xmlns
    """)
_WANTED_CLASS = re.compile(  # in lower case: to ignore case takes twice as long
    r"v-?card|mail|spam|\badr\b|\btel\b|\borg\b|\bfn\b|(?:^|\s)[ud](?:$|\s)|obfus|crypt|protect|cloak|encod"
    r"|rot13|reverse|(?:^|\s)(?:p|u|dt|e)-[a-z]"
)


@dataclass(frozen=True, slots=True)  # its fields are read for each element, twice as fast as those of a named tuple
class Shape:
    """`values` are the attributes to look into for an address; `has_names` says that a role, class or id may matter."""

    is_block: bool
    needs_frame: bool
    is_wanted: bool
    is_maybe_wanted: bool  # has `data-*` attributes, or is a custom element: its names and values decide
    has_style: bool  # a `style` attribute
    has_other_style: bool  # an attribute that does what style does
    has_names: bool
    has_zone_names: bool  # where the id matters too
    is_picture: bool
    is_link: bool
    is_heading: bool
    is_passing: bool  # its end has nothing to undo
    on_enter: Handler | None
    values: tuple[str, ...]
    sign: str | None  # BLOCK or INLINE where neither names nor values of attributes matter, else OTHER


@dataclass(frozen=True, slots=True)
class Look:
    """What role, class and id say: the zone, whether an extractor may have work, whether it is an at sign as icon."""

    zone: Zone | None
    is_wanted: bool
    is_at_sign: bool
    is_at_sign_if_empty: bool = False


BLOCK, INLINE, OTHER = "block", None, "other"
NO_LOOK = Look(None, False, False)


@lru_cache(maxsize=8192)
def shape_of(tag: str, *names: str) -> Shape:
    """The shape of an element."""
    wanted = any(name in _WANTED_NAMES or name[:2] == "on" for name in names)
    maybe = not wanted and ("-" in tag or any(name[:5] == "data-" for name in names))
    if maybe and (tag == "img" or is_hint(tag) or are_parts(*names) or any(map(is_hint, names))):
        wanted, maybe = True, False
    styled, otherwise = "style" in names, "hidden" in names or tag == "bdo"
    link = tag in {"a", "area"} and "href" in names
    special = link or tag in HEADINGS or tag in PREFORMATTED or tag == "form"
    named = tag in ZONE_TAGS or "role" in names or "class" in names or ("id" in names and tag in NAMED_TAGS)
    picture = tag == "img" and ("alt" in names or "title" in names or "src" in names)
    values = tuple(
        name
        for name in names
        if (name not in _UNREAD or (name == "href" and tag not in {"a", "area", "link"}))
        and not (maybe and not is_read(name))
    )
    plain = not (wanted or maybe or special or styled or otherwise or named or picture or values or tag in ON_ENTER)
    return Shape(
        is_block=tag in BLOCKS,
        needs_frame=wanted or special,
        is_wanted=wanted,
        is_maybe_wanted=maybe,
        has_style=styled,
        has_other_style=otherwise,
        has_names=named,
        has_zone_names=tag in NAMED_TAGS,
        is_picture=picture,
        is_link=link,
        is_heading=tag in HEADINGS,
        is_passing=tag in {"a", "span"},
        on_enter=ON_ENTER.get(tag),
        values=values,
        sign=(BLOCK if tag in BLOCKS else INLINE) if plain else OTHER,
    )


@lru_cache(maxsize=8192)
def look_of(tag: str, role: str | None, classes: str | None, name: str | None) -> Look:
    """What role, class and id of an element say."""
    zone = zone_of(tag, role or "", f"{name or ''} {classes or ''}")
    drawn = tag in {"i", "span", "em", "svg", "b"} and bool(classes)
    icon = drawn and AT_ICON.search(classes or "") is not None
    named = drawn and not icon and AT_CLASS.search(classes or "") is not None
    return Look(zone, bool(classes and _WANTED_CLASS.search(classes.lower())), icon, named)


@lru_cache(maxsize=8192)
def sign_of(tag: str, classes: str | None) -> str | None:
    """BLOCK or INLINE for an element that means nothing else, by tag and at most a class; OTHER for all the rest."""
    shape = shape_of(tag) if classes is None else shape_of(tag, "class")
    if shape.sign is OTHER and (shape.needs_frame or tag in ON_ENTER):
        return OTHER
    if look_of(tag, None, classes, None) != NO_LOOK:
        return OTHER
    return BLOCK if shape.is_block else INLINE


# Only alternatives that begin with a letter of one case: others make the search several times as slow.
_ADDRESS_SIGNS = re.compile(r"@|%40|email-protection|cfemail|u0040|at[\])}]")
_DATA_SIGNS = re.compile(r"@|%40|u0040|&|at[\])}]|mail|Mail|MAIL|courriel|Courriel|correo|Correo")


def holds_address(attrs: dict[str, str | None], names: tuple[str, ...]) -> bool:
    """Whether one of these values may hold an address, plain, in words or encoded by Cloudflare."""
    for name in names:
        value = attrs[name]
        if value and _ADDRESS_SIGNS.search(value):
            return True
    return False


def speaks_of_mail(attrs: dict[str, str | None], names: tuple[str, ...]) -> bool:
    """Whether class, id or one of these values of an element with `data-*` attributes may be of use to an extractor.

    Two of three elements with such attributes are not: looking at all of them took 0.25 ms a page.
    """
    for name in names:
        value = attrs[name]
        if value and _DATA_SIGNS.search(value):
            return True
    for key in ("class", "id"):
        name_of_it = attrs.get(key)
        if name_of_it and is_telling(name_of_it):
            return True
    return False


@lru_cache(maxsize=4096)
def is_telling(name: str) -> bool:
    """Whether a class or an id speaks of mail."""
    return is_hint(name) or _DATA_SIGNS.search(name) is not None
