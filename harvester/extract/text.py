"""Addresses in text: what a visitor reads, what style keeps from sight, and what stands in comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from harvester.address import Found, find_addresses
from harvester.extract.apart import separate
from harvester.extract.decoders import decode_percent, decode_protected
from harvester.extract.document import Document, Link
from harvester.extract.links import parse_mailto
from harvester.extract.lookalikes import fold_lookalikes
from harvester.extract.sighting import Sighting
from harvester.extract.spellings import find_respelled
from harvester.extract.worded import find_worded
from harvester.model import Method, Zone

MAX_COMMENT = 200_000
MAX_ADDRESS = 320

_PERCENT_AT = re.compile(r"%40", re.IGNORECASE)
_PERCENT_WINDOW = 200
_BACKWARDS = re.compile(r"[a-zA-Z]{2,12}(?:\.[\w-]{1,63}){1,4}@[\w.+-]{1,64}")
_ODD = frozenset("/=&?#!$^|`{}~*'+%")
_MARKUP = re.compile(r"<[^<>]{0,1000}>")
_BLOCK_MARKUP = re.compile(r"</?(?:p|div|br|td|tr|li|h[1-6]|table|ul|ol|section|option)\b[^<>]{0,1000}>", re.IGNORECASE)


def extract_text(document: Document) -> Iterator[Sighting]:
    """The addresses in the visible text."""
    if document.is_vcard:
        return
    text = document.text
    if "@" in text or "\uff20" in text or "\ufe6b" in text:
        for part in separate(document, list(find_addresses(fold_lookalikes(text)))):
            found = _whole(document, part)
            turned = any(start <= found.start and found.end <= end for start, end in document.reversed_spans)
            method = Method.REVERSED if turned else Method.TEXT
            yield Sighting(found.address, method, text[found.start : found.end], found.start, found.end)
        yield from _backwards(document)
    for found in find_respelled(text):
        yield Sighting(found.address, Method.TEXT, text[found.start : found.end], found.start, found.end)
    if "%40" in text:
        for found in _percent_addresses(text):
            yield Sighting(found.address, Method.PERCENT, text[found.start : found.end], found.start, found.end)


def extract_worded(document: Document) -> Iterator[Sighting]:
    """The addresses written in words in the visible text."""
    for found in find_worded(document.text):
        yield Sighting(found.address, Method.WORDED, document.text[found.start : found.end], found.start, found.end)


def extract_hidden(document: Document) -> Iterator[Sighting]:
    """The addresses in text that style or attributes keep out of sight."""
    text = document.hidden_text
    if not text:
        return
    for found in find_addresses(text):
        yield _unplaced(text, found.start, found.end, found.address, Method.TEXT)
    for worded in find_worded(text):
        yield _unplaced(text, worded.start, worded.end, worded.address, Method.WORDED)


def extract_comments(document: Document) -> Iterator[Sighting]:
    """The addresses in comments, mailto links in commented-out markup included."""
    for comment in document.comments:
        for decoded in decode_protected(comment[:MAX_COMMENT]):
            for found in find_addresses(decoded, known_suffix=False):
                yield _unplaced(decoded, found.start, found.end, found.address, Method.CFEMAIL, Zone.COMMENT)
        if "@" not in comment and "%40" not in comment and "#64" not in comment and "[at]" not in comment:
            continue
        text = _MARKUP.sub(_tag_text, _BLOCK_MARKUP.sub("\n", comment[:MAX_COMMENT]))
        text = decode_percent(text) or text
        for found in find_addresses(text):
            yield _unplaced(text, found.start, found.end, found.address, Method.COMMENT, Zone.COMMENT)


def _whole(document: Document, found: Found) -> Found:
    """The address as the link around or inside it has it.

    A link says what belongs to a local part with odd characters ("a/b=c@shop.example"), and where one begins that a
    label is glued to ("Email<a href=mailto:info@…>info@…</a>").
    """
    for link in document.links[bisect_left(document.links, found.start - MAX_ADDRESS, key=_end_of) :]:
        if link.start > found.end:
            break
        if link.start <= found.start < link.end and document.text[found.start - 1 : found.start] in _ODD:
            for address in parse_mailto(link.href):
                start = found.end - len(address)
                if address.endswith(found.address) and document.text[start : found.end].lower() == address:
                    return Found(start, found.end, address)
        if found.start < link.start < found.end:
            rest = document.text[link.start : found.end].lower()
            name = rest.partition("@")[0]
            if any(address.partition("@")[0] == name for address in parse_mailto(link.href)):
                return next((Found(link.start, found.end, part.address) for part in find_addresses(rest)), found)
    return found


def _end_of(link: Link) -> int:
    return link.end


def _tag_text(match: re.Match[str]) -> str:
    """A tag inside a comment: what it holds where that may be an address, nothing otherwise."""
    tag = match.group()
    return f" {tag[1:-1]} " if "@" in tag or "%40" in tag else ""


def _unplaced(text: str, start: int, end: int, address: str, method: Method, zone: Zone | None = None) -> Sighting:
    context = " ".join(text[max(0, start - 80) : end + 80].split())
    return Sighting(address, method, text[start:end], 0, 0, zone=zone, visible=False, context=context)


def _backwards(document: Document) -> Iterator[Sighting]:
    """Addresses written from back to front, believed where the page says that it turns text around."""
    text = document.text
    position = text.find("@")
    if not _has_dotted_local(text, position) or not any(word in document.source for word in ("rtl", "reverse")):
        return
    while position >= 0:
        match = next(_BACKWARDS.finditer(text, max(0, position - 100), position + 70), None)
        if match is not None:
            found = next(find_addresses(match.group()[::-1]), None)
            if found is not None and not any(find_addresses(match.group())):
                yield Sighting(found.address, Method.REVERSED, match.group(), match.start(), match.end())
        position = text.find("@", position + 1)


def _has_dotted_local(text: str, position: int) -> bool:
    """Whether a word with a dot stands before one of the at signs: cheaper than to look through the source."""
    while position >= 0:
        if "." in text[max(0, position - MAX_ADDRESS) : position].rpartition(" ")[2]:
            return True
        position = text.find("@", position + 1)
    return False


def _percent_addresses(text: str) -> Iterator[Found]:
    """Addresses whose @ is written %40; of a word with many of them it is read once."""
    read_to = 0
    for sign in _PERCENT_AT.finditer(text):
        if sign.start() < read_to:
            continue
        begin = max(0, sign.start() - _PERCENT_WINDOW)
        before = text[begin : sign.start()].split()
        after = text[sign.end() : sign.end() + _PERCENT_WINDOW].split()
        if not before or not after or text[sign.start() - 1].isspace() or text[sign.end() : sign.end() + 1].isspace():
            continue
        word, read_to = f"{before[-1]}%40{after[0]}", sign.end() + len(after[0])
        for found in find_addresses(decode_percent(word) or ""):
            yield Found(sign.start() - len(before[-1]), read_to, found.address)
