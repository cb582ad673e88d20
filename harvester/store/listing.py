"""Contacts by what they are, a company at a time; and those that nobody has any use for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, tuple_

from harvester.model import AddressType, Company, CompanyStatus, ContactState, Seed, SourceKind, StatusReason
from harvester.model.life import NEVER_WRITTEN_TO
from harvester.model.words import STATUS_OF_REASON
from harvester.store import pages, rows, standing
from harvester.store.exports import target_of
from harvester.store.life_tables import exports, letters, mailboxes
from harvester.store.schema import companies, contacts, mentions, verifications
from harvester.suppression import clear_company, find_others, keys_of_company
from harvester.urls import ascii_host


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which contacts are wanted: of each column one of the values given, all where none is.

    Only those that are on a company's list and may be written to, unless `states` asks for others. `unused_since`: only
    those neither seen nor written to nor handed on since then, whatever their state. `not_exported_as`: never before
    into a file of that format. `roles_only`: no named persons.
    """

    states: Sequence[str] = ()
    priorities: Sequence[str] = ()
    countries: Sequence[str] = ()
    statuses: Sequence[str] = ()
    roles: Sequence[str] = ()
    domains: Sequence[str] = ()
    unused_since: datetime | None = None
    new_since: datetime | None = None
    not_exported_as: str | None = None
    roles_only: bool = False


def iter_contacts(connection: Connection, salt: bytes, wanted: Filter) -> Iterator[Company]:
    """The companies that have such contacts, by domain, each with those contacts only."""
    found = connection.execute(_select_contacts(wanted)).all()
    for domain, group in groupby(found, key=lambda row: row.domain):
        yield _load(connection, salt, domain, list(group), wanted)


def remove_contacts(connection: Connection, pairs: Sequence[tuple[str, str]]) -> int:
    """Delete contacts (domain, address) with all that is known of them, but for objections and suppressions."""
    removed = 0
    for first in range(0, len(pairs), standing.BATCH):
        part = pairs[first : first + standing.BATCH]
        removed += connection.execute(delete(contacts).where(_among(contacts, part))).rowcount
        pages.erase_companies(connection, {domain for domain, _ in part})
        addresses = [address for _, address in part]
        left = select(contacts.c.address).where(contacts.c.address.in_(addresses))
        for table in (verifications, letters, exports):
            connection.execute(delete(table).where(table.c.address.in_(addresses), table.c.address.not_in(left)))
        gone = delete(mailboxes).where(mailboxes.c.address.in_(addresses), mailboxes.c.address.not_in(left))
        connection.execute(gone.where(mailboxes.c.state != ContactState.SUPPRESSED.value))
    return removed


def _select_contacts(wanted: Filter) -> Any:
    table = contacts.join(companies, companies.c.domain == contacts.c.domain)
    statement = select(contacts).select_from(table).order_by(contacts.c.domain, contacts.c.position)
    return statement.where(*conditions(wanted))


def conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """The conditions on `contacts` joined with `companies`."""
    if wanted.unused_since is not None:
        yield _is_unused(wanted.unused_since)
    if wanted.states:
        yield or_(*map(_is_in_state, wanted.states))
    elif wanted.unused_since is None:
        yield ~contacts.c.opted_out
        yield contacts.c.state.not_in([state.value for state in NEVER_WRITTEN_TO])
        yield contacts.c.gone_since.is_(None)
        yield companies.c.status == CompanyStatus.CONTACTS_FOUND.value
    yield from _new_ones(wanted)
    if wanted.roles_only:
        yield contacts.c.type == AddressType.ROLE.value
        yield contacts.c.person.is_(None)
    if wanted.priorities:
        yield contacts.c.grade.in_([value.upper() for value in wanted.priorities])
    if wanted.countries:
        yield companies.c.country.in_([value.upper() for value in wanted.countries])
    if wanted.roles:
        yield contacts.c.role.in_(list(wanted.roles))
    if wanted.statuses:
        reasons = [reason.value for reason in StatusReason if STATUS_OF_REASON[reason] in wanted.statuses]
        yield contacts.c.reason.in_(reasons)
    if wanted.domains:
        yield contacts.c.domain.in_([keys_of_company(domain)[0] for domain in wanted.domains])


def _new_ones(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.new_since is not None:
        yield contacts.c.first_seen >= wanted.new_since
    if wanted.not_exported_as is not None:
        into_such = exports.c.target.startswith(target_of(wanted.not_exported_as, ""), autoescape=True)
        yield ~exists().where(exports.c.address == contacts.c.address, into_such)


def _is_in_state(state: str) -> ColumnElement[bool]:
    if state == ContactState.OPTED_OUT:
        return contacts.c.opted_out
    return (contacts.c.state == state) & ~contacts.c.opted_out


def _is_unused(since: datetime) -> ColumnElement[bool]:
    last_use = func.coalesce(letters.c.replied_at, letters.c.sent_at)
    used = [
        exists().where(letters.c.address == contacts.c.address, last_use > since),
        exists().where(exports.c.address == contacts.c.address, exports.c.exported_at > since),
    ]
    return ((contacts.c.last_seen < since) | contacts.c.last_seen.is_(None)) & ~or_(*used)


def _load(connection: Connection, salt: bytes, domain: str, found: list[Any], wanted: Filter) -> Company:
    row = connection.execute(select(companies).where(companies.c.domain == domain)).one()
    addresses = [contact.address for contact in found]
    places: dict[str, list[Any]] = {address: [] for address in addresses}
    of_these = select(mentions).where(mentions.c.domain == domain).order_by(mentions.c.position)
    for mention in connection.execute(of_these):
        if mention.address in places:
            places[mention.address].append(rows.mention_from(mention))
    listed = tuple(
        replace(
            rows.contact_from(contact, tuple(places[contact.address])),
            state=ContactState.OPTED_OUT if contact.opted_out else ContactState(contact.state),
        )
        for contact in found
    )
    company = rows.company_from(row, seed_of(domain, row.source_kind), listed)
    others = set(find_others(company))
    blocked = standing.look_up(connection, salt, others).blocked(others)
    if wanted.states or wanted.unused_since is not None:  # asked for by name: to look at, not to write to
        blocked = {address: reason for address, reason in blocked.items() if address not in places}
    return clear_company(company, blocked)


def seed_of(domain: str, source_kind: str) -> Seed:
    """The seed of a company that is remembered without its list."""
    host, _, path = domain.partition("/")
    with suppress(ValueError):
        host = ascii_host(host)
    return Seed(domain=domain, host=host, path=f"/{path}", source_kind=SourceKind(source_kind))


def _among(table: Any, pairs: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(table.c.domain, table.c.address).in_(list(pairs))
