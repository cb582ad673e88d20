"""Addresses in words: "name [at] host [dot] tld" in many languages and brackets, without touching prose.

Brackets make it certain. Without them only strict shapes count: "name at host dot tld" with both words, an upper-case
AT before a host with a real suffix, a spaced @, the sign's own name ("arroba"), and what a label announces ("E-mail:").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from harvester.address import AddressError, find_addresses, has_known_suffix, normalize_address
from harvester.data import load_words
from harvester.extract.at_signs import CLOSING, OPENING, SPACE, Sign, find_signs

_BREAK = r"[ \t]{0,3}\n?[ \t]{0,3}"
# Words in brackets for other characters of an address, as DokuWiki writes them ("[dash]").
_JOINT_CHARACTERS = {
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "bindestrich": "-",
    "tiret": "-",
    "guion": "-",
    "underscore": "_",
    "unterstrich": "_",
    "plus": "+",
}
_JOINTS = "|".join(sorted(_JOINT_CHARACTERS))
_PLAIN_DOTS = frozenset(".。．․・")
_AROUND_JOINT = " \t[](){}<>（）【】［］"
_WORD = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_WINDOW = 140
# Suffixes that are everyday words, too weak to show that "at … dot in" is an address.
_WORD_SUFFIXES = frozenset(
    {"in", "it", "is", "at", "be", "to", "me", "no", "so", "us", "my", "am", "as", "do", "de", "la", "one"}
)


_LABELLED = re.compile(r"(?:^|[^\w@])(?P<word>[^\W\d_][\w-]{2,14})[ \t]?[:：=][ \t]{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Worded:
    """An address in words at `text[start:end]`."""

    start: int
    end: int
    address: str


@cache
def _domain_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_BREAK}{_WORD}(?:{_dot()}{_WORD}){{1,6}}", re.IGNORECASE)


@cache
def _local_pattern() -> re.Pattern[str]:
    part = r"[A-Za-z0-9_+\u00c0-\u024f](?:[\w+&'-]{0,62}[\w])?"
    return re.compile(rf"(?<![\w.@%+-])(?:{part}(?:{_dot()})){{0,4}}{part}{_BREAK}\Z", re.IGNORECASE)


@cache
def _dot() -> str:
    words = _alternatives("dot_words")
    return (
        rf"(?:\.|[ \t]\.[ \t]|{SPACE}{OPENING}{SPACE}(?:{_JOINTS}){SPACE}{CLOSING}{SPACE}"
        rf"|{SPACE}{OPENING}{{1,3}}{SPACE}(?:{words}){SPACE}{CLOSING}{{1,3}}{SPACE}"
        rf"|[ \t]{{1,3}}(?:{words})[ \t]{{1,3}}"
        rf"|{SPACE}[_*|~=#^!/+\"'`-]{{1,2}}dot[_*|~=#^!/+\"'`-]{{1,2}}{SPACE}|。|．|․|・)"
    )


@cache
def _dot_pattern() -> re.Pattern[str]:
    return re.compile(_dot(), re.IGNORECASE)


def _alternatives(name: str) -> str:
    return "|".join(re.escape(word) for word in sorted(load_words(name), key=lambda word: (-len(word), word)))


def find_worded(text: str, *, marked: bool = False) -> Iterator[Worded]:
    """The addresses in words, in order. `marked`: the text is known to hold an address (a mailto link, say)."""
    last = 0
    text = text.replace("\uff20", "@")
    for at in find_signs(text):
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
    if at.kind != "bracketed" and ("\n" in local.group() or "\n" in domain.group()[:length]):
        return None
    start = at.start - len(before) + local.start()
    if at.text[:1] == "/" and text[start - 1 : start] == "/":  # a path: /info/at/acme.example
        return None
    labelled = at.kind in {"spaced", "decorated", "tight"} and _is_labelled(text, start)
    after = text[at.end + length :][:40]
    if not (
        marked
        or (labelled and has_known_suffix(host) and not _is_prose(name, host))
        or _is_believable(at, local.group(), name, host, dotted=dotted, after=after)
    ):
        return None
    address = _address(name, host, certain=marked or (at.kind == "bracketed" and dotted))
    if address is None:
        return None
    return Worded(start, at.end + length, address)


def _is_labelled(text: str, start: int) -> bool:
    """Whether a mail word stands before the name: "E-mail: info at acme.example"."""
    match = _LABELLED.search(text, max(0, start - 30), start)
    return match is not None and match.group("word").lower() in load_words("mail_words")


def _join(worded: str) -> str:
    return _dot_pattern().sub(_character, worded.strip())


def _character(match: re.Match[str]) -> str:
    """What a word between two parts of an address stands for: a dot, or what it names ("[dash]")."""
    word = match.group().strip(_AROUND_JOINT).lower()
    return _JOINT_CHARACTERS.get(word, ".")


def _kind_of_dot(dot: str) -> str:
    return "bracket" if re.search(OPENING, dot) else "word"


def _host(worded: str) -> tuple[str, int, bool]:
    """The host, how much of the text it took, and whether its dots are words. Dots of another kind end it."""
    kind = joint = ""
    host, end = "", 0
    position = len(worded) - len(worded.lstrip())
    for dot in _dot_pattern().finditer(worded):
        character = _character(dot)
        this = "" if character != "." or dot.group() in _PLAIN_DOTS else _kind_of_dot(dot.group())
        piece = worded[position : dot.start()]
        joined = host + joint + piece
        if this and (kind not in {"", this} or (this == "word" and host and kind != this and has_known_suffix(joined))):
            return joined, dot.start(), bool(kind)
        kind = kind or this
        host, position, joint = joined, dot.end(), character
    end = len(worded)
    return host + joint + worded[position:], end, bool(kind)


def _is_believable(at: Sign, raw_local: str, name: str, host: str, *, dotted: bool, after: str) -> bool:
    """Whether a worded address is one and no prose, by the shape of its at sign."""
    sign = at.text.strip()
    if at.kind == "bracketed":
        return True
    if at.kind == "decorated":
        return dotted or (has_known_suffix(host) and _is_believable_decoration(sign, raw_local, name, host))
    if not has_known_suffix(host):
        return False
    if at.kind == "tight":
        return dotted or raw_local[-1:] not in {" ", "\t"}
    if at.kind == "dotted":
        return dotted
    if _is_prose(name, host):
        return False
    if at.kind == "named":
        return name.isascii() and host.isascii() and raw_local == raw_local.lower()
    if sign == "@":
        return _is_spaced_sign(at.text, raw_local, host)
    if sign == "AT" and name != name.upper() and not dotted:
        return not after[:1].isalpha()
    weak = host.rpartition(".")[2].lower() in _WORD_SUFFIXES and bool(after.strip())
    return (
        dotted
        and not weak
        and (sign == "AT" or name == name.lower() or (name == name.upper() and host == host.upper()))
    )


def _is_believable_decoration(sign: str, raw_local: str, name: str, host: str) -> bool:
    """Whether "at" between two marks and before a host is the sign; most marks are also those of file names."""
    if sign[0] in "*|~=#^!":
        return True
    if _is_prose(name, host) or name != name.lower():
        return False
    if "AT" in sign:
        return sign[0] in "_-"
    is_spaced = raw_local[-1:] in {" ", "\t"}
    return is_spaced if sign[0] in "-_" else sign[0] in "/+" or not is_spaced


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
