"""Rows of the list as records of a CRM: which fields, under which names. The values are those of the import files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from harvester.crm.exchange import COMPANY, Record
from harvester.data import load_table
from harvester.export.crm import VALUES, Field, Titles, text_of
from harvester.export.rows import CONTACT_COLUMNS, Row
from harvester.model.push import Part
from harvester.urls import ascii_host

# What changes with every look at a page, and tells a receiver nothing.
RESTLESS = frozenset({"last_seen", "checked_at", "state", "still_on_page", "sources"})
WEBHOOK_COLUMNS = tuple(column for column in CONTACT_COLUMNS if column not in RESTLESS)


@cache
def fields_of(crm: str, part: Part) -> tuple[Field, ...]:
    """The fields that a CRM gets, in the order of the table; none where it has no such part."""
    return tuple(
        Field(name, VALUES[value], value, None if longest == "-" else int(longest))
        for target, where, name, value, longest in load_table("crm_push_fields")
        if (target, where) == (crm, part)
    )


def key_of(row: Row) -> str:
    """One address is one contact, however it is spelt and on however many companies' sites it stands."""
    local, _, domain = str(row["email"]).rpartition("@")
    return f"{local}@{ascii_host(domain)}".lower()


def contact_record(crm: str, row: Row, titles: Titles, *, tied: bool) -> Record | None:
    """A contact's record, `tied` to its company or not; None where its address is too long for the CRM."""
    fields = _values(fields_of(crm, Part.CONTACTS), row, titles)
    if fields is None:
        return None
    return Record(key=key_of(row), fields={**fields, COMPANY: row["domain"]} if tied else fields)


def company_record(crm: str, row: Row, titles: Titles) -> Record:
    """The record of a contact's company."""
    return Record(key=row["domain"], fields=_values(fields_of(crm, Part.COMPANIES), row, titles) or {})


def webhook_record(row: Row) -> Record:
    """A contact as a webhook gets it: the columns of the list, as text, and the list's own."""
    named = {column: row[column] for column in WEBHOOK_COLUMNS} | {f"extra.{k}": v for k, v in row["extra"].items()}
    return Record(key=key_of(row), fields={name: str(value) for name, value in named.items() if value is not None})


def restrict(record: Record, names: Iterable[str]) -> Record:
    """The record with these fields only, and its tie to the company."""
    wanted = {*names, COMPANY}
    return Record(key=record.key, fields={name: value for name, value in record.fields.items() if name in wanted})


def _values(fields: Iterable[Field], row: Row, titles: Titles) -> Mapping[str, str] | None:
    texts = {field.header: text_of(field, row, titles) for field in fields}
    if None in texts.values():
        return None
    return {name: text for name, text in texts.items() if text}
