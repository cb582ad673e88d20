"""Forgetting (GDPR Art. 17): every row about an address or a domain, and every other row's text that names it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    Text,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from harvester.store import pages, standing
from harvester.store.database import StoreError
from harvester.store.life_tables import bounces, exports, forgotten, letters, mailboxes, mails, optouts
from harvester.store.push_tables import pushes
from harvester.store.schema import Json, Words, companies, contacts, domain_verdicts, mentions, metadata, verifications
from harvester.suppression import Entry, Erasure

ABOUT_ADDRESSES = (contacts, mentions, verifications, bounces, letters, mailboxes, exports)
ABOUT_DOMAINS = (companies, domain_verdicts)
WITH_EVIDENCE = (mentions,)  # where the words that say an address otherwise are taken out, too


def forget(connection: Connection, salt: bytes, entries: Sequence[Entry], now: datetime) -> Erasure:
    """Delete and scrub; what is left of each entry is its salted digest. What was forgotten, for the files."""
    erasure = _with_words(connection, Erasure(entries))
    for key in sorted(erasure.keys):
        digest = standing.digest_of(salt, key)
        connection.execute(delete(forgotten).where(forgotten.c.digest == digest))
        connection.execute(insert(forgotten).values(digest=digest, forgotten_at=now))
    pages.erase_keys(connection, erasure.keys)
    pages.erase_companies(connection, erasure.companies)
    _delete_mails(connection, erasure)
    for table in ABOUT_ADDRESSES:
        _delete_where(connection, table, "address", erasure.covers_address, erasure)
    for table in ABOUT_DOMAINS:
        _delete_where(connection, table, "domain", erasure.covers_company, erasure)
    for table, name in ((optouts, "entry"), (pushes, "key")):
        _delete_where(connection, table, name, lambda entry: _covers_entry(erasure, entry), erasure)
    _scrub_phones(connection, erasure)
    for table in metadata.sorted_tables:
        _scrub(connection, table, erasure)
    return erasure


def empty_freed_pages(engine: Engine) -> str:
    """Rewrite the database without what was deleted; a sentence where something of it may still lie around."""
    if engine.dialect.name == "sqlite":
        return _empty_sqlite(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"VACUUM (FULL) {table.name}")
    return "PostgreSQL's write-ahead log, replicas and backups hold what was deleted until they are recycled."


def _empty_sqlite(engine: Engine) -> str:
    """VACUUM writes what is left anew, which -wal holds until a checkpoint; neither may find another one reading."""
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = bool((cursor.fetchone() or [0])[0])
        except sqlite3.OperationalError as error:
            raise StoreError(f"The database could not be emptied of what was deleted: {error}.") from error
    return "Another process is using the database: its -wal file still holds what was deleted." if busy else ""


def _covers_entry(erasure: Erasure, entry: str) -> bool:
    return erasure.covers_address(entry) if "@" in entry else erasure.covers_company(entry)


def _with_words(connection: Connection, erasure: Erasure) -> Erasure:
    """The erasure with what is known of its people: how their addresses were written, their names, their phones."""
    words: set[str] = set()
    phones: set[str] = set()
    found: set[str] = set()
    for table in (contacts, mentions):
        for row in connection.execute(select(table).where(_mentions(table.c.address, erasure))):
            if not erasure.covers_address(row.address):
                continue
            found.add(row.domain)
            words.update(filter(None, (row.person, getattr(row, "original", None))))
            phones.update(filter(None, (row.phone,)))
    for domain in found:
        phones -= _phones_of_others(connection, domain, erasure)
    entries = [Entry(key) for key in erasure.keys]
    return Erasure(entries, words=words, phones=phones, companies=found)


def _phones_of_others(connection: Connection, domain: str, erasure: Erasure) -> set[str]:
    rows = connection.execute(select(contacts.c.address, contacts.c.phone).where(contacts.c.domain == domain))
    return {row.phone for row in rows if row.phone and not erasure.covers_address(row.address)}


def _delete_mails(connection: Connection, erasure: Erasure) -> None:
    """The marks of mails that bounced from them: read again, such a mail says nothing new."""
    rows = connection.execute(select(bounces.c.mail, bounces.c.address).where(_mentions(bounces.c.address, erasure)))
    marks = {row.mail for row in rows if erasure.covers_address(row.address)}
    others = connection.execute(select(bounces.c.mail, bounces.c.address).where(bounces.c.mail.in_(marks)))
    marks -= {row.mail for row in others if not erasure.covers_address(row.address)}
    connection.execute(delete(mails).where(mails.c.key.in_(marks)))


def _delete_where(connection: Connection, table: Table, name: str, covers: Any, erasure: Erasure) -> None:
    column = table.c[name]
    values = connection.execute(select(column).where(_mentions(column, erasure)).distinct()).scalars().all()
    for part in standing.parts(value for value in values if covers(value)):
        connection.execute(delete(table).where(column.in_(part)))
        if table is companies:
            for of_company in (mentions, contacts):
                connection.execute(delete(of_company).where(of_company.c.domain.in_(part)))


def _scrub_phones(connection: Connection, erasure: Erasure) -> None:
    for domain in erasure.companies:
        phones = connection.execute(select(companies.c.phones).where(companies.c.domain == domain)).scalar()
        if phones and not erasure.phones.isdisjoint(phones):
            kept = [phone for phone in phones if phone not in erasure.phones]
            connection.execute(update(companies).where(companies.c.domain == domain).values(phones=kept))


def _scrub(connection: Connection, table: Table, erasure: Erasure) -> None:
    """Take it out of every text of a table; a row that is found by such a text goes."""
    kinds = (String, Words, Json)  # Text is a String
    texts = [column for column in table.columns if isinstance(column.type, kinds) and not column.foreign_keys]
    for row in connection.execute(select(table).where(_candidates(table, texts, erasure))).all():
        words = table in WITH_EVIDENCE and row.domain in erasure.companies
        changed = dict(_changes(row, texts, erasure, words=words))
        if not changed:
            continue
        of_row = [table.c[key.name] == getattr(row, key.name) for key in table.primary_key]
        if any(key.name in changed for key in table.primary_key):
            connection.execute(delete(table).where(*of_row))
        else:
            connection.execute(update(table).where(*of_row).values(**changed))


def _candidates(table: Table, texts: Sequence[Any], erasure: Erasure) -> ColumnElement[bool]:
    of_companies = table.c.domain.in_(erasure.companies) if table in WITH_EVIDENCE else false()
    return or_(of_companies, *(_mentions(column, erasure) for column in texts))


def _changes(row: Any, texts: Sequence[Any], erasure: Erasure, *, words: bool) -> Iterator[tuple[str, Any]]:
    for column in texts:
        value = getattr(row, column.name)
        scrubbed = erasure.scrub_value(value, words=words)
        if scrubbed != value:
            yield column.name, scrubbed


def _mentions(column: Any, erasure: Erasure) -> ColumnElement[bool]:
    """A quick look for rows that may have to do with it: the database compares ASCII only without regard to case."""
    if not all(piece.isascii() for piece in erasure.pieces):
        return true()
    text = func.lower(type_coerce(column, Text))
    return or_(*(text.contains(piece, autoescape=True) for piece in sorted(erasure.pieces)))
