"""Reading a page given as text, for the tests of the extractors."""

from __future__ import annotations

from datetime import UTC, datetime

from harvester.extract import extract_mentions
from harvester.extract.page import Document, read_page
from harvester.model import Mention, Page

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
