"""Contacts over all companies, the best first, as rows of contacts.csv: streamed, a row at a time.

The database walks the index `contacts_ranked` and looks up each company by its key; nothing is sorted or collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from harvester.export.rows import CONTACT_COLUMNS, YES_NO, Row, format_moment, mention_row
from harvester.model.words import STATUS_OF_REASON
from harvester.store import rows, standing
from harvester.store.listing import Filter, conditions
from harvester.store.schema import RANKED, companies, contacts, mentions
from harvester.suppression import clear_texts, find_addresses_in

BATCH = 500
SHOWN_TEXTS = ("original", "context")
ROW = (*CONTACT_COLUMNS, "extra", "phones")  # what is selected; `phones` are the company's
STORED_AS = {
    "priority": contacts.c.grade,
    "email": contacts.c.address,
    "company": companies.c.name,
    "email_kind": contacts.c.kind,
    "email_type": contacts.c.type,
    "status": contacts.c.reason,
    "status_reason": contacts.c.reason,
    **{name: companies.c[name] for name in ("country", "language", "source_kind", "extra", "phones")},
}
MOMENTS = ("first_seen", "last_seen", "checked_at")
STATUS_BY_REASON = {reason.value: status.value for reason, status in STATUS_OF_REASON.items()}


def iter_ranked(
    connection: Connection, salt: bytes, wanted: Filter, limit: int | None = None, *, with_mentions: bool = False
) -> Iterator[Row]:
    """The rows, best first, `limit` of each company at most; `mentions` only where asked for."""
    statement = _select().where(*conditions(wanted)).order_by(RANKED[0].nulls_last(), *RANKED[1:])
    found = connection.execution_options(yield_per=BATCH).execute(statement)
    ranked: Iterator[Row] = map(_to_row, found)
    is_guarded = standing.is_anybody_blocked(connection)
    if is_guarded:
        ranked = _without_blocked(connection, salt, ranked)
    if limit is not None:
        ranked = _limited(ranked, limit)
    if with_mentions:
        ranked = _with_mentions(connection, salt if is_guarded else None, ranked)
    return ranked


def extra_names(connection: Connection, wanted: Filter) -> tuple[str, ...]:
    """The names of the lists' own columns among the companies that have such contacts, in the lists' order."""
    chosen = select(contacts.c.domain).join(companies, companies.c.domain == contacts.c.domain)
    own = select(companies.c.extra).where(companies.c.extra != {}).distinct()
    own = own.where(companies.c.domain.in_(chosen.where(*conditions(wanted))))
    names: dict[str, None] = {}
    for (extra,) in connection.execution_options(yield_per=BATCH).execute(own):
        names.update(dict.fromkeys(extra))
    return tuple(names)


def _select() -> Select[Any]:
    """The columns in the order of a row: to ask each for its name took a quarter of an export (2026-12-01)."""
    joined = contacts.join(companies, companies.c.domain == contacts.c.domain)
    stored = (STORED_AS[name] if name in STORED_AS else contacts.c[name] for name in ROW)
    return select(*(column.label(name) for name, column in zip(ROW, stored, strict=True))).select_from(joined)


def _without_blocked(connection: Connection, salt: bytes, found: Iterator[Row]) -> Iterator[Row]:
    """The rows without who must not be written to, once more by their keys; also out of the lists' own columns."""
    while batch := list(islice(found, BATCH)):
        texts = [text for row in batch for text in row["extra"].values() if "@" in text]
        named = [*(row["email"] for row in batch), *find_addresses_in(*texts)]
        blocked = standing.look_up(connection, salt, named).blocked(named)
        for row in batch:
            if row["email"] not in blocked:
                if blocked and row["extra"]:
                    own = row["extra"]
                    row["extra"] = dict(zip(own, clear_texts(own.values(), blocked), strict=True))
                yield row


def _limited(found: Iterator[Row], limit: int) -> Iterator[Row]:
    """The first `limit` rows of each company: about 100 bytes of memory a company."""
    counts: dict[int, int] = {}
    for row in found:
        company = hash(row["domain"])
        counts[company] = counts.get(company, 0) + 1
        if counts[company] <= limit:
            yield row


def _with_mentions(connection: Connection, salt: bytes | None, found: Iterator[Row]) -> Iterator[Row]:
    while batch := list(islice(found, BATCH)):
        places = _places(connection, salt, [(row["domain"], row["email"]) for row in batch])
        for row in batch:
            own = row.pop("extra")
            yield {**row, "mentions": places[row["domain"], row["email"]], "extra": own}


def _places(
    connection: Connection, salt: bytes | None, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], list[Row]]:
    """The places of some contacts; with `salt` without the addresses beside them that must not be written to."""
    of_these = tuple_(mentions.c.domain, mentions.c.address).in_(keys)
    stored = connection.execute(select(mentions).where(of_these).order_by(mentions.c.position)).all()
    shown = [mention_row(rows.mention_from(mention)) for mention in stored]
    if salt is not None:
        beside = find_addresses_in(*(row[name] for row in shown for name in SHOWN_TEXTS))
        if blocked := standing.look_up(connection, salt, beside).blocked(beside):
            for row in shown:
                row.update(zip(SHOWN_TEXTS, clear_texts([row[name] for name in SHOWN_TEXTS], blocked), strict=True))
    places: dict[tuple[str, str], list[Row]] = {key: [] for key in keys}
    for mention, row in zip(stored, shown, strict=True):
        places[mention.domain, mention.address].append(row)
    return places


def _to_row(found: Any) -> Row:
    row: Row = dict(zip(ROW, found, strict=True))
    phones = row.pop("phones")
    row["phone"] = row["phone"] or (phones[0] if phones else None)
    row["status"] = STATUS_BY_REASON[row["status"]]
    for name in MOMENTS:
        row[name] = format_moment(row[name])
    row["still_on_page"] = YES_NO[row["still_on_page"]]
    return row
