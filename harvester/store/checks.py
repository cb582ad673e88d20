"""What is known of addresses, loaded and saved by the hundred: an own bounce before all, then the newest evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial, reduce
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Dialect, bindparam, delete, select

from harvester.model import Contact, ContactState, StatusReason, Verification
from harvester.store import rows, standing
from harvester.store.contacts import ContactWriters, change_contacts
from harvester.store.merge import merge_state, merge_verification
from harvester.store.schema import accept_all_domains, contacts, verifications
from harvester.store.writing import inserting_missing, upserting

ADDRESSES: BindParameter[str] = bindparam("addresses", expanding=True)
SELECT_HISTORY = select(verifications).where(verifications.c.address.in_(ADDRESSES))
SELECT_CONTACTS = select(contacts).where(contacts.c.address.in_(ADDRESSES))
SELECT_ACCEPT_ALL = select(accept_all_domains).where(accept_all_domains.c.domain == bindparam("of_domain"))
DELETE_CHECK = delete(verifications).where(
    verifications.c.address == bindparam("of_address"),
    verifications.c.checked_at == bindparam("of_moment", type_=verifications.c.checked_at.type),
    verifications.c.reason == bindparam("of_reason"),
)


class AcceptAll(NamedTuple):
    """Whether a mail domain takes any address, and what its server said to one that nobody has."""

    domain: str
    accepts_all: bool
    checked_at: datetime
    reply: str = ""


class CheckWriters:
    """The prepared statements that save verifications."""

    def __init__(self, dialect: Dialect) -> None:
        self.history = inserting_missing(dialect, verifications)
        self.accept_all = upserting(dialect, accept_all_domains)


class _Known(NamedTuple):
    """Of one address: the newest row of its history, the best evidence, and the companies it is a contact of."""

    newest: Verification | None
    best: Verification | None
    companies: frozenset[str]


def load_verifications(connection: Connection, addresses: Sequence[str]) -> dict[str, Verification]:
    """The best evidence about each address of which anything is known."""
    known = _load(connection, addresses)
    return {address: of.best for address, of in known.items() if of.best is not None}


def save_verifications(
    connection: Connection, writers: CheckWriters, contact_writers: ContactWriters, found: Mapping[str, Verification]
) -> dict[str, Verification]:
    """Merge what was found with what is known, keep what is new, and return the best evidence about each address.

    The history grows by changes: the same answer again moves the time of the last row.
    """
    known = _load(connection, list(found))
    merged: dict[str, Verification] = {}
    replaced: list[dict[str, Any]] = []
    added: list[rows.Values] = []
    of_company: defaultdict[str, dict[str, Verification]] = defaultdict(dict)
    for address, new in found.items():
        of = known.get(address, _Known(None, None, frozenset()))
        merged[address] = best = new if of.best is None else merge_verification(of.best, new)
        if best is not new or new.checked_at is None:
            continue
        if of.newest is not None and of.newest.reason is new.reason:
            moment, reason = of.newest.checked_at, of.newest.reason.value
            replaced.append({"of_address": address, "of_moment": moment, "of_reason": reason})
        added.append(rows.verification_values(address, new))
        for domain in of.companies:
            of_company[domain][address] = new
    if replaced:
        connection.execute(DELETE_CHECK, replaced)
    writers.history.write(connection, added)
    for domain, verified in sorted(of_company.items()):
        latest = max(verification.checked_at for verification in verified.values() if verification.checked_at)
        change_contacts(connection, contact_writers, domain, partial(_verified, verified), latest)
    return merged


def _verified(verified: Mapping[str, Verification], contact: Contact) -> Contact:
    """The contact with what was found out about its address; one that is gone from its pages stays gone."""
    if contact.address not in verified:
        return contact
    verification = verified[contact.address]
    is_gone = contact.state is ContactState.GONE
    state = contact.state if is_gone else merge_state(contact.state, contact.state, verification)
    return replace(contact, verification=verification, state=state)


def load_accept_all(connection: Connection, domain: str) -> AcceptAll | None:
    """What was learned of the domain; None where nobody asked."""
    row = connection.execute(SELECT_ACCEPT_ALL, {"of_domain": domain}).first()
    return None if row is None else AcceptAll(row.domain, row.accepts_all, row.checked_at, row.reply)


def _load(connection: Connection, addresses: Sequence[str]) -> dict[str, _Known]:
    history: defaultdict[str, list[Verification]] = defaultdict(list)
    told: defaultdict[str, list[Verification]] = defaultdict(list)
    companies: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(SELECT_HISTORY, {"addresses": addresses}):
        history[row.address].append(rows.verification_from(row))
    for row in connection.execute(SELECT_CONTACTS, {"addresses": addresses}):
        companies[row.address].add(row.domain)
        if row.checked_at is not None:
            told[row.address].append(rows.contact_from(row, ()).verification)
    for address, row in standing.load_mailboxes(connection, addresses).items():
        if row.verdict:  # of our own mail, which came back
            bounced = Verification(reason=StatusReason(row.verdict), checked_at=row.since, detail=row.note)
            told[address].append(bounced)
    found = {}
    for address in history.keys() | told.keys() | companies.keys():
        newest = max(history[address], key=_moment, default=None)
        in_order = sorted([*told[address], *history[address]], key=_moment)
        best = reduce(merge_verification, in_order) if in_order else None
        found[address] = _Known(newest, best, frozenset(companies[address]))
    return found


def _moment(verification: Verification) -> float:
    return verification.checked_at.timestamp() if verification.checked_at else 0.0
