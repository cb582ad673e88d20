"""What a page, and all pages of a site together, say about the company: `Profile`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from harvester.extract.countries import ENOUGH, country_of_language, most_likely
from harvester.extract.home_country import REGION_POINTS, vote_countries
from harvester.extract.language import extract_language
from harvester.extract.legal_forms import has_legal_form
from harvester.extract.linked_data import is_organization, read_nodes, texts_of
from harvester.extract.names import likeness, name_key
from harvester.extract.page import Document, Form
from harvester.extract.phones import extract_phones, phone_country
from harvester.extract.postal import extract_postal_address
from harvester.extract.shown_names import extract_name
from harvester.extract.socials import extract_socials
from harvester.model import Profile
from harvester.urls import registrable_domain

MAX_PHONES = 6
PHONE_POINTS, WEAK_PHONE_POINTS = 20, 10  # a phone that was read with a weakly supported country confirms it
LIKENESS_WEIGHT = 3.0  # of a name with the domain, beside the pages that show it
MOST_OF_OTHERS = 2.5
_PAGE_WEIGHTS = (3.0, 2.5, 1.5)  # home, contact and imprint, about; other pages 1
_COUNTRY_WEIGHTS = {0: 2.5, 1: 3.0, 2: 1.5}  # the contact page and the imprint know it best
PAGES_OF_ONE_LANGUAGE = 3  # that show where a company is when nothing else does
_HOME = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://[^/?#]*)?/?"
    r"(?:(?:[a-z]{2}(?:[-_][a-z]{2})?/)?(?:index|home|default|start|main)?(?:\.\w{2,5})?)?/?\??(?:#.*)?",
    re.IGNORECASE,
)
_NO_CONTACT_FIELDS = re.compile(
    r"(?i)search|password|passwd|comment|wpcomment|newsletter|subscribe|coupon|rating|review"
)

Value = TypeVar("Value")


def extract_profile(document: Document, *, domain: str) -> Profile:
    """Return what this one page says about the company whose site stands at `domain`."""
    label = domain_label(domain)
    nodes = read_nodes(document.json_ld) if document.json_ld else []
    organizations = [node for node in nodes if is_organization(node)]
    language = extract_language(document)
    postal = extract_postal_address(document, nodes=organizations)
    address = postal[0] if postal else ""
    name = extract_name(document, label=label, nodes=nodes, is_home=is_home(document.url), address=address)
    votes = vote_countries(
        document, domain=domain, name=name, language=language, organizations=organizations, postal=postal
    )
    likely = next((country for country, points in votes.most_common(1) if points > REGION_POINTS), None)
    phones = extract_phones(
        document,
        country=likely,
        structured=[text for node in organizations for text in texts_of(node.get("telephone"))],
    )
    region = next(filter(None, map(phone_country, phones)), None)
    if region:
        votes[region] += WEAK_PHONE_POINTS if region == likely and votes[region] < ENOUGH else PHONE_POINTS
    elif phones and phones[0].startswith("+1"):
        votes.update({"US": WEAK_PHONE_POINTS, "CA": WEAK_PHONE_POINTS})  # toll-free
    same_as = [url for node in organizations for url in texts_of(node.get("sameAs"))]
    return Profile(
        name=name,
        country=most_likely(votes),
        language=language,
        phones=phones[:MAX_PHONES],
        postal_address=address or None,
        contact_form=document.url if any(map(_is_contact_form, document.forms)) else None,
        socials=extract_socials(document, structured=same_as, label=label),
    )


def merge_profiles(profiles: Sequence[tuple[int, Profile]], *, domain: str) -> Profile:
    """Return the best of all pages, each with its importance: home 0, contact, imprint 1, about 2, others 3."""
    ranked = sorted(profiles, key=lambda entry: entry[0])
    weighted = [(_weight(importance), profile) for importance, profile in ranked]
    return Profile(
        name=_merge_names(
            [(weight, profile.name) for weight, profile in weighted if profile.name], domain_label(domain)
        ),
        country=_merge_countries(ranked),
        language=next(
            (profile.language for importance, profile in ranked if importance == 0 and profile.language), None
        )
        or _most_weight((weight, profile.language) for weight, profile in weighted),
        phones=_merge_phones(weighted),
        postal_address=_most_weight((weight, profile.postal_address) for weight, profile in weighted),
        contact_form=next(
            (
                profile.contact_form
                for order in (1, 0, 2, 3)
                for rank, profile in ranked
                if rank == order and profile.contact_form
            ),
            None,
        ),
        socials={
            key: value
            for key in dict.fromkeys(key for _, profile in weighted for key in profile.socials)
            if (value := _most_weight((weight, profile.socials.get(key)) for weight, profile in weighted))
        },
    )


@lru_cache(maxsize=1024)
def domain_label(domain: str) -> str:
    """The label that a company chose: the first of its registrable domain; on a platform the account in the path.

    >>> domain_label("shop.acme.co.uk")
    'acme'
    """
    host, _, path = domain.partition("/")
    if path.strip("/"):
        return path.strip("/").rpartition("/")[2]
    return registrable_domain(host.partition(":")[0]).partition(".")[0]


def is_home(url: str) -> bool:
    """Say whether a URL is a site's first page (also one that only names the language)."""
    return _HOME.fullmatch(url) is not None


def _is_contact_form(form: Form) -> bool:
    has_email = form.has_email_field or any("mail" in field.lower() for field in form.fields)
    if not (form.has_textarea and has_email):
        return False
    return "comment" not in form.action.lower() and not any(map(_NO_CONTACT_FIELDS.search, form.fields))


def _weight(importance: int) -> float:
    return _PAGE_WEIGHTS[importance] if 0 <= importance < len(_PAGE_WEIGHTS) else 1.0


def _most_weight(entries: Iterable[tuple[float, Value | None]]) -> Value | None:
    """The value with the most weight; of equal ones the first."""
    totals: dict[Value, float] = {}
    for weight, value in entries:
        if value is not None:
            totals[value] = totals.get(value, 0.0) + weight
    return max(totals, key=totals.__getitem__) if totals else None


def _merge_names(names: Sequence[tuple[float, str]], label: str) -> str | None:
    """The name with the most weight; the many pages of little importance weigh no more than one important page."""
    groups: dict[str, float] = {}
    others: Counter[str] = Counter()
    for weight, name in names:
        key = name_key(name)
        groups.setdefault(key, LIKENESS_WEIGHT * likeness(name, label))
        if weight > 1:
            groups[key] += weight
        else:
            others[key] += 1
    for key, count in others.items():
        groups[key] += min(0.5 * count, MOST_OF_OTHERS)
    if not groups:
        return None
    best = max(groups, key=groups.__getitem__)
    forms = (
        (weight + (2.0 if has_legal_form(name) else 0.0), name) for weight, name in names if name_key(name) == best
    )
    return _most_weight(forms)


def _merge_countries(ranked: Iterable[tuple[int, Profile]]) -> str | None:
    """The country with the most weight, or else the one whose language all pages are in, if there are some."""
    ranked = list(ranked)
    found = _most_weight((_COUNTRY_WEIGHTS.get(importance, 1.0), profile.country) for importance, profile in ranked)
    languages = {profile.language for _importance, profile in ranked}
    if found or len(languages) > 1 or len(ranked) < PAGES_OF_ONE_LANGUAGE:
        return found
    return country_of_language(languages.pop())


def _merge_phones(weighted: Iterable[tuple[float, Profile]]) -> tuple[str, ...]:
    scores: dict[str, float] = {}
    for weight, profile in weighted:
        for position, number in enumerate(profile.phones):
            scores[number] = scores.get(number, 0.0) + weight / (1 + 0.5 * position)
    return tuple(sorted(scores, key=lambda number: -scores[number])[:MAX_PHONES])
