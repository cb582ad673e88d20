"""Odoo: partners (companies with their contacts) or leads, by external ids of our own.

`load` writes a batch in one transaction and knows a record again by its external id, so that a repeated batch makes
no second one. It sets every column of every row: rows go grouped by the fields that they set.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from harvester.crm.exchange import COMPANY, Outcome, Record, Refused, Remote, Write
from harvester.crm.odoo_calls import OdooCalls
from harvester.crm.records import fields_of
from harvester.crm.splitting import write_all
from harvester.export.crm import external_id
from harvester.model.push import Part, Pushed

KINDS = {Part.COMPANIES: "company", Part.CONTACTS: "contact"}
HTML_FIELDS = frozenset({"comment", "description"})
TAGS = re.compile(r"<[^>]{0,1000}>")
COUNTRY = "country_id"


class Odoo:
    """One database of one Odoo server."""

    name = "Odoo"
    batch = 100
    writers = 1  # two loads at a time lock each other out
    sends_whole = False

    def __init__(self, calls: OdooCalls, *, url: str, database: str = "", model: str = "res.partner") -> None:
        self.calls, self.caller, self._model = calls, calls.caller, model
        self._place = f"{urlsplit(url).netloc.lower()}/{database}"
        self.parts: tuple[Part, ...] = (
            (Part.COMPANIES, Part.CONTACTS) if fields_of(model, Part.COMPANIES) else (Part.CONTACTS,)
        )
        self._email = "email" if model == "res.partner" else "email_from"
        self._countries: dict[str, int] = {}

    async def account(self) -> str:
        """The server, the database and the model. TokenRefused."""
        await self.calls.login()
        return f"odoo:{self._place}:{self._model}"

    async def read(self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed]) -> dict[str, Remote]:
        """By id what the journal knows, by our id what a write may have made, by e-mail what others made."""
        await self._load_countries()
        ids = {int(str(known[r.key].remote_id)): r.key for r in records if r.key in known and known[r.key].remote_id}
        for record in records:
            line = known.get(record.key)
            if line is not None and line.remote_id is None and line.intent is not None:
                found_id = await self._find_own(KINDS[part], record.key)
                if found_id:
                    ids[found_id] = record.key
        found = {ids[row["id"]]: row for row in await self._search(part, [["id", "in", list(ids)]])} if ids else {}
        new = [record for record in records if record.key not in found]
        if new and part is Part.CONTACTS:
            by_email = {record.fields[self._email].lower(): record.key for record in new}
            for row in await self._search(part, [["email_normalized", "in", list(by_email)]]):
                key = by_email.get(str(row["email_normalized"]))
                if key is not None:
                    found.setdefault(key, row)
        return {key: self._remote(part, row) for key, row in found.items()}

    async def write(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:
        """Load the records, grouped by whether they are there and by the fields that they set."""
        groups: defaultdict[tuple[bool, tuple[str, ...]], list[Write]] = defaultdict(list)
        for write in writes:
            groups[write.remote_id is not None, tuple(sorted(write.fields))].append(write)
        done: dict[str, Outcome] = {}
        for group in groups.values():
            done |= await write_all(lambda batch: self._load(part, batch, companies), group)
        return done

    async def _load(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:
        names = sorted(writes[0].fields)
        there = writes[0].remote_id is not None
        columns = [".id" if there else "id", *map(_column, names)]
        data = [
            [w.remote_id if there else external_id(KINDS[part], w.key)]
            + [self._cell(name, w.fields[name], companies) for name in names]
            for w in writes
        ]
        value = await self.calls.call(self._model, "load", {"fields": columns, "data": data}, writes=True)
        if not value.get("ids"):
            messages = [str(m.get("message")) for m in value.get("messages", ()) if m.get("type") == "error"]
            raise Refused(self.caller.shown("; ".join(messages[:2]))[:300])
        return {w.key: Outcome(remote_id=str(one)) for w, one in zip(writes, value["ids"], strict=True)}

    async def _find_own(self, kind: str, key: str) -> int | None:
        arguments = {"module": "__import__", "xml_id": external_id(kind, key)}
        try:
            value = await self.calls.call("ir.model.data", "check_object_reference", arguments)
        except Refused:  # Odoo's way to say that there is none
            return None
        return int(value[1]) if value and value[1] else None

    async def _search(self, part: Part, domain: list[Any]) -> list[dict[str, Any]]:
        names = [field.header for field in fields_of(self._model, part)]
        arguments = {"domain": domain, "fields": [*names, "email_normalized"], "order": "id"}
        return list(await self.calls.call(self._model, "search_read", arguments))

    async def _load_countries(self) -> None:
        if not self._countries:
            rows = await self.calls.call("res.country", "search_read", {"domain": [], "fields": ["code"]})
            self._countries = {row["code"]: row["id"] for row in rows if row["code"]}

    def _cell(self, name: str, value: str, companies: Mapping[str, str]) -> str:
        if name == COMPANY:
            return companies[value]
        if name == COUNTRY:
            return str(self._countries.get(value, ""))
        return value

    def _remote(self, part: Part, row: Mapping[str, Any]) -> Remote:
        codes = {number: code for code, number in self._countries.items()}
        fields = {}
        for field in fields_of(self._model, part):
            value = row[field.header]
            if field.header == COUNTRY:
                text = codes.get(value[0], "?") if value else ""
            elif field.header in HTML_FIELDS and value:
                text = html.unescape(TAGS.sub("", str(value)))
            else:
                text = {False: "", True: "1", None: ""}.get(value, value) if not isinstance(value, str) else value
            fields[field.header] = str(text)
        return Remote(id=str(row["id"]), fields=fields)


def _column(name: str) -> str:
    """The column of `load`: relations by their database id."""
    return {COMPANY: "parent_id/.id", COUNTRY: "country_id/.id"}.get(name, name)
