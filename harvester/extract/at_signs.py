"""What may stand for the at sign in a text: in brackets, between marks, with spaces around it, by its own name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from harvester.data import load_words

OPENING = r"[\[({<«‹⟨【（［｛〔「『《〈]"
CLOSING = r"[\])}>»›⟩】）］｝〕」』》〉]"
SPACE = r"[ \t]{0,3}"
_WINDOW = 140


class Sign(NamedTuple):
    """Something at `text[start:end]` that may stand for the at sign; `kind` is its shape."""

    start: int
    end: int
    kind: str
    text: str


# Each begins with one character of a set: the search for that is ten times as fast as that for a repetition.
_BRACKETED = re.compile(
    rf"{OPENING}{OPENING}{{0,2}}[ \t]{{0,3}}([^\n\[\](){{}}<>]{{1,24}}?)[ \t]{{0,3}}{CLOSING}{{1,3}}"
)
_DECORATED = re.compile(r"(?P<mark>[_*|~=#^!/+\"'`-][_*|~=#^!/+\"'`-]?)(?:at|AT|At|@|arroba|arobase)(?P=mark)")
_SPACED_SIGN = re.compile(r"[ \t]{0,3}@[ \t]{1,3}|[ \t]{1,2}@|@[ \t]?\n|\n@\n")
_DOT_NAMES = "dot|DOT|Dot|punkt|point|punto|ponto|punt|period|kropka|tečka|точка"
_SPACED_WORD = re.compile(
    rf"[ \t]{{1,3}}(?:at|AT|ät)[ \t]{{1,3}}"
    rf"(?=[\w-]{{1,63}}(?:\.[\w-]|[ \t]{{0,3}}{OPENING}|[ \t]{{1,3}}(?:{_DOT_NAMES}|\.)[ \t]))"
)
_LONE_SIGN = re.compile(r"(?<!\w)@(?!\w)")  # in brackets: "(insert @)", "(@-Zeichen)"
_WORDED_DOT_AHEAD = re.compile(
    rf"[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}[ \t]{{0,2}}(?:{OPENING}|dot[ \t]|DOT[ \t]|punkt[ \t])"
)
_SEPARATORS = re.compile(r"[\s._*-]+")
# Names of the sign that mean nothing else, or nothing else between a name and a host, by a rare part of each.
_SIGN_NAMES = {
    "rroba": "arroba(?:se)?",
    "arobase": "arobase",
    "chiocc": "chiocciola",
    "klammera": "klammeraffe",
    "apenst": "apenstaartje",
    "zavin": "zavin[áa][čc]",
    "kukac": "kukac",
    "małpa": "małpa",
    "собака": "собака",
}
_SPACELESS_NAMES = ("골뱅이", "アットマーク", "艾特", "小老鼠", "圈a", "圈A", "ⓐ", "Ⓐ")
# In brackets these stand for the sign only between a name and a host without white space: "info(ad)acme.example".
_TIGHT_WORDS = frozenset({"a", "ad", "eta", "あ", "在"})


def find_signs(text: str) -> list[Sign]:
    """Everything that may stand for the at sign, in order. Most texts have nothing of the kind: the tests are cheap."""
    found = [(match, kind) for match in _BRACKETED.finditer(text) if (kind := _kind_of(match.group(1)))]
    found += [(match, "decorated") for match in _DECORATED.finditer(text)]
    found += [(match, "spaced") for match in _spaced_signs(text)]
    found += [(match, "dotted") for match in _signs_before_worded_dots(text)]
    found += [(match, "spaced") for match in _spaced_words(text)]
    found += [(match, "named") for match in _named_signs(text)]
    return sorted(Sign(match.start(), match.end(), kind, match.group()) for match, kind in found)


def _kind_of(bracketed: str) -> str:
    """What a word in brackets is as a sign: "bracketed" (certain), "tight" (between name and host only), or ""."""
    words = load_words("at_words")
    word = bracketed.strip().lower()
    if word in words or _LONE_SIGN.search(word):
        return "bracketed"
    if len(word) > 1 and not word.isalnum():
        # "-at-", "a t", "＠"; folding all words in brackets would cost a page with many of them.
        word = _SEPARATORS.sub("", unicodedata.normalize("NFKC", word))
        if word in words or word == "@t":
            return "bracketed"
    return "tight" if word in _TIGHT_WORDS or word == "ⓐ" else ""


def _named_signs(text: str) -> Iterator[re.Match[str]]:
    """The sign by its own name, with spaces around it or in a script that needs none; and a circled a."""
    for part, name in _SIGN_NAMES.items():
        if part in text:
            yield from re.finditer(rf"[ \t]{{1,3}}{name}[ \t]{{1,3}}", text)
    if not text.isascii():
        for name in _SPACELESS_NAMES:
            if name in text:
                yield from re.finditer(f"{SPACE}{name}{SPACE}", text)


def _spaced_words(text: str) -> Iterator[re.Match[str]]:
    """Each at sign in a word with spaces around it that stands before what may be a host."""
    for word in (" at ", " AT ", " ät ") if "ä" in text else (" at ", " AT "):
        position = text.find(word)
        while position >= 0:
            match = _SPACED_WORD.search(text, max(0, position - 2), position + _WINDOW)
            if match is not None and match.start() <= position:
                yield match
            position = text.find(word, position + 3)


def _signs_before_worded_dots(text: str) -> Iterator[re.Match[str]]:
    """Each @ without white space whose host has its dots in words: `info@acme[.]example`."""
    position = text.find("@")
    while position >= 0:
        if _WORDED_DOT_AHEAD.match(text, position + 1, position + _WINDOW):
            yield from re.compile("@").finditer(text, position, position + 1)
        position = text.find("@", position + 1)


def _spaced_signs(text: str) -> Iterator[re.Match[str]]:
    """Each @ with white space beside it."""
    end, position = 0, text.find("@")
    while position >= 0:
        match = _SPACED_SIGN.search(text, max(end, position - 3), position + 4)
        if match is not None and match.start() <= position < match.end():
            yield match
            end = match.end()
        position = text.find("@", max(position + 1, end))


def has_signs(text: str) -> bool:
    """Whether anything in a text may stand for the at sign."""
    return bool(find_signs(text))
