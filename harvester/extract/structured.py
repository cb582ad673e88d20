"""Addresses in structured data: JSON-LD, microdata and RDFa, meta tags, vCards."""

from __future__ import annotations

import json
import quopri
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from harvester.address import Found, find_addresses
from harvester.extract.at_signs import has_signs
from harvester.extract.decoders import decode_base64, decode_entities, decode_js_escapes, decode_protected
from harvester.extract.document import Document
from harvester.extract.links import parse_mailto
from harvester.extract.sighting import Sighting
from harvester.extract.worded import Worded, find_worded
from harvester.model import Method, Zone

MAX_DEPTH = 30
MAX_VCARD = 200_000
MAX_VALUE = 1000  # a longer value is shown as the part around the address: a page of addresses took quadratic time
AROUND = 80  # characters on either side

_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_EMAIL_LINE = re.compile(r"(?im)^(?:[\w-]{1,20}\.)?EMAIL([^:\n]{0,200}):([^\n]{3,400})$")
_LABELS = ("contactType", "jobTitle", "name", "description", "@type")


def extract_structured(document: Document) -> Iterator[Sighting]:
    """The addresses in JSON-LD, meta tags, the title and elements with an e-mail property."""
    for source in document.json_ld:
        if _may_hold_address(source):
            yield from _of_json_ld(source)
    yield from _of_head(document)
    yield from _of_properties(document)


def _may_hold_address(source: str) -> bool:
    """Whether JSON-LD has an at sign that is not the first of a keyword (`"@type"`), or one in words or escaped."""
    if source.count("@") != source.count('"@'):
        return True
    return "&#" in source or "u0040" in source or "cfemail" in source or has_signs(source)


def _of_head(document: Document) -> Iterator[Sighting]:
    for name, content in document.meta.items():
        if "@" in content or "&#" in content or "at]" in content or "(at)" in content:
            for address, original in _addresses(content):
                context = f"{name}: {content[:160]}"
                yield Sighting(address, Method.STRUCTURED, original, 0, 0, Zone.HEAD, visible=False, context=context)
    if "@" in document.title:
        for found in find_addresses(document.title):
            original = _part(document.title, found)
            yield Sighting(found.address, Method.TEXT, original, 0, 0, Zone.HEAD, context=original)


def _of_properties(document: Document) -> Iterator[Sighting]:
    """The addresses of e-mail properties; an inner one stands before those around it, whose text is not read again."""
    read_from = -1
    for element in document.elements:
        names = element.attrs.get("itemprop") or element.attrs.get("property")
        if not names or "email" not in names.lower():
            continue
        value = element.attrs.get("content")
        if not value and element.start > read_from:
            value = document.text[element.start : element.end]
            read_from = element.start if value else read_from
        end = min(element.end, element.start + MAX_VALUE)
        for address, original in _addresses(value or ""):
            yield Sighting(address, Method.STRUCTURED, original, element.start, end)


def _addresses(value: str) -> list[tuple[str, str]]:
    """The addresses in a value, each with what stood there."""
    plain = decode_entities(value) or value
    whole = value[:MAX_VALUE]
    return (
        [
            (found.address, whole)
            for text in decode_protected(plain)
            for found in find_addresses(text, known_suffix=False)
        ]
        or [(address, whole) for address in parse_mailto(plain)]
        or [(found.address, _part(value, found, plain)) for found in find_addresses(plain)]
        or [(found.address, _part(value, found, plain)) for found in find_worded(plain)]
    )


def _part(value: str, found: Found | Worded, plain: str = "") -> str:
    """The value, or where it is long the part around what was found in it (in `plain`, where that differs)."""
    return value if len(value) <= MAX_VALUE else (plain or value)[max(0, found.start - AROUND) : found.end + AROUND]


def _of_json_ld(source: str) -> Iterator[Sighting]:
    try:
        data = json.loads(source.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        plain = decode_js_escapes(source) or source
        for found in find_addresses(decode_entities(plain) or plain):
            yield _of_data(found.address, found.address, "")
        return
    yield from _of_value(data, "", 0)


def _of_value(value: Any, label: str, depth: int) -> Iterator[Sighting]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        label = next((str(value[key])[:80] for key in _LABELS if isinstance(value.get(key), str)), label)
        for key, inner in value.items():
            if not key.startswith("@") or key == "@graph":
                yield from _of_value(inner, label, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_value(inner, label, depth + 1)
    elif isinstance(value, str) and len(value) > 5:
        for address, original in _addresses(value):
            yield _of_data(address, original, label)


def _of_data(address: str, original: str, label: str) -> Sighting:
    context = " ".join(f"{label} {original}".split())[:200]
    return Sighting(
        address, Method.STRUCTURED, original, 0, 0, Zone.SCRIPT, visible=False, context=context, label=label
    )


def extract_vcard(document: Document) -> Iterator[Sighting]:
    """The addresses of a vCard: the document itself, or one in a `data:` link."""
    if document.is_vcard:
        yield from _of_vcard(document.text)
    for link in document.links:
        if link.href[:5].lower() == "data:" and "card" in link.href[:40].lower() and len(link.href) < MAX_VCARD:
            head, _, data = link.href.partition(",")
            text = unquote_to_bytes(data).decode("utf-8", "replace")
            yield from _of_vcard((decode_base64(text) or "") if "base64" in head else text)


def _of_vcard(text: str) -> Iterator[Sighting]:
    text = _FOLD.sub("", text[:MAX_VCARD])
    if "QUOTED-PRINTABLE" in text.upper():
        text = _SOFT_BREAK.sub("", text)
    for parameters, value in _EMAIL_LINE.findall(text):
        plain = value
        if "QUOTED-PRINTABLE" in parameters.upper():
            plain = quopri.decodestring(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        elif "BASE64" in parameters.upper() or "ENCODING=B" in parameters.upper():
            plain = decode_base64(value.strip()) or value
        for address in parse_mailto(plain) or [found.address for found in find_addresses(plain, known_suffix=False)]:
            yield Sighting(address, Method.VCARD, value, 0, 0, context=" ".join(text[:200].split()))
