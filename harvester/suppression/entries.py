"""What an objection names, a mailbox or a whole domain, and under which keys an address or a company is looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harvester.address import AddressError, parse_address
from harvester.data import load_words
from harvester.urls import company_on, is_ip, is_public_suffix, platform_of, unicode_host, without_www

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|mailto:", re.IGNORECASE)
_NAMED = re.compile(r"<([^<>\s]+)>\s*$")


class EntryError(ValueError):
    """The text names neither a mailbox nor a domain; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is an address key (with @) or a domain: lower case, in Unicode, without `www.`."""

    key: str

    @property
    def is_domain(self) -> bool:
        """Whether it is about everybody at a domain."""
        return "@" not in self.key


def parse_entry(text: str) -> Entry:
    """The entry that a person wrote: an address, a domain, `@domain` or a URL; EntryError for anything else."""
    bare = without_name(text)
    if "@" in bare.lstrip("@").partition("/")[0]:
        try:
            return Entry(address_key(bare))
        except AddressError as error:
            raise EntryError(f"{error}.") from None
    return Entry(_parse_domain(bare.lstrip("@"), text))


def without_name(text: str) -> str:
    """What a person wrote without quotes, a name, brackets and a scheme around it.

    >>> without_name("Anna Berg <anna@acme.example>")
    'anna@acme.example'
    """
    bare = text.strip().strip("\"'“”„,;")
    if named := _NAMED.search(bare):
        bare = named[1]
    return _SCHEME.sub("", bare, count=1)


def _parse_domain(bare: str, text: str) -> str:
    name, slash, rest = bare.partition("/")
    try:
        domain = without_www(unicode_host(name.partition(":")[0].removeprefix("*.")))
    except ValueError:
        domain = ""
    if "." not in domain or is_ip(domain):
        raise EntryError(f"“{text.strip()[:60]}” is neither an e-mail address nor a domain.")
    if is_public_suffix(domain):
        raise EntryError(f"{domain} is only an ending, under which others have domains; give the whole domain.")
    if domain in load_words("free_providers"):
        raise EntryError(f"{domain} is a free provider: that would be everybody there; give the address.")
    platform = platform_of(name, slash + rest or "/")
    if platform is None:
        return domain
    company = company_on(platform, domain, slash + rest or "/")
    if company == domain and platform.by_path:
        raise EntryError(f"{domain} is a platform of many companies; give the URL of the company's page there.")
    return company


def address_key(text: str) -> str:
    """The key of a mailbox: one for all spellings of its address and for all its plus-tags. AddressError.

    >>> address_key("Anna+News@Example.COM")
    'anna@example.com'
    """
    address = parse_address(text)
    local = address.local.casefold()
    return f"{local.partition('+')[0] or local}@{address.domain}"


@lru_cache(maxsize=1024)
def keys_of_address(address: str) -> tuple[str, ...]:
    """All keys under which an objection covers a normalized address: the mailbox, its domain and those above it."""
    try:
        key = address_key(address)
    except AddressError:
        key = address.casefold()
    return (key, *_domains(key.rpartition("@")[2]))


@lru_cache(maxsize=1024)
def keys_of_company(domain: str) -> tuple[str, ...]:
    """All keys under which an objection covers a seed's `domain`, or a host."""
    host, slash, _ = domain.partition("/")
    try:
        host = without_www(unicode_host(host))
    except ValueError:
        return (domain,)
    return (domain, *_domains(host)) if slash else _domains(host)


def _domains(domain: str) -> tuple[str, ...]:
    """The domain and those above it, without the top level."""
    labels = domain.split(".")
    return tuple(".".join(labels[first:]) for first in range(max(len(labels) - 1, 1)))
