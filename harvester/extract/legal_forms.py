"""Legal forms of companies: whether a name has one, which one, and the lines of a text that end with one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from harvester.data import load_words
from harvester.extract.vocabulary import as_written, words_of

MAX_NAMES = 6  # of one text
MAX_LINE = 90
MAX_OCCURRENCES = 20  # of one form
MIN_CHINESE = 6  # characters of a name that ends with "company"

_LINE_PARTS = re.compile(r"[|•·;]| [-–—] |, (?=\S+ \d)|(?<=[a-z.]):\s")

_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?")


def has_legal_form(name: str) -> bool:
    """Say whether a name ends (in East Asia and eastern Europe also begins) with a company's legal form."""
    return without_legal_form(name) != name


def legal_form(name: str) -> str:
    """The legal form in a name, lower case without dots and spaces; empty if it has none.

    >>> legal_form("Acme S.r.l.")
    'srl'
    """
    rest = without_legal_form(name)
    form = name.replace(rest, "", 1) if rest != name else ""
    return form.replace(".", "").replace(" ", "").replace(",", "").strip('«»"“”„ ').casefold()


_KOREAN = ("(주)", "㈜", "주식회사", "(유)", "유한회사")


@lru_cache(maxsize=2048)
def without_legal_form(name: str) -> str:
    """The name without its legal form, as it is if it has none."""
    words = name.replace("，", ",").split()
    for count in range(min(6, len(words) - 1), 0, -1):
        if _is_form(" ".join(words[-count:])):
            return " ".join(words[:-count]).rstrip(" ,")
    if len(words) > 1 and not words[0].isascii() and _is_form(words[0]):
        return " ".join(words[1:]).strip('«»"“”„ ')
    for count in range(min(3, len(words) - 1), 0, -1):
        if " ".join(words[:count]) in load_words("legal_form_prefixes"):
            return " ".join(words[count:])
    return _without_east_asian_form(name)


def _without_east_asian_form(name: str) -> str:
    for form in (
        "股份有限公司",
        "有限责任公司",
        "集团有限公司",
        "有限公司",
        "株式会社",
        "有限会社",
        "合同会社",
        "㈱",
        *_KOREAN,
    ):
        if form in name and len(name) > len(form) + 1:
            return name.replace(form, "").strip(" 　")
    return name.removesuffix("公司") if name.endswith("公司") and len(name) >= MIN_CHINESE else name


def _is_form(text: str) -> bool:
    plain = _plain_form(text)
    return plain in _forms() or (_DOTTED.fullmatch(text) is not None and f".{plain.casefold()}" in _forms())


def _plain_form(text: str) -> str:
    plain = text.replace(".", "").replace(" ", "").replace(",", "").strip("()")
    return plain if len(plain) <= 4 else plain.casefold()


@cache
def _forms() -> frozenset[str]:
    """Up to four letters as they are listed, longer ones in lower case; dotted ones also as `.srl`, for any case."""
    listed = load_words("legal_forms")
    dotted = {f".{_plain_form(form).casefold()}" for form in listed if _DOTTED.fullmatch(form)}
    return frozenset(filter(None, map(_plain_form, listed))) | dotted


@lru_cache(maxsize=2)
def names_with_form(text: str) -> tuple[str, ...]:
    """The first lines of a text, or their first parts, that end (or begin) with a legal form, in order."""
    found: list[str] = []
    for start, end in _lines_with(text, _words_of_forms() & words_of(text)):
        part = _LINE_PARTS.split(text[start:end].strip(), maxsplit=1)[0].strip(" ,")
        if 5 <= end - start <= MAX_LINE and not part[:1].islower() and has_legal_form(part):
            found.append(part)
            if len(found) >= MAX_NAMES:
                break
    return tuple(found)


def _lines_with(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Spans of the lines that hold one of the words, in order."""
    spans = set()
    for word in words:
        at, count = text.find(word), 0
        while at >= 0 and count < MAX_OCCURRENCES:
            start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            end = len(text) if end < 0 else end
            spans.add((start, end))
            count += 1
            at = text.find(word, end)
    return sorted(spans)


@cache
def _words_of_forms() -> frozenset[str]:
    """The words that forms end with, as they stand in text: with the punctuation that may follow; those in front."""
    firsts = frozenset(form.split()[0] for form in load_words("legal_form_prefixes"))
    lasts = {form.split()[-1] for form in load_words("legal_forms")}
    lasts |= {last.lower() for last in lasts if _DOTTED.fullmatch(last)}
    lasts |= {last.upper() for last in lasts if _DOTTED.fullmatch(last)}
    return as_written(lasts) | firsts
