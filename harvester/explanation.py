"""`harvester extract --why ADDRESS`: what happened to a string on saved pages, from the bytes to the contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harvester.address import (
    AddressError,
    decode_percent,
    find_addresses,
    has_known_suffix,
    normalize_address,
    parse_address,
)
from harvester.classify import AddressLists, drop_reasons, junk_reasons
from harvester.data import load_table
from harvester.extensions.wording import count, printable
from harvester.extract import EXTRACTORS
from harvester.extract.decoders import decode_entities, decode_js_escapes
from harvester.extract.document import Document
from harvester.extract.sighting import Sighting
from harvester.inspection import EXIT_UNREADABLE, FILE_CHARACTERS, Inspected, read_files
from harvester.terminal import say

MAX_SHOWN = 5  # places that are told one by one
_WIDE = 160  # characters of a quotation
_ADDRESS_CHARACTER = re.compile(r"[\w.@+%-]")
_LAST_ATTRIBUTE = re.compile(r"""([\w:.-]{1,60})\s*=\s*(?:"[^"]*|'[^']*|[^\s"'>]*)\Z""")
_TAG_NAME = re.compile(r"<([a-zA-Z][\w:-]*)")


def explain(files: Sequence[str], text: str, *, url: str | None, lists: AddressLists) -> int:
    """Print what happened to `text` on each of the pages; return the exit status."""
    is_complete = True
    for page in read_files(files, url=url):
        if page is None:
            is_complete = False
            continue
        say(printable(page.file, FILE_CHARACTERS))
        for line in explain_on_page(page, text, lists, has_url=url is not None):
            say(f"  {printable(line, 2 * _WIDE)}")
    return 0 if is_complete else EXIT_UNREADABLE


def explain_on_page(page: Inspected, text: str, lists: AddressLists, *, has_url: bool) -> Iterator[str]:
    """What happened to a string on a page, in sentences."""
    try:
        address = normalize_address(text)
    except AddressError as error:
        yield from _of_other_text(page.document, text, error)
        return
    found = [_told(page.document, *one) for one in _sightings(page.document) if one[1].address == address]
    if not found:
        yield "Not found."
        yield from _why_not(page.document, address)
        return
    yield f"Found in {count(len(found), 'place')}:"
    yield from found[:MAX_SHOWN]
    if len(found) > MAX_SHOWN:
        yield f"- and {len(found) - MAX_SHOWN} more"
    yield _verdict(page, address, lists, has_url=has_url)


def _of_other_text(document: Document, text: str, error: AddressError) -> Iterator[str]:
    """What became of a string that is no address itself: "info [at] acme.example" may stand for one."""
    wanted = " ".join(text.split()).casefold()
    read = [one for one in _sightings(document) if wanted and wanted in " ".join(one[1].original.split()).casefold()]
    if not read:
        yield f"No address: {error}."
        yield from _where_in_source(document, text) if text else ()
    for name, sighting in read[:MAX_SHOWN]:
        yield f"Read as {sighting.address}:"
        yield _told(document, name, sighting)


def _sightings(document: Document) -> Iterator[tuple[str, Sighting]]:
    for extractor in EXTRACTORS:
        for sighting in extractor(document):
            yield extractor.__name__, sighting


def _told(document: Document, name: str, sighting: Sighting) -> str:
    zone = sighting.zone or document.zone_at(sighting.start)
    seen = "shown to visitors" if sighting.visible else "not shown to visitors"
    original = printable(sighting.original, _WIDE)
    return f'- pass {name}, method {sighting.method}, zone {zone}, {seen}, from "{original}"'


def _verdict(page: Inspected, address: str, lists: AddressLists, *, has_url: bool) -> str:
    junk = junk_reasons(page.company, lists).get(address)
    reason = junk or (drop_reasons(page.company, lists).get(address) if has_url else None)
    if reason:
        meaning = next(meaning for name, meaning in load_table("drop_reasons") if name == reason)
        return f"Dropped by the rule {reason}: {meaning}."
    if lists.allows(address):
        return "Kept: HARVESTER_ALLOW_ADDRESSES names it."
    if not has_url:
        return "Kept. Whose it is was not asked, for that depends on the site: say --url URL."
    return f"Kept: a contact of {page.company.domain}, as far as this page alone can tell."


def _why_not(document: Document, address: str) -> Iterator[str]:
    parsed = parse_address(address)
    if not has_known_suffix(parsed.domain):
        yield f"Its domain ends in .{parsed.domain.rpartition('.')[2]}, which is no known top-level domain."
    longer = sorted({sighting.address for _, sighting in _sightings(document) if address in sighting.address})
    if longer:
        yield f"It is part of {', '.join(longer)}, which was found."
    places = list(_where_in_source(document, address))
    yield from places
    if not longer and not places:
        yield from _halves(document, parsed.local, parsed.domain)


def _where_in_source(document: Document, text: str) -> Iterator[str]:
    """Where a string stands in the page as it came, or with entities, percent signs or escapes undone."""
    for source, how in _readings(document.source):
        positions = [match.start() for match in re.finditer(re.escape(text), source, re.IGNORECASE)]
        if positions:
            yield f"It stands {count(len(positions), 'time')} in the source{how}:"
            yield from (f"- {_place(source, start, start + len(text))}" for start in positions[:MAX_SHOWN])
            return


def _readings(source: str) -> Iterator[tuple[str, str]]:
    yield source, ""
    for decode, name in (
        (decode_entities, "character references"),
        (decode_percent, "percent signs"),
        (decode_js_escapes, "escapes"),
    ):
        if decoded := decode(source):
            yield decoded, f" once its {name} are undone"


def _place(source: str, start: int, end: int) -> str:
    """The part of the page around a span, and what stands right before and after it."""
    quotation = printable(source[max(0, start - 30) : end + 30], _WIDE)
    glued = _ADDRESS_CHARACTER.match(source, end) or (start and _ADDRESS_CHARACTER.match(source, start - 1))
    words = "inside a longer word, " if glued and not _is_end_of_sentence(source, start, end) else ""
    return f'{words}{_part(source, start)}: "{quotation}"'


def _is_end_of_sentence(source: str, start: int, end: int) -> bool:
    before = source[start - 1 : start] if start else ""
    return source[end : end + 1] == "." and source[end + 1 : end + 2] in {"", " ", "\n", "<"} and not before.isalnum()


def _part(source: str, position: int) -> str:
    """Which part of the page a position is in: comment, script, style, attribute or text."""
    before = source[:position].lower()
    for name, opening, closing in (
        ("a comment", "<!--", "-->"),
        ("a script", "<script", "</script"),
        ("a style sheet", "<style", "</style"),
    ):
        if before.rfind(opening) > before.rfind(closing):
            return f"in {name}"
    tag = before.rfind("<")
    if tag > before.rfind(">"):
        name_match, attribute = _TAG_NAME.match(source, tag), _LAST_ATTRIBUTE.search(source[tag:position])
        inside = f"of <{name_match.group(1).lower()}>" if name_match else "of a tag"
        return f"in the attribute {attribute.group(1).lower()} {inside}" if attribute else f"in the tag {inside[3:]}"
    return "in the text"


def _halves(document: Document, local: str, domain: str) -> Iterator[str]:
    source = document.source.lower()
    has_local, has_domain = local.lower() in source, domain in source
    if has_local and has_domain:
        yield f"{local} and {domain} both stand on the page, but nothing was found that joins them."
    elif has_domain:
        others = sorted(
            {found.address for found in find_addresses(document.text) if found.address.endswith(f"@{domain}")}
        )
        seen = f" Found there: {', '.join(others[:MAX_SHOWN])}." if others else ""
        yield f"Its domain stands on the page, its local part does not.{seen}"
    else:
        yield "It does not stand on the page, as far as that can be read without running scripts."
    if document.script_urls:
        files = count(len(document.script_urls), "script file")
        yield f"The page loads {files}: a crawl reads small ones of the site where a place for an address is empty."
    if document.frames:
        yield f"The page shows {count(len(document.frames), 'frame')}, which are pages of their own."
