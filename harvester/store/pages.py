"""What is kept of the pages of a company: a cache that any objection empties of what speaks of the one who objects."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, delete, func, or_, select, tuple_, type_coerce

from harvester import __version__
from harvester.model import Company, KeptPage, Mention, Method, Profile, Zone
from harvester.store.schema import kept_pages
from harvester.store.writing import Writer
from harvester.suppression import find_addresses_in, keys_of_address, keys_of_company

FEW = 50  # keys that the database looks for; of more, every row is looked at
BATCH = 500
SELECT_KEPT = select(kept_pages).where(
    kept_pages.c.domain == bindparam("of_domain"),
    kept_pages.c.version == __version__,
    kept_pages.c.read_at > bindparam("since"),
)
OF_PAGE = ("page_kind", "seen")  # of a mention: the next visit says them anew


def load_kept_pages(connection: Connection, domain: str, since: datetime) -> list[KeptPage]:
    """The pages of a company that were read in full since then, by this version of the program."""
    return [_page_from(row) for row in connection.execute(SELECT_KEPT, {"of_domain": domain, "since": since})]


def save_kept_pages(connection: Connection, writer: Writer, given: Sequence[Company], known: Collection[str]) -> None:
    """Keep what visits say is to be kept, in place of what was; a visit that read nothing changes nothing.

    `known`: the domains of those that were visited before.
    """
    read = [company for company in given if company.pages]
    erase_companies(connection, {company.domain for company in read}.intersection(known))
    writer.write(connection, [_values(company.domain, page) for company in read for page in company.kept])


def erase_keys(connection: Connection, keys: Collection[str]) -> None:
    """Delete what is kept of pages that show one of these mailboxes, or any address of these domains."""
    if not keys:
        return
    rows = select(kept_pages.c.domain, kept_pages.c.place, kept_pages.c.url, kept_pages.c.findings)
    if len(keys) <= FEW:
        rows = rows.where(or_(*(_may_show(key) for key in keys)))
    wanted = frozenset(keys)
    hits = (row for row in connection.execute(rows).all() if not wanted.isdisjoint(_keys_of(row)))
    while part := list(islice(hits, BATCH)):
        among = tuple_(kept_pages.c.domain, kept_pages.c.place).in_([(row.domain, row.place) for row in part])
        connection.execute(delete(kept_pages).where(among))


def erase_companies(connection: Connection, domains: Collection[str]) -> None:
    """Delete what is kept of the pages of some companies."""
    names = iter(sorted(domains))
    while part := list(islice(names, BATCH)):
        connection.execute(delete(kept_pages).where(kept_pages.c.domain.in_(part)))


def pages_with(connection: Connection, address: str) -> Iterator[Any]:
    """The rows (domain, url, read_at) of the pages that show an address."""
    rows = select(kept_pages).where(_may_show(address.lower())).order_by(kept_pages.c.domain, kept_pages.c.url)
    keys = set(keys_of_address(address)[:1])
    return (row for row in connection.execute(rows) if not keys.isdisjoint(_keys_of(row)))


def _may_show(key: str) -> ColumnElement[bool]:
    """A wide net: rows whose text holds the parts of a key."""
    text = func.lower(type_coerce(kept_pages.c.findings, Text) + " " + kept_pages.c.url)
    parts = [part for part in key.rpartition("@")[::2] if part]
    shown = and_(*(text.contains(json.dumps(part)[1:-1].lower(), autoescape=True) for part in parts))
    domain = key.rpartition("@")[2]
    return or_(shown, kept_pages.c.domain.contains(domain, autoescape=True))


def _keys_of(row: Any) -> set[str]:
    """Every key under which somebody shown by a row could have objected."""
    keys = set(keys_of_company(row.domain))
    for address in {*(m["address"] for m in row.findings["mentions"]), *find_addresses_in(*_texts(row.findings))}:
        keys.update(keys_of_address(address))
    return keys.union(*(keys_of_address(address) for address in find_addresses_in(row.url)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _values(domain: str, page: KeptPage) -> dict[str, Any]:
    mentions = [{n: v for n, v in asdict(m).items() if n not in OF_PAGE and v is not None} for m in page.mentions]
    profile = {**_plain(page.profile), "socials": dict(page.profile.socials)}
    return {
        "domain": domain,
        "place": blake2b(page.url.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        "url": page.url,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "read_at": page.read_at,
        "version": __version__,
        "findings": {"mentions": mentions, "profile": profile, "links": page.links},
    }


def _plain(profile: Profile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in Profile.__slots__ if name != "socials"}


def _page_from(row: Any) -> KeptPage:
    findings = row.findings
    profile = findings["profile"]
    return KeptPage(
        url=row.url,
        etag=row.etag,
        last_modified=row.last_modified,
        read_at=row.read_at,
        mentions=tuple(
            Mention(**{**m, "method": Method(m["method"]), "zone": Zone(m["zone"])}) for m in findings["mentions"]
        ),
        profile=Profile(**{**profile, "phones": tuple(profile["phones"])}),
        links=tuple((url, kind, score) for url, kind, score in findings["links"]),
    )
