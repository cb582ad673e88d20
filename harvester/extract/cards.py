"""The surroundings of an address on a page: its places in the text, the lines of its card, the telephone beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from urllib.parse import unquote

from harvester.data import load_words
from harvester.extract.page import Document
from harvester.extract.phones import find_phones
from harvester.model import Mention

Place = tuple[int, int]

PLACES = 4  # of one address on a page that are looked at
LINES_ABOVE, LINES_BELOW = 8, 3
LONG_LINE = 110  # characters: prose, not a card
REACH_BEFORE, REACH_AFTER = 1_000, 500  # characters around an address that are cut into lines

_NOT_WORDS = re.compile(r"(?i)(?:e-?mail|mail|adresse|address|[\s:：.,;|–—-])*")
_PREFERENCE = {"phone": 0, "": 0, "mobile": 1, "tollfree": 2}
_MAIL_WORDS = re.compile(r"(?i)\b(?:e-?mail|mail)[\s:：.-]*$")
_WORD = re.compile(r"[^\W\d_]{4}|[\u3040-\ud7a3]{2}")
_URL = re.compile(r"https?:|www\.")
_TWO_WORDS = re.compile(r"[^\W\d_]{4}.*[^\W\d_]{4}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; `start` is the offset of its first letter in the document's text."""

    start: int
    text: str
    is_address: bool
    is_heading: bool

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)

    @property
    def is_long(self) -> bool:
        """Say whether it is prose rather than a line of a card."""
        return len(self.text) > LONG_LINE

    @property
    def says_little(self) -> bool:
        """Say whether it is a telephone number, a web address or a word like "E-mail", as cards have them."""
        text = self.text
        if len(text) <= 60 and sum(map(str.isdigit, text)) >= 6 and not _TWO_WORDS.search(text):
            return True
        return len(text) <= 3 or bool(_URL.search(text) or _NOT_WORDS.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Card:
    """The lines around one place of an address; `at` is the index of the line with the address."""

    place: Place
    lines: list[Line]
    at: int

    @property
    def before(self) -> str:
        """What stands before the address on its line, after another address there."""
        line = self.lines[self.at]
        text = line.text[: max(0, self.place[0] - line.start)]
        return text.rpartition("@")[2].partition(" ")[2] if "@" in text else text

    @property
    def label(self) -> str:
        """The words before the address on its line that say what it is for; empty for "E-mail:" and the like."""
        words = _MAIL_WORDS.sub("", self.before).strip(" \t:：.,;|–—-")
        says_little = any(map(str.isdigit, words)) or words.casefold() in load_words("mail_words")
        return words if _WORD.search(words) and not says_little else ""

    @property
    def after(self) -> str:
        """What stands after the address on its line, empty if that is another address."""
        line = self.lines[self.at]
        text = line.text[max(0, self.place[1] - line.start) :]
        return "" if "@" in text else text


def find_places(document: Document, mentions: list[Mention]) -> list[list[Place]]:
    """For each mention the spans of the text where its address stands, as words or as a link."""
    by_href = _places_of_links(document)
    text, lowered = document.text, document.text.lower()
    found = []
    for mention in mentions:
        address, original = mention.address.lower(), mention.original
        places = by_href.get(original, []) + by_href.get(address, []) + _occurrences(lowered, address)
        if len(original) > 8 and "email" not in original:  # "[email protected]" stands for many
            places += _occurrences(text, original)
        if not places and len(original) > 8:
            places = [
                (element.start, element.end) for element in document.elements if original in element.attrs.values()
            ]
        found.append([place for place in dict.fromkeys(places) if place[0] <= place[1] <= len(text)][:PLACES])
    return found


def read_card(document: Document, place: Place, marks: list[int], known: dict[int, Line]) -> Card:
    """Cut the text around a place into lines.

    `marks` are the sorted beginnings of all addresses of the page, `known` the page's lines read so far by offset.
    """
    text = document.text
    begin = text.rfind("\n", 0, max(0, place[0] - REACH_BEFORE)) + 1
    end = text.find("\n", min(len(text), place[1] + REACH_AFTER))
    lines: list[Line] = []
    at, start = 0, begin
    for raw in text[begin : end if end >= 0 else len(text)].split("\n"):
        stop = start + len(raw) + 1
        is_here = start <= place[0] < stop
        if is_here or (raw and not raw.isspace()):
            at = len(lines) if start <= place[0] else at
            line = known.get(start)
            if line is None:
                line = known[start] = _read_line(document, raw, start, marks)
            lines.append(line)
        start = stop
    return Card(place, lines, at)


def _read_line(document: Document, raw: str, start: int, marks: list[int]) -> Line:
    stripped, stop = raw.strip(), start + len(raw) + 1
    headings = document.headings
    first = bisect_left(headings, (start, ""))
    is_heading = first < len(headings) and headings[first][0] < stop
    is_address = "@" in stripped or bisect_left(marks, start) < bisect_right(marks, stop - 1)
    return Line(start + len(raw) - len(raw.lstrip()), stripped, is_address, is_heading)


def phone_of_card(document: Document, card: Card, *, name_line: int | None, country: str | None) -> str | None:
    """The telephone of the same card: from the name (or the address before) to the next address or heading."""
    lines, first, last = card.lines, card.at, card.at
    for index in range(card.at - 1, max(-1, card.at - 1 - LINES_ABOVE // 2), -1):
        if name_line == card.at or lines[index].is_address or lines[index].is_long:
            break
        first = index
        if lines[index].is_heading or index == name_line:
            break
    for index in range(card.at + 1, min(len(lines), card.at + 1 + LINES_BELOW)):
        if lines[index].is_address or lines[index].is_heading or lines[index].is_long:
            break
        last = index
    found = find_phones(document.text, country=country, start=lines[first].start, end=lines[last].end)
    phones = [phone for phone in found if phone.kind in _PREFERENCE]
    ahead = [phone for phone in phones if phone.end <= card.place[0]]
    if name_line is None:
        ahead.reverse()  # where no name begins the card the nearest number is the surest
    chosen = min(ahead, key=lambda phone: _PREFERENCE[phone.kind], default=None)
    return chosen.number if chosen else next((phone.number for phone in phones if phone.start >= card.place[1]), None)


def label_of_card(document: Document, card: Card) -> str:
    """The words before the address on its line, the short line above, or the heading."""
    before = _MAIL_WORDS.sub("", card.before).strip(" \t:：.,;|–—-")
    if 2 <= len(before) <= 60:
        return before
    above = card.lines[card.at - 1] if card.at else None
    if above and not above.is_address and 2 <= len(above.text) <= 40 and not any(map(str.isdigit, above.text)):
        return above.text
    return document.heading_before(card.place[0])[:100]


def _places_of_links(document: Document) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for link in document.links:
        href = link.href
        if "@" in href or "%40" in href or "mailto" in href or "protection" in href:
            keys = {" ".join(href.split())[:200]}
            keys.update(map(str.strip, re.split(r"[,;]", unquote(href.partition(":")[2].partition("?")[0]).lower())))
            for key in keys:
                found.setdefault(key, []).append((link.start, link.end))
    return found


def _occurrences(text: str, words: str) -> list[Place]:
    found: list[Place] = []
    at = text.find(words)
    while at >= 0 and len(found) < PLACES:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found
