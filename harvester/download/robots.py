"""robots.txt by RFC 9309, per scheme, host and port: 5xx and silence deny, where Scrapy's own middleware allows.

It reads `request.meta`: `dont_obey_robotstxt`, and `harvester_visit` (`download/visit_state.py`), in which the parsed
files live. It sets `harvester_crawl_delay` (seconds or None) on each request that may go.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotConfigured,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from harvester.download.errors import NO_CONNECTION, RobotsDeniedError, RobotsUnavailableError, let_go
from harvester.download.visit_state import VisitState, no_visit

PRODUCT_TOKEN = "harvester"  # noqa: S105 - the name in robots.txt
MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 KiB must be read; what comes after is not
MAX_UNPACKED_BYTES = 10_000_000
REDIRECTS = 5  # RFC 9309, 2.3.1.2
RETRIES = 1
NOT_CONNECTED = (*NO_CONNECTION, DownloadConnectionRefusedError)
NOT_ANSWERED = (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)


@dataclass(frozen=True, slots=True)
class Robots:
    """What an origin's robots.txt came to: rules (None allows everything), or why there are none to go by."""

    rules: Protego | None = None
    error: Exception | None = None


def parse_robots(body: bytes) -> Protego:
    """The rules in a robots.txt. Never raises: what cannot be read is skipped line by line."""
    return Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", errors="replace"))


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for. Raises `CannotResolveHostError` where there is no host."""
    try:
        scheme, netloc, *_ = urlsplit(url)
    except ValueError as error:
        raise CannotResolveHostError(f"{url}: {error}") from error
    return f"{scheme}://{netloc.rpartition('@')[2].lower()}"


class RobotsMiddleware:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._token: str = crawler.settings.get("ROBOTSTXT_USER_AGENT") or PRODUCT_TOKEN
        self._no_visit = no_visit()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request go, or raise why not. Called by Scrapy for each request and each redirect hop."""
        trail = request.meta.get("harvester_robots_trail")
        if trail is not None:
            trail.append(origin_of(request.url))
        if request.meta.get("dont_obey_robotstxt") or not request.url.startswith(("http:", "https:")):
            return
        robots = await self._robots(request)
        if robots.error is not None:
            self._count("unavailable")
            request.meta["dont_retry"] = True  # robots.txt was retried already
            raise robots.error.with_traceback(None)
        if robots.rules is not None and not robots.rules.can_fetch(request.url, self._token):
            self._count("denied")
            raise RobotsDeniedError(f"robots.txt of {origin_of(request.url)} forbids {request.url}")
        self._count("allowed")
        request.meta["harvester_crawl_delay"] = robots.rules.crawl_delay(self._token) if robots.rules else None

    async def _robots(self, request: Request) -> Robots:
        """The origin's robots.txt, fetched once by the first who asks; the others wait for the same."""
        visit: VisitState = request.meta.get("harvester_visit", self._no_visit)
        origin = origin_of(request.url)
        future = visit.robots.get(origin)
        if future is None:
            future = visit.robots[origin] = asyncio.ensure_future(self._fetch(origin, request, visit))
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(future)

    async def _fetch(self, origin: str, request: Request, visit: VisitState) -> Robots:
        trail: list[str] = []
        try:
            assert self._crawler.engine is not None  # noqa: S101 - a request passes, so the engine runs
            response = await self._crawler.engine.download_async(self._request(origin, request, visit, trail))
        except NOT_CONNECTED as error:
            let_go(error)
            if trail[-1:] == [origin]:
                return Robots(error=error)
            return Robots(error=_unavailable(origin, f"it leads to {trail[-1]}: {error}"))
        except NOT_ANSWERED as error:
            let_go(error)
            if isinstance(error, IgnoreRequest) and "max redirections" in str(error):
                return Robots()  # RFC 9309, 2.3.1.2: unavailable, so everything may be read
            too_much = f"it unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"
            reason = too_much if isinstance(error, IgnoreRequest) else str(error) or type(error).__name__
            return Robots(error=_unavailable(origin, reason))
        return _read(origin, response)

    def _request(self, origin: str, request: Request, visit: VisitState, trail: list[str]) -> Request:
        passed_on = ("download_slot", "download_timeout", "proxy", "bindaddress")
        return Request(
            f"{origin}/robots.txt",
            headers={"Accept": "text/plain,*/*;q=0.5", "Accept-Encoding": "identity"},
            priority=request.priority + 1000,
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={key: request.meta[key] for key in passed_on if key in request.meta}
            | {
                "dont_obey_robotstxt": True,
                "harvester_visit": replace(visit, kept=None),  # 304 would tell no rules
                "harvester_robots_trail": trail,
                "harvester_truncate": MAX_BYTES,
                "download_maxsize": MAX_UNPACKED_BYTES,
                "download_fail_on_dataloss": True,
                "redirect_ttl": REDIRECTS,
                "max_retry_times": RETRIES,
            },
        )

    def _count(self, outcome: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"harvester/robots/{outcome}")


def _read(origin: str, response: Response) -> Robots:
    """RFC 9309, 2.3.1: 2xx are rules, 5xx forbid everything, all others (no file for us) allow it."""
    if 200 <= response.status < 300:
        return Robots(parse_robots(response.body))
    if response.status >= 500:
        return Robots(error=_unavailable(origin, f"the server answers with status {response.status}"))
    return Robots()


def _unavailable(origin: str, reason: str) -> RobotsUnavailableError:
    return RobotsUnavailableError(f"robots.txt of {origin} cannot be read: {reason}")
