"""Reading a page given as text, for the tests of the extractors and of what is made of their findings."""

from __future__ import annotations

from datetime import UTC, datetime

from harvester.extract import extract_mentions
from harvester.extract.page import Document, read_page
from harvester.model import Company, Mention, Page
from harvester.urls import PageKind, link_priority
from tests.eval.pages import RecordedPage, read_company

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://shop.example/about/index.html"


def read(body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Document:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return read_page(
        Page(url=url, requested_url=url, status=200, content_type=content_type, body=data, fetched_at=SEEN)
    )


def mentions(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> list[Mention]:
    return extract_mentions(read(body, content_type), seen=SEEN)


def addresses(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> set[str]:
    return {mention.address for mention in mentions(body, content_type)}


def read_site_of_one_page(html: str, *, path: str = "/", domain: str = "acme-steel.example") -> Company:
    """Return the company whose whole site is this page, with its contacts."""
    url = f"https://www.{domain}{path}"
    kind = "home" if path == "/" else str(link_priority(url).kind or PageKind.OTHER)
    recorded = RecordedPage(f"{domain}.{kind}", f"<html><body>{html}</body></html>".encode(), {"url": url})
    return read_company(recorded)
