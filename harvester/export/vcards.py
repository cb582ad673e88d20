"""Contacts as vCards, which phones and Outlook read: 3.0 (RFC 2426), or 4.0 (RFC 6350) where asked for."""

from __future__ import annotations

from typing import IO

import vobject

from harvester.export.cells import BREAKS, CONTROLS, format_phone
from harvester.export.crm import Titles
from harvester.export.names import shown_name, split_name
from harvester.export.rows import Row

VERSIONS = ("3.0", "4.0")


class VCards:
    """A .vcf in the making."""

    def __init__(self, stream: IO[bytes], titles: Titles, *, version: str = "3.0") -> None:
        self._stream, self._titles, self._version = stream, titles, version

    def add(self, row: Row) -> None:
        """Write the card of one contact."""
        self._stream.write(write_card(row, self._titles, self._version).encode("utf-8", "replace"))

    def close(self) -> None:
        """All is written."""


def write_card(row: Row, titles: Titles, version: str) -> str:
    """The card of one contact. Without a person it is the company's own (X-ABSHOWAS is how phones tell)."""
    card = vobject.vCard()
    card.add("version").value = version
    name = shown_name(row, titles[row["role"]])
    company = row["company"] or row["domain"]
    shown = name if row["person"] or name == company else f"{company}, {name}"
    card.add("fn").value = _line(shown)
    first, last = split_name(_line(row["person"]), row["language"]) if row["person"] else ("", "")
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    card.add("org").value = [_line(company)]
    if not row["person"]:
        card.add("x-abshowas").value = "COMPANY"
    _add(card, "email", row["email"], ["INTERNET", "WORK"] if version == "3.0" else ["work"])
    _add(card, "tel", format_phone(row["phone"]), ["WORK", "VOICE"] if version == "3.0" else ["work", "voice"])
    _add(card, "title", row["job_title"])
    _add(card, "url", f"https://{row['domain']}")
    _add(card, "source", row["source_url"])
    _add(card, "note", row["why"])
    text: str = card.serialize()
    return text


def _add(card: vobject.base.Component, name: str, text: str | None, types: list[str] | None = None) -> None:
    if text:
        line = card.add(name)
        line.value = _line(text)
        if types:
            line.type_param = types


def _line(text: str) -> str:
    return BREAKS.sub(" ", CONTROLS.sub("", text))
