"""Whether an address on another domain than the site's is the company's own: named evidence, each with its weight.

What is on the site's own domain belongs without a question. For the rest, the weights of all evidence that holds are
added; from `BELONGS_FROM` on the address is a contact, from `VOUCHED_FROM` on its domain counts as the company's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harvester.classify.owners import foreign_owner
from harvester.classify.tags import is_free, letters, names_company, site_label
from harvester.model import Mention, Zone
from harvester.urls import registrable_domain
from harvester.urls.places import Place, place_of

FRAME_ZONES = frozenset({Zone.HEADER, Zone.NAVIGATION, Zone.FOOTER})
BELONGS_FROM = 2
VOUCHED_FROM = 4
SHORTEST_BRAND = 6  # letters that two names share when it is no coincidence ("hotel" and "group" have five)
DIRECTORY_DOMAINS = 4  # a page with addresses on so many other domains lists other organisations


@dataclass(frozen=True)
class Site:
    """What belongs to the question but not to the one address."""

    domain: str
    own_addresses: int
    foreign_addresses: int
    pages: int
    foreign_domains: Mapping[str, int]  # page URL -> number of other domains and free mailboxes on it


@dataclass(frozen=True)
class Case:
    """One address on another domain, with every mention of it."""

    address: str
    mentions: tuple[Mention, ...]
    site: Site

    @property
    def local(self) -> str:
        """The part before the @."""
        return self.address.rpartition("@")[0]

    @property
    def host(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]

    @cached_property
    def seen(self) -> tuple[Mention, ...]:
        """The mentions that a visitor can see."""
        return tuple(mention for mention in self.mentions if mention.visible)

    @cached_property
    def places(self) -> frozenset[Place]:
        """The kinds of pages where it can be seen (or stands at all, when it cannot)."""
        return frozenset(place_of(mention.url) for mention in self.seen or self.mentions)

    @cached_property
    def owners(self) -> tuple[str | None, ...]:
        """For each mention the other owner that the words before it name, or None."""
        return tuple(foreign_owner(mention) for mention in self.mentions)

    @cached_property
    def urls(self) -> frozenset[str]:
        """The pages."""
        return frozenset(mention.url for mention in self.mentions)


class Evidence(NamedTuple):
    """A reason for (positive) or against (negative) an address being the company's."""

    name: str
    holds: Callable[[Case], bool]
    weight: float


def shares_name(case: Case) -> bool:
    """The other domain is named like the site: "abacus-solutions.example" and "abacusllc.example"."""
    return not is_free(case.host) and _same_brand(site_label(case.host), site_label(case.site.domain))


def local_part_names_site(case: Case) -> bool:
    """The mailbox is named like the site: "acmesteel@gmail.com" on acmesteel.example."""
    return names_company(case.local, case.site.domain) or _same_brand(letters(case.local), site_label(case.site.domain))


def is_parent_domain(case: Case) -> bool:
    """The site stands below the mail domain: a notary's site under the notaries' common domain."""
    return case.site.domain.partition("/")[0].endswith("." + case.host)


def on_contact_page(case: Case) -> bool:
    """It can be seen on a contact page or imprint."""
    return bool(case.seen) and Place.CONTACT in case.places


def on_home_page(case: Case) -> bool:
    """It can be seen on the home page."""
    return bool(case.seen) and Place.HOME in case.places


def on_about_page(case: Case) -> bool:
    """It can be seen on an about, team, support or branch page."""
    return bool(case.seen) and Place.ABOUT in case.places


def in_page_frame(case: Case) -> bool:
    """It stands in the header, the navigation or the footer."""
    return any(mention.zone in FRAME_ZONES for mention in case.seen)


def is_repeated(case: Case) -> bool:
    """At least two pages show it."""
    return len({mention.url for mention in case.seen}) >= 2


def is_only_address(case: Case) -> bool:
    """The site shows no other address."""
    return case.site.own_addresses == 0 and case.site.foreign_addresses == 1


def names_other_owner(case: Case) -> bool:
    """The words before it say that it is somebody else's, wherever it stands."""
    return bool(case.owners) and all(case.owners)


def only_in_legal_text(case: Case) -> bool:
    """It stands in privacy texts or terms only."""
    return case.places == {Place.LEGAL}


def only_on_other_pages(case: Case) -> bool:
    """It stands in articles, news or products only."""
    return case.places <= {Place.OTHER}


def in_directory(case: Case) -> bool:
    """Every page that shows it shows addresses of many other organisations."""
    return all(case.site.foreign_domains.get(url, 0) >= DIRECTORY_DOMAINS for url in case.urls)


def is_hidden(case: Case) -> bool:
    """No visitor can see it: it stands in comments, scripts or hidden fields."""
    return not case.seen


def beside_own_addresses(case: Case) -> bool:
    """The site has addresses on its own domain, so it does not need this one."""
    return case.site.own_addresses > 0


EVIDENCE: tuple[Evidence, ...] = (
    Evidence("shares_name", shares_name, 5),
    Evidence("local_part_names_site", local_part_names_site, 4),
    Evidence("is_parent_domain", is_parent_domain, 5),
    Evidence("on_contact_page", on_contact_page, 3),
    Evidence("on_home_page", on_home_page, 2),
    Evidence("on_about_page", on_about_page, 1),
    Evidence("in_page_frame", in_page_frame, 1),
    Evidence("is_repeated", is_repeated, 1),
    Evidence("is_only_address", is_only_address, 1.5),
    Evidence("names_other_owner", names_other_owner, -8),
    Evidence("only_in_legal_text", only_in_legal_text, -1),
    Evidence("only_on_other_pages", only_on_other_pages, -1),
    Evidence("in_directory", in_directory, -3),
    Evidence("is_hidden", is_hidden, -2),
    Evidence("beside_own_addresses", beside_own_addresses, -1),
)


def weigh(case: Case) -> float:
    """The sum of the weights of the evidence that holds."""
    return sum(evidence.weight for evidence in EVIDENCE if evidence.holds(case))


def drop_reason(case: Case) -> str:
    """Why a case that was not won is dropped: the other owner that is named most often, else `third_party`."""
    named = [owner for owner in case.owners if owner]
    return max(sorted(set(named)), key=named.count) if named else "third_party"


def _same_brand(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST_BRAND:
        return one == other
    shared = _longest_common(one, other)
    return shared >= SHORTEST_BRAND and shared >= min(len(one), len(other)) / 2


def _longest_common(one: str, other: str) -> int:
    """Length of the longest run of characters that both have; labels have at most 63."""
    best, above = 0, [0] * (len(other) + 1)
    for a in one:
        row = [0] * (len(other) + 1)
        for index, b in enumerate(other, 1):
            if a == b:
                row[index] = above[index - 1] + 1
                best = max(best, row[index])
        above = row
    return best


def organisation(address: str) -> str:
    """What tells two foreign owners apart: the registrable domain, or the whole address at a free provider."""
    host = address.rpartition("@")[2]
    return address if is_free(host) else registrable_domain(host)
