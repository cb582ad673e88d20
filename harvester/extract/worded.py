"""Addresses in words: "name [at] host [dot] tld" in many languages and brackets, without touching prose.

Brackets make it certain. Without them only strict shapes count: "name at host dot tld" with both words, an upper-case
AT before a host with a real suffix, and a spaced @.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from harvester.address import AddressError, find_addresses, has_known_suffix, normalize_address
from harvester.data import load_words

_OPEN = r"[\[({<«‹⟨【（［｛〔]"
_CLOSE = r"[\])}>»›⟩】）］｝〕]"
_SPACE = r"[ \t]{0,3}"
_WORD = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_WINDOW = 140
# Suffixes that are everyday words, too weak to show that "at … dot in" is an address.
_WORD_SUFFIXES = frozenset(
    {"in", "it", "is", "at", "be", "to", "me", "no", "so", "us", "my", "am", "as", "do", "de", "la", "one"}
)


@dataclass(frozen=True, slots=True)
class Worded:
    """An address in words at `text[start:end]`."""

    start: int
    end: int
    address: str


class Sign(NamedTuple):
    """Something at `text[start:end]` that may stand for the at sign; `kind` is its shape."""

    start: int
    end: int
    kind: str
    text: str


# Each begins with one character of a set: the search for that is ten times as fast as that for a repetition.
_BRACKETED = re.compile(rf"{_OPEN}{_OPEN}{{0,2}}[ \t]{{0,3}}([^\n\[\](){{}}<>]{{1,16}}?)[ \t]{{0,3}}{_CLOSE}{{1,3}}")
_DECORATED = re.compile(r"(?P<mark>[_*|~=#^!/\"'`-][_*|~=#^!/\"'`-]?)(?:at|AT|At|@|arroba|arobase)(?P=mark)")
_SPACED_SIGN = re.compile(r"[ \t]{0,3}@[ \t]{1,3}|[ \t]{1,2}@|@[ \t]?\n")
_SPACED_WORD = re.compile(r"[ \t]{1,3}(?:at|AT)[ \t]{1,3}")
_SPACED_DOT = re.compile(r"[ \t](?:dot|DOT|Dot|punkt|point|punto|ponto|punt)[ \t]")


def _signs(text: str) -> list[Sign]:
    """Everything that may stand for the at sign, in order. Most texts have nothing of the kind: the tests are cheap."""
    words = load_words("at_words")
    signs = []
    for match in _BRACKETED.finditer(text):
        word = match.group(1).strip().lower()
        if word in words:
            signs.append(Sign(match.start(), match.end(), "bracketed", match.group()))
        elif word == "a" and match.end() - match.start() == 3:
            signs.append(Sign(match.start(), match.end(), "tight", match.group()))
    signs += [Sign(match.start(), match.end(), "decorated", match.group()) for match in _DECORATED.finditer(text)]
    signs += [Sign(match.start(), match.end(), "spaced", match.group()) for match in _spaced_signs(text)]
    if " AT " in text or (" at " in text and _SPACED_DOT.search(text)):
        signs += [Sign(match.start(), match.end(), "spaced", match.group()) for match in _SPACED_WORD.finditer(text)]
    return sorted(signs)


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
    return bool(_signs(text))


@cache
def _domain_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_SPACE}{_WORD}(?:{_dot()}{_WORD}){{1,6}}", re.IGNORECASE)


@cache
def _local_pattern() -> re.Pattern[str]:
    part = r"[A-Za-z0-9_+\u00c0-\u024f](?:[\w+&'-]{0,62}[\w])?"
    return re.compile(rf"(?<![\w.@%+-])(?:{part}(?:{_dot()})){{0,4}}{part}{_SPACE}\Z", re.IGNORECASE)


@cache
def _dot() -> str:
    words = _alternatives("dot_words")
    return (
        rf"(?:\.|[ \t]\.[ \t]|{_SPACE}{_OPEN}{{1,3}}{_SPACE}(?:{words}){_SPACE}{_CLOSE}{{1,3}}{_SPACE}"
        rf"|[ \t]{{1,3}}(?:{words})[ \t]{{1,3}}|[_*|~=#^!/\"'`-]{{1,2}}dot[_*|~=#^!/\"'`-]{{1,2}}|。|．)"
    )


@cache
def _dot_pattern() -> re.Pattern[str]:
    return re.compile(_dot(), re.IGNORECASE)


def _alternatives(name: str) -> str:
    return "|".join(re.escape(word) for word in sorted(load_words(name), key=lambda word: (-len(word), word)))


def find_worded(text: str, *, marked: bool = False) -> Iterator[Worded]:
    """The addresses in words, in order. `marked`: the text is known to hold an address (a mailto link, say)."""
    last = 0
    for at in _signs(text):
        if at.start < last:
            continue
        found = _worded_at(text, at, marked=marked)
        if found is not None:
            last = found.end
            yield found


def _worded_at(text: str, at: Sign, *, marked: bool) -> Worded | None:
    domain = _domain_pattern().match(text, at.end, at.end + 2 * _WINDOW)
    if domain is None:
        return None
    before = text[max(0, at.start - _WINDOW) : at.start]
    local = _local_pattern().search(before)
    if local is None:
        return None
    name = _join(local.group())
    host, length, dotted = _host(domain.group())
    after = text[at.end + length :][:40]
    if not (marked or _is_believable(at, local.group(), name, host, dotted=dotted, after=after)):
        return None
    address = _address(name, host, certain=marked or (at.kind == "bracketed" and dotted))
    if address is None:
        return None
    return Worded(at.start - len(before) + local.start(), at.end + length, address)


def _join(worded: str) -> str:
    return _dot_pattern().sub(".", worded.strip())


def _host(worded: str) -> tuple[str, int, bool]:
    """The host, how much of the text it took, and whether its dots are words. Dots of another kind end it."""
    kind = ""
    host, end = "", 0
    position = len(worded) - len(worded.lstrip())
    for dot in _dot_pattern().finditer(worded):
        this = "" if dot.group() in {".", "。", "．"} else "bracket" if re.search(_OPEN, dot.group()) else "word"
        piece = worded[position : dot.start()]
        joined = f"{host}.{piece}" if host else piece
        if this and (kind not in {"", this} or (this == "word" and host and kind != this and has_known_suffix(joined))):
            return joined, dot.start(), bool(kind)
        kind = kind or this
        host, position = joined, dot.end()
    end = len(worded)
    return f"{host}.{worded[position:]}" if host else worded[position:], end, bool(kind)


def _is_believable(at: Sign, raw_local: str, name: str, host: str, *, dotted: bool, after: str) -> bool:
    """Whether a worded address is one and no prose, by the shape of its at sign."""
    sign = at.text.strip()
    if at.kind == "bracketed":
        return True
    if at.kind == "decorated":
        return dotted or (sign[0] in "*|~=#^!" and has_known_suffix(host))
    if at.kind == "tight":
        return raw_local[-1:] not in {" ", "\t"} and has_known_suffix(host)
    if _is_prose(name, host) or not has_known_suffix(host):
        return False
    if sign == "@":
        return _is_spaced_sign(at.text, raw_local, host)
    if sign == "AT" and name != name.upper() and not dotted:
        return not after[:1].isalpha()
    weak = host.rpartition(".")[2].lower() in _WORD_SUFFIXES and bool(after.strip())
    return dotted and not weak and raw_local.strip() == raw_local.strip().lower()


def _is_prose(name: str, host: str) -> bool:
    words = load_words("prose_words")
    return name.lower() in words or any(part in words for part in host.lower().split(".")[:-1])


def _is_spaced_sign(sign: str, raw_local: str, host: str) -> bool:
    """A lone @ between spaces: a handle ("follow Tom @tom.example") is none, nor is a capitalized word before it."""
    if host != host.lower() and host != host.upper():
        return False
    one_sided = sign[0] != "@" and sign[-1] == "@"
    return (
        not raw_local[:1].isupper() if not one_sided else raw_local == raw_local.lower() and not raw_local[:1].isdigit()
    )


def _address(name: str, host: str, *, certain: bool) -> str | None:
    for found in find_addresses(f"{name}@{host}"):
        return found.address
    if not certain:
        return None
    try:
        return normalize_address(f"{name}@{host}")
    except AddressError:
        return None
