"""Addresses that a script takes out of the page: it reads attributes or text there, decodes or joins them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from harvester.address import find_addresses
from harvester.extract.decoders import decode_entities, decode_rot13
from harvester.extract.document import Document
from harvester.extract.encoded import decode_value
from harvester.extract.parts import assemble
from harvester.extract.sighting import Sighting
from harvester.model import Method, Zone

MAX_SCRIPT = 12_000
MAX_NAMES = 12
MAX_PLACES = 60
MAX_TAG = 2000

_READERS = ("dataset", "getAttribute(", ".data(", ".attr(")
_DECODERS = ("atob(", "rot13", "reverse(", "fromCharCode")
_READ = re.compile(
    r"dataset\.([\w$]{1,40})|dataset\[\s?[\"']([\w-]{1,40})|(?:getAttribute|\.data|\.attr)\(\s?[\"'](?:data-)?([\w-]{1,40})[\"']"
)
_CLOAK = "cloaked_email"
_CLOAK_PART = re.compile(r"data-(ep-[\w-]{1,20})=(?:\"([^\"]{0,200})\"|'([^']{0,200})')")
_CAPITAL = re.compile(r"[A-Z]")
_ATTRIBUTE = re.compile(r"\sdata-([\w-]{1,40})\s?=\s?(?:\"([^\"]{0,400})\"|'([^']{0,400})'|([^\s\"'<>]{1,400}))")
_ROTATES = re.compile(r"rot_?13|[+-] ?13\b", re.IGNORECASE)
_QUOTED_SIGN = re.compile(r"[\"'`}]@[\"'`$]|&#64;|\\x40|fromCharCode\(64\)")


class Purpose(NamedTuple):
    """What a script does: turn letters by 13, decode, read attributes (their names), join some of them."""

    rotates: bool
    decodes: bool = False
    names: tuple[str, ...] = ()
    joins: tuple[tuple[str, str, str], ...] = ()


def extract_scripted(document: Document) -> Iterator[Sighting]:
    """The addresses in attributes and text that a script of the page decodes or puts together."""
    if _CLOAK in document.source:
        yield from _of_cloaks(document)
    purposes = [_purpose(script) for script in document.scripts if len(script) <= MAX_SCRIPT]
    for purpose in purposes:
        for address, original in _of_purpose(document.source, purpose) if purpose.names else ():
            yield Sighting(address, Method.SCRIPT, original, 0, 0, Zone.SCRIPT, context=original)
    if any(purpose.rotates for purpose in purposes):
        yield from _rotated(document)


@lru_cache(maxsize=512)  # the pages of a site repeat their scripts
def _purpose(script: str) -> Purpose:
    """What a script does with the attributes that it reads."""
    rotates = "13" in script and _ROTATES.search(script) is not None
    if not any(reader in script for reader in _READERS):
        return Purpose(rotates)
    decodes = any(word in script for word in _DECODERS)
    if not decodes and not _QUOTED_SIGN.search(script):
        return Purpose(rotates)
    reads = [(match.start(), match.end(), _attribute(match)) for match in _READ.finditer(script)][:MAX_NAMES]
    names = tuple(dict.fromkeys(name for _, _, name in reads))
    return Purpose(rotates, decodes, names, tuple(_joins(script, reads, names)))


def _of_cloaks(document: Document) -> Iterator[Sighting]:
    """Regular Labs' Email Protector for Joomla: the first half in attributes of nested spans, the second backwards.

    The rule that shows them stands in the head or in a sheet of its own; the names of the attributes are random.
    """
    source = document.source
    position = source.find(_CLOAK)
    for _ in range(MAX_PLACES):
        if position < 0:
            return
        following = source.find(_CLOAK, position + 1)
        end = min(position + MAX_TAG, following if following >= 0 else len(source))
        halves: dict[str, list[str]] = {}
        for match in _CLOAK_PART.finditer(source, position, end):
            value = match[2] or match[3] or ""
            halves.setdefault(match[1], []).append(decode_entities(value) or value)
        if len(halves) == 2:
            (_, first), (_, second) = halves.items()
            for ahead, behind in ((first, second), (second, first)):
                text = "".join([*ahead, *reversed(behind)])
                for found in find_addresses(text):
                    if found.start == 0 and found.end == len(text):
                        yield Sighting(found.address, Method.ATTRIBUTE, text, 0, 0, Zone.MAIN, context=text)
        position = following


def _of_purpose(source: str, purpose: Purpose) -> Iterator[tuple[str, str]]:
    for tag, values in _tags(source, purpose.names):
        parts = [values.get(name, "") for name in purpose.names]
        if any(parts) and "@" not in "".join(parts):
            for local, host, tld in purpose.joins:
                address = assemble(values.get(local, ""), values.get(host, "").lstrip("@"), values.get(tld, ""))
                if address:
                    yield address, tag
        for value in parts if purpose.decodes else ():
            if len(value) > 7 and not next(find_addresses(value), None):
                yield from ((address, tag) for address, _ in decode_value(value))


def _attribute(match: re.Match[str]) -> str:
    """The name of the attribute without `data-`: `dataset.mailUser` reads `data-mail-user`."""
    name = match.group(1) or match.group(2) or match.group(3)
    return _CAPITAL.sub(lambda capital: "-" + capital.group().lower(), name)


def _joins(script: str, reads: list[tuple[int, int, str]], names: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """The attributes that the script joins with an at sign: local part, host and, perhaps, its last label."""
    for index in range(len(reads) - 1):
        (_, end, local), (start, after, host) = reads[index], reads[index + 1]
        if _QUOTED_SIGN.search(script, end, min(start, end + 80)):
            third = reads[index + 2] if index + 2 < len(reads) else None
            has_tld = third is not None and third[0] - after < 40 and "." in script[after : third[0]]
            yield local, host, third[2] if third and has_tld else ""
    if 2 <= len(names) <= 3 and _QUOTED_SIGN.search(script):
        yield names[0], names[1], names[2] if len(names) > 2 else ""


def _tags(source: str, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags of the page with one of these attributes, with their `data-*` values."""
    seen: set[int] = set()
    for name in names:
        wanted, position = f"data-{name}", 0
        for _ in range(MAX_PLACES):
            position = source.find(wanted, position + 1)
            if position < 0:
                break
            start = source.rfind("<", max(0, position - MAX_TAG), position)
            if start >= 0 and start not in seen:
                seen.add(start)
                tag = source[start : position + MAX_TAG].partition(">")[0]
                values = {
                    m[1]: decode_entities(v) or v for m in _ATTRIBUTE.finditer(tag) if (v := m[2] or m[3] or m[4])
                }
                yield tag[:200], values


def _rotated(document: Document) -> Iterator[Sighting]:
    """Words of the text that are an address when its letters are turned by 13, and none as they stand."""
    text = document.text
    position = text.find("@")
    for _ in range(MAX_PLACES):
        if position < 0:
            return
        before, after = text[max(0, position - 64) : position].split(), text[position : position + 255].split()
        word = f"{before[-1] if before else ''}{after[0]}"
        start = position - len(before[-1]) if before else position
        if not next(find_addresses(word), None):
            for found in find_addresses(decode_rot13(word) or ""):
                yield Sighting(found.address, Method.ROT13, word, start, start + len(word))
        position = text.find("@", position + 1)
