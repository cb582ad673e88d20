"""Pages that no link leads to, as a site's sitemap names them: its menu may be built by a script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urljoin, urlsplit

from harvester.extract.charset import decode_body
from harvester.extract.sitemap import extract_sitemap
from harvester.model import Failure, Page
from harvester.visit.frontier import Frontier
from harvester.visit.home import http_failure
from harvester.visit.limits import Budget
from harvester.visit.scope import Scope

SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml")
SITEMAPS_MAX = 3  # requests: two paths, or one and the likeliest two of those that an index names
PAGE_WORD = "page"  # WordPress and its plug-ins name the sitemap of what are no posts so


async def read_sitemaps(
    home: str,
    get: Callable[[str], Awaitable[Page | Failure]],
    *,
    scope: Scope,
    frontier: Frontier,
    budget: Budget,
) -> None:
    """Add to the frontier what the sitemaps of the site at `home` name, within the budget."""
    wanted = [urljoin(home, path) for path in SITEMAP_PATHS]
    for _ in range(SITEMAPS_MAX):
        if not wanted or budget.is_spent() or not await budget.pause():
            return
        answer = await get(wanted.pop(0))
        if isinstance(answer, Failure) or http_failure(answer) is not None:
            continue
        most = budget.limits.max_links
        sitemap = extract_sitemap(decode_body(answer.body, answer.content_type), most=most + 1)
        budget.consider(len(sitemap.urls), of="a sitemap")
        if sitemap.is_index:
            wanted = _likeliest_first(scope.spell(url) for url in sitemap.urls[:most] if scope.covers(url))
        elif sitemap.urls:
            frontier.add_sitemap(sitemap.urls[:most])
            return


def _likeliest_first(urls: Iterable[str]) -> list[str]:
    return sorted(urls, key=lambda url: PAGE_WORD not in urlsplit(url).path.rpartition("/")[2].lower())
