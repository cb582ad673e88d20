"""Objections: of a mailbox or of a whole domain, confirmed or only suggested."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, tuple_, update

from harvester.model import CompanyStatus, ContactState
from harvester.store import pages, standing
from harvester.store.life_tables import mailboxes, optouts
from harvester.store.schema import companies, contacts
from harvester.store.writing import inserting_missing
from harvester.suppression import Entry, keys_of_address, keys_of_company

FEW = 50  # entries whose contacts are looked for one by one; of more, every contact is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """An objection as it is written down."""

    entry: str
    confirmed: bool
    reason: str
    source: str
    added_at: datetime


def add(
    connection: Connection, entries: Iterable[str], *, confirmed: bool, reason: str, source: str, now: datetime
) -> int:
    """Write objections down by their keys and let them take effect, or only suggest them; how many are new."""
    rows = (OptOut(entry=entry, confirmed=confirmed, reason=reason, source=source, added_at=now) for entry in entries)
    return add_all(connection, rows)


def add_all(connection: Connection, entries: Iterable[OptOut]) -> int:
    """Write objections down; how many are new or newly confirmed. A suggestion does not undo an objection."""
    given = {row.entry: row for row in (_by_key(entry) for entry in entries)}
    before = _load(connection, given)
    new = [row for key, row in given.items() if key not in before]
    raised = [key for key, row in given.items() if key in before and row.confirmed and not before[key].confirmed]
    writer = inserting_missing(connection.dialect, optouts)
    writer.write(connection, [asdict(row) for row in new])
    for key in raised:
        _confirm(connection, [key], given[key].added_at)
    _refresh(connection, [*raised, *(row.entry for row in new if row.confirmed)])
    return len(new) + len(raised)


def confirm(connection: Connection, keys: Collection[str], now: datetime) -> list[str]:
    """Let suggestions take effect; those that there were."""
    known = [key for key, row in _load(connection, keys).items() if not row.confirmed]
    _confirm(connection, known, now)
    _refresh(connection, known)
    return known


def remove(connection: Connection, key: str) -> bool:
    """Take back an objection or a suggestion; False where there was none."""
    removed = connection.execute(delete(optouts).where(optouts.c.entry == key)).rowcount > 0
    _refresh(connection, [key] if removed else [])
    return removed


def load_all(connection: Connection, *, confirmed: bool | None = None) -> Sequence[OptOut]:
    """The objections (True), the suggestions (False) or both, the newest first."""
    statement = select(optouts).order_by(optouts.c.added_at.desc(), optouts.c.entry)
    if confirmed is not None:
        statement = statement.where(optouts.c.confirmed == confirmed)
    return [OptOut(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - SQLAlchemy's public name


def blocked_since(connection: Connection, since: datetime) -> list[Entry]:
    """Who objected, or was suppressed, since then."""
    objected = select(optouts.c.entry).where(optouts.c.confirmed, optouts.c.added_at >= since)
    suppressed = mailboxes.c.state == ContactState.SUPPRESSED.value
    bounced = select(mailboxes.c.address).where(suppressed, mailboxes.c.since >= since)
    return [Entry(key) for statement in (objected, bounced) for key in connection.execute(statement).scalars()]


def covering(connection: Connection, address: str) -> Sequence[OptOut]:
    """The objections and suggestions that cover an address."""
    return list(_load(connection, keys_of_address(address)).values())


def _by_key(row: OptOut) -> OptOut:
    return replace(row, entry=keys_of_address(row.entry)[0]) if "@" in row.entry else row


def _load(connection: Connection, keys: Iterable[str]) -> dict[str, OptOut]:
    found = {}
    for part in standing.parts(keys):
        for row in connection.execute(select(optouts).where(optouts.c.entry.in_(part))):
            found[row.entry] = OptOut(**row._mapping)  # noqa: SLF001
    return found


def _confirm(connection: Connection, keys: Iterable[str], now: datetime) -> None:
    """From now on: whoever writes files can ask what has come since it began."""
    for part in standing.parts(keys):
        connection.execute(update(optouts).where(optouts.c.entry.in_(part)).values(confirmed=True, added_at=now))


def _refresh(connection: Connection, keys: Collection[str]) -> None:
    """Mark the contacts that these keys speak of by what all objections now say of them."""
    if not keys:
        return
    pages.erase_keys(connection, keys)
    statement = select(contacts.c.domain, contacts.c.address, contacts.c.opted_out)
    if len(keys) <= FEW:
        statement = statement.where(or_(*(_speaks_of(key) for key in keys)))
    rows = iter(connection.execute(statement).all())
    while part := list(islice(rows, standing.BATCH)):
        objected = _objected(connection, part)
        changed = {(r.domain, r.address) for r in part if r.opted_out != ((r.domain, r.address) in objected)}
        _mark(connection, sorted(changed & objected), opted_out=True)
        _mark(connection, sorted(changed - objected), opted_out=False)


def _mark(connection: Connection, pairs: Sequence[tuple[str, str]], *, opted_out: bool) -> None:
    if not pairs:
        return
    among = tuple_(contacts.c.domain, contacts.c.address).in_(pairs)
    connection.execute(update(contacts).where(among).values(opted_out=opted_out))
    if not opted_out:  # a visit in between had no address to show
        hidden = (CompanyStatus.NO_ADDRESS_PUBLISHED.value, CompanyStatus.CONTACT_FORM_ONLY.value)
        listed = select(contacts.c.domain).where(among, contacts.c.gone_since.is_(None))
        shown = update(companies).where(companies.c.domain.in_(listed), companies.c.status.in_(hidden))
        connection.execute(shown.values(status=CompanyStatus.CONTACTS_FOUND.value, detail=""))


def _objected(connection: Connection, rows: Iterable[Any]) -> set[tuple[str, str]]:
    keys = {(r.domain, r.address): {*keys_of_address(r.address), *keys_of_company(r.domain)} for r in rows}
    known = _load(connection, {key for of_one in keys.values() for key in of_one})
    confirmed = {key for key, row in known.items() if row.confirmed}
    return {pair for pair, of_one in keys.items() if not confirmed.isdisjoint(of_one)}


def _speaks_of(key: str) -> ColumnElement[bool]:
    """The contacts that may be covered by a key: a wide net, which is looked through."""
    local, at, domain = key.rpartition("@")
    address = func.lower(contacts.c.address)
    if at:
        return or_(address == key, address.like(_like(f"{local}+") + "%" + _like(f"@{domain}"), escape="\\"))
    inside = [contacts.c.domain == key, contacts.c.domain.like("%." + _like(key), escape="\\")]
    inside += [address.like("%" + _like(mark + key), escape="\\") for mark in "@."]
    return or_(*inside, contacts.c.domain.like(_like(key) + "/%", escape="\\"))


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
