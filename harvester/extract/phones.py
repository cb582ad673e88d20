"""Telephone numbers of a page in E.164: from `tel:` links and from visible text, fax numbers kept apart.

A number in text counts when a label stands before it, when it begins with `+`, or when its shape says so in the
company's country. Every number must be valid in the numbering plan that phonenumbers knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote

from harvester.data import load_table
from harvester.extract.page import Document
from harvester.model import Zone

MIN_DIGITS, MAX_DIGITS = 7, 15  # E.164, 6.2.1; shorter ones are service numbers
LABEL_REACH = 32  # characters before a number in which its label is sought
LABEL_LINE = 26  # a line above the number is its label if it is no longer
LABEL_WORDS = 4
LABELLED_SCORE = 1.55
MAX_PHONES = 12  # of one page: branch lists are no company phones

_CANDIDATE = re.compile(r"[0-9(+＋][0-9 ().\-/–—‐‑·\u00a0\u2009\u202f\t]{5,30}[0-9]")
_PIECES = re.compile(r"\s*/\s*|\s[-–—]\s|\s{2,}|\s(?=[+＋])|(?<=\d)\s?(?=\(\+?\d{2,}\)\s?\d)")
_NORTH_AMERICAN = re.compile(r"(?:\+?1[ .-]*)?\(?([2-9]\d\d)\)?[ .\-–/]{1,3}([2-9]\d\d)[ .\-–]{1,3}\d{4}")
_WITH_AREA_IN_BRACKETS = re.compile(r"\(\d{2,4}\) ?\d{3,5}[- ]\d{4}")
_INTERNATIONAL = ("+", "＋", "00", "(+", "(00")
_LAST_DIGITS = re.compile(r"\s?/\s?\d{1,4}$")  # those in which a second number differs
_NORTH_AMERICAN_TOLL_FREE = frozenset(f"+1{code}" for code in (800, 822, 833, 844, 855, 866, 877, 888))
_PREFIX = re.compile(r"(?:\(\s?(?:\+|00)\s?|00\s?|\+\s?)([1-9]\d{0,2})\s?\)?")
_CHINESE = re.compile(
    r"1[3-9]\d(?:[ -]?\d{4}){2}|[48]00[ -]?\d{3}[ -]?\d{4}|\(?0\d{2,3}[) -]{1,2}[2-8]\d{3}[ -]?\d{3,4}"
)
_RUSSIAN = re.compile(r"[78][ (-]{1,2}\d{3,5}[ )-]{1,2}\d{1,3}[ -]?\d\d[ -]?\d\d")
_NO_PHONE = re.compile(
    r"(?:19|20)\d\d ?[-–—/] ?(?:19|20)\d\d"  # years
    r"|\d{4}([./-])\d{1,2}\1\d{1,2}.*|\d{1,2}([./-])\d{1,2}\2(?:\d{4}|\d\d)(?:\D.*)?"  # dates
    r"|\d{1,3}(?:\.\d{1,3}){3}"  # IP addresses
    r"|\d{1,2}(?:[.]\d\d)? ?[-–—] ?\d{1,2}(?:[.]\d\d)?(?: ?/.*)?"  # opening hours
    r"|\d{1,3}(?:\.\d{3})+|\d+\.\d+"  # amounts
)
_LABEL_ENDS = " \t\u00a0\u3000:：.;,()[]（）【】–—-|/+＋•·*#=>«»\"'’"
_LABEL_WORD_ENDS = re.compile(r"[\s(（:：,;|]+")
_GAP = re.compile(r"[\s,/;|&、，或和]*(?:or|und|and|oder|et|y|e|o|и)?[\s,/;|&]*")
_ON_EACH_PAGE = (Zone.HEADER, Zone.FOOTER, Zone.NAVIGATION)  # to look three members up takes 1 µs
_FULL_WIDTH_DIGIT = re.compile(r"[０-９]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－（）", "0123456789-()")


@dataclass(frozen=True, slots=True)
class FoundPhone:
    """A number in E.164 at one place in a text; `kind`: phone mobile tollfree fax whatsapp, empty without label."""

    start: int
    end: int
    number: str
    kind: str


@lru_cache(maxsize=2048)
def parse_phone(text: str, *, country: str | None = None) -> str | None:
    """Return the number in E.164, or None if it is valid neither with its own country code nor in the country.

    >>> parse_phone("06126 / 1234-0", country="DE")
    '+49612612340'
    """
    import phonenumbers  # noqa: PLC0415 - import takes 60 ms

    text = _in_international_form(text)
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _in_international_form(text: str) -> str:
    """The number with its prefix as phonenumbers reads it: "(00 39) 031", "(+39) 031", "+022" for 022."""
    text = text.replace("＋", "+").strip()
    match = _PREFIX.match(text)
    if match:
        text = f"+{match[1]} {text[match.end() :]}"
    return text.lstrip("+") if text.startswith(("+0", "+ 0")) else text


@lru_cache(maxsize=2048)
def phone_country(number: str) -> str | None:
    """ISO code of the country that a number in E.164 belongs to, None for those of no country.

    Toll-free numbers of North America belong to all countries of +1, though the plan lists them under one.
    """
    import phonenumbers  # noqa: PLC0415 - import takes 60 ms

    if number[:5] in _NORTH_AMERICAN_TOLL_FREE:
        return None
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None


def find_phones(text: str, *, country: str | None, start: int = 0, end: int | None = None) -> Iterator[FoundPhone]:
    """Yield the numbers of text[start:end] in order; labels may stand before `start`."""
    if not text.isascii() and _FULL_WIDTH_DIGIT.search(text):
        text = text.translate(_FULL_WIDTH)
    last_end, last_kind = -1, ""
    for match in _CANDIDATE.finditer(text, start, len(text) if end is None else end):
        candidate, at = match[0], match.start()
        if not MIN_DIGITS <= sum(map(str.isdigit, candidate)) <= 2 * MAX_DIGITS:
            continue
        chained = last_end >= 0 and _GAP.fullmatch(text, last_end, at) is not None and "\n" not in text[last_end:at]
        kind = last_kind if chained else label_kind(text, at)
        last_end, last_kind = match.end(), kind or ""
        if kind is None or kind == "none" or _is_inside_a_code(text, at, match.end(), kind):
            continue
        for offset, piece in _split(candidate):
            number = _read(piece, kind=kind, country=country)
            if number:
                yield FoundPhone(at + offset, at + offset + len(piece), number, kind)


def extract_phones(document: Document, *, country: str | None, structured: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the page's telephone numbers, the likely main one first; `structured` are those that its data name."""
    scores: dict[str, float] = {}
    faxes: set[str] = set()
    for text in structured:
        number = parse_phone(text, country=country)
        if number:
            scores[number] = 4.0
    for number, kind in _phones_of_links(document, country):
        scores[number] = max(scores.get(number, 0.0), 1.5 if kind == "whatsapp" else 3.0)
    for found in find_phones(document.text, country=country):
        if found.kind == "fax":
            faxes.add(found.number)
            continue
        score = _KIND_SCORES.get(found.kind, 1.0) + _zone_score(document, found.start)
        scores[found.number] = max(scores.get(found.number, 0.0) + 0.1, score)
    for number in faxes:
        if scores.get(number, 0.0) < LABELLED_SCORE:  # one that is also labelled or linked as a telephone is both
            scores.pop(number, None)
    return tuple(sorted(scores, key=lambda number: -scores[number])[:MAX_PHONES])


_KIND_SCORES = {"phone": 2.0, "tollfree": 1.8, "mobile": 1.6, "whatsapp": 1.2, "": 1.0}


def whatsapp_number(url: str) -> str | None:
    """Return the number of a WhatsApp link in E.164.

    >>> whatsapp_number("https://wa.me/4915112345678?text=Hi")
    '+4915112345678'
    """
    lowered = url.lower()
    if "wa.me/" in lowered:
        digits = lowered.partition("wa.me/")[2].partition("?")[0]
    elif "whatsapp" in lowered and "phone=" in lowered:
        digits = lowered.partition("phone=")[2].partition("&")[0]
    else:
        return None
    digits = "".join(re.findall(r"\d+", unquote(digits[:60]))).removeprefix("00")
    return parse_phone(f"+{digits}") if digits else None


def label_kind(text: str, at: int) -> str | None:
    """What the words before text[at] announce: a kind of phone_labels.tsv, empty for no label."""
    line_start = text.rfind("\n", max(0, at - LABEL_REACH), at) + 1
    before = text[max(line_start, at - LABEL_REACH) : at]
    if line_start and not before.strip(_LABEL_ENDS):
        above = text[max(0, line_start - 2 * LABEL_REACH) : line_start].rstrip().rpartition("\n")[2]
        before = f"{above}:" if len(above) <= LABEL_LINE and not any(map(str.isdigit, above)) else ""
    label = before.casefold().rstrip(_LABEL_ENDS)
    if not label:
        return ""
    return _kind_of_label(label, before[len(label) :])


def _kind_of_label(label: str, rest: str) -> str:
    labels = _labels()
    words = _LABEL_WORD_ENDS.split(label)[-LABEL_WORDS:]
    for first in range(len(words)):
        kind = labels.get(" ".join(words[first:]).strip("."), "")
        if kind and (len(words[-1]) > 1 or first < len(words) - 1 or rest.strip() or len(words) == 1):
            return kind
    for length in range(min(6, len(label)), 0, -1):  # scripts without spaces, and emoji
        if not label[-length].isascii() and label[-length:] in labels:
            return labels[label[-length:]]
    for word in reversed(words[:-1]):
        kind = labels.get(word.strip("."), "")
        if kind and len(word) > 2:
            return kind
    return ""


@cache
def _labels() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("phone_labels")}


def _split(candidate: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, piece): the whole, or its pieces where a separator stands between two full numbers."""
    offset = 0
    for match in _PIECES.finditer(candidate):
        left = sum(map(str.isdigit, candidate[offset : match.start()]))
        right = sum(map(str.isdigit, candidate[match.end() :]))
        if left >= MIN_DIGITS and right >= MIN_DIGITS:
            yield offset, candidate[offset : match.start()]
            offset = match.end()
    yield offset, candidate[offset:]


def _read(piece: str, *, kind: str, country: str | None) -> str | None:
    digits = sum(map(str.isdigit, piece))
    if not MIN_DIGITS <= digits <= MAX_DIGITS + 1 or _NO_PHONE.fullmatch(piece):
        return None
    if not kind and not _has_phone_shape(piece, country):
        return None
    if country is None and not piece.startswith(_INTERNATIONAL):
        return parse_phone(piece, country="US") if _NORTH_AMERICAN.fullmatch(piece) else None
    number = parse_phone(piece, country=country) or parse_phone(_LAST_DIGITS.sub("", piece), country=country)
    return number or (parse_phone(piece, country="US") if _NORTH_AMERICAN.fullmatch(piece) else None)


def _has_phone_shape(piece: str, country: str | None) -> bool:
    """Say whether a number without label is written as only telephone numbers are."""
    if piece.startswith(("+", "＋", "(+", "(00")):
        return True
    if _NORTH_AMERICAN.fullmatch(piece) or _WITH_AREA_IN_BRACKETS.fullmatch(piece):
        return True
    if country == "CN":
        return _CHINESE.fullmatch(piece) is not None
    if country in ("RU", "KZ", "BY"):
        return _RUSSIAN.fullmatch(piece) is not None
    return piece.startswith(("0", "(0")) and re.search(r"\d[ )/.–-]+\d", piece) is not None


def _is_inside_a_code(text: str, start: int, end: int, kind: str) -> bool:
    """Say whether the number is a part of something longer: a word, an address, an amount."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before and (before in "_@=#$€£%&?/~" or (not kind and before in "-.,:") or before.isdigit()):
        return True
    if before.isascii() and before.isalpha() and not kind and text[start] not in "+＋":
        return True
    return bool(after) and (after in "@_%€$£=" or (after.isascii() and after.isalnum()))


def _phones_of_links(document: Document, country: str | None) -> Iterator[tuple[str, str]]:
    for link in document.links:
        href = link.href
        if ":" not in href:
            continue
        scheme = href[:9].lower()
        if "tel:" in scheme or scheme.startswith("callto:"):
            if "fax" in link.anchor.lower() or label_kind(document.text, link.start) == "fax":
                continue
            text = unquote(href[:80].partition(":")[2]).strip(" /")
            number = parse_phone(text, country=country) or (parse_phone(text, country="US") if not country else None)
            if number:
                yield number, "phone"
        elif "wa" in href and ("wa.me/" in href or "whatsapp" in href):
            number = whatsapp_number(href)
            if number:
                yield number, "whatsapp"


def _zone_score(document: Document, offset: int) -> float:
    return 0.5 if document.zone_at(offset) in _ON_EACH_PAGE else 0.0
