"""From a page to the addresses on it: one module per place an address can hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from harvester.extract.document import Document
from harvester.extract.encoded import extract_encoded
from harvester.extract.links import extract_links
from harvester.extract.scripted import extract_scripted
from harvester.extract.scripts import extract_scripts
from harvester.extract.sighting import MAX_ORIGINAL, Extractor, Sighting, label_before
from harvester.extract.structured import extract_structured, extract_vcard
from harvester.extract.text import extract_comments, extract_hidden, extract_text, extract_worded
from harvester.extract.traps import without_trap
from harvester.model import Mention, Method, Zone

EXTRACTORS: tuple[Extractor, ...] = (
    extract_links,
    extract_text,
    extract_worded,
    extract_encoded,
    extract_scripts,
    extract_scripted,
    extract_structured,
    extract_vcard,
    extract_hidden,
    extract_comments,
)


def extract_mentions(document: Document, *, seen: datetime) -> list[Mention]:
    """Every address of the page, one mention for each address, method and zone, the visible ones before the others."""
    found: dict[tuple[str, Method, Zone], Mention] = {}
    for extractor in EXTRACTORS:
        for sighting in extractor(document):
            zone = sighting.zone or document.zone_at(sighting.start)
            address = without_trap(sighting.address, sighting.original)
            key = (address, sighting.method, zone)
            if key not in found:
                found[key] = _mention(document, address, sighting, zone, seen)
            elif sighting.visible and not found[key].visible:
                found[key] = replace(found[key], visible=True)
    return sorted(found.values(), key=lambda mention: not mention.visible)


def _mention(document: Document, address: str, sighting: Sighting, zone: Zone, seen: datetime) -> Mention:
    placed = bool(sighting.end) and not sighting.context
    return Mention(
        address=address,
        url=document.url,
        method=sighting.method,
        zone=zone,
        original=" ".join(sighting.original.split())[:MAX_ORIGINAL],
        context=document.context(sighting.start, sighting.end) if placed else sighting.context,
        seen=seen,
        label=label_before(document, sighting.start) if placed else sighting.label,
        visible=sighting.visible,
    )
