"""Which contact to write to first: a grade, a score, and the sentence that says why.

`RANKING_ORDER` says which reader is worth more, `FACTORS` adds up the score, and `why` is made of the texts of the
factors that hold, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from harvester.data.texts import load_texts
from harvester.model import AddressKind, AddressType, Company, Contact, Grade, Method, Priority, Role, Status, Zone
from harvester.urls import same_company
from harvester.urls.brands import names_site
from harvester.urls.places import Place, place_of_mention

# The one ranking order of readers, best first: (role, person only?). Roles of one row are worth the same.
RANKING_ORDER: tuple[tuple[tuple[Role, AddressType | None], ...], ...] = (
    ((Role.PURCHASING, AddressType.PERSON),),
    ((Role.PURCHASING, None),),
    ((Role.MANAGEMENT, None),),
    ((Role.SALES, None), (Role.EXPORT, None), (Role.GENERAL, None)),
    ((Role.OTHER, AddressType.PERSON),),
    (
        (Role.RESERVATIONS, None),
        (Role.SUPPORT, None),
        (Role.SERVICE, None),
        (Role.LOGISTICS, None),
        (Role.MARKETING, None),
    ),
    (
        (Role.TECHNICAL, None),
        (Role.IT, None),
        (Role.FINANCE, None),
        (Role.HR, None),
        (Role.PRESS, None),
        (Role.OTHER, None),
    ),
    ((Role.LEGAL, None), (Role.PRIVACY, None), (Role.POSTMASTER, None)),
    ((Role.NOREPLY, None),),
)
NOT_WRITTEN_TO = frozenset({Role.NOREPLY, Role.PRIVACY, Role.LEGAL, Role.HR})
FIRST_CHOICE = frozenset({Role.PURCHASING, Role.SALES, Role.EXPORT, Role.MANAGEMENT})
FRAME_ZONES = frozenset({Zone.HEADER, Zone.NAVIGATION, Zone.FOOTER})
PUNCTUATION = (",", ";", "，", "；")
MANY_PAGES = 5  # more repetitions say nothing more


class Facts(NamedTuple):
    """A contact as the factors look at it; `domain` is the site's."""

    contact: Contact
    domain: str

    @property
    def is_visible(self) -> bool:
        """Whether a visitor of some page sees it."""
        return any(mention.visible for mention in self.contact.mentions)

    @property
    def place(self) -> Place:
        """The best page it can be seen on."""
        mentions = [m for m in self.contact.mentions if m.visible] or self.contact.mentions
        return min((place_of_mention(mention) for mention in mentions), default=Place.OTHER)

    @property
    def pages(self) -> int:
        """On how many pages it stands."""
        return len({mention.url for mention in self.contact.mentions})


class Factor(NamedTuple):
    """One reason for a rank: how far it holds (0 to 1) and how many points it is worth; `why.<name>` is its text."""

    name: str
    measure: Callable[[Facts], float]
    weight: int


def rank_of_reader(role: Role, kind: AddressType) -> int:
    """The row of `RANKING_ORDER` that a reader stands in, 0 being the best."""
    return next(row for row, readers in enumerate(RANKING_ORDER) if (role, kind) in readers or (role, None) in readers)


def is_hidden(contact: Contact) -> bool:
    """Whether no page shows an address, not even to machines (JSON-LD, meta): it stands in comments or scripts."""
    return bool(contact.mentions) and not any(
        mention.visible or mention.method is Method.STRUCTURED for mention in contact.mentions
    )


def _reader(facts: Facts) -> float:
    row = rank_of_reader(facts.contact.role, facts.contact.type)
    return (len(RANKING_ORDER) - row) / len(RANKING_ORDER)


def _on_own_domain(facts: Facts) -> bool:
    site = facts.domain.partition("/")[0]
    return facts.contact.kind is AddressKind.CORPORATE and same_company(_host(facts.contact), site)


def _is_kind(kind: AddressKind) -> Callable[[Facts], bool]:
    return lambda facts: facts.contact.kind is kind and not _on_own_domain(facts)


def _names_site(facts: Facts) -> bool:
    """A free mailbox that bears the site's name is the company's, not one person's."""
    return facts.contact.kind is AddressKind.FREE and names_site(facts.contact.address.rpartition("@")[0], facts.domain)


def _is_linked(facts: Facts) -> bool:
    return any(mention.visible and mention.method is Method.MAILTO for mention in facts.contact.mentions)


def _is_shown(facts: Facts) -> bool:
    return facts.is_visible and not _is_linked(facts)


def _is_declared(facts: Facts) -> bool:
    return bool(facts.contact.mentions) and not facts.is_visible and not is_hidden(facts.contact)


def _is_hidden(facts: Facts) -> bool:
    return is_hidden(facts.contact)


def _stands_on(place: Place) -> Callable[[Facts], bool]:
    return lambda facts: facts.is_visible and facts.place is place


def _in_frame(facts: Facts) -> bool:
    return any(mention.visible and mention.zone in FRAME_ZONES for mention in facts.contact.mentions)


def _repetition(facts: Facts) -> float:
    return (min(facts.pages, MANY_PAGES) - 1) / (MANY_PAGES - 1) if facts.pages > 1 else 0.0


def _is_status(status: Status) -> Callable[[Facts], bool]:
    return lambda facts: facts.contact.verification.status is status


def _is_not_written_to(facts: Facts) -> bool:
    return facts.contact.role in NOT_WRITTEN_TO


READER = Factor("reader", _reader, 45)  # begins the sentence, in words of its own
FACTORS: tuple[Factor, ...] = (
    READER,
    Factor("own_domain", _on_own_domain, 20),
    Factor("vouched_domain", _is_kind(AddressKind.CORPORATE), 15),
    Factor("free_provider", _is_kind(AddressKind.FREE), 6),
    Factor("foreign_domain", _is_kind(AddressKind.OTHER), 3),
    Factor("disposable", _is_kind(AddressKind.DISPOSABLE), 0),
    Factor("named_like_site", _names_site, 2),
    Factor("linked", _is_linked, 2),
    Factor("shown", _is_shown, 1),
    Factor("declared", _is_declared, 3),
    Factor("hidden", _is_hidden, -2),
    Factor("contact_page", _stands_on(Place.CONTACT), 7),
    Factor("home_page", _stands_on(Place.HOME), 5),
    Factor("about_page", _stands_on(Place.ABOUT), 3),
    Factor("legal_text", _stands_on(Place.LEGAL), 0),
    Factor("other_page", _stands_on(Place.OTHER), 0),
    Factor("page_frame", _in_frame, 2),
    Factor("repeated", _repetition, 4),
    Factor("deliverable", _is_status(Status.DELIVERABLE), 15),
    Factor("likely", _is_status(Status.LIKELY), 12),
    Factor("unknown", _is_status(Status.UNKNOWN), 6),
    Factor("risky", _is_status(Status.RISKY), 0),
    Factor("undeliverable", _is_status(Status.UNDELIVERABLE), -50),
    Factor("not_written_to", _is_not_written_to, -20),
)


def rank_contact(contact: Contact, *, domain: str, language: str = "en") -> Priority:
    """The rank of one contact of the company at `domain`, explained in `language`."""
    facts = Facts(contact, domain)
    measured = [(factor, float(factor.measure(facts))) for factor in FACTORS]
    score = round(sum(factor.weight * measure for factor, measure in measured))
    texts = load_texts("why", language)
    phrases = [texts[factor.name] for factor, measure in measured if measure and factor is not READER]
    told = _joined(phrases).format(pages=facts.pages, reason=contact.verification.reason)
    why = f"{_describe(contact, language)}{told}{load_texts('reader', language)['end']}"
    return Priority(grade=_grade(contact), score=min(100, max(0, score)), why=why)


def rank_company(company: Company, *, language: str = "en") -> Company:
    """The company with its contacts ranked, best first; ties are broken so that any two runs agree."""
    domain = company.domain
    ranked = [replace(c, priority=rank_contact(c, domain=domain, language=language)) for c in company.contacts]
    return replace(company, contacts=tuple(sorted(ranked, key=lambda contact: _order(contact, domain))))


def _grade(contact: Contact) -> Grade:
    """The letter by the contract of the column `priority`; an address that no page shows is third choice at best."""
    status = contact.verification.status
    if status is Status.UNDELIVERABLE or contact.role in NOT_WRITTEN_TO:
        return Grade.D
    if contact.kind is not AddressKind.CORPORATE or status is Status.RISKY or is_hidden(contact):
        return Grade.C
    if contact.role in FIRST_CHOICE:
        return Grade.A
    is_second = contact.role is Role.GENERAL or (contact.role is Role.OTHER and contact.type is AddressType.PERSON)
    return Grade.B if is_second else Grade.C


def _order(contact: Contact, domain: str) -> tuple[Grade, int, int, int, int, int, str]:
    """Grade, score, then place, number of pages, a person to speak to, and the shorter name."""
    priority = contact.priority or rank_contact(contact, domain=domain)
    facts = Facts(contact, domain)
    local = contact.address.rpartition("@")[0]
    return (
        priority.grade,
        -priority.score,
        facts.place,
        -facts.pages,
        not contact.person,
        len(local),
        contact.address,
    )


def _host(contact: Contact) -> str:
    return contact.address.rpartition("@")[2]


def _joined(phrases: Iterable[str]) -> str:
    return "".join(text if text.startswith(PUNCTUATION) else f" {text}" for text in phrases if text)


def _describe(contact: Contact, language: str) -> str:
    texts = load_texts("reader", language)
    is_personal = contact.role is Role.OTHER and contact.type is AddressType.PERSON
    name = texts["personal" if is_personal else contact.role]
    kind = "mailbox" if not contact.person else "titled" if contact.job_title else "person"
    return texts[kind].format(name=name, person=contact.person, title=contact.job_title)
