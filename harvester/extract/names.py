"""The grammar of companies' names: what a piece of text leaves of one, and how like a domain it is."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from harvester.address import has_known_suffix
from harvester.data import load_table, load_words
from harvester.extract.legal_forms import has_legal_form, without_legal_form

MAX_LENGTH = 70
MIN_BEGINNING = 4  # letters of a name's word that a domain may shorten it to

_MARKS = re.compile(r"[®™©℠]|\((?:r|tm|c)\)", re.IGNORECASE)
_EDGES = " \u3000-–—|:：·•,，;；*/\\><»«_~=+"
_PUNCTUATION = re.compile(r"[^\w' ]")
_HAS_POSTCODE = re.compile(r"\b(?:\d{5,6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")
_IS_HOST = re.compile(r"(?i)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}")
_PLACE = re.compile(r"\s+(?:in|near|serving|[-–—])\s+[A-Z][\w. ]+,\s?[A-Z]{2}$")
_TWO_LETTERS = re.compile(r"(\w) ?& ?(\w)\b")
_WEB = re.compile(r"(?i)https?:|www\.|@|\.(?:html?|php)\b")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


@lru_cache(maxsize=2048)
def clean_name(text: str) -> str | None:
    """Return the text without welcome words, marks and separators, None if that leaves no name.

    >>> clean_name("Welcome to Acme® GmbH | ")
    'Acme GmbH'
    """
    text = " ".join(_MARKS.sub(" ", text).split())
    if is_no_name(text):
        return None
    text = _PLACE.sub("", _affixes("after").sub("", _affixes("before").sub("", text)).strip(_EDGES))
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    if not text.endswith(("Inc.", "Ltd.", "Co.", "Corp.")) and not has_legal_form(text):
        text = text.rstrip(".!")
    text = text.strip('"“”„') if text.count('"') % 2 or text[:1] in '"“„' else text
    text = text.strip()
    if not 2 <= len(text) <= MAX_LENGTH or not any(map(str.isalpha, text)) or _WEB.search(text):
        return None
    if is_no_name(text) or len(text.split()) > 9 or "{" in text or text.count(",") > 2 or _HAS_POSTCODE.search(text):
        return None
    return text


def is_no_name(text: str) -> bool:
    """Say whether a text is a page's title, a heading or a placeholder rather than a name."""
    lowered = text.casefold()
    return lowered in _no_names() or _PUNCTUATION.sub("", lowered).strip() in _no_names()


@lru_cache(maxsize=2048)
def likeness(name: str, label: str) -> float:
    """How much a name is like a domain's label: 1 the same, 0 nothing in common.

    >>> likeness("Müller Maschinenbau GmbH", "mueller-maschinenbau")
    1.0
    """
    label = re.sub(r"[^a-z0-9]", "", _ascii(label))
    if not label or len(label) < 2:
        return 0.0
    if (letters := _TWO_LETTERS.match(name)) and label.startswith((letters[1] + letters[2]).lower()):
        return 0.6  # K&P Solicitors at kplaw
    plain = without_legal_form(name)
    spellings = (plain, plain.replace("&", " and ")) if "&" in plain and "and" in label else (plain,)
    return max(_likeness(fold(spelling), label) for spelling in spellings for fold in (_ascii, _ascii_umlauts))


def _likeness(name: str, label: str) -> float:
    words = re.findall(r"[a-z0-9]+", name)
    compact = "".join(words)
    if not compact:
        return 0.0
    if compact == label:
        return 1.0
    if len(words) > 1 and len(label) > 1 and "".join(word[0] for word in words) == label:
        return 0.9
    if len(compact) >= 4 and compact in label:
        return max(0.5, len(compact) / len(label))
    if len(label) >= 4 and label in compact:
        return max(0.6, len(label) / len(compact))
    if len(words[0]) >= 4 and 2 * len(words[0]) >= len(label) and label.startswith(words[0]):
        return max(0.5, len(words[0]) / len(compact))
    if _spells(words, label):
        return 0.7
    covered = sum(len(word) for word in words if len(word) > 2 and word in label)
    share = covered / len(label) * covered / len(compact)
    return round(share, 2) if share >= 0.4 else 0.0


def _spells(words: list[str], label: str) -> bool:
    """Say whether some of the words in their order, the last one perhaps shortened, make up the label."""
    rest, used = label, 0
    for word in words:
        if used and len(rest) >= MIN_BEGINNING and word.startswith(rest):
            return True
        if rest.startswith(word):
            rest, used = rest[len(word) :], used + 1
    return not rest and used > 1


def name_key(name: str) -> str:
    """The same for spellings of one name: without case, accents, punctuation and legal form."""
    return re.sub(r"[\W_]", "", _ascii(without_legal_form(name))) or re.sub(r"\s", "", name.casefold())


def is_host(name: str) -> bool:
    """Say whether a name is only a host name, as templates put it where a name is missing."""
    return _IS_HOST.fullmatch(name) is not None and has_known_suffix(name.lower())


def brand_of_host(name: str) -> str | None:
    """The name in a host name that is written as one ("AcmePumps.com"), None if it is only a host name."""
    brand = name.removeprefix("www.").partition(".")[0]
    return brand if not brand.islower() and not brand.isupper() and len(brand) > 2 else None


@cache
def _no_names() -> frozenset[str]:
    words = {word.casefold() for word in load_words("not_company_names")}
    return frozenset(words | {re.sub(r"[^\w' ]", "", word).strip() for word in words})


@cache
def _affixes(place: str) -> re.Pattern[str]:
    """Words before or after a name in titles; they stand apart, except in scripts without spaces."""
    phrases = sorted((row[1] for row in load_table("name_affixes") if row[0] == place), key=len, reverse=True)
    spaced = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] < "\u3000")
    joined = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] >= "\u3000")
    if place == "before":
        return re.compile(rf"(?i)^(?:(?:{spaced})\s+|(?:{joined})\s*)")
    return re.compile(rf"(?i)(?:\s+(?:{spaced})|\s*(?:{joined}))$")


@lru_cache(maxsize=2048)
def _ascii(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate(_LETTERS)) if not unicodedata.combining(c))


def _ascii_umlauts(text: str) -> str:
    return _ascii(text.casefold().translate(_UMLAUTS))
