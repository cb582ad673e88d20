"""Addresses that scripts hold or write: literal ones, and those that string expressions come to."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from harvester.address import Found, find_addresses
from harvester.extract.decoders import (
    decode_base64,
    decode_code_shift,
    decode_entities,
    decode_js_escapes,
    decode_percent,
    decode_protected,
    decode_rot13,
    decode_typo3,
)
from harvester.extract.document import Document
from harvester.extract.encoded import decode_value
from harvester.extract.javascript import HOLE, Interpreter
from harvester.extract.links import parse_mailto
from harvester.extract.parts import find_mail_objects
from harvester.extract.script_pieces import MAIL_CALL, pieces_of
from harvester.extract.sighting import Sighting
from harvester.extract.worded import find_worded
from harvester.model import Method, Zone

MAX_SCRIPTS_TOTAL = 60_000
MAX_HANDLERS = 60
MAX_HANDLER = 5000
MAX_WORD = 70
WINDOW = 420

_SIGNS = ("@", "%40", "&#", "\\x40", "u0040", "\\100")
_SIGN = re.compile(r"@|\\u0040|\\x40|\\100|\\u\{0{0,4}40\}|%40|&#0{0,4}64;|&#[xX]0{0,4}40;")
_HREF = re.compile(r"(?:href|action)\s*=\s*\\?[\"']?\s*([^\"'<>]{5,1000})", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_BLOCK_MARKUP = re.compile(r"</?(?:p|div|br|td|tr|li|h[1-6]|table|ul|ol|option)\b[^<>]{0,500}>", re.IGNORECASE)
_CALL = re.compile(r"([\w$.]{1,80})\s*\(\s*((?:[\"'][^\"']{0,600}[\"']\s*,?\s*|-?\d+\s*,?\s*){1,6})\)")
_CALLED = re.compile(r"([A-Za-z_$][\w$]*)\s*\(")
_DECODERS = ("atob(", "unescape(", "decodeURI", "reverse(", "charCodeAt")
_ENCODED_MAILTO = base64.b64encode(b"mailto:").decode("ascii")[:9]
_SPEAKS_OF_MAIL = re.compile(r"mail|spam|mlto", re.IGNORECASE)
_ARGUMENT = re.compile(r"[\"']([^\"']*)[\"']")


Addresses = tuple[tuple[str, str], ...]  # each with the text it was written in


class Outcome(NamedTuple):
    """What scripts come to: the addresses that each writes, that their callbacks write, that variables hold at last."""

    written: tuple[Addresses, ...]
    inserted: tuple[str, ...]  # what each writes where it stands, if that is one word with an at sign
    defined: frozenset[str]  # names that have a value before the callbacks
    is_spent: bool  # an endless loop, most likely: not to be followed twice
    late: Addresses
    kept: Addresses


def extract_scripts(document: Document) -> Iterator[Sighting]:
    """The addresses in the scripts and event handlers of a document."""
    for script in document.scripts:
        yield from _read(script)
    handlers = _handlers(document)
    followed: list[tuple[str, int]] = []
    total = 0
    for script, offset in zip(document.scripts, document.script_offsets, strict=True):
        for piece in pieces_of(script):
            total += len(piece)
            if total <= MAX_SCRIPTS_TOTAL:
                followed.append((piece, offset))
    if not followed and not handlers:
        return
    sources = tuple(source for source, _ in followed)
    outcome = _follow(sources)
    interpreter = Interpreter()
    is_handled = any(_may_write(code, outcome.defined) for code, _, _ in handlers)
    is_repeated = is_handled and not outcome.is_spent
    written = _run(interpreter, sources)[0] if is_repeated else outcome.written
    for addresses, word, (source, offset) in zip(written, outcome.inserted, followed, strict=True):
        yield from _sightings(addresses, source, offset)
        if word and not addresses:
            yield from _in_place(document, word, source, offset)
    late, kept = outcome.late, outcome.kept
    if is_handled:
        yield from _of_handlers(interpreter, handlers)
    if is_repeated:
        late, kept = _run_on(interpreter)
    offset = followed[0][1] if followed else 0
    yield from _sightings(late, "", offset)
    yield from _sightings(kept, "", offset, zone=Zone.SCRIPT)


@lru_cache(maxsize=128)  # the pages of a site repeat their scripts: saves two thirds of the runs
def _follow(sources: tuple[str, ...]) -> Outcome:
    """What scripts come to where no handler calls them."""
    interpreter = Interpreter()
    written = _run(interpreter, sources)
    defined = interpreter.defined()
    return Outcome(*written, defined, interpreter.steps_left < 0, *_run_on(interpreter))


def _run(interpreter: Interpreter, sources: tuple[str, ...]) -> tuple[tuple[Addresses, ...], tuple[str, ...]]:
    """The addresses that each of the scripts writes, and the word with an at sign that it writes where it stands."""
    found, words = [], []
    for source in sources:
        interpreter.run(source)
        word = decode_entities("".join(interpreter.stream)[:MAX_WORD]) or "".join(interpreter.stream)[:MAX_WORD]
        words.append(word if "@" in word and len(word) < MAX_WORD and not any(map(str.isspace, word)) else "")
        found.append(_addresses_of(interpreter.take_written()))
    return tuple(found), tuple(words)


def _in_place(document: Document, word: str, source: str, offset: int) -> Iterator[Sighting]:
    """`info<script>document.write("@")</script>acme.example`."""
    before = document.text[max(0, offset - MAX_WORD) : offset].rstrip("\n")
    after = document.text[offset : offset + 4 * MAX_WORD].lstrip("\n")
    if before[-1:].isspace() or after[:1].isspace() or not before or not after:
        return
    left, right = before.split()[-1], after.split()[0]
    for found in find_addresses(left + word + right):
        yield Sighting(found.address, Method.SCRIPT, source, max(0, offset - len(left)), offset)


def _run_on(interpreter: Interpreter) -> tuple[Addresses, Addresses]:
    """The addresses that callbacks write, and those that variables hold in the end."""
    interpreter.run_callbacks()
    late = _addresses_of(interpreter.take_written())
    return late, _addresses_of(interpreter.final_values())


@lru_cache(maxsize=512)  # the pages of a site repeat their scripts; their hash is known from `pieces_of`
def _read(script: str) -> tuple[Sighting, ...]:
    """What stands in a script, whatever it does."""
    return (*_literals(script), *_of_mail_calls(script))


def _of_mail_calls(script: str) -> Iterator[Sighting]:
    if len(script) <= MAX_HANDLER and ("ail" in script or "pam" in script):
        for call in MAIL_CALL.findall(script)[:MAX_HANDLERS]:
            yield from _of_calls(call, 0, 0)


def _literals(script: str) -> Iterator[Sighting]:
    """Addresses that stand whole in a script, in string escapes or character references or plain, or as an object."""
    for decoded in decode_protected(script):
        for found in find_addresses(decoded, known_suffix=False):
            yield _unseen(found.address, decoded, Method.CFEMAIL, decoded)
    for address in find_mail_objects(script):
        yield _unseen(address, address, Method.SCRIPT, address)
    if not any(sign in script for sign in _SIGNS):
        return
    for segment in _segments(script):
        plain = decode_js_escapes(segment) or segment
        if "\\u0040" in plain:  # JSON inside of a JavaScript string
            plain = decode_js_escapes(plain) or plain
        plain = decode_entities(plain) or plain
        if "%40" in plain:
            plain = decode_percent(plain) or plain
        for found in find_addresses(plain):
            if not _is_joined(plain, found):
                context = " ".join(plain[max(0, found.start - 80) : found.end + 80].split())
                yield _unseen(found.address, plain[found.start : found.end], Method.SCRIPT, context)


def _unseen(address: str, original: str, method: Method, context: str) -> Sighting:
    return Sighting(address, method, original, 0, 0, Zone.SCRIPT, visible=False, context=context)


def _segments(script: str) -> Iterator[str]:
    """The surroundings of each at sign, those that overlap as one."""
    begin = end = -1
    for sign in _SIGN.finditer(script):
        if end < 0 or sign.start() - WINDOW > end:
            if end >= 0:
                yield script[begin:end]
            begin = max(0, sign.start() - WINDOW)
        end = sign.end() + WINDOW
    if end >= 0:
        yield script[begin:end]


def _is_joined(text: str, found: Found) -> bool:
    """Whether the string goes on at either end: `"info@shop.co" + ".uk"` is not yet an address."""
    before, after = text[max(0, found.start - 12) : found.start], text[found.end : found.end + 12]
    behind = after[1:].lstrip()
    ahead = before[:-1].rstrip()
    return (after[:1] in {'"', "'", "`"} and behind[:1] == "+") or (
        before[-1:] in {'"', "'", "`"} and ahead[-1:] == "+"
    )


def _handlers(document: Document) -> list[tuple[str, int, int]]:
    """Scripts in attributes: `onclick` and its like, `javascript:` links. With their places in the text."""
    found = [
        (_code_of(link.href[11:]), link.start, link.end)
        for link in document.links
        if link.href[:11].lower() == "javascript:" and len(link.href) > 16
    ]
    found += [
        (value, element.start, element.end)
        for element in document.elements
        for name, value in element.attrs.items()
        if name[:2] == "on" and len(value) > 8
    ]
    unique = {handler[0]: handler for handler in reversed(found)}
    return [handler for handler in found if unique[handler[0]] is handler][:MAX_HANDLERS]


def _code_of(href: str) -> str:
    """The script of a `javascript:` link; what it unescapes by itself is left to it."""
    return href if any(name in href for name in _DECODERS) else decode_percent(href) or href


def _may_write(code: str, defined: Collection[str]) -> bool:
    """Whether a handler is worth following: it speaks of mail, or calls a function of a script that was followed."""
    lower = code.lower()
    if len(code) > MAX_HANDLER:
        return False
    if "mail" in lower or "lto" in lower or "spam" in lower or "@" in code or "fromcharcode" in lower or "%40" in code:
        return True
    if any(name in code for name in (*_DECODERS, _ENCODED_MAILTO)):
        return True
    return any(name in defined for name in _CALLED.findall(code))


def _of_handlers(interpreter: Interpreter, handlers: list[tuple[str, int, int]]) -> Iterator[Sighting]:
    for code, start, end in handlers:
        if not _may_write(code, interpreter.defined()):
            continue
        interpreter.run(code)
        found = list(_sightings(_addresses_of(interpreter.take_written()), code, start, end))
        yield from found or _of_calls(code, start, end)


def _of_calls(code: str, start: int, end: int) -> Iterator[Sighting]:
    """Calls of functions that are not on the page: the address may be in the arguments."""
    for name, written in _CALL.findall(code):
        arguments = _ARGUMENT.findall(written)
        for argument in arguments:
            decoded = decode_typo3(argument) or decode_code_shift(argument) or ""
            if not decoded and argument.lower().startswith("znvygb:"):
                decoded = decode_rot13(argument) or ""
            if argument.startswith(_ENCODED_MAILTO):
                decoded = decode_base64(argument) or ""
            for address in parse_mailto(decoded):
                yield Sighting(address, Method.SCRIPT, code, start, end)
            if not decoded and len(argument) > 7 and _SPEAKS_OF_MAIL.search(name):
                for address, _ in decode_value(argument):
                    yield Sighting(address, Method.SCRIPT, code, start, end)


def _addresses_of(written: list[str]) -> Addresses:
    """The addresses in what a script wrote; pieces of longer ones that it also wrote are left out."""
    addresses: dict[str, str] = {}
    for text in written:
        for address in addresses_in(text):
            addresses.setdefault(address, text)
    return tuple(
        (address, text)
        for address, text in addresses.items()
        if not any(other != address and other.startswith(address) for other in addresses)
    )


def _sightings(
    addresses: Addresses, source: str, start: int, end: int | None = None, zone: Zone | None = None
) -> Iterator[Sighting]:
    for address, text in addresses:
        context = "" if start else " ".join(text.split())[:200]
        visible = zone is None
        yield Sighting(
            address, Method.SCRIPT, source or text, start, end if end is not None else start, zone, visible, context
        )


def addresses_in(text: str) -> list[str]:
    """The addresses in a piece of HTML or text that a script made."""
    if "&" in text:
        text = decode_entities(text) or text
    found: dict[str, None] = {}
    if "mailto" in text or "MAILTO" in text:
        for href in _HREF.findall(text) or [text[text.lower().find("mailto") :]]:
            found.update(dict.fromkeys(address for address in parse_mailto(href) if HOLE not in address))
    plain = _MARKUP.sub("", _BLOCK_MARKUP.sub("\n", text)) if "<" in text else text
    if "%40" in plain:
        plain = decode_percent(plain) or plain
    if "@" in plain:
        for address in find_addresses(plain):
            if plain[address.start - 1 : address.start] != HOLE:
                found[address.address] = None
    if not found:
        found.update(dict.fromkeys(worded.address for worded in find_worded(plain)))
    return list(found)
