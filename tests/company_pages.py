"""Pages of invented companies, and what they say of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from harvester.extract.company import extract_profile
from harvester.extract.page import Document, read_page
from harvester.model import Page, Profile

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def document(html: str, url: str = "https://acme.example/") -> Document:
    page = Page(
        url=url,
        requested_url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        body=html.encode(),
        fetched_at=NOW,
    )
    return read_page(page)


def profile(html: str, *, domain: str = "acme.example", path: str = "/") -> Profile:
    return extract_profile(document(html, f"https://{domain}{path}"), domain=domain)


def linked_data(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **node})}</script>'
