"""The company's country (ISO 3166-1 alpha-2) from what a page and its domain show; None rather than a guess."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from harvester.data import load_table

ENOUGH = 20  # points: one strong sign, or two weak ones that agree
_WORDS = re.compile(r"[^\W\d_]+(?:[.' -]{1,2}[^\W\d_]+){0,4}\.?")


def country_of_domain(domain: str) -> str | None:
    """Return the country of a national top-level domain, None for those in use everywhere (`.io`, `.co`, `.me`).

    >>> country_of_domain("acme.co.uk")
    'GB'
    """
    return _countries_by_tld().get(domain.rpartition(".")[2].lower())


def country_of_language(language: str | None) -> str | None:
    """Return the one country where a language is the main one, None for languages of several countries."""
    return _countries_by_language().get(language.partition("-")[0]) if language else None


def main_country_of_language(language: str | None) -> str | None:
    """Return the country where most pages of a language of several countries come from, None where none stands out."""
    return _main_countries().get(language.partition("-")[0]) if language else None


def country_of_name(name: str) -> str | None:
    """Return the country of a code or a name in any listed language.

    >>> country_of_name("Österreich")
    'AT'
    """
    name = name.strip(" .,()")
    if len(name) == 2 and name.isascii():
        code = "GB" if name.upper() == "UK" else name.upper()
        return code if code in _codes() else None
    return _countries_by_name().get(name.casefold())


def country_in_line(line: str) -> str | None:
    """Return the country that a line of an address ends with (or that stands between its commas)."""
    for part in reversed(re.split(r"[,،、，;|()•·–\n]| - ", line)[-4:]):
        names = _countries_by_name()
        words = part.strip(" .").casefold().split()
        for count in (len(words), 3, 2, 1):
            tail = " ".join(words[-count:])
            if len(tail) > 2 and tail in names:
                return names[tail]
    if line[:1] <= "\u3040":
        return None
    return next((code for name, code in _east_asian_names() if line.startswith(name)), None)


def country_of_legal_form(form: str) -> str | None:
    """Return the country where a legal form (lower case, without dots and spaces) is at home, None for common ones."""
    return _countries_by_form().get(form)


def country_of_postcode(address: str, language: str | None) -> str | None:
    """Return the country that the length of an address's postcode and the page's language tell together."""
    match = re.search(r"(?<![\d/-])(\d{4,6})(?=,? [^\W\d_])|[^\W\d_],? (\d{5,6})$", address)
    if match is None or not language:
        return None
    digits = str(len(match[1] or match[2]))
    return _countries_by_postcode().get((language.partition("-")[0], digits))


def most_likely(votes: Counter[str]) -> str | None:
    """Return the country with the most points, None when it has too few or another has as many."""
    ranked = [entry for entry in votes.most_common(2) if entry[0]]
    if not ranked or ranked[0][1] < ENOUGH or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


@cache
def _codes() -> frozenset[str]:
    return frozenset(row[0] for row in load_table("countries"))


@cache
def _countries_by_tld() -> dict[str, str]:
    return {tld: row[0] for row in load_table("countries") for tld in row[1].split("|") if tld != "-"}


@cache
def _countries_by_language() -> dict[str, str]:
    return {row[2]: row[0] for row in load_table("countries") if row[2] != "-"}


@cache
def _main_countries() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("language_regions")}


@cache
def _countries_by_name() -> dict[str, str]:
    return {name.casefold().strip("."): row[0] for row in load_table("countries") for name in row[3].split("|")}


@cache
def _countries_by_form() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("legal_form_countries")}


@cache
def _countries_by_postcode() -> dict[tuple[str, str], str]:
    return {(row[0], row[1]): row[2] for row in load_table("postcode_languages")}


@cache
def _east_asian_names() -> tuple[tuple[str, str], ...]:
    return tuple((name, code) for name, code in _countries_by_name().items() if "\u3040" < name[0] < "\ud7ff")
