"""From a page to the addresses on it: one module per place an address can hide."""

from __future__ import annotations

from datetime import datetime

from harvester.address import find_addresses
from harvester.extract.document import Document
from harvester.model import Mention, Method


def extract_mentions(document: Document, *, seen: datetime) -> list[Mention]:
    """Every address of the page, one mention for each address, method and zone."""
    return [
        Mention(
            address=found.address,
            url=document.url,
            method=Method.TEXT,
            zone=document.zone_at(found.start),
            original=document.text[found.start : found.end],
            context=document.context(found.start, found.end),
            seen=seen,
            label=document.heading_before(found.start),
        )
        for found in find_addresses(document.text)
    ]
