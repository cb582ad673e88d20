"""From the raw mentions of one visit to the company's contacts, and a count of what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from harvester.classify.belonging import (
    BELONGS_FROM,
    FRAME_ZONES,
    VOUCHED_FROM,
    Case,
    Site,
    drop_reason,
    organisation,
    weigh,
)
from harvester.classify.junk import glued_words, junk_reason
from harvester.classify.lists import DENIED, NO_LISTS, AddressLists
from harvester.classify.owners import MESSENGER, foreign_owner, is_prose, is_user_name
from harvester.classify.roles import role_of_label, role_of_local, role_of_title
from harvester.classify.tags import Tags, classify_address
from harvester.model import AddressKind, AddressType, Company, CompanyStatus, Contact, Mention, Method, Role
from harvester.urls.brands import names_site
from harvester.urls.places import place_of_mention, says_contact

Groups = dict[str, list[Mention]]
CONTACT_PART = 2  # own addresses under a contact heading that make a page one for contact
_VAGUE = (Role.OTHER, Role.GENERAL)


def classify_company(company: Company, lists: AddressLists = NO_LISTS) -> Company:
    """The company with its contacts (unranked, in order of address) and `dropped`: reason -> number of addresses."""
    kept, vouched, dropped = _judge(company, lists)
    contacts = tuple(_contact(address, kept[address], company.domain, vouched) for address in sorted(kept))
    return replace(
        company,
        contacts=contacts,
        dropped=dict(sorted(Counter(dropped.values()).items())),
        status=CompanyStatus.CONTACTS_FOUND if contacts else company.status,
    )


def may_be_own(mention: Mention, *, domain: str) -> bool:
    """Whether one mention alone may turn out to be a contact of the company at `domain`: a visit asks as it goes on."""
    shown = mention.visible or mention.method is Method.STRUCTURED
    return shown and not junk_reason(mention.address, domain=domain) and not foreign_owner(mention)


def without_denied(company: Company, lists: AddressLists) -> Company:
    """A company as it was stored, without the contacts that a list denies today, and counted in `dropped`."""
    contacts = tuple(contact for contact in company.contacts if not lists.denies(contact.address))
    if not (denied := len(company.contacts) - len(contacts)):
        return company
    status = company.status if contacts else company.status_without_contacts
    dropped = dict(Counter(company.dropped) + Counter({DENIED: denied}))
    return replace(company, contacts=contacts, status=status, dropped=dropped)


def drop_reasons(company: Company, lists: AddressLists = NO_LISTS) -> dict[str, str]:
    """Why each address among the mentions that is no contact of the company is none, as a key of `Company.dropped`."""
    return _judge(company, lists)[2]


def junk_reasons(company: Company, lists: AddressLists = NO_LISTS) -> dict[str, str]:
    """Why each address among the mentions that is nobody's at all, or denied, is not even looked at."""
    return _without_junk(company, lists)[1]


def _judge(company: Company, lists: AddressLists) -> tuple[Groups, set[str], dict[str, str]]:
    """The mentions of what is the company's, the domains that its site vouches for, and the reasons for the rest."""
    groups, dropped = _without_junk(company, lists)
    own_hosts = _own_hosts(company)
    site = _survey(company.domain, groups, own_hosts)
    vouched = set(own_hosts[1:])
    kept: Groups = {}
    for address, mentions in groups.items():
        if _is_own(address, own_hosts) or lists.allows(address):
            kept[address] = mentions
            continue
        case = Case(address, tuple(mentions), site)
        weight = weigh(case)
        if weight < BELONGS_FROM:
            dropped[address] = drop_reason(case)
            continue
        kept[address] = mentions
        if weight >= VOUCHED_FROM:
            vouched.add(case.host)
    return kept, vouched, dropped


def _without_junk(company: Company, lists: AddressLists) -> tuple[Groups, dict[str, str]]:
    groups: Groups = {}
    junk: dict[str, str] = {}
    for mention in company.mentions:
        reason = _reason_at_once(mention.address, company.domain, lists)
        if reason:
            junk[mention.address] = reason
        else:
            groups.setdefault(mention.address, []).append(mention)
    for address, mentions in list(groups.items()):
        reason = _reason_together(address, mentions, groups)
        if reason and not lists.allows(address):
            junk[address] = reason
            del groups[address]
    return groups, junk


def _reason_at_once(address: str, domain: str, lists: AddressLists) -> str | None:
    if lists.denies(address):
        return DENIED
    return None if lists.allows(address) else junk_reason(address, domain=domain)


def _reason_together(address: str, mentions: Sequence[Mention], groups: Groups) -> str | None:
    if is_user_name(mentions):
        return MESSENGER
    if is_prose(mentions):
        return "prose"
    return "glued" if glued_words(address, groups) else None


def _survey(domain: str, groups: Mapping[str, Sequence[Mention]], own_hosts: Sequence[str]) -> Site:
    """What the addresses of a site say together."""
    own = {address for address in groups if _is_own(address, own_hosts)}
    shown: dict[str, set[str]] = {}
    own_shown: dict[str, set[str]] = {}
    for address, mentions in groups.items():
        for url in {mention.url for mention in mentions}:
            if address in own:
                own_shown.setdefault(url, set()).add(address)
            else:
                shown.setdefault(url, set()).add(organisation(address))
    return Site(
        domain=domain,
        own_addresses=len(own),
        foreign_addresses=len(groups) - len(own),
        organisations={url: len(names) for url, names in shown.items()},
        own_on_page={url: len(names) for url, names in own_shown.items()},
        contact_pages=_contact_pages(groups, own),
        on_domain=Counter(organisation(address) for address in groups.keys() - own),
    )


def _contact_pages(groups: Mapping[str, Sequence[Mention]], own: Collection[str]) -> frozenset[str]:
    """Pages where several own addresses stand below a heading or label that says contact."""
    labelled = Counter(
        url
        for address in own
        for url in {mention.url for mention in groups[address] if mention.visible and says_contact(mention.label)}
    )
    return frozenset(url for url, number in labelled.items() if number >= CONTACT_PART)


def _own_hosts(company: Company) -> tuple[str, ...]:
    """The seed, and the host that its home page has led to: a company that has moved is at home there."""
    website = urlsplit(company.website or "").hostname
    return (company.domain, website) if website else (company.domain,)


def _is_own(address: str, own_hosts: Sequence[str]) -> bool:
    return any(classify_address(address, domain=host).kind is AddressKind.CORPORATE for host in own_hosts)


def _contact(address: str, mentions: Sequence[Mention], domain: str, vouched: set[str]) -> Contact:
    best_first = sorted(mentions, key=_mention_rank)
    tags = _with_labels(classify_address(address, domain=domain, vouched=vouched), address, best_first, domain)
    seen = sorted(mention.seen for mention in mentions if mention.seen)
    return Contact(
        address=address,
        kind=tags.kind,
        type=tags.type,
        role=tags.role,
        person=next((mention.person for mention in best_first if mention.person), None),
        job_title=next((mention.job_title for mention in best_first if mention.job_title), None),
        phone=next((mention.phone for mention in best_first if mention.phone), None),
        mentions=tuple(best_first),
        first_seen=seen[0] if seen else None,
        last_seen=seen[-1] if seen else None,
    )


def _with_labels(tags: Tags, address: str, mentions: Sequence[Mention], domain: str) -> Tags:
    """Where the local part says nothing, the page may: a person's name, a job title, a department as label.

    A role word or the site's name in the local part wins. Otherwise the job title gives the role, then the label; a
    person shown with the address makes it a person's mailbox.
    """
    local = address.rpartition("@")[0]
    if role_of_local(local) or tags.role not in _VAGUE or names_site(local, domain):
        return tags
    named = any(mention.person for mention in mentions)
    role = _role_of_titles(mentions) or _role_of_labels(mentions) or tags.role
    if named:
        return Tags(tags.kind, AddressType.PERSON, Role.OTHER if role is Role.GENERAL else role)
    return Tags(tags.kind, tags.type, role)


def _role_of_titles(mentions: Sequence[Mention]) -> Role | None:
    said = (role_of_title(mention.job_title) for mention in mentions if mention.job_title)
    return next((role for role in said if role and role not in _VAGUE), None)


def _role_of_labels(mentions: Sequence[Mention]) -> Role | None:
    """What half of the labels or more say: one page may name the address for one purpose only."""
    labels = [mention.label for mention in mentions if mention.visible]
    said = Counter(role for role in map(role_of_label, labels) if role and role not in _VAGUE)
    role, number = max(said.items(), key=lambda item: (item[1], item[0]), default=(None, 0))
    return role if number * 2 >= len(labels) else None


def _mention_rank(mention: Mention) -> tuple[int, int, int, int, str, str]:
    """Best first: to be seen, on the page that is there for it, as a link, in the frame; then by URL and method."""
    return (
        not mention.visible,
        place_of_mention(mention),
        mention.method is not Method.MAILTO,
        mention.zone not in FRAME_ZONES,
        mention.url,
        mention.method,
    )
