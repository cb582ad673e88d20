"""Companies with their contacts and mentions: some companies, one transaction.

What leaves the store to be written into a file holds nobody who is not to be written to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Connection, Dialect, bindparam, select, update

from harvester.model import Company, CompanyStatus, Contact, ContactState, Mention, Seed, StatusReason
from harvester.model.life import NEVER_WRITTEN_TO
from harvester.priority import rank_company
from harvester.store import rows
from harvester.store.merge import Merged, Stored, merge_company
from harvester.store.pages import save_kept_pages
from harvester.store.schema import companies, contacts, kept_pages, mentions, verifications
from harvester.store.standing import Standing, load_mailboxes, look_up
from harvester.store.writing import inserting_missing, upserting
from harvester.suppression import SUPPRESSED, clear_company, find_others

OF_DOMAINS: BindParameter[str] = bindparam("of_domains", expanding=True)
SELECT_COMPANIES = select(companies).where(companies.c.domain.in_(OF_DOMAINS)).order_by(companies.c.domain)
LOCK_COMPANIES = SELECT_COMPANIES.with_for_update()  # SQLite's whole transaction is the lock; there it says nothing
SELECT_CONTACTS = select(contacts).where(contacts.c.domain.in_(OF_DOMAINS)).order_by(contacts.c.position)
SELECT_WITHOUT_OBJECTIONS = SELECT_CONTACTS.where(~contacts.c.opted_out)  # no visit changes what lies under one
SELECT_MENTIONS = select(mentions).where(mentions.c.domain.in_(OF_DOMAINS)).order_by(mentions.c.position)


class Visit(NamedTuple):
    """A visit that is to be saved, what was known before, and the run it belongs to."""

    company: Company
    stored: Stored | None
    run_id: int | None


class ContactWriters:
    """The prepared statements that save a company."""

    def __init__(self, dialect: Dialect) -> None:
        self.company = upserting(dialect, companies, keep=("extra",))
        self.contact = upserting(dialect, contacts, keep=("opted_out",))
        self.kept = upserting(dialect, kept_pages)
        self.mention = upserting(dialect, mentions, keep=("first_seen",))
        self.verification = inserting_missing(dialect, verifications)


def load_companies(connection: Connection, salt: bytes, seeds: Sequence[Seed]) -> dict[str, Company]:
    """The companies as known, with the contacts that are on their lists and may be written to; those never visited not.

    A company that objected is `skipped_optout`, visited or not. Some hundred at a time.
    """
    unvisited = [Company(seed=seed, status=CompanyStatus.NOT_VISITED) for seed in seeds]
    return {company.domain: company for company in load_known(connection, salt, unvisited) if company.stored}


def load_known(connection: Connection, salt: bytes, unvisited: Sequence[Company]) -> list[Company]:
    """What `load_companies` says of companies that were not visited, in their order; what it does not know as given.

    All are fit for a file: the list's own columns name nobody who is not to be written to, either.
    """
    stored = _load(connection, [company.seed for company in unvisited], SELECT_COMPANIES, SELECT_CONTACTS)
    known = [_listed(stored[each.domain]) if each.domain in stored else each for each in unvisited]
    return withhold(connection, salt, known)


def save_companies(
    connection: Connection, writers: ContactWriters, salt: bytes, given: Sequence[tuple[Company, int | None]]
) -> list[Company]:
    """Merge visits, each with its run, into what is known and write it, no company twice; the companies as known now.

    They come without who must not be written to; what an objection covers is not written, either.
    """
    stored = _load(connection, [company.seed for company, _ in given], LOCK_COMPANIES, SELECT_WITHOUT_OBJECTIONS)
    known = [stored.get(company.domain) for company, _ in given]
    addresses = [
        {*find_others(company), *(find_others(old.company) if old else ())}
        for (company, _), old in zip(given, known, strict=True)
    ]
    standing = look_up(connection, salt, {*chain.from_iterable(addresses)})
    visits = [
        Visit(clear_company(company, standing.objected(contact.address for contact in company.contacts)), old, run_id)
        for (company, run_id), old in zip(given, known, strict=True)
    ]
    merged = _with_mail_history(
        connection, [(visit.stored, merge_company(visit.stored, visit.company)) for visit in visits]
    )
    _write(connection, writers, [(visit, each) for visit, each in zip(visits, merged, strict=True) if each.done])
    return [
        clear_company(each.company, _never_written_to(each.company) | standing.blocked(of_company))
        for each, of_company in zip(merged, addresses, strict=True)
    ]


def rounds(domains: Sequence[str]) -> list[list[int]]:
    """The places of some visits' domains in rounds: no company twice in one, and its visits in their order.

    A round goes by domain, so that two that write the same companies at a time do not wait for each other in a ring.
    """
    found: list[list[int]] = []
    seen: Counter[str] = Counter()
    for place, domain in enumerate(domains):
        if seen[domain] == len(found):
            found.append([])
        found[seen[domain]].append(place)
        seen[domain] += 1
    return [sorted(places, key=domains.__getitem__) for places in found]


def withhold(connection: Connection, salt: bytes, given: Sequence[Company]) -> list[Company]:
    """Companies fit for a file: without anybody who is not to be written to; `skipped_optout` where they objected."""
    addresses = [set(find_others(company)) for company in given]
    hosts = [hosts_of(company) for company in given]
    standing = look_up(connection, salt, {*chain.from_iterable(addresses)}, chain.from_iterable(hosts))
    return [_withheld(standing, *each) for each in zip(given, addresses, hosts, strict=True)]


def _withheld(standing: Standing, company: Company, addresses: set[str], hosts: Sequence[str]) -> Company:
    if objection := standing.of_company(*hosts):
        company = Company(seed=company.seed, status=CompanyStatus.SKIPPED_OPTOUT, detail=objection, stored=True)
    return clear_company(company, _never_written_to(company) | standing.blocked(addresses))


def has_other_extra(connection: Connection, seed: Seed) -> bool:
    """Whether a company is known with other columns, or other words in them, than came with the seed."""
    differs = (companies.c.domain == seed.domain) & (companies.c.extra != dict(seed.extra))
    return connection.execute(select(companies.c.domain).where(differs)).first() is not None


def save_extra(connection: Connection, seed: Seed) -> None:
    """Keep the columns that came with the seed; a list without other columns changes nothing."""
    if seed.extra:
        of_domain = update(companies).where(companies.c.domain == seed.domain)
        connection.execute(of_domain.values(extra=dict(seed.extra)))


def withhold_objections(connection: Connection, salt: bytes, company: Company) -> Company:
    """A company just visited without what objections cover: who only bounced is seen again, and that is remembered."""
    addresses, hosts = set(find_others(company)), hosts_of(company)
    standing = look_up(connection, salt, addresses, hosts)
    if standing.of_company(*hosts):
        return _withheld(standing, company, addresses, hosts)
    return clear_company(company, standing.objected(addresses))


def _listed(stored: Stored) -> Company:
    """The company as known, with the contacts that are on its list."""
    found = stored.company.status is CompanyStatus.CONTACTS_FOUND
    listed = tuple(c for c in stored.company.contacts if found and c.address not in stored.gone_since)
    return replace(stored.company, contacts=listed)


def _never_written_to(company: Company) -> dict[str, str]:
    return {contact.address: SUPPRESSED for contact in company.contacts if contact.state in NEVER_WRITTEN_TO}


def concerns_anybody(company: Company) -> bool:
    """Whether a visit has led to anybody but the company that it was to lead to."""
    return len(hosts_of(company)) > 1 or next(find_others(company), None) is not None


def hosts_of(company: Company) -> tuple[str, ...]:
    """The company's domain, and the host of the website that its seed led to."""
    host = urlsplit(company.website).hostname if company.website else None
    return (company.domain, host) if host else (company.domain,)


def _with_mail_history(connection: Connection, given: Sequence[tuple[Stored | None, Merged]]) -> list[Merged]:
    """Contacts that are new to the list but not to our mail get the state and the verdict that mail has given them."""
    new = [
        {c.address for c in merged.found}.difference(c.address for c in (stored.company.contacts if stored else ()))
        for stored, merged in given
    ]
    history = load_mailboxes(connection, sorted({*chain.from_iterable(new)}))
    return [
        _told(merged, {a: history[a] for a in of_it if a in history})
        for (_, merged), of_it in zip(given, new, strict=True)
    ]


def _told(merged: Merged, history: Mapping[str, Any]) -> Merged:
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
    stored = _load(connection, [Seed(domain=domain, host=domain)], LOCK_COMPANIES, SELECT_WITHOUT_OBJECTIONS).get(
        domain
    )
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


def _load(connection: Connection, seeds: Sequence[Seed], of_companies: Any, of_contacts: Any) -> dict[str, Stored]:
    by_domain = {seed.domain: seed for seed in seeds}
    rows_found = connection.execute(of_companies, {"of_domains": list(by_domain)}).all()
    if not rows_found:
        return {}
    known = {"of_domains": [row.domain for row in rows_found]}
    people: defaultdict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(of_contacts, known):
        people[row.domain].append(row)
    places: defaultdict[tuple[str, str], list[Mention]] = defaultdict(list)
    if people:
        for row in connection.execute(SELECT_MENTIONS, known):
            places[row.domain, row.address].append(rows.mention_from(row))
    return {row.domain: _stored(row, by_domain[row.domain], people[row.domain], places) for row in rows_found}


def _stored(row: Any, seed: Seed, people: Sequence[Any], places: Mapping[tuple[str, str], Sequence[Mention]]) -> Stored:
    found = tuple(rows.contact_from(r, tuple(places.get((r.domain, r.address), ()))) for r in people)
    gone_since = {r.address: r.gone_since for r in people if r.gone_since is not None}
    return Stored(company=rows.company_from(row, seed, found), gone_since=gone_since)


def _write(connection: Connection, writers: ContactWriters, done: Sequence[tuple[Visit, Merged]]) -> None:
    writers.company.write(connection, [rows.company_values(merged.company, visit.run_id) for visit, merged in done])
    for visit, _ in done:
        if visit.stored is not None:
            save_extra(connection, visit.company.seed)
    writers.contact.write(connection, [values for _, merged in done for values in _contact_values(merged)])
    places = [
        values
        for visit, merged in done
        for c in merged.found
        for values in rows.mention_values(visit.company.domain, c)
    ]
    writers.mention.write(connection, places)
    verdicts = [
        rows.verification_values(c.address, c.verification)
        for visit, merged in done
        for c in _new_verdicts(visit.stored, merged)
    ]
    writers.verification.write(connection, verdicts)
    save_kept_pages(
        connection, writers.kept, [visit.company for visit, _ in done], {d.company.domain for d, _ in done if d.stored}
    )


def _contact_values(merged: Merged) -> Iterator[dict[str, Any]]:
    company = merged.company
    left = {contact.address for contact in merged.gone}
    for position, contact in enumerate((*merged.found, *merged.kept, *merged.gone)):
        gone_since = company.visited_at if contact.address in left else None
        yield rows.contact_values(company.domain, position, contact, gone_since)


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
