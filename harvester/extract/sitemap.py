"""The pages that a site names in its sitemap (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import NamedTuple

_LOCATION = re.compile(r"<(?:\w{1,20}:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<>\s]{1,2000}?)\s*(?:\]\]>)?\s*</", re.IGNORECASE)
_INDEX = re.compile(r"<(?:\w{1,20}:)?sitemapindex\b", re.IGNORECASE)
LOCATIONS_MAX = 2_000  # of the 50,000 that are allowed: what stands first is as good as the rest


class Sitemap(NamedTuple):
    """URLs of pages, or, where `is_index`, of further sitemaps."""

    urls: tuple[str, ...]
    is_index: bool


def extract_sitemap(source: str, *, most: int = LOCATIONS_MAX) -> Sitemap:
    """The first URLs of a sitemap, as they stand there; none where the text is no sitemap."""
    found = (unescape(match[1]) for match in islice(_LOCATION.finditer(source), most))
    return Sitemap(tuple(dict.fromkeys(found)), is_index=_INDEX.search(source) is not None)
