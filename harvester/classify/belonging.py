"""Whether an address on another domain than the site's is the company's own: named evidence, each with its weight.

What is on the site's own domain belongs without a question. For the rest, the weights of all evidence that holds are
added; from `BELONGS_FROM` on the address is a contact, from `VOUCHED_FROM` on its domain counts as the company's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harvester.classify.owners import foreign_owner, says_whose
from harvester.classify.roles import role_of_local
from harvester.classify.tags import is_certified_mail, is_free
from harvester.model import Mention, Method, Role, Zone
from harvester.urls import registrable_domain
from harvester.urls.brands import letters, names_site, same_brand, site_names
from harvester.urls.places import Place, place_of_mention, says_contact

FRAME_ZONES = frozenset({Zone.HEADER, Zone.NAVIGATION, Zone.FOOTER})
BELONGS_FROM = 2
VOUCHED_FROM = 5
COMMON_DOMAIN = 3  # addresses on one other domain that make it a second home
DIRECTORY_DOMAINS = 4  # a page with addresses on so many other domains lists other organisations


@dataclass(frozen=True)
class Site:
    """What belongs to the question but not to the one address."""

    domain: str
    own_addresses: int
    foreign_addresses: int
    organisations: Mapping[str, int]  # page URL -> number of other owners with an address on it
    own_on_page: Mapping[str, int]  # page URL -> number of addresses on the site's domain
    contact_pages: Collection[str]  # pages that are for contact although their URL does not say so
    on_domain: Mapping[str, int]  # other domain -> number of addresses on it


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
        """The mentions that a visitor can see, or that the site declares for machines."""
        return tuple(mention for mention in self.mentions if mention.visible or mention.method is Method.STRUCTURED)

    @cached_property
    def places(self) -> frozenset[Place]:
        """The kinds of pages where it can be seen (or stands at all, when it cannot)."""
        return frozenset(
            Place.CONTACT if mention.url in self.site.contact_pages else place_of_mention(mention)
            for mention in self.seen or self.mentions
        )

    @cached_property
    def owners(self) -> tuple[str | None, ...]:
        """For each mention with words beside it: the other owner that they name, or None."""
        return tuple(foreign_owner(mention) for mention in self.mentions if says_whose(mention))

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
    if is_free(case.host):
        return False
    return any(same_brand(site_names(case.host)[0], name) for name in site_names(case.site.domain))


def local_part_names_site(case: Case) -> bool:
    """The mailbox at a free provider is named like the site. Elsewhere it names a client: "acme@agency.example"."""
    if not is_free(case.host):
        return False
    name = letters(case.local)
    return names_site(case.local, case.site.domain) or any(same_brand(name, n) for n in site_names(case.site.domain))


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


def is_shown_with_person(case: Case) -> bool:
    """A contact, team or about page says whose it is."""
    return any(mention.person for mention in case.seen) and bool(case.places & {Place.CONTACT, Place.ABOUT})


def in_page_frame(case: Case) -> bool:
    """It stands in the header, the navigation or the footer."""
    return any(mention.zone in FRAME_ZONES for mention in case.seen)


def is_repeated(case: Case) -> bool:
    """At least two pages show it."""
    return len({mention.url for mention in case.seen}) >= 2


def is_only_address(case: Case) -> bool:
    """The site shows no other address."""
    return case.site.own_addresses == 0 and case.site.foreign_addresses == 1


def is_only_free_mailbox(case: Case) -> bool:
    """It is the only address and at a free provider: what small companies have instead of a domain for mail."""
    return is_only_address(case) and is_free(case.host)


def names_other_owner(case: Case) -> bool:
    """The words before it say that it is somebody else's, in half of the places or more."""
    named = sum(owner is not None for owner in case.owners)
    return named > 0 and named * 2 >= len(case.owners)


def only_in_legal_text(case: Case) -> bool:
    """It stands in privacy texts or terms only."""
    return case.places == {Place.LEGAL}


def only_on_other_pages(case: Case) -> bool:
    """It stands in articles, news or products only."""
    return case.places <= {Place.OTHER}


def in_directory(case: Case) -> bool:
    """Every page that shows it shows more addresses of other organisations than of the company, and many of them."""
    others, own = case.site.organisations, case.site.own_on_page
    return all(others.get(url, 0) >= max(DIRECTORY_DOMAINS, own.get(url, 0)) for url in case.urls)


def is_hidden(case: Case) -> bool:
    """No visitor can see it: it stands in comments, scripts or hidden fields."""
    return not case.seen


def is_labelled_contact(case: Case) -> bool:
    """The heading or label before it says contact."""
    return any(says_contact(mention.label) for mention in case.seen)


def only_in_code(case: Case) -> bool:
    """It stands in code samples only."""
    return all(mention.zone is Zone.CODE for mention in case.mentions)


def is_for_legal_duty(case: Case) -> bool:
    """It is somebody's address for abuse reports, data protection and the like, not the company's."""
    return role_of_local(case.local) in (Role.LEGAL, Role.PRIVACY, Role.POSTMASTER, Role.NOREPLY)


def only_in_comments(case: Case) -> bool:
    """It stands in comments only, and no name ties it to the site: what was shown once."""
    tied = shares_name(case) or is_parent_domain(case)
    return not tied and all(m.method is Method.COMMENT or m.zone is Zone.COMMENT for m in case.mentions)


def on_common_domain(case: Case) -> bool:
    """Several addresses of the site are on this domain."""
    return not is_free(case.host) and case.site.on_domain.get(registrable_domain(case.host), 0) >= COMMON_DOMAIN


def beside_own_addresses(case: Case) -> bool:
    """The site has addresses on its own domain, so it does not need this one."""
    return case.site.own_addresses > 0


def on_other_company_domain(case: Case) -> bool:
    """It is at no provider but on a domain that somebody runs, and the site has its own."""
    return case.site.own_addresses > 0 and not is_free(case.host) and not is_certified_mail(case.host)


def is_certified(case: Case) -> bool:
    """It is an Italian certified mailbox (PEC), which a company must publish for itself; no page shows others'."""
    return bool(case.seen) and is_certified_mail(case.host)


EVIDENCE: tuple[Evidence, ...] = (
    Evidence("shares_name", shares_name, 5),
    Evidence("local_part_names_site", local_part_names_site, 4),
    Evidence("is_parent_domain", is_parent_domain, 5),
    Evidence("on_contact_page", on_contact_page, 3),
    Evidence("on_home_page", on_home_page, 2),
    Evidence("on_about_page", on_about_page, 2),
    Evidence("is_shown_with_person", is_shown_with_person, 1),
    Evidence("in_page_frame", in_page_frame, 1),
    Evidence("is_repeated", is_repeated, 1),
    Evidence("is_only_address", is_only_address, 1.5),
    Evidence("is_only_free_mailbox", is_only_free_mailbox, 1),
    Evidence("is_labelled_contact", is_labelled_contact, 1),
    Evidence("on_common_domain", on_common_domain, 1),
    Evidence("is_certified", is_certified, 1),
    Evidence("names_other_owner", names_other_owner, -8),
    Evidence("only_in_legal_text", only_in_legal_text, -1),
    Evidence("only_on_other_pages", only_on_other_pages, -1),
    Evidence("in_directory", in_directory, -3),
    Evidence("is_hidden", is_hidden, -2),
    Evidence("only_in_comments", only_in_comments, -3),
    Evidence("only_in_code", only_in_code, -4),
    Evidence("is_for_legal_duty", is_for_legal_duty, -3),
    Evidence("beside_own_addresses", beside_own_addresses, -1),
    Evidence("on_other_company_domain", on_other_company_domain, -1),
)


def weigh(case: Case) -> float:
    """The sum of the weights of the evidence that holds."""
    return sum(evidence.weight for evidence in EVIDENCE if evidence.holds(case))


def drop_reason(case: Case) -> str:
    """Why a case that was not won is dropped: the other owner that is named most often, else `third_party`."""
    named = [owner for owner in case.owners if owner]
    return max(sorted(set(named)), key=named.count) if named else "third_party"


def organisation(address: str) -> str:
    """What tells two foreign owners apart: the registrable domain. Free mailboxes count as one owner together."""
    host = address.rpartition("@")[2]
    return "" if is_free(host) else registrable_domain(host)
