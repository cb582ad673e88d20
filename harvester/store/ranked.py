"""Contacts over all companies, the best first, as rows of contacts.csv: streamed, a row at a time.

The database walks the index `contacts_ranked` and looks up each company by its key; nothing is sorted or collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select, tuple_

from harvester.export.rows import Row, format_moment, mention_row
from harvester.model import AddressType, CompanyStatus, ContactState, Grade, Status
from harvester.model.words import STATUS_OF_REASON
from harvester.store import rows
from harvester.store.life_tables import exports
from harvester.store.schema import RANKED, companies, contacts, mentions

BATCH = 500
NEVER_LEAVE = (ContactState.SUPPRESSED, ContactState.OPTED_OUT, ContactState.GONE)
STATUS_BY_REASON = {reason.value: status.value for reason, status in STATUS_OF_REASON.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which contacts are to be exported: of each column one of the values given, all where none is.

    Whatever is asked for, those who must not be written to and those that are no more stay out.
    `new_since`: first seen then or later. `not_exported_to`: never handed on to that target before.
    """

    min_priority: Grade | None = None
    statuses: Sequence[Status] = ()
    roles: Sequence[str] = ()
    countries: Sequence[str] = ()
    roles_only: bool = False
    new_since: datetime | None = None
    not_exported_to: str | None = None
    limit_per_company: int | None = None


def iter_ranked(connection: Connection, wanted: Selection, *, with_mentions: bool = False) -> Iterator[Row]:
    """The rows, best first; `mentions` only where asked for."""
    statement = _select().where(*_conditions(wanted)).order_by(RANKED[0].nulls_last(), *RANKED[1:])
    found = connection.execution_options(yield_per=BATCH).execute(statement)
    ranked = _limited(map(_to_row, found), wanted.limit_per_company)
    return _with_mentions(connection, ranked) if with_mentions else ranked


def extra_names(connection: Connection, wanted: Selection) -> tuple[str, ...]:
    """The names of the lists' own columns among the companies that have such contacts, in the lists' order."""
    chosen = select(contacts.c.domain).join(companies, companies.c.domain == contacts.c.domain)
    own = select(companies.c.extra).where(companies.c.extra != {}).distinct()
    own = own.where(companies.c.domain.in_(chosen.where(*_conditions(wanted))))
    names: dict[str, None] = {}
    for (extra,) in connection.execution_options(yield_per=BATCH).execute(own):
        names.update(dict.fromkeys(extra))
    return tuple(names)


def _select() -> Select[Any]:
    joined = contacts.join(companies, companies.c.domain == contacts.c.domain)
    of_company = [companies.c[name] for name in ("name", "country", "language", "phones", "source_kind", "extra")]
    left_out = {"position", "mx", "evidence", "gone_since", "opted_out"}
    return select(*(column for column in contacts.c if column.name not in left_out), *of_company).select_from(joined)


def _conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    yield contacts.c.gone_since.is_(None)
    yield ~contacts.c.opted_out
    yield contacts.c.state.not_in([state.value for state in NEVER_LEAVE])
    yield companies.c.status == CompanyStatus.CONTACTS_FOUND.value
    if wanted.min_priority is not None:
        yield contacts.c.grade.in_([grade.value for grade in Grade if grade <= wanted.min_priority])
    if wanted.statuses:
        yield contacts.c.reason.in_(
            [reason for reason, status in STATUS_BY_REASON.items() if status in wanted.statuses]
        )
    if wanted.roles:
        yield contacts.c.role.in_(list(wanted.roles))
    if wanted.countries:
        yield companies.c.country.in_([country.upper() for country in wanted.countries])
    if wanted.roles_only:
        yield contacts.c.type == AddressType.ROLE.value
        yield contacts.c.person.is_(None)
    if wanted.new_since is not None:
        yield contacts.c.first_seen >= wanted.new_since
    if wanted.not_exported_to is not None:
        of_this = (exports.c.address == contacts.c.address) & (exports.c.target == wanted.not_exported_to)
        yield ~exists().where(of_this)


def _limited(found: Iterator[Row], limit: int | None) -> Iterator[Row]:
    """The first `limit` rows of each company: about 100 bytes of memory a company."""
    if limit is None:
        yield from found
        return
    counts: dict[int, int] = {}
    for row in found:
        company = hash(row["domain"])
        counts[company] = counts.get(company, 0) + 1
        if counts[company] <= limit:
            yield row


def _with_mentions(connection: Connection, found: Iterator[Row]) -> Iterator[Row]:
    while batch := list(islice(found, BATCH)):
        keys = [(row["domain"], row["email"]) for row in batch]
        of_these = tuple_(mentions.c.domain, mentions.c.address).in_(keys)
        places: dict[tuple[str, str], list[Row]] = {key: [] for key in keys}
        for place in connection.execute(select(mentions).where(of_these).order_by(mentions.c.position)):
            places[place.domain, place.address].append(mention_row(rows.mention_from(place)))
        for row, key in zip(batch, keys, strict=True):
            own = row.pop("extra")
            yield {**row, "mentions": places[key], "extra": own}


def _to_row(found: Any) -> Row:
    return {
        "priority": found.grade,
        "score": found.score,
        "email": found.address,
        "company": found.name,
        "domain": found.domain,
        "email_kind": found.kind,
        "email_type": found.type,
        "role": found.role,
        "person": found.person,
        "job_title": found.job_title,
        "phone": found.phone or (found.phones[0] if found.phones else None),
        "country": found.country,
        "language": found.language,
        "status": STATUS_BY_REASON[found.reason],
        "status_reason": found.reason,
        "mail_provider": found.mail_provider,
        "source_url": found.source_url,
        "source_kind": found.source_kind,
        "method": found.method,
        "first_seen": format_moment(found.first_seen),
        "last_seen": format_moment(found.last_seen),
        "why": found.why,
        "state": found.state,
        "checked_at": format_moment(found.checked_at),
        "still_on_page": None if found.still_on_page is None else ("yes" if found.still_on_page else "no"),
        "sources": found.sources,
        "extra": found.extra,
    }
