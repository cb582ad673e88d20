"""The three tags of an address: whose domain it stands on, whether a person reads it, and in which role."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from disposable_email_domains import blocklist

from harvester.classify.roles import is_name_shape, is_no_name, role_of_local
from harvester.data import load_words
from harvester.model import AddressKind, AddressType, Role
from harvester.urls import registrable_domain, same_company
from harvester.urls.brands import names_site


class Tags(NamedTuple):
    """What an address says about itself."""

    kind: AddressKind
    type: AddressType
    role: Role


def classify_address(address: str, *, domain: str | None, vouched: Collection[str] = ()) -> Tags:
    """The tags of a normalized address of the company at `domain` (None: no company is known).

    `vouched`: other mail domains that the company uses. The rule for type and role, in this order:

    1. a role word in the local part: role account, that role;
    2. the company's own name ("acme@gmail.com"): role account, general;
    3. the shape of a name ("jane.roe", "j_roe"): person, other;
    4. any other word: on a free provider a role account, general (small companies choose such names); elsewhere a
       word that is in no name ("solutions") a role account, other, and what is left a person, other (given names,
       family names, initials).
    """
    local, _, host = address.rpartition("@")
    kind = kind_of(host, domain=domain, vouched=vouched)
    if is_certified_mail(host):
        return Tags(kind, AddressType.ROLE, Role.LEGAL)
    if role := role_of_local(local):
        return Tags(kind, AddressType.ROLE, role)
    if domain and names_site(local, domain):
        return Tags(kind, AddressType.ROLE, Role.GENERAL)
    if kind is AddressKind.FREE and not is_name_shape(local):
        return Tags(kind, AddressType.ROLE, Role.GENERAL)
    if is_no_name(local):
        return Tags(kind, AddressType.ROLE, Role.OTHER)
    return Tags(kind, AddressType.PERSON, Role.OTHER)


def kind_of(host: str, *, domain: str | None, vouched: Collection[str] = ()) -> AddressKind:
    """Whose domain a mail host is. A provider's own site is its own, a customer's page below it is not."""
    site = (domain or "").partition("/")[0]
    if is_free(host):
        return AddressKind.CORPORATE if site and site == host else AddressKind.FREE
    if site and same_company(host, site):
        return AddressKind.CORPORATE
    if is_disposable(host):
        return AddressKind.DISPOSABLE
    if not site or any(same_company(host, other) for other in vouched):
        return AddressKind.CORPORATE
    return AddressKind.OTHER


@lru_cache(maxsize=1024)
def is_free(host: str) -> bool:
    """Whether anybody can have a mailbox there."""
    free = load_words("free_providers")
    return host in free or registrable_domain(host) in free


def is_disposable(host: str) -> bool:
    """Whether it is a provider of throw-away mailboxes (package disposable-email-domains)."""
    return host in blocklist or registrable_domain(host) in blocklist


def is_certified_mail(host: str) -> bool:
    """Whether it takes Italian certified mail only (PEC): for legal acts, closed to ordinary senders."""
    known = load_words("certified_mail")
    return host in known or registrable_domain(host) in known or "pec" in host.split(".")
