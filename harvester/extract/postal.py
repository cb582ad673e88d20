"""Postal addresses: of structured data, beside a postcode and a street in text, or after a label such as "Address:"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from harvester.data import load_table
from harvester.extract.linked_data import Node, is_organization, text_of
from harvester.extract.page import Document
from harvester.model import Zone

MAX_LENGTH = 140
MAX_LINE = 300
MAX_BESIDE = 60  # characters that stand with a postcode on its line where there is no street
MAX_LABEL = 30
MAX_CANDIDATES = 40  # lines that could hold a postcode; lists of shops are longer

_DIGITS = re.compile(r"[0-9](?:[0-9]{3}|[0-9] [0-9]{2}|[A-Z][0-9]| ?[A-Z]{2}\b|-[0-9]{3}|[号號楼室弄层座])")
_HOUSE = re.compile(
    r"(?:^|[\s.,º°#])\d{1,5} ?[a-zA-Z]?(?:[-/+ ]{1,3}\d{1,4} ?[a-zA-Z]?)?(?=$|[\s,;.)])"
    r"|(?<=[a-zß.])\d{1,4}[a-z]?(?=$|[\s,])"
)
_OTHER_NUMBER = re.compile(r"\d{3}|\d[.,]\d|[$€£]")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+/?")
_YEAR = re.compile(r"(?:19|20[0-3])\d(?:\d)?\b")
_CJK_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,12}?[省市区區县都府県][\u4e00-\u9fffぁ-んァ-ヶー\w\-－‐（）() ]{2,50}"
    r"(?:[路街道号號村镇园座楼室番]|丁目|\d)[\w\-－‐（）() ]{0,30}"
)
_FIRST_COLON = re.compile(r"[:：][^\n]*")  # of a line
_PARTS = re.compile(r"[|•·;\t]|\s[-–—]\s")
_CUT = re.compile(
    r"[|•·;\t]|\s[-–—]\s|(?i:[\s,(]+(?:tel|phone|ph|telefon[oe]?|teléfono|téléphone|fax|e-?mail|mail|"
    r"mobile?|cell|contact|p\.? ?iva|vat|тел|факс|nip|siret)\b[.:]?.*)|(?:电话|電話|邮编|邮箱|传真|手机|联系|TEL|Tel).*"
)
_NOISE = re.compile(
    r"https?:|www\.|[@©<>{}%€$!?]|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d\b"
)


def extract_postal_address(document: Document, *, nodes: Iterable[Node] = ()) -> tuple[str, str] | None:
    """Return (address on one line, ISO country that its form shows, or empty), None when the page shows none for sure.

    The first in the page's foot, else the first of the page: further ones belong to branches, chambers and hosts.
    Where no street stands with a postcode that only one country writes, the address is empty.
    """
    structured = _structured_address(nodes)
    if structured:
        return structured, postcode_country(structured)
    first = weak = None
    lone = ""
    for count, (start, above, line) in enumerate(_lines(document.text)):
        found, country = _beside_postcode(tuple(above), line)
        if found is None:
            lone = lone or country
            weak = weak or _after_label(above, line)
        elif 8 <= len(found) <= MAX_LENGTH and not _NOISE.search(found):
            if document.zone_at(start) is Zone.FOOTER:
                return found, postcode_country(found)
            first = first or found
        if count >= MAX_CANDIDATES and first:
            break
    if first is None and weak and 8 <= len(weak) <= MAX_LENGTH and not _NOISE.search(weak):
        first = weak
    if first is None:
        return ("", lone) if lone else None
    return first, postcode_country(first)


def postcode_country(address: str) -> str:
    """ISO code of the country whose postcodes alone look like the one in the address, or empty."""
    for country, pattern in _postcodes() if any(map(str.isdigit, address)) else ():
        if pattern.search(address):
            return country if len(country) == 2 else ""
    return ""


def _structured_address(nodes: Iterable[Node]) -> str | None:
    for node in nodes:
        if is_organization(node):
            addresses = node.get("address")
            address = addresses[0] if isinstance(addresses, list) and addresses else addresses
            text = _address_of(address) if isinstance(address, dict) else text_of(address)
            if sum(map(str.isalpha, text)) > 5:
                return text[:MAX_LENGTH]
    return None


def _address_of(address: Node) -> str:
    keys = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
    street, postcode, city, region, country = (text_of(address.get(key)).strip(" ,") for key in keys)
    if not (street or (city and postcode)):
        return ""
    state_first = country.upper() in ("US", "USA", "UNITED STATES", "CA", "CANADA", "AU", "AUSTRALIA")
    place = f"{city}, {region} {postcode}".strip(" ,") if state_first else f"{postcode} {city}".strip()
    return ", ".join(filter(None, (street, place, country)))


def _lines(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield (offset, two lines above, line) for the lines that may hold an address."""
    anchors = [match.start() for match in _DIGITS.finditer(text)]
    colons = [match.start() for match in _FIRST_COLON.finditer(text)]
    labels = [colon + 1 for colon in colons if _is_label(_line_before(text, colon))]
    last_end = -1
    for anchor in sorted(anchors + labels) if labels else anchors:
        if anchor <= last_end:
            continue
        start = text.rfind("\n", 0, anchor) + 1
        end = text.find("\n", anchor)
        last_end = len(text) if end < 0 else end
        if last_end - start <= MAX_LINE and (line := text[start:last_end].strip()):
            above = text[max(0, start - 2 * MAX_LENGTH) : start].split("\n")
            yield start, [stripped for part in above if (stripped := part.strip())][-2:], line


def _line_before(text: str, offset: int) -> str:
    """What stands before an offset on its line, no more than shows that it is longer than a label."""
    return text[max(0, offset - MAX_LABEL - 1) : offset].rpartition("\n")[2]


def _after_label(above: list[str], line: str) -> str | None:
    head, mark, rest = line.replace("：", ":", 1).partition(":")
    if mark and _is_label(head):
        rest = _cut(rest)
        return rest if any(map(str.isdigit, rest)) or not rest.isascii() else None
    if above and _is_label(above[-1]) and has_street(line):
        return _cut(line)
    return None


@lru_cache(maxsize=2048)
def _beside_postcode(above: tuple[str, ...], line: str) -> tuple[str | None, str]:
    """The address of a line with a postcode, and the country of a postcode that stands there without street."""
    if "\u4e00" <= max(line) <= "\u9fff" or "〒" in line:
        match = _CJK_ADDRESS.search(line)
        return match[0].strip() if match and len(line) <= 100 else None, ""
    lone = ""
    for country, pattern in _postcodes():
        found = pattern.search(line)
        if not found or (_YEAR.match(found[0]) and not (above and has_street(above[-1]) and len(line) < 40)):
            continue
        if has_street(line[: found.start()]) or has_street(line[found.end() :]):
            return _part_with(pattern, line), country.strip("-")
        if found.start() <= 40 and len(line) <= 80 and above and len(above[-1]) <= 80 and has_street(above[-1]):
            lines = above[-1:] if not _is_part_of_a_building(above[-1]) or len(above) < 2 else above[-2:]
            return ", ".join(part for text in (*lines, line) if (part := _cut(text))), ""
        if not lone and len(line) - len(found[0]) <= MAX_BESIDE and not _OTHER_NUMBER.search(line, 0, found.start()):
            lone = country.strip("-")
    return None, lone


def _part_with(pattern: re.Pattern[str], line: str) -> str | None:
    """The part with the postcode of a line that says more, with the part before it if that has the street."""
    parts = [_cut(part) for part in _PARTS.split(line)]
    for index, part in enumerate(parts):
        if pattern.search(part):
            if has_street(part):
                return part
            return f"{parts[index - 1]}, {part}" if index and has_street(parts[index - 1]) else None
    return None


def has_street(text: str) -> bool:
    """Say whether a street's name with a house number, or a post-office box, stands in a text."""
    if len(text) > 120 or not any(map(str.isdigit, text)):
        return False
    folded = text.casefold()
    if any(box in folded for box in _words("box")):
        return True
    if not _HOUSE.search(text):
        return False
    streets, endings = _words("street"), _street_endings()
    return any(word in streets or word.endswith(endings) for word in _WORD.findall(folded))


def _is_part_of_a_building(text: str) -> bool:
    return text[:6].casefold().startswith(("suite", "ste", "floor", "unit", "bldg", "room", "#"))


def _cut(text: str) -> str:
    text = _CUT.split(text, maxsplit=1)[0].strip(" ,.。，")
    head, _, rest = text.replace("：", ":").partition(":" if ":" in text[:31] or "：" in text[:31] else " ")
    return rest.strip() if rest and _is_label(head) else text


def _is_label(text: str) -> bool:
    return len(text) <= MAX_LABEL and text.casefold().strip(" :：.") in _words("label")


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(row[1] for row in load_table("address_words") if row[0] == kind)


@cache
def _street_endings() -> tuple[str, ...]:
    return tuple(sorted(_words("ending")))


@cache
def _postcodes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((country, re.compile(pattern)) for country, pattern in load_table("postcodes"))
