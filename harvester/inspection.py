"""`harvester extract`: what is found on saved pages, as a table or as JSON Lines, and what was left out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.classify import AddressLists, junk_reasons
from harvester.extensions.wording import printable
from harvester.extract import extract_mentions
from harvester.extract.company import extract_profile
from harvester.extract.document import Document
from harvester.extract.page import read_page
from harvester.extract.people import attach_people
from harvester.model import Company, CompanyStatus, Mention, Page, Seed
from harvester.terminal import say, say_json
from harvester.urls import PageKind, link_priority

STANDARD_INPUT = "-"
CONTENT_TYPES = {
    ".htm": "text/html",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
}  # anything else, standard input too, is told by its first characters
# First bytes of files that people take for pages (RFC 1952, APPNOTE.TXT 4.3.7, ISO 32000-1 7.5.2).
OTHER_FILES = (
    (b"\x1f\x8b", "compressed with gzip"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
)
PIPE_WIDTH = 200  # columns of the table where no terminal says how wide it is
CONTEXT_CHARACTERS = 100
FILE_CHARACTERS = 4096  # no name of a file is cut
EXIT_UNREADABLE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A saved page: what it says, and the site it is from as a company whose mentions are all that the page shows."""

    file: str
    document: Document
    company: Company

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The places of addresses on the page."""
        return self.company.mentions


def inspect_page(file: str, body: bytes, *, url: str | None = None) -> Inspected:
    """Read a saved page as a visit would that found it at `url`."""
    seen = datetime.now(UTC).replace(microsecond=0)
    host = (urlsplit(url).hostname or "") if url else ""
    place = url or (Path(file).resolve().as_uri() if file != STANDARD_INPUT else "about:blank")
    content_type = CONTENT_TYPES.get(Path(file).suffix.lower(), "")
    page = Page(url=place, requested_url=place, status=200, content_type=content_type, body=body, fetched_at=seen)
    document = read_page(page)
    profile = extract_profile(document, domain=host)
    found = attach_people(document, extract_mentions(document, seen=seen), country=profile.country)
    company = Company(
        seed=Seed(domain=host.removeprefix("www."), host=host),
        status=CompanyStatus.NO_ADDRESS_PUBLISHED,
        website=url,
        mentions=tuple(replace(mention, page_kind=page_kind(url)) for mention in found),
    )
    return Inspected(file=file, document=document, company=company)


def parse_url(text: str) -> str:
    """The URL of a page, `https://` added where there is no scheme; ValueError with a sentence for what is none."""
    url = text if "://" in text else f"https://{text}"
    try:
        host, scheme = urlsplit(url).hostname, urlsplit(url).scheme
    except ValueError:
        host, scheme = None, ""
    if not host or scheme not in {"http", "https"}:
        raise ValueError(f"{printable(text)} is no URL of a page: write for example https://acme.example/contact.")
    return url


def page_kind(url: str | None) -> str:
    """What a visit would call the page at a URL, by the URL alone."""
    if not url:
        return ""
    if urlsplit(url).path in {"", "/"}:
        return "home"
    return str(link_priority(url).kind or PageKind.OTHER)


def kind_of_other(body: bytes) -> str | None:
    """What a file is that is no page for sure, by its first bytes; None for what may be one."""
    return next((kind for start, kind in OTHER_FILES if body.startswith(start)), None)


def missing_file(files: Sequence[str]) -> str | None:
    """The first of some names that no file has."""
    return next((file for file in files if file != STANDARD_INPUT and not Path(file).exists()), None)


def read_files(files: Sequence[str], *, url: str | None) -> Iterator[Inspected | None]:
    """Each page; None for one that cannot be read, which is said on standard error."""
    for file in files:
        try:
            body = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        except OSError as error:
            say(f"{printable(file, FILE_CHARACTERS)} cannot be read: {error.strerror}.", err=True)
            yield None
            continue
        if kind := kind_of_other(body):
            name = printable(file, FILE_CHARACTERS)
            say(f"{name} is {kind}, no page: it was left out.", err=True)
            yield None
            continue
        yield inspect_page(file, body, url=url)


def show_addresses(files: Sequence[str], *, url: str | None, as_json: bool, lists: AddressLists | None) -> int:
    """Print what the pages show, without what is nobody's or denied (None: all); return the exit status."""
    pages, left_out = [], Counter[str]()
    is_complete = True
    for page in read_files(files, url=url):
        if page is None:
            is_complete = False
            continue
        junk = {} if lists is None else junk_reasons(page.company, lists)
        left_out.update(junk.values())
        kept = [mention for mention in page.mentions if mention.address not in junk]
        if as_json:
            for mention in kept:
                say_json(json_row(page.file, mention))
        else:
            pages.append((page.file, kept))
    if not as_json:
        show_table(pages)
    if left_out:
        reasons = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in sorted(left_out.items()))
        say(f"Left out: {reasons} (--keep-placeholders shows them).", err=True)
    return 0 if is_complete else EXIT_UNREADABLE


def json_row(file: str, mention: Mention) -> dict[str, str]:
    """One mention as a line of JSON holds it."""
    return {
        "file": file,
        "address": mention.address,
        "method": mention.method,
        "zone": mention.zone,
        "original": mention.original,
        "context": mention.context,
    }


def show_table(pages: Sequence[tuple[str, Sequence[Mention]]]) -> None:
    """Print the mentions for a person; nothing from a page can steer the terminal."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    for file, mentions in pages:
        number = len({mention.address for mention in mentions})
        console.print(Text(f"{printable(file, FILE_CHARACTERS)}: {number} {'address' if number == 1 else 'addresses'}"))
        if mentions:
            console.print(_table(mentions))


def _table(mentions: Sequence[Mention]) -> Table:
    table = Table("address", "method", "zone", "original", "context", box=None, padding=(0, 2, 0, 2), pad_edge=True)
    table.columns[0].overflow = "fold"
    table.columns[0].min_width = 24
    for mention in mentions:
        cells = (mention.address, mention.method, mention.zone, printable(mention.original), mention.context)
        table.add_row(*(Text(printable(cell, CONTEXT_CHARACTERS)) for cell in cells))
    return table
