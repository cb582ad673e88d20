"""The company's country: the signs of a page, each with its points, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from harvester.extract.countries import (
    country_in_line,
    country_of_domain,
    country_of_language,
    country_of_legal_form,
    country_of_name,
    country_of_postcode,
    main_country_of_language,
)
from harvester.extract.legal_forms import legal_form, names_with_form
from harvester.extract.linked_data import Node, text_of
from harvester.extract.page import Document
from harvester.extract.places import countries_of_places, countries_of_registers

# Points; countries.ENOUGH are needed. Those of places and registers stand in places.py.
DOMAIN_POINTS, DATA_POINTS, NAMED_POINTS, POSTCODE_POINTS = 30, 30, 25, 21
LANGUAGE_POINTS, MAIN_COUNTRY_POINTS, FORM_POINTS, REGION_POINTS = 10, 8, 10, 4


def vote_countries(
    document: Document,
    *,
    domain: str,
    name: str | None,
    language: str | None,
    organizations: Iterable[Node] = (),
    postal: tuple[str, str] | None = None,
) -> Counter[str]:
    """Return the points of each country that anything on a page speaks for, its telephones apart."""
    votes: Counter[str] = Counter()
    votes[country_of_domain(domain.partition("/")[0].partition(":")[0]) or ""] += DOMAIN_POINTS
    votes[_country_of_data(organizations) or ""] += DATA_POINTS
    if postal:
        votes[postal[1]] += POSTCODE_POINTS
        votes[(_country_near(document.text, postal[0]) if postal[0] else None) or ""] += NAMED_POINTS
        votes[country_of_postcode(postal[0], language) or ""] += POSTCODE_POINTS if not postal[1] else 0
    votes.update(countries_of_places(document.text, document.title))
    votes.update(countries_of_registers(document.text))
    _vote_for_language(votes, language)
    votes[_country_of_forms(document.text, name) or ""] += FORM_POINTS
    votes.pop("", None)
    return +votes


def _vote_for_language(votes: Counter[str], language: str | None) -> None:
    votes[country_of_language(language) or ""] += LANGUAGE_POINTS
    votes[main_country_of_language(language) or ""] += MAIN_COUNTRY_POINTS
    region = language.rpartition("-")[2] if language and "-" in language else ""
    votes[country_of_name(region) or "" if len(region) == 2 else ""] += REGION_POINTS


def _country_of_data(organizations: Iterable[Node]) -> str | None:
    for node in organizations:
        address = node.get("address")
        address = address[0] if isinstance(address, list) and address else address
        if isinstance(address, dict):
            return country_of_name(text_of(address.get("addressCountry")))
    return None


def _country_of_forms(text: str, name: str | None) -> str | None:
    """The country of the legal form in the company's name, or else of those in the first lines that have one."""
    if name and (country := country_of_legal_form(legal_form(name))):
        return country
    forms = (legal_form(line) for line in names_with_form(text)[:3])
    return next(filter(None, map(country_of_legal_form, forms)), None)


def _country_near(text: str, address: str) -> str | None:
    found = country_in_line(address)
    if found:
        return found
    last = address.rpartition(", ")[2]
    at = text.rfind(last)
    if at < 0:
        return None
    following = text[at + len(last) : at + len(last) + 80].split("\n")[:3]
    return next((country for line in following if (country := country_in_line(line))), None)
