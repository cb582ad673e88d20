"""What an element needs from the walk, by its tag and the names of its attributes; remembered, for shapes repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harvester.extract.hints import DATA_SIGNS, are_parts, is_hint, is_read
from harvester.extract.tag_handlers import ON_ENTER, Handler
from harvester.extract.tags import BLOCKS, HEADINGS, PREFORMATTED
from harvester.extract.zones import NAMED_TAGS, ZONE_TAGS


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


@dataclass(
    slots=True
)  # read for each element, twice as fast as a named tuple, and made three times as fast as a frozen one
class Shape:
    """`values` are the attributes to look into for an address; `has_names` says that a role, class or id may matter."""

    is_block: bool
    needs_frame: bool
    is_wanted: bool
    is_maybe_wanted: bool  # has `data-*` attributes, or is a custom element: its names and values decide
    has_other_style: bool  # an attribute that does what style does
    has_names: bool
    has_zone_names: bool  # where the id matters too
    is_picture: bool
    is_link: bool
    is_heading: bool
    is_passing: bool  # its end has nothing to undo
    on_enter: Handler | None
    values: tuple[str, ...]
    is_plain: bool  # a block or words in a line, unless its class, id or style say more
    is_plain_link: bool  # a link and no more than that, with the same reserve


BLOCK, INLINE = "block", None


@lru_cache(maxsize=8192)
def shape_of(tag: str, *names: str) -> Shape:
    """The shape of an element."""
    wanted = any(name in _WANTED_NAMES or name[:2] == "on" for name in names)
    maybe = not wanted and ("-" in tag or any(name[:5] == "data-" for name in names))
    if maybe and (tag == "img" or is_hint(tag) or are_parts(*names) or any(map(is_hint, names))):
        wanted, maybe = True, False
    otherwise = "hidden" in names or tag == "bdo"
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
    is_ordinary = not (wanted or otherwise or picture or values or tag in ON_ENTER)
    return Shape(
        is_block=tag in BLOCKS,
        needs_frame=wanted or special,
        is_wanted=wanted,
        is_maybe_wanted=maybe,
        has_other_style=otherwise,
        has_names=named,
        has_zone_names=tag in NAMED_TAGS,
        is_picture=picture,
        is_link=link,
        is_heading=tag in HEADINGS,
        is_passing=tag in {"a", "span"},
        on_enter=ON_ENTER.get(tag),
        values=values,
        is_plain=is_ordinary and not special,
        is_plain_link=is_ordinary and link and tag == "a",
    )


# Plain, in words or encoded by Cloudflare. Only alternatives that begin with a letter of one case: others make the
# search several times as slow.
_ADDRESS_SIGNS = re.compile(r"@|%40|email-protection|cfemail|u0040|at[\])}]")


def holds_address(attrs: dict[str, str | None], shape: Shape) -> bool:
    """Whether a value of an element may hold an address; one with `data-*` attributes may also only speak of mail."""
    search = (DATA_SIGNS if shape.is_maybe_wanted else _ADDRESS_SIGNS).search
    for name in shape.values:
        value = attrs[name]
        if value and search(value):
            return True
    return False
