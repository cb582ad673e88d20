"""Companies with their contacts and mentions: one company, one transaction.

What leaves the store to be written into a file holds nobody who is not to be written to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Connection, Dialect, bindparam, select, update

from harvester.model import Company, CompanyStatus, Contact, ContactState, Mention, Seed, StatusReason
from harvester.model.life import NEVER_WRITTEN_TO
from harvester.priority import rank_company
from harvester.store import rows
from harvester.store.merge import Merged, Stored, merge_company
from harvester.store.pages import save_kept_pages
from harvester.store.schema import companies, contacts, kept_pages, mentions, verifications
from harvester.store.standing import load_mailboxes, look_up
from harvester.store.writing import inserting_missing, upserting
from harvester.suppression import SUPPRESSED, clear_company, find_others

OF_DOMAIN: BindParameter[str] = bindparam("of_domain")
SELECT_COMPANY = select(companies).where(companies.c.domain == OF_DOMAIN)
LOCK_COMPANY = SELECT_COMPANY.with_for_update()  # SQLite's whole transaction is the lock; there it says nothing
SELECT_CONTACTS = select(contacts).where(contacts.c.domain == OF_DOMAIN).order_by(contacts.c.position)
SELECT_WITHOUT_OBJECTIONS = SELECT_CONTACTS.where(~contacts.c.opted_out)  # no visit changes what lies under one
SELECT_MENTIONS = select(mentions).where(mentions.c.domain == OF_DOMAIN).order_by(mentions.c.position)


class ContactWriters:
    """The prepared statements that save a company."""

    def __init__(self, dialect: Dialect) -> None:
        self.company = upserting(dialect, companies, keep=("extra",))
        self.contact = upserting(dialect, contacts, keep=("opted_out",))
        self.kept = upserting(dialect, kept_pages)
        self.mention = upserting(dialect, mentions, keep=("first_seen",))
        self.verification = inserting_missing(dialect, verifications)


def load_company(connection: Connection, salt: bytes, seed: Seed) -> Company | None:
    """The company as known, with the contacts that are on its list and may be written to; None when never visited.

    A company that objected is `skipped_optout`, visited or not.
    """
    stored = _load(connection, seed, SELECT_COMPANY, SELECT_CONTACTS)
    company = _listed(stored) if stored else Company(seed=seed, status=CompanyStatus.NOT_VISITED)
    cleared = withhold(connection, salt, company)
    return None if stored is None and cleared.status is CompanyStatus.NOT_VISITED else cleared


def save_company(
    connection: Connection, writers: ContactWriters, salt: bytes, company: Company, run_id: int | None
) -> Company:
    """Merge the visit into what is known and write it; the company as known now, without who must not be written to.

    What an objection covers is not written, either.
    """
    stored = _load(connection, company.seed, LOCK_COMPANY, SELECT_WITHOUT_OBJECTIONS)
    addresses = {*find_others(company), *(find_others(stored.company) if stored else ())}
    standing = look_up(connection, salt, addresses)
    company = clear_company(company, standing.objected(contact.address for contact in company.contacts))
    merged = _with_mail_history(connection, stored, merge_company(stored, company))
    if merged.done:
        _write(connection, writers, stored, merged, run_id)
        save_kept_pages(connection, writers.kept, company, is_new=stored is None)
    return clear_company(merged.company, _never_written_to(merged.company) | standing.blocked(addresses))


def withhold(connection: Connection, salt: bytes, company: Company) -> Company:
    """A company fit for a file: without anybody who is not to be written to; `skipped_optout` where it objected."""
    addresses, hosts = set(find_others(company)), (company.domain, *_host_of(company))
    standing = look_up(connection, salt, addresses, hosts)
    if objection := standing.of_company(*hosts):
        company = Company(seed=company.seed, status=CompanyStatus.SKIPPED_OPTOUT, detail=objection, stored=True)
    return clear_company(company, _never_written_to(company) | standing.blocked(addresses))


def save_extra(connection: Connection, seed: Seed) -> None:
    """Keep the columns that came with the seed; a list without other columns changes nothing."""
    if seed.extra:
        of_domain = update(companies).where(companies.c.domain == seed.domain)
        connection.execute(of_domain.values(extra=dict(seed.extra)))


def withhold_objections(connection: Connection, salt: bytes, company: Company) -> Company:
    """A company just visited without what objections cover: who only bounced is seen again, and that is remembered."""
    addresses, hosts = set(find_others(company)), (company.domain, *_host_of(company))
    standing = look_up(connection, salt, addresses, hosts)
    if standing.of_company(*hosts):
        return withhold(connection, salt, company)
    return clear_company(company, standing.objected(addresses))


def _listed(stored: Stored) -> Company:
    """The company as known, with the contacts that are on its list."""
    found = stored.company.status is CompanyStatus.CONTACTS_FOUND
    listed = tuple(c for c in stored.company.contacts if found and c.address not in stored.gone_since)
    return replace(stored.company, contacts=listed)


def _never_written_to(company: Company) -> dict[str, str]:
    return {contact.address: SUPPRESSED for contact in company.contacts if contact.state in NEVER_WRITTEN_TO}


def _host_of(company: Company) -> tuple[str, ...]:
    """The host of the website that a company's seed led to."""
    host = urlsplit(company.website).hostname if company.website else None
    return (host,) if host else ()


def _with_mail_history(connection: Connection, stored: Stored | None, merged: Merged) -> Merged:
    """Contacts that are new to the list but not to our mail get the state and the verdict that mail has given them."""
    known = {contact.address for contact in stored.company.contacts} if stored else set()
    history = load_mailboxes(connection, (c.address for c in merged.found if c.address not in known))
    if not history:
        return merged
    informed = {c.address: _informed(c, history[c.address]) for c in merged.found if c.address in history}
    found = tuple(informed.get(contact.address, contact) for contact in merged.found)
    listed = tuple(informed.get(contact.address, contact) for contact in merged.company.contacts)
    return replace(merged, found=found, company=replace(merged.company, contacts=listed))


def _informed(contact: Contact, mailbox: Any) -> Contact:
    verification = contact.verification
    if mailbox.verdict:
        reason = StatusReason(mailbox.verdict)
        verification = replace(verification, reason=reason, checked_at=mailbox.since, detail=mailbox.note)
    return replace(contact, state=ContactState(mailbox.state), verification=verification)


def change_contacts(
    connection: Connection, writers: ContactWriters, domain: str, change: Callable[[Contact], Contact], now: datetime
) -> None:
    """Change what is known of a company's contacts, and rank them again. One that becomes gone is so since `now`."""
    stored = _load(connection, Seed(domain=domain, host=domain), LOCK_COMPANY, SELECT_WITHOUT_OBJECTIONS)
    if stored is None:
        return
    changed = tuple(map(change, stored.company.contacts))
    ranked = rank_company(replace(stored.company, contacts=changed)).contacts
    gone_since = {c.address: stored.gone_since.get(c.address, now) for c in changed if c.still_on_page is False}
    gone_since |= {c.address: stored.gone_since[c.address] for c in changed if _is_still_gone(c, stored)}
    values = [rows.contact_values(domain, at, c, gone_since.get(c.address)) for at, c in enumerate(ranked)]
    writers.contact.write(connection, values)


def _is_still_gone(contact: Contact, stored: Stored) -> bool:
    return contact.address in stored.gone_since and contact.still_on_page is not True


def _load(connection: Connection, seed: Seed, company: Any, of_company: Any) -> Stored | None:
    of_domain = {"of_domain": seed.domain}
    row = connection.execute(company, of_domain).first()
    if row is None:
        return None
    contact_rows = connection.execute(of_company, of_domain).all()
    places: defaultdict[str, list[Mention]] = defaultdict(list)
    if contact_rows:
        for mention_row in connection.execute(SELECT_MENTIONS, of_domain):
            places[mention_row.address].append(rows.mention_from(mention_row))
    found = tuple(rows.contact_from(r, tuple(places[r.address])) for r in contact_rows)
    gone_since = {r.address: r.gone_since for r in contact_rows if r.gone_since is not None}
    return Stored(company=rows.company_from(row, seed, found), gone_since=gone_since)


def _write(
    connection: Connection, writers: ContactWriters, stored: Stored | None, merged: Merged, run_id: int | None
) -> None:
    company = merged.company
    domain = company.domain
    writers.company.write(connection, [rows.company_values(company, run_id)])
    if stored is not None:
        save_extra(connection, company.seed)
    left = {contact.address for contact in merged.gone}
    changed = (*merged.found, *merged.kept, *merged.gone)
    writers.contact.write(
        connection,
        [
            rows.contact_values(domain, position, contact, company.visited_at if contact.address in left else None)
            for position, contact in enumerate(changed)
        ],
    )
    places = [values for contact in merged.found for values in rows.mention_values(domain, contact)]
    writers.mention.write(connection, places)
    verdicts = [rows.verification_values(c.address, c.verification) for c in _new_verdicts(stored, merged)]
    writers.verification.write(connection, verdicts)


def _new_verdicts(stored: Stored | None, merged: Merged) -> list[Contact]:
    """The contacts whose verdict is another one than before: the history grows by changes, not by repetitions."""
    before = {c.address: c.verification for c in stored.company.contacts} if stored else {}
    changed = []
    for contact in merged.found:
        new, old = contact.verification, before.get(contact.address)
        if new.checked_at is None or new.reason is StatusReason.NOT_CHECKED:
            continue
        if old is None or old.reason is not new.reason or set(old.mx) != set(new.mx):
            changed.append(contact)
    return changed
