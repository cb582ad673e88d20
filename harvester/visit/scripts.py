"""Small script files of the same site, for pages with an empty place where an address should be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from harvester.data import load_words
from harvester.extract import extract_mentions
from harvester.extract.empty_places import find_empty_place
from harvester.extract.page import Document, read_page
from harvester.model import Failure, Mention, Method, Page, Zone
from harvester.urls import same_company
from harvester.visit.home import GONE, http_failure
from harvester.visit.scope import Scope

SCRIPTS_PER_PAGE = 2
SCRIPT_BYTES_MAX = 200_000
BUNDLE_BYTES_MAX = 3_000_000  # of a script that is only searched, not run
CALL_MAX = 1000  # characters of a script on the page that calls what a file defines
SCRIPT_TYPES = (
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/plain",
    "text/ecmascript",
)
_WORD = re.compile(r"[a-z]+")
_FOREIGN_PATHS = ("/wp-includes/", "/node_modules/", "/bower_components/")
_CDN = re.compile(r"(?:^|\.)cdn\d*\.")
# The likeliest first: files about mail, then the site's own main file.
_LIKELY = (
    re.compile(r"mail|contact|kontakt|spam|obfus|cloak|protect|address"),
    re.compile(r"main|site|custom|script|app"),
)


class SiteScripts:
    """The script files of one visit: each is fetched once, whatever came of it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._codes: dict[str, str | None] = {}  # None: it did not come

    def wanted(self, document: Document, found: list[Mention]) -> list[str]:
        """The URLs of the scripts that a page calls for: none where it shows an address of the site, or misses none."""
        urls = self._own_urls(document)
        if not urls or self._has_own_address(found) or find_empty_place(document) is None:
            return []
        return urls[:SCRIPTS_PER_PAGE]

    def has(self, url: str) -> bool:
        """Whether a script was asked for already."""
        return url in self._codes

    def has_come(self, url: str) -> bool:
        """Whether the site answered for a script, be it that there is none."""
        return self._codes.get(url) is not None

    def add(self, url: str, answer: Page | Failure) -> None:
        """Keep the code of an answer that is a small script of this site."""
        self._codes[url] = None
        if isinstance(answer, Page) and not answer.is_partial and (not http_failure(answer) or answer.status in GONE):
            self._codes[url] = self._code(answer)

    def extract(self, document: Document, urls: list[str], *, seen: datetime) -> list[Mention]:
        """The addresses that scripts put into a page, as mentions on that page, at its empty place."""
        codes = [code for url in urls if (code := self._codes.get(url))]
        if not codes:
            return []
        place = find_empty_place(document) or 0
        codes[-1] += "".join(
            f"\n{call}" for call in document.scripts if len(call) < CALL_MAX and "mail" in call.lower()
        )
        document = replace(
            document,
            scripts=[*codes, *document.scripts],
            script_offsets=[*(place for _ in codes), *document.script_offsets],
        )
        return [mention for mention in extract_mentions(document, seen=seen) if mention.method is Method.SCRIPT]

    def bundles(self, document: Document) -> list[str]:
        """The URLs of the scripts that are likeliest to hold the text of a page that they alone would fill."""
        return self._own_urls(document)[:SCRIPTS_PER_PAGE]

    def read_bundle(self, answer: Page | Failure, document: Document, *, seen: datetime) -> list[Mention]:
        """The addresses in a script as it stands, which is not run: mentions on the page, not seen by visitors."""
        code = self._code(answer, most_bytes=BUNDLE_BYTES_MAX) if isinstance(answer, Page) else ""
        text = Document(url=document.url, text=code, source=code)
        found = {mention.address: mention for mention in extract_mentions(text, seen=seen)}
        return [
            replace(mention, method=Method.SCRIPT, zone=Zone.CODE, visible=False, page_kind="home")
            for mention in found.values()
        ]

    def _own_urls(self, document: Document) -> list[str]:
        urls = dict.fromkeys(url for url in document.script_urls if self._is_own(url))
        return sorted(urls, key=_likeliness)

    def _is_own(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not self._scope.covers(url) or _CDN.search(parts.hostname or ""):
            return False
        words = _WORD.findall(_file_name(url))
        return not any(path in parts.path for path in _FOREIGN_PATHS) and load_words("library_scripts").isdisjoint(
            words
        )

    def _has_own_address(self, found: list[Mention]) -> bool:
        website = urlsplit(self._scope.website or "").hostname or ""
        return any(same_company(mention.address.rpartition("@")[2], website) for mention in found)

    def _code(self, answer: Page, *, most_bytes: int = SCRIPT_BYTES_MAX) -> str:
        kind = answer.content_type.partition(";")[0].strip().lower()
        is_script = not kind or kind in SCRIPT_TYPES
        if answer.status >= 400 or not is_script or not self._scope.covers(answer.url):
            return ""
        if len(answer.body) > most_bytes or answer.body.lstrip()[:1] == b"<":
            return ""
        charset = answer.content_type.partition(";")[2]
        return read_page(replace(answer, content_type=f"text/javascript;{charset}")).source


def _likeliness(url: str) -> int:
    name = _file_name(url)
    return next((rank for rank, words in enumerate(_LIKELY) if words.search(name)), len(_LIKELY))


def _file_name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2].lower()
