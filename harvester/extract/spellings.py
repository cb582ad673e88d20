"""Addresses that a visitor puts together: over two lines, letter by letter, in groups, with a mark to replace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.address import Found, find_addresses, has_known_suffix
from harvester.data import load_words
from harvester.extract.decoders import decode_entities

MAX_SIGNS = 200
MAX_INSTRUCTIONS = 20
_NEAR = 40

_ESCAPED = re.compile(r"&(?:#(?:0{0,6}64|[xX]0{0,6}40);?|commat;)")
_TOKEN = 320
_BROKEN = re.compile(r"[\w.+-]{1,64}@(?P<before>[\w.-]{1,190}[.-])\n(?P<after>[a-z0-9][a-z0-9.-]{0,62})(?=[\s,;|]|\Z)")
_LETTERS = re.compile(r"(?<!\S)(?:[\w.+-] ){2,40}@(?: [\w.-]){4,80}(?!\S)")
_GROUP = re.compile(
    r"\{\s?(?P<names>[\w.+-]{1,64}(?:\s?[,;|/]\s?[\w.+-]{1,64}){1,12})\s?\}\s?@\s?(?P<host>[\w.-]{3,200})"
)
_GROUP_LENGTH = 800
# What may be named as the sign to replace: a mark, or a word in brackets.
_MARK = re.compile(
    r"[\[({<（【][^\s\[\](){}<>（）【】]{1,12}[\])}>）】]|[^\w\s@\uff20.,:;()\[\]{}\"'“”„「」『』（）【】。、，！!?→⇒※&/-]|_"
)


def find_respelled(text: str) -> Iterator[Found]:
    """The addresses in a text that no plain search sees, by the cheapest sign of each way to write them."""
    if "&#" in text or "&commat" in text:
        yield from _escaped(text)
    if "@" not in text and "\uff20" not in text:
        return
    if "@" in text:
        yield from _over_lines(text)
    if " @ " in text:
        yield from _in_letters(text)
    if "}" in text:
        yield from _in_groups(text)
    yield from _with_marks(text)


def _escaped(text: str) -> Iterator[Found]:
    """Character references that were escaped once too often: `info&amp;#64;acme.example`."""
    for count, sign in enumerate(_ESCAPED.finditer(text)):
        if count >= MAX_SIGNS:
            return
        before = text[max(0, sign.start() - _TOKEN) : sign.start()].split()
        after = text[sign.end() : sign.end() + _TOKEN].split()
        if not before or not after or text[sign.start() - 1].isspace() or text[sign.end()].isspace():
            continue
        word = before[-1] + sign.group() + after[0]
        for found in find_addresses(decode_entities(word) or ""):
            yield Found(sign.start() - len(before[-1]), sign.end() + len(after[0]), found.address)


def _around(text: str, sign: str, before: int, after: int, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of a pattern around each place of a sign."""
    position, end = text.find(sign), 0
    while position >= 0:
        match = pattern.search(text, max(end, position - before), position + after)
        if match is not None:
            yield match
            end = match.end()
        position = text.find(sign, max(position + 1, end))


def _over_lines(text: str) -> Iterator[Found]:
    """A host that goes on in the next line, after a dot or a hyphen: a narrow column."""
    position = text.find("@")
    while position >= 0:
        end = text.find("\n", position, position + 200)
        if end > 0 and text[end - 1] in ".-" and " " not in text[position:end]:
            match = _BROKEN.search(text, max(0, position - 64), end + 70)
            if match is not None and not has_known_suffix(match.group("before").rstrip(".-")):
                for found in find_addresses(match.group().replace("\n", "")):
                    yield Found(match.start(), match.end(), found.address)
        position = text.find("@", position + 1)


def _in_letters(text: str) -> Iterator[Found]:
    """`i n f o @ a c m e . e x a m p l e`."""
    for match in _around(text, " @ ", 90, 200, _LETTERS):
        for found in find_addresses(match.group().replace(" ", "")):
            yield Found(match.start(), match.end(), found.address)


def _in_groups(text: str) -> Iterator[Found]:
    """`{anna, bert}@acme.example`, as universities write it."""
    for match in _around(text, "}", _GROUP_LENGTH, 210, _GROUP):
        for name in re.split(r"\s?[,;|/]\s?", match.group("names")):
            for found in find_addresses(f"{name}@{match.group('host')}"):
                yield Found(match.start(), match.end(), found.address)


def _with_marks(text: str) -> Iterator[Found]:
    """`info★acme.example` where the page says to replace the star with an at sign."""
    marks: dict[str, None] = {}
    for position in _lone_signs(text):
        near = text[max(0, position - _NEAR) : position + 1 + _NEAR]
        folded = near.lower()
        if any(word in folded for word in load_words("replacing_words")):
            marks.update(dict.fromkeys(_MARK.findall(near)))
    for mark in list(marks)[:MAX_INSTRUCTIONS]:
        pattern = re.compile(
            r"[A-Za-z0-9][\w.+-]{0,63}?\s?"
            + re.escape(mark)
            + r"\s?([A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,5})",
            re.IGNORECASE,
        )
        for match in _around(text, mark, 66, 260, pattern) if mark in text else ():
            host = match.group(1)
            name = match.group()[: match.start(1) - match.start()].strip().removesuffix(mark).strip()
            if has_known_suffix(host) and not host.partition(".")[0].isdigit():
                for found in find_addresses(f"{name}@{host}"):
                    yield Found(match.start(), match.end(), found.address)


def _lone_signs(text: str) -> Iterator[int]:
    """Where the first at signs stand that are in no address and no handle."""
    for sign in "@\uff20":
        position = text.find(sign)
        for _ in range(MAX_SIGNS):
            if position < 0:
                break
            if not _is_ascii_word(text[position - 1 : position]) and not _is_ascii_word(
                text[position + 1 : position + 2]
            ):
                yield position
            position = text.find(sign, position + 1)


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == ".")
