"""Countries that places and registers on a page tell: large cities, names of countries, tax and register numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice

from harvester.data import load_table
from harvester.extract.postal import has_street, postcode_country
from harvester.extract.vocabulary import as_written, words_of

STRONG, WEAK = 21, 10  # points: a strong sign is enough for a country, a weak one needs a second
MAX_OCCURRENCES = 6  # of one place
VAT_REACH = 60  # characters after a label in which the number is sought
SHORT_LINE, LONG_LINE = 60, 120

_POSTCODE_BEFORE = re.compile(r"(?<![\d.,/-])(?!(?:19|20)\d\d\D)\d{4,6}[\s,–-]{1,3}$")
_POSTCODE_AFTER = re.compile(r"^(?:\s\d\d?)?[\s,–.-]{1,4}(?!(?:19|20)\d\d\b)(?:\d{3} ?\d{3}|\d{4,6})(?![\d/.:])")
_SEPARATED = re.compile(r"[,،–|(/-]\s?$|^\s?[,،–|)/-]")
_LABEL_OF_ADDRESS = re.compile(r"地址|厂址|住所|所在地|주소|〒")
_FILLING = r"[\s:：.#º°/()-]{0,6}(?:(?i:no|nr|nº|n°|number|nummer|numer|vat|id)\b[\s:：.#º°/()-]{0,6}){0,2}"
_MARKS = "(,،.;:)|"  # around a word, see vocabulary.as_written


def countries_of_places(text: str, title: str = "") -> Counter[str]:
    """Return points for the countries whose cities, or whose own names, stand in the addresses of a text."""
    strong: list[tuple[int, str]] = []
    weak = set(_in_title(title))
    names = list(_names_in(text))
    named = {country: name for name, country, is_city in names if not is_city}
    for name, country, is_city in names:
        for at in _positions(text, name):
            sign, found = _sign(text, at, name, country, own_name=named.get(country, "") if is_city else None)
            if sign == STRONG:
                strong.append((at, found))
            elif sign:
                weak.add(found)
    if not text.isascii() and (labelled := _east_asian_place(text)):
        strong.append((0, labelled))
    if strong:
        counts = Counter(country for _at, country in sorted(strong))  # of equal ones the first on the page
        (country, count), *others = counts.most_common(2)
        return Counter({country: STRONG if not others or count > 2 * others[0][1] else WEAK})
    return Counter(dict.fromkeys(weak, WEAK)) if len(weak) == 1 else Counter()


def countries_of_registers(text: str) -> Counter[str]:
    """Return points for the countries whose tax or register numbers a page prints, as their laws demand."""
    votes: Counter[str] = Counter()
    words = words_of(text)
    known = _registers()
    labels = {word.strip(_MARKS) for word in _register_words() & words}
    if not text.isascii():
        labels.update(label for label in _unspaced_labels() if label in text)
    for label in labels:
        for country, points, pattern in known.get(label, ()):
            if points > votes[country] and pattern.search(text):
                votes[country] = points
        if label in _vat_labels() and (country_of_vat := _country_of_vat_number(text, label)):
            votes[country_of_vat] = STRONG
    return votes


def _country_of_vat_number(text: str, label: str) -> str | None:
    """The country that the number after a label begins with, as those of the European Union do."""
    for at in islice(_positions(text, label), MAX_OCCURRENCES):
        following = text[at + len(label) : at + len(label) + VAT_REACH]
        for country, pattern in _vat_numbers():
            if pattern.search(following):
                return country
    return None


def _sign(text: str, at: int, name: str, country: str, *, own_name: str | None) -> tuple[int, str]:
    """How plainly a name at an offset stands in an address: points, and the country that the line tells.

    `own_name` is that of a city's country where the text has it, None where the name is a country's itself.
    """
    is_city = own_name is not None
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    before, after = text[max(start, at - LONG_LINE // 2) : at], text[at + len(name) : min(end, at + LONG_LINE)]
    line = f"{before}{name}{after}"
    is_apart = (
        not before.strip()
        or (is_city and not after.strip(" ."))
        or _SEPARATED.search(before)
        or _SEPARATED.match(after)
    )
    is_beside = is_city and (_POSTCODE_BEFORE.search(before) or _POSTCODE_AFTER.match(after))
    if is_beside or (is_apart and has_street(line)):
        return STRONG, postcode_country(line) or country
    if end - start > SHORT_LINE or (not is_city and after.strip(" .)")):
        return 0, ""
    above = text[max(0, start - LONG_LINE) : max(0, start - 1)].rpartition("\n")[2]
    if has_street(above) or (not is_city and not before.strip() and _POSTCODE_BEFORE.search(f"{above[:7]} ")):
        return STRONG, postcode_country(line) or country
    if own_name and own_name in line:
        return STRONG, country
    return (WEAK if is_apart else 0), country


def _names_in(text: str) -> Iterator[tuple[str, str, bool]]:
    """(name, country, whether it is a city) for the names whose first word stands in the text."""
    places = _places()
    for word in sorted(_first_words() & words_of(text)):
        yield from places[word.strip(_MARKS)]


def _positions(text: str, name: str) -> Iterator[int]:
    at, count = text.find(name), 0
    while at >= 0 and count < MAX_OCCURRENCES:
        end = at + len(name)
        if not (at and text[at - 1].isalnum()) and not text[end : end + 1].isalnum():
            yield at
            count += 1
        at = text.find(name, end)


def _in_title(title: str) -> Iterator[str]:
    for name, country, is_city in _names_in(title) if title else ():
        if is_city and any(_positions(title, name)):
            yield country


def _east_asian_place(text: str) -> str | None:
    """The country of the place after a label such as 地址, in scripts without spaces."""
    for label in _LABEL_OF_ADDRESS.finditer(text):
        line = text[label.end() : label.end() + 30].partition("\n")[0]
        for name, country in _east_asian_names():
            if name in line:
                return country
    return None


@cache
def _places() -> dict[str, list[tuple[str, str, bool]]]:
    """Names by their first word, as written and in capitals."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for column, table in ((1, "cities"), (3, "countries")):
        for row in load_table(table):
            for name in row[column].split("|"):
                if name[0] < "\u3000" and (len(name) > 3 or name[0] >= "\u0590" or name in ("USA", "UAE")):
                    for spelling in {name, name.upper()}:
                        found.setdefault(spelling.split()[0].strip(_MARKS), []).append((spelling, row[0], column == 1))
    return found


@cache
def _first_words() -> frozenset[str]:
    return as_written(_places())


@cache
def _east_asian_names() -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, row[0]) for row in load_table("cities") for name in row[1].split("|") if "\u3000" < name[0] < "\ud7ff"
    )


@cache
def _registers() -> dict[str, list[tuple[str, int, re.Pattern[str]]]]:
    """(country, points, pattern) by the first word of the label."""
    rows = load_table("registrations")
    found: dict[str, list[tuple[str, int, re.Pattern[str]]]] = {}
    for country, weight, label, number in rows:
        if country != "-" and label != "-":
            pattern = re.escape(label) + ("" if number == "-" else f"(?![a-zß-ÿ]){_FILLING}(?:{number})")
            points = STRONG if weight == "strong" else WEAK + 1
            found.setdefault(label.split()[0].strip(_MARKS), []).append((country, points, re.compile(pattern)))
    return found


@cache
def _vat_labels() -> frozenset[str]:
    return frozenset(row[2] for row in load_table("registrations") if row[0] == "-")


@cache
def _vat_numbers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = load_table("registrations")
    return tuple((row[0], re.compile(rf"(?<![^\W_]){row[3]}(?![^\W_])")) for row in rows if row[2] == "-")


@cache
def _register_words() -> frozenset[str]:
    return as_written(label for label in {*_registers(), *_vat_labels()} if label[0] < "\u3000")


@cache
def _unspaced_labels() -> tuple[str, ...]:
    return tuple(label for label in _registers() if any(char > "\u3000" for char in label))
