"""Which page of a site to read next, and when the rest is not worth a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from urllib.parse import urljoin

from harvester.extract.page import Document, Link
from harvester.urls import WELL_KNOWN_PATHS, PageKind, canonicalize, is_page_url, link_priority, page_key
from harvester.visit.scope import Scope

# Pages of these kinds are read whenever a link leads to them.
CONTACT_KINDS = frozenset(
    {
        PageKind.CONTACT,
        PageKind.IMPRINT,
        PageKind.ABOUT,
        PageKind.TEAM,
        PageKind.LOCATION,
        PageKind.SALES,
        PageKind.SUPPORT,
        PageKind.PRIVACY,
        PageKind.LEGAL,
    }
)
# With addresses in hand, so many pages of other kinds are read as well. On 83 recorded sites (2026-11-23): 0 such pages
# recall 0.955 at 3.7 pages a site, 2: 0.968 at 4.5, 6: 0.974 at 5.5, all within the limit of 12: 0.981 at 6.0.
EXTRA_PAGES = 6
LINKS_CONSIDERED_MAX = 2_000  # per page: one with a million links must not cost a million looks
FRAME_SCORE = 110  # a frame is a part of the page that shows it
WELL_KNOWN_SCORE = 30
SPLASH_SCORE = 20
FEW_LINKS = 8  # a home page with fewer links into its site is a splash page or a choice of languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page worth reading: its kind as its links tell it, and how promising it is (0 to 110)."""

    url: str
    kind: PageKind
    score: int


class Frontier:
    """The pages of one site that are still to be read, best first, each once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._heap: list[tuple[int, int, Candidate]] = []
        self._best: dict[str, int] = {}
        self._done: set[str] = set()
        self._links: set[tuple[str, str]] = set()
        self._order = count()
        self._extra = 0
        self.kinds_seen: set[PageKind] = set()

    def mark_done(self, *urls: str) -> None:
        """Never hand out these pages (again)."""
        self._done.update(page_key(url) for url in urls)

    def is_done(self, url: str) -> bool:
        """Whether the page was read or given up already."""
        return page_key(url) in self._done

    def add(self, url: str, kind: PageKind, score: int) -> None:
        """Remember a page, or that it is more promising than it looked before."""
        url = self._scope.spell(canonicalize(url))
        key = page_key(url)
        if key in self._done or self._best.get(key, 0) >= score or not self._scope.covers(url):
            return
        self._best[key] = score
        self.kinds_seen.add(kind)
        heappush(self._heap, (-score, next(self._order), Candidate(url=url, kind=kind, score=score)))

    def add_document(self, document: Document, *, is_home: bool) -> None:
        """Remember every page that `document` links to and that its words promise something of."""
        for frame in document.frames:
            if is_page_url(frame):
                self.add(frame, PageKind.CONTACT, FRAME_SCORE)
        pages = [link for link in self._new_links(document) if is_page_url(link.url)]
        for link in pages:
            promise = link_priority(link.url, link.anchor, title=link.title, zone=link.zone)
            if promise.kind is not None and promise.score > 0:
                self.add(link.url, promise.kind, promise.score)
        if is_home:
            self._add_splash(link.url for link in pages)

    def _new_links(self, document: Document) -> Iterator[Link]:
        """Yield the links that no page read before had: a site repeats its menu on every page."""
        for link in document.links[:LINKS_CONSIDERED_MAX]:
            if (seen := (link.url, link.anchor)) not in self._links:
                self._links.add(seen)
                yield link

    def _add_splash(self, urls: Iterable[str]) -> None:
        distinct = {page_key(url): url for url in urls if self._scope.covers(url)}
        distinct = {key: url for key, url in distinct.items() if key not in self._done}
        if len(distinct) <= FEW_LINKS:
            for url in distinct.values():
                self.add(url, PageKind.OTHER, SPLASH_SCORE)

    def add_well_known(self, home: str) -> None:
        """Guess the usual contact paths of a site that links to no contact page."""
        for path in WELL_KNOWN_PATHS:
            self.add(urljoin(home, path), PageKind.CONTACT, WELL_KNOWN_SCORE)

    def pop(self, *, found_any: bool) -> Candidate | None:
        """Return the best page still worth reading, or None; with addresses in hand the other kinds hardly are."""
        while self._heap:
            _, _, candidate = heappop(self._heap)
            key = page_key(candidate.url)
            if key in self._done or self._best[key] != candidate.score:
                continue
            if found_any and candidate.kind not in CONTACT_KINDS:
                if self._extra >= EXTRA_PAGES:
                    continue
                self._extra += 1
            self._done.add(key)
            return candidate
        return None
