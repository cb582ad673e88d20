"""One site's pages, fetched through Scrapy's engine and its downloader middlewares, as values that never raise."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
)
from scrapy.http import Response

from harvester.download.errors import (
    BlockedAddressError,
    HostLimitError,
    NameServerError,
    RobotsDeniedError,
    RobotsUnavailableError,
    let_go,
)
from harvester.download.site_resolver import HostsLookedUp
from harvester.download.visit_state import VisitState
from harvester.model import CompanyStatus, Failure, KeptPage, Page

BROKEN = "the connection broke while the page arrived"
NO_WEB_ADDRESS = "it leads to what is no web address"
# First match wins: exception, words in its text, what it means for the company, how to say it (None: in its own words).
MEANING: tuple[tuple[type[Exception], str, CompanyStatus, str | None], ...] = (
    (BlockedAddressError, "", CompanyStatus.BLOCKED_ADDRESS, None),
    (RobotsDeniedError, "", CompanyStatus.ROBOTS_DENIED, None),
    (RobotsUnavailableError, "", CompanyStatus.ROBOTS_UNAVAILABLE, None),
    (NameServerError, "", CompanyStatus.UNREACHABLE, None),
    (CannotResolveHostError, "", CompanyStatus.NO_SUCH_DOMAIN, None),
    (
        DownloadTimeoutError,
        "",
        CompanyStatus.TIMED_OUT,
        "no complete answer within the time allowed (DOWNLOAD_TIMEOUT)",
    ),
    (HostLimitError, "", CompanyStatus.LIMIT_REACHED, None),
    (DownloadCancelledError, "", CompanyStatus.LIMIT_REACHED, "the page is larger than DOWNLOAD_MAXSIZE"),
    (
        IgnoreRequest,
        "DOWNLOAD_MAXSIZE",
        CompanyStatus.LIMIT_REACHED,
        "the unpacked page is larger than DOWNLOAD_MAXSIZE",
    ),
    (IgnoreRequest, "max redirections", CompanyStatus.SERVER_ERROR, "redirects without end (REDIRECT_MAX_TIMES)"),
    (ResponseDataLossError, "", CompanyStatus.UNREACHABLE, BROKEN),
    (DownloadConnectionRefusedError, "", CompanyStatus.UNREACHABLE, None),
    (DownloadFailedError, "", CompanyStatus.UNREACHABLE, None),
    (OSError, "", CompanyStatus.UNREACHABLE, None),
    (NotSupported, "", CompanyStatus.SERVER_ERROR, NO_WEB_ADDRESS),
    (ValueError, "", CompanyStatus.SERVER_ERROR, NO_WEB_ADDRESS),  # Scrapy's, yarl's and IDNA's for absurd URLs
    (Exception, "", CompanyStatus.ERROR, None),
)
DETAIL_MAX = 200
NOT_MODIFIED = 304

logger = logging.getLogger(__name__)


class Fetcher:
    """`fetch` for one visit: `async with Fetcher(…) as fetch: await fetch(url, seconds)` gives a Page or a Failure.

    It holds the visit's state, whose connections are closed at the end of the block. `kept` is what is kept of the
    site's pages, so that they are asked for only if they have changed; None reads every page and keeps nothing.
    """

    def __init__(self, crawler: Crawler, kept: Iterable[KeptPage] | None = None) -> None:
        self._crawler = crawler
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._visit = VisitState(
            hosts=HostsLookedUp(crawler.settings.getint("HARVESTER_MAX_HOST_LOOKUPS")),
            kept=None if kept is None else {page.url: page for page in kept},
        )

    async def __call__(self, url: str, seconds: float) -> Page | Failure:
        """Return the page, or the failure in terms of the company's row; never raises."""
        try:
            request = Request(url, dont_filter=True, meta=self._meta(seconds))
            assert self._crawler.engine is not None  # noqa: S101 - a visit runs inside the engine
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever a page does costs this page, not the visit
            let_go(error)
            return _failure(url, error)
        kept = self._visit.kept
        page = _page(url, response, is_kept=kept is not None)
        if page.is_partial and not page.body:
            return Failure(url=url, status=CompanyStatus.UNREACHABLE, detail=BROKEN)
        if kept and page.status == NOT_MODIFIED and (known := kept.get(page.url)):
            self._count("not_modified")
            return replace(page, kept=known)
        return page

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._visit.connections.close()

    def _count(self, outcome: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"harvester/pages/{outcome}")

    def _meta(self, seconds: float) -> dict[str, Any]:
        return {
            "download_timeout": max(min(self._timeout, seconds), 0.01),
            "download_slot": "visits",
            "harvester_visit": self._visit,
        }


def _failure(url: str, error: Exception) -> Failure:
    said = str(error)
    status, words = next(
        (status, words) for kind, sign, status, words in MEANING if isinstance(error, kind) and sign in said
    )
    if status is CompanyStatus.NO_SUCH_DOMAIN and not said.startswith(urlsplit(url).hostname or said):
        status, words = CompanyStatus.SERVER_ERROR, f"it leads to {said}"
    if status is CompanyStatus.ERROR:
        logger.warning("%s: %s: %s", url, type(error).__name__, said)
    detail = words or " ".join(said.split()) or type(error).__name__
    return Failure(url=url, status=status, detail=detail[:DETAIL_MAX])


def _page(url: str, response: Response, *, is_kept: bool) -> Page:
    request = response.request
    is_partial = "dataloss" in response.flags
    delay = request.meta.get("harvester_crawl_delay") if request else None
    problems = [flag.partition(":")[2] for flag in response.flags if flag.startswith("certificate:")]
    return Page(
        url=response.url,
        requested_url=url,
        status=response.status,
        content_type=_header(response, "Content-Type"),
        body=response.body,
        fetched_at=datetime.now(UTC).replace(microsecond=0),
        certificate_problem=problems[0] if problems else None,
        crawl_delay=delay,
        etag=_header(response, "ETag") if is_kept and not is_partial else "",
        last_modified=_header(response, "Last-Modified") if is_kept and not is_partial else "",
        is_partial=is_partial,
    )


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
