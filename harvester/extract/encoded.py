"""Addresses in attributes: plain, encoded, or in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from harvester.address import find_addresses
from harvester.extract.decoders import (
    decode_base64,
    decode_cfemail,
    decode_charcodes,
    decode_code_shift,
    decode_entities,
    decode_hex,
    decode_js_escapes,
    decode_percent,
    decode_protected,
    decode_reversed,
    decode_rot13,
    decode_rot18,
    decode_typo3,
)
from harvester.extract.document import Document, Element
from harvester.extract.hints import are_parts, is_hint, is_read
from harvester.extract.links import parse_mailto
from harvester.extract.parts import addresses_in_parts, join_parts, split_address
from harvester.extract.sighting import Sighting
from harvester.extract.worded import find_worded
from harvester.model import Method

MAX_VALUE = 20_000
MAX_ENCODED_VALUE = 600
MAX_ENCODED_TEXT = 200

# An encoded address is one word, or numbers with separators; "true", "modal" and "#menu" are none.
_ONE_WORD = re.compile(r"\s*(?:\S{8,}|[\d\s,;:.|\[\]-]{10,}|[0-9a-fA-F]{2}(?:[\s,:-][0-9a-fA-F]{2}){5,200})\s*\Z")
_QUOTED = re.compile(r"[\"']([^\"']{12,400})[\"']")
# The attribute is the address, whatever its signs are.
_MAIL_NAME = re.compile(r"(?:data-)?(?:e-?mail|e?mailto|mail-?address|email-?address|courriel|correo)\Z")
_AT_MARK = re.compile(r"\s?[\[({]at[\])}]\s?")

# Attributes whose values a visitor reads.
_SHOWN = frozenset({"alt", "title", "aria-label", "value", "content", "label", "summary", "data-title"})

# In this order: the surest first. Each with the method it stands for.
_ATTEMPTS = (
    (decode_typo3, Method.SCRIPT),
    (decode_code_shift, Method.SCRIPT),
    (decode_hex, Method.ATTRIBUTE),
    (decode_cfemail, Method.CFEMAIL),
    (decode_base64, Method.BASE64),
    (decode_charcodes, Method.SCRIPT),
    (decode_js_escapes, Method.SCRIPT),
    (decode_rot13, Method.ROT13),
    (decode_rot18, Method.ROT13),
    (decode_reversed, Method.REVERSED),
)


def extract_encoded(document: Document) -> Iterator[Sighting]:
    """The addresses in the attributes of elements, and in the text of elements that are marked as encoded."""
    spans: list[Element] = []
    for element in document.elements:
        if element.tag == "meta":
            continue
        for address, method, original in _of_element(element):
            visible = element.attrs.get("type") != "hidden" and element.tag != "script"
            yield Sighting(address, method, original, element.start, element.end, visible=visible)
        names = element.attrs.get("class", "").split()
        if "spamspan" in names:
            yield from _of_spamspan(document, element, spans)
            spans = []
        elif "u" in names or "d" in names:
            spans.append(element)
        elif names and element.end - element.start < MAX_ENCODED_TEXT:
            yield from _of_marked_text(document, element)


def _of_element(element: Element) -> Iterator[tuple[str, Method, str]]:
    attrs = element.attrs
    hinted = is_hint(attrs.get("class", "")) or is_hint(attrs.get("id", "")) or is_hint(element.tag)
    for name, value in attrs.items():
        if len(value) < 6 or len(value) > MAX_VALUE or not is_read(name):
            continue
        if name == "href" and (element.tag in {"a", "area", "link", "base"} or value[:11].lower() == "javascript:"):
            continue
        for address, method in _of_value(name, value, hinted=hinted):
            yield address, method, value
    if len(attrs) > 1 and are_parts(*attrs) and (joined := join_parts(attrs)):
        yield joined, Method.ATTRIBUTE, " ".join(f'{name}="{value}"' for name, value in attrs.items())


def _of_value(name: str, value: str, *, hinted: bool) -> Iterator[tuple[str, Method]]:
    if name == "data-cfemail":
        for found in find_addresses(decode_cfemail(value) or "", known_suffix=False):
            yield found.address, Method.CFEMAIL
        return
    hinted = hinted or is_hint(name)
    if protected := decode_protected(value):
        for decoded in protected:
            yield from ((found.address, Method.CFEMAIL) for found in find_addresses(decoded, known_suffix=False))
        return
    known = list(_plain_addresses(value, worded=hinted or name in _SHOWN))
    if not known and "CryptMailto(" in value:
        known = [(address, Method.SCRIPT) for text in _QUOTED.findall(value) for address, _ in decode_value(text)]
    if not known and _MAIL_NAME.match(name) and len(value) <= MAX_ENCODED_VALUE:
        worded = [found.address for found in find_worded(value, marked=True)]
        joined = "" if worded else split_address(value)
        known = [(address, Method.ATTRIBUTE) for address in ([joined] if joined else worded)]
    if not known and value[0] in "{[" and ("mail" in name or "contact" in name):
        known = [(address, Method.ATTRIBUTE) for address in addresses_in_parts(value)]
    if known and not ("rot" in name or "enc" in name):
        yield from known
    elif hinted and len(value) <= MAX_ENCODED_VALUE and _ONE_WORD.match(value):
        yield from decode_value(value) or known


def _plain_addresses(value: str, *, worded: bool) -> Iterator[tuple[str, Method]]:
    """Addresses that need no more than entities and percent signs undone."""
    plain = decode_entities(value) or value
    if "u0040" in plain or "\\x40" in plain:
        plain = decode_js_escapes(plain) or plain
    if "%40" in plain:
        plain = decode_percent(plain) or plain
    if "@" in plain:
        if addresses := parse_mailto(plain):
            yield from ((address, Method.ATTRIBUTE) for address in addresses)
            return
        yield from ((found.address, Method.ATTRIBUTE) for found in find_addresses(plain))
    if worded:
        yield from ((found.address, Method.WORDED) for found in find_worded(plain))


@lru_cache(maxsize=2048)  # the pages of a site repeat their widgets; a value without an address takes 0.3 ms
def decode_value(value: str) -> tuple[tuple[str, Method], ...]:
    """The address in a value of unknown encoding: each decoder, then each pair of them, until one gives an address."""
    return tuple(_attempts(value))


def _attempts(value: str) -> Iterator[tuple[str, Method]]:
    value = _AT_MARK.sub("@", value.strip())
    once = [(decoded, method) for decode, method in _ATTEMPTS if (decoded := decode(value))]
    for decoded, method in once:
        if address := _whole_address(decoded):
            yield address, method
            return
    for first, method in once:
        for decode, _ in _ATTEMPTS[2:]:
            if (decoded := decode(first)) and (address := _whole_address(decoded)):
                yield address, method
                return


def _whole_address(text: str) -> str | None:
    """The address a text consists of, after its scheme and without its headers."""
    if not 5 < len(text) < MAX_ENCODED_VALUE:
        return None
    text = decode_entities(text) or text
    if text[:7].lower() == "mailto:":
        return next(iter(parse_mailto(text)), None)
    if "<" in text and "@" in text:
        return next((found.address for found in find_addresses(text)), None)
    text = decode_percent(text) or text
    for found in find_addresses(text):
        return found.address if found.start == 0 and text[found.end :][:1] in {"", "?"} else None
    for worded in find_worded(text):
        return worded.address if worded.start == 0 and worded.end == len(text) else None
    return None


def _of_spamspan(document: Document, outer: Element, inner: list[Element]) -> Iterator[Sighting]:
    """SpamSpan: a span of class u holds the local part, one of class d the domain, with dots in words or not."""
    parts = {}
    for element in inner:
        is_short = element.end - element.start <= MAX_ENCODED_TEXT
        if is_short and outer.start <= element.start and element.end <= outer.end:
            for name in element.attrs["class"].split():
                parts[name] = document.text[element.start : element.end].strip()
    if "u" not in parts or "d" not in parts:
        return
    original = document.text[outer.start : outer.end]
    for worded in find_worded(f"{parts['u']} [at] {parts['d']}", marked=True):
        yield Sighting(worded.address, Method.WORDED, original, outer.start, outer.end)


def _of_marked_text(document: Document, element: Element) -> Iterator[Sighting]:
    """The text of an element whose class says that it is encoded."""
    if not is_hint(element.attrs["class"]):
        return
    text = document.text[element.start : element.end].strip()
    if len(text) < 6 or " " in text or next(find_addresses(text), None):
        return
    for address, method in decode_value(text):
        yield Sighting(address, method, text, element.start, element.end)
