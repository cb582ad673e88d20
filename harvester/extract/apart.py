"""Which words on a page belong to an address and which are only glued to it: `<b>E-mail</b><i>info@acme.example</i>`.

Inline elements side by side are one word to a browser: sites split addresses that way (`<b>john</b>@acme.example`), and
others set a label before a value. The rule:

1. An address that an inline element holds as a whole, with a known suffix, is not joined with the text around it.
2. It is joined all the same with one letter before it (an initial in another style; a link says where it begins), with
   an element of one small word that ends in `.`, `-`, `_` or `+` (`<b>john.</b><i>doe@acme.example</i>`), and with more
   labels of its domain after it (`<b>info@acme.co</b>.uk`).
3. Before both of these: a mailto link of the page that writes to one of the two readings and not to the other decides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import Any

from harvester.address import Found, find_addresses
from harvester.extract.document import Document, Link
from harvester.extract.flow import Flow
from harvester.extract.links import parse_mailto
from harvester.extract.tags import BLOCKS

BESIDE_MAX = 6
MAX_LABELS = 64  # characters after an element that may be the rest of its domain
_GOING_ON = frozenset(".-+'*~")  # before a local part: it has begun in front of the element
_BEGINNING = re.compile(r"[a-z0-9.+_-]{0,62}[.+_-]\Z")
_MORE_LABELS = re.compile(r"\.[a-z]{2}")


def is_alone(text: Any) -> bool:
    """Whether a text node is all that its inline element holds; empty elements beside it, an icon say, are nothing."""
    parent = text.parent
    if parent is None or parent.tag in BLOCKS:
        return False
    child = parent.first_child
    for _ in range(BESIDE_MAX):
        if child is None:
            return True
        if child != text and (child.tag in {"-text", "wbr"} or child.first_child is not None):
            return False
        child = child.next
    return False


def add_apart(flow: Flow, text: str) -> list[tuple[int, int]]:
    """Add the text of an inline element; return its span, unless a small word before it wants more: `john.`."""
    goes_on = flow.tail == "x" and _BEGINNING.match(flow.pieces[-1]) is not None
    start = flow.length
    flow.add(text)
    return [] if goes_on else [(start, flow.length)]


def separate(document: Document, joined: list[Found]) -> list[Found]:
    """The addresses of the text, those of `joined` that took in what was only glued to them replaced."""
    if not document.apart:
        return joined
    written = _written_to(document)
    own = [found for found in _own_addresses(document, written) if not _stays_joined(document, found, joined, written)]
    rest = [found for found in joined if _at(own, found) is None]
    return sorted([*own, *rest], key=_start)


def _own_addresses(document: Document, written: Collection[str]) -> Iterator[Found]:
    """The addresses in elements that hold nothing else, with the labels of their domains that stand behind those."""
    text = document.text
    for start, end in document.apart:
        for found in find_addresses(text[start:end]):
            if text[start : start + found.start][-1:] in _GOING_ON:
                continue
            alone = Found(start + found.start, start + found.end, found.address)
            if alone.end == end and _MORE_LABELS.match(text, end) and alone.address not in written:
                longer = next(find_addresses(text[alone.start : end + MAX_LABELS]), found)
                alone = Found(alone.start, alone.start + longer.end - longer.start, longer.address)
            yield alone


def _stays_joined(document: Document, alone: Found, joined: list[Found], written: Collection[str]) -> bool:
    """Whether the reading that takes in the text around an element is the right one."""
    whole = _at(joined, alone)
    if whole is None or (whole.start, whole.end) == (alone.start, alone.end):
        return whole is not None
    if whole.start >= alone.start and whole.end <= alone.end:
        return False
    if (whole.address in written) is not (alone.address in written):
        return whole.address in written
    has_initial = alone.start - whole.start == 1 and document.text[whole.start].isalpha() and whole.end == alone.end
    return has_initial and not _is_in_link(document, alone.start)


def _at(founds: list[Found], other: Found) -> Found | None:
    """The first of some addresses, in order, that shares text with another."""
    index = bisect_right(founds, other.start, key=_end)
    return founds[index] if index < len(founds) and founds[index].start < other.end else None


def _is_in_link(document: Document, position: int) -> bool:
    index = bisect_right(document.links, position, key=_end)
    return index < len(document.links) and document.links[index].start <= position


def _written_to(document: Document) -> Collection[str]:
    """The addresses that the mailto links of the page write to."""
    return {address for link in document.links if "@" in link.href for address in parse_mailto(link.href)}


def _start(found: Found) -> int:
    return found.start


def _end(found: Found | Link) -> int:
    return found.end
