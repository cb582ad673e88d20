"""Addresses that are nobody's: placeholders, glued words, keys, and those of platforms, authorities and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from harvester.address import has_known_suffix
from harvester.data import load_table, load_words
from harvester.urls import registrable_domain, same_company
from harvester.urls.brands import site_names

# A run of hexadecimal digits as long as an MD5 or half of one is a key (Sentry DSNs, message ids), not a name.
_KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{16}(?:[0-9a-f]{4})?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VERSION = re.compile(r"[\^~v]?\d+(?:\.(?:\d+|x))+.*", re.IGNORECASE)


def junk_reason(address: str, *, domain: str) -> str | None:
    """Why an address is nobody's, as a key of `Company.dropped`; None when it may be somebody's.

    `domain` is the site it was found on: what a site shows of its own domain, under whatever TLD, is no third party's.
    """
    local, _, host = address.rpartition("@")
    own = same_company(host, domain.partition("/")[0]) or site_names(host)[:1] == site_names(domain)[:1]
    if not has_known_suffix(host):
        return _shape_of_non_address(host)
    if is_key(local):
        return "error_tracker"
    if is_placeholder(local, host, own=own):
        return "placeholder"
    return None if own else third_party_reason(host)


def is_key(local: str) -> bool:
    """Whether a local part is a hexadecimal key. All digits are a number: QQ mailboxes have them."""
    return bool(_KEY.fullmatch(local.lower())) and not local.isdigit()


def is_placeholder(local: str, host: str, *, own: bool = False) -> bool:
    """Whether an address stands for any address. On the site's own domain only the name can tell."""
    words = load_words("placeholders")
    local = local.lower()
    if f"{local}@" in words:
        return True
    return not own and (f"{local}@{host}" in words or not words.isdisjoint(_listed_forms(host)) or is_any_domain(host))


def is_any_domain(host: str) -> bool:
    """Whether a mail host is made of words that stand for any domain: "yoursite.com", "votre-entreprise.fr"."""
    label = registrable_domain(host).partition(".")[0]
    return any(
        label.startswith(owner) and label.removeprefix(owner).removeprefix("-") in _parts("thing")
        for owner in _parts("owner")
    )


def glued_words(address: str, others: Iterable[str]) -> str | None:
    """What is glued before an address that stands there without it, too: "email" of emailinfo@acme.example."""
    local, _, host = address.rpartition("@")
    for other in others:
        other_local, _, other_host = other.rpartition("@")
        if other_host == host and len(other_local) < len(local) and local.endswith(other_local) and other_local:
            before = local.removesuffix(other_local)
            if before.endswith(host) or (len(before) > 1 and before in load_words("mail_words")):
                return before
    return None


def third_party_reason(host: str) -> str | None:
    """The reason that data/third_party.tsv names for a mail host or one of its parents."""
    table = _third_parties()
    labels = host.split(".")
    return next((table[".".join(labels[i:])] for i in range(len(labels) - 1) if ".".join(labels[i:]) in table), None)


def _shape_of_non_address(host: str) -> str:
    last = host.rpartition(".")[2].lower()
    if last in load_words("skipped_extensions"):
        return "image"
    return "version" if _VERSION.fullmatch(host) else "not_an_address"


def _listed_forms(host: str) -> set[str]:
    return {f"@{host}", f"@{registrable_domain(host)}"}


@cache
def _parts(part: str) -> frozenset[str]:
    return frozenset(word for kind, word in load_table("placeholder_parts") if kind == part)


@cache
def _third_parties() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("third_party")}
