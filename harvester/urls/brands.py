"""Names that hosts are made of, and whether two of them are one company's."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from harvester.data.phrases import plain
from harvester.urls.hosts import registrable_domain, unicode_host

SHORTEST_NAME = 4  # letters of a company's name that are no coincidence in a local part
SHORTEST_BRAND = 6  # letters that two names share when it is no coincidence ("hotel" and "group" have five)
LONG_NAME = 8  # letters from which one may be missing or wrong
MOST_OF_NAME = 0.6


def letters(text: str) -> str:
    """Plain letters and digits only: "acmesteel" for "Acme-Steel"."""
    return "".join(filter(str.isalnum, plain(text)))


@lru_cache(maxsize=1024)
def site_names(domain: str) -> tuple[str, ...]:
    """What a site is called: the label that was registered, and the first one of a subdomain (`acme.host.example`)."""
    host = domain.partition("/")[0].lower()
    try:
        registered = unicode_host(registrable_domain(host))
        host = unicode_host(host)
    except ValueError:
        return (letters(host),)
    below = host.removesuffix(registered).strip(".").partition(".")[0]
    labels = (registered.partition(".")[0], below.removeprefix("www"))
    return tuple(name for name in map(letters, labels) if name)


def names_site(local: str, domain: str) -> bool:
    """Whether a local part is the name of the site, holds it, is most of it, or a slip of it."""
    name = letters(local)
    return any(_is_name(name, label) for label in site_names(domain))


def same_brand(one: str, other: str) -> bool:
    """Whether two names of letters share so much that they are one company's: "abacusllc" and "abacussolutions"."""
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_BRAND or one == other:
        return one == other
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return shared >= SHORTEST_BRAND and shared * 2 >= shorter


def _is_name(name: str, label: str) -> bool:
    if min(len(name), len(label)) < SHORTEST_NAME:
        return bool(name) and name == label
    if label in name or (name in label and len(name) >= MOST_OF_NAME * len(label)):
        return True
    return len(name) >= LONG_NAME and SequenceMatcher(None, name, label, autojunk=False).ratio() >= 0.9
