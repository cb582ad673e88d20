"""Import files of CRMs: each importer's own headers, required fields, lengths and limits, from two tables.

A site's mailbox often has no person. `Last Name` (or what else must be filled) is then the role's title, or the
company's name for a general mailbox: never empty, never made up. Texts are never altered by the formula guard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

from harvester.data import load_table
from harvester.export.cells import BREAKS, CONTROLS, format_phone
from harvester.export.names import shown_name, split_name
from harvester.export.parts import CsvParts, OpenPart
from harvester.export.rows import Row
from harvester.urls import ascii_host

CRMS = tuple(row[0] for row in load_table("crm_limits"))
RATINGS = {"A": "Hot", "B": "Warm", "C": "Cold", "D": "Cold"}  # Salesforce's own three
CUT = "…"
NEVER_CUT = frozenset({"mailbox"})
NOT_REPLACED: Mapping[int, str] = MappingProxyType({})
Titles = Mapping[str, str]
Value = Callable[[Row, Titles], str]


class Field(NamedTuple):
    """One column of an import file: `longest` text in characters, None without a limit."""

    header: str
    value: Value
    name: str
    longest: int | None


class Limits(NamedTuple):
    """What one file of a CRM may hold; `replaced` are characters that must not stand in it."""

    rows: int
    size: int
    replaced: dict[int, str]


def _first_name(row: Row, titles: Titles) -> str:  # noqa: ARG001
    return split_name(row["person"], row["language"])[0] if row["person"] else ""


def _last_name(row: Row, titles: Titles) -> str:
    return split_name(row["person"], row["language"])[1] if row["person"] else _full_name(row, titles)


def _full_name(row: Row, titles: Titles) -> str:
    return shown_name(row, titles[row["role"]])


def _job_title(row: Row, titles: Titles) -> str:
    return row["job_title"] or (titles[row["role"]] if row["person"] and row["role"] != "other" else "")


def _mailbox(row: Row, titles: Titles) -> str:  # noqa: ARG001
    """The address with its domain in ASCII: importers check addresses by patterns that know no other letters."""
    local, _, domain = row["email"].rpartition("@")
    return f"{local}@{ascii_host(domain)}"


def _website(row: Row, titles: Titles) -> str:  # noqa: ARG001
    return f"https://{row['domain']}"


def _site_host(row: Row, titles: Titles) -> str:  # noqa: ARG001
    host, _, path = row["domain"].partition("/")
    return host if path else ascii_host(host)


def _note(row: Row, titles: Titles) -> str:  # noqa: ARG001
    """What a salesperson wants to know of an address, and where it stands (whoever asks must be told: GDPR art. 14)."""
    status = f"{row['status']} ({row['status_reason']})"
    parts = [f"{row['priority'] or '-'} {row['score'] if row['score'] is not None else ''}".strip(), row["why"], status]
    parts += [f"{row['source_url']} {(row['last_seen'] or '')[:10]}".strip() if row["source_url"] else None]
    return "; ".join(part for part in parts if part)


def _provenance(row: Row, titles: Titles) -> str:  # noqa: ARG001
    """What made the rank and where the address stands: of the note what does not change with every visit."""
    seen = f"{row['source_url']} {(row['first_seen'] or '')[:10]}".strip() if row["source_url"] else None
    return " | ".join(part for part in (row["why"], seen) if part)


def external_id(kind: str, *texts: str) -> str:
    """An id that stays the same from export to export; a dot would name an Odoo module."""
    return f"harvester_{kind}_{blake2b('|'.join(texts).encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


@cache
def country_names() -> dict[str, str]:
    """English names by ISO code: what every importer knows, whatever the user's language."""
    return {row[0]: row[3].partition("|")[0] for row in load_table("countries")}


VALUES: Mapping[str, Value] = {
    "first_name": _first_name,
    "last_name": _last_name,
    "full_name": _full_name,
    "job_title": _job_title,
    "mailbox": _mailbox,
    "phone": lambda row, _: format_phone(row["phone"]) or "",
    "company_name": lambda row, _: row["company"] or row["domain"],
    "site_host": _site_host,
    "website": _website,
    "own_host": lambda row, titles: "" if "/" in row["domain"] else _site_host(row, titles),  # no platform's
    "country_name": lambda row, _: country_names().get(row["country"] or "", row["country"] or ""),
    "rating": lambda row, _: RATINGS.get(row["priority"] or "", ""),
    "note": _note,
    "provenance": _provenance,
    "country_code": lambda row, _: row["country"] or "",
    "company_id": lambda row, _: external_id("company", row["domain"]),
    "contact_id": lambda row, _: external_id("contact", row["domain"], row["email"]),
    "person": lambda row, _: row["person"] or "",
    "lead": lambda *_: "lead",
    "lead_source": lambda *_: "Web",  # one of Salesforce's own values
    "one": lambda *_: "1",
    "zero": lambda *_: "0",
}


@cache
def fields_of(crm: str, part: str) -> tuple[Field, ...]:
    """The columns of one import file; none where the CRM has no such part."""
    return tuple(
        Field(header, VALUES[value], value, None if longest == "-" else int(longest))
        for name, where, header, value, longest in load_table("crm_fields")
        if (name, where) == (crm, part)
    )


@cache
def limits_of(crm: str) -> Limits:
    """The limits of one CRM's import file."""
    rows, size, replaced = next(row[1:] for row in load_table("crm_limits") if row[0] == crm)
    pairs = [] if replaced == "-" else replaced.split()
    return Limits(int(rows), int(size), {ord(pair[0]): pair[1:] for pair in pairs})


class CrmFiles:
    """The import files of one CRM in the making; `left_out` counts contacts whose address is too long for it."""

    def __init__(self, open_part: OpenPart, crm: str, titles: Titles) -> None:
        self._limits, self._titles = limits_of(crm), titles
        self._contact_fields, self._company_fields = fields_of(crm, "contacts"), fields_of(crm, "companies")
        has_two = bool(self._company_fields)
        self._contacts = self._part(open_part, "contacts" if has_two else "", self._contact_fields)
        self._companies = self._part(open_part, "companies", self._company_fields) if has_two else None
        self._written: set[bytes] = set()  # of companies, 8 bytes each
        self.left_out = 0

    def add(self, row: Row) -> None:
        """Write a contact, and its company where it was not yet."""
        cells = [self._cell(field, row) for field in self._contact_fields]
        if None in cells:
            self.left_out += 1
            return
        self._contacts.write(cell or "" for cell in cells)
        digest = blake2b(row["domain"].encode("utf-8", "replace"), digest_size=8).digest()
        if self._companies is not None and digest not in self._written:
            self._written.add(digest)
            self._companies.write(self._cell(field, row) or "" for field in self._company_fields)

    def close(self) -> None:
        """Write a bare header where there was no contact."""
        self._contacts.close()
        if self._companies is not None:
            self._companies.close()

    def _part(self, open_part: OpenPart, name: str, fields: tuple[Field, ...]) -> CsvParts:
        header = [field.header for field in fields]
        return CsvParts(open_part, header, name=name, most_rows=self._limits.rows, most_bytes=self._limits.size)

    def _cell(self, field: Field, row: Row) -> str | None:
        return text_of(field, row, self._titles, self._limits.replaced)


def text_of(field: Field, row: Row, titles: Titles, replaced: Mapping[int, str] = NOT_REPLACED) -> str | None:
    """A field's text, on one line; None for an address that the CRM cannot take."""
    text = BREAKS.sub(" ", CONTROLS.sub("", field.value(row, titles))).translate(replaced)
    if field.longest is not None and len(text) > field.longest:
        return None if field.name in NEVER_CUT else text[: field.longest - 1] + CUT
    return text
