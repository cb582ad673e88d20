"""Scrapy's download handler for http and https on aiohttp: own resolver, address check, limits, one clock per request.

It reads `request.meta`: `download_timeout` (seconds for everything: connection, headers, body), `download_maxsize`,
`download_fail_on_dataloss`, `proxy`, and ours: `harvester_truncate` (bytes: cut the body there instead of refusing it)
and `harvester_visit` (`download/visit_state.py`), which holds the open connections and counts the hosts.
It sets `download_latency` and these response flags: `not_text` (the body was left out, by its headers), `truncated`,
`dataloss`, `certificate:<what is wrong>`. It does not send the `headers_received` and `bytes_received` signals.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from functools import cached_property, lru_cache
from typing import NoReturn

import aiohttp
import yarl
from aiohttp import ClientResponse
from aiohttp.connector import Connection
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from harvester.download.certificates import Certificates, describe, may_work_unverified
from harvester.download.content_types import is_attachment, is_text
from harvester.download.errors import HostLimitError
from harvester.download.guard import make_socket_factory
from harvester.download.site_resolver import SiteResolver, resolver_of
from harvester.download.translation import tls_error, translate
from harvester.download.visit_state import VisitState, no_visit

KEEPALIVE_S = 6.0  # longer than the usual pause between two pages of a site
CONNECT_TIMEOUT_S = 10.0  # three SYNs on Linux (0, 1, 3, 7 s)
CONNECT_SHARE = 0.8  # of a shorter total
HEADER_BYTES = 32_768  # one header; servers send policies and cookies above aiohttp's 8,190
HEADERS = 128
GZIP = frozenset({b"gzip", b"x-gzip"})
GZIP_MAGIC = b"\x1f\x8b"


read_address = lru_cache(maxsize=1024)(ipaddress.ip_address)  # all pages of a site come from one


class SiteResponse(ClientResponse):
    """An aiohttp response that remembers the address it came from, which is gone once the connection is free again."""

    ip_address: ipaddress.IPv4Address | ipaddress.IPv6Address | None = None

    async def start(self, connection: Connection) -> ClientResponse:
        """Called by the session when the request was sent."""
        peer = connection.transport.get_extra_info("peername") if connection.transport else None
        if peer:
            self.ip_address = read_address(peer[0])
        return await super().start(connection)


class HarvesterDownloadHandler(BaseDownloadHandler):
    """See the module."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._maxsize = settings.getint("DOWNLOAD_MAXSIZE")
        self._fail_on_dataloss = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._must_verify = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._allow_private = settings.getbool("HARVESTER_ALLOW_PRIVATE_ADDRESSES")
        self._certificates = Certificates()
        self._no_visit = no_visit()

    @cached_property
    def _resolver(self) -> SiteResolver:
        return SiteResolver(resolver_of(self.crawler), allow_private=self._allow_private)

    def _open_session(self) -> aiohttp.ClientSession:
        """Return a pool of connections; made inside the running loop."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver,
                use_dns_cache=False,
                socket_factory=make_socket_factory(self._allow_private),
                keepalive_timeout=KEEPALIVE_S,
                limit=0,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=SiteResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
            max_headers=HEADERS,
        )

    async def close(self) -> None:
        """Called by Scrapy when the engine stops."""
        await self._no_visit.connections.close()

    async def download_request(self, request: Request) -> Response:
        """The response, or one of Scrapy's exceptions or ours (`download/errors.py`)."""
        timeout_s = float(request.meta.get("download_timeout") or self._timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._download(request, timeout_s)
        except TimeoutError as error:
            limit = "DOWNLOAD_TIMEOUT" if timeout_s >= self._timeout_s else "HARVESTER_MAX_SECONDS"
            raise DownloadTimeoutError(f"{request.url} took longer than {timeout_s:g} s ({limit})") from error

    async def _download(self, request: Request, timeout_s: float) -> Response:
        """Verified first; where that fails, may fail and TLS is spoken at all, once more without."""
        try:
            url = yarl.URL(request.url, encoded=True)
            host = f"{url.raw_host}:{url.port}"
            visit: VisitState = request.meta.get("harvester_visit", self._no_visit)
            if not visit.hosts.add(url.raw_host or ""):
                raise HostLimitError(visit.hosts.sentence)
        except ValueError as error:
            raise CannotResolveHostError(f"{request.url}: {error}") from error
        problem = self._certificates.problem(host) if url.scheme == "https" else None
        try:
            return await self._exchange(request, url, timeout_s, problem)
        except (aiohttp.ClientError, ValueError) as error:
            tls = tls_error(error)
            if problem is not None or self._must_verify or tls is None or not may_work_unverified(tls):
                raise translate(error, host) from error
            problem = describe(tls)
        try:
            response = await self._exchange(request, url, timeout_s, problem)
        except (aiohttp.ClientError, ValueError) as error:
            raise translate(error, host) from error
        self._certificates.remember(host, problem)
        return response

    async def _exchange(self, request: Request, url: yarl.URL, timeout_s: float, problem: str | None) -> Response:
        start = time.monotonic()
        headers, proxy_headers = split_headers(request, tunnel=url.scheme == "https")
        visit: VisitState = request.meta.get("harvester_visit", self._no_visit)
        async with visit.connections.session(self._open_session).request(
            request.method,
            url,
            data=request.body or None,
            headers=headers,
            timeout=aiohttp.ClientTimeout(connect=min(CONNECT_TIMEOUT_S, timeout_s * CONNECT_SHARE)),
            ssl=True if problem is None else self._certificates.unverified,
            allow_redirects=False,
            proxy=request.meta.get("proxy"),
            proxy_headers=proxy_headers,
        ) as answer:
            request.meta["download_latency"] = time.monotonic() - start
            body, flags = await self._read(request, answer)
        if problem is not None:
            flags.append(f"certificate:{problem}")
        return make_response(request, answer, body, flags)

    async def _read(self, request: Request, answer: ClientResponse) -> tuple[bytes, list[str]]:
        """The body within its limits, and the flags that say what was left out."""
        truncate: int = request.meta.get("harvester_truncate", 0)
        maxsize: int = truncate or request.meta.get("download_maxsize", self._maxsize)
        if not truncate and (not is_text(answer.headers.get("Content-Type", "")) or is_attachment(answer.headers)):
            answer.close()
            return b"", ["not_text"]
        if maxsize and not truncate and (answer.content_length or 0) > maxsize:
            self._cancel(request, answer, maxsize)
        body = bytearray()
        try:
            async for chunk in answer.content.iter_any():
                body += chunk
                if maxsize and len(body) > maxsize:
                    if truncate:
                        answer.close()
                        return bytes(body[:truncate]), ["truncated"]
                    self._cancel(request, answer, maxsize)
        except aiohttp.ClientPayloadError as error:
            if request.meta.get("download_fail_on_dataloss", self._fail_on_dataloss):
                raise ResponseDataLossError(f"{request.url}: {error}") from error
            return bytes(body), ["dataloss"]
        return bytes(body), []

    @staticmethod
    def _cancel(request: Request, answer: ClientResponse, maxsize: int) -> NoReturn:
        answer.close()
        raise DownloadCancelledError(f"{request.url} is larger than {maxsize} bytes (DOWNLOAD_MAXSIZE)")


def split_headers(request: Request, *, tunnel: bool) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The headers for the site and those for the proxy alone. The proxy's password never goes through a tunnel."""
    site, proxy = [], {}
    for name, value in request.headers.to_tuple_list():
        if name.title() != "Proxy-Authorization":
            site.append((name, value))
        elif tunnel:
            proxy[name] = value
        elif request.meta.get("proxy"):  # a plain request is read by the proxy itself
            site.append((name, value))
    return site, proxy


def make_response(request: Request, answer: ClientResponse, body: bytes, flags: list[str]) -> Response:
    """Scrapy's response of the class that its headers, URL and body ask for."""
    headers = Headers(list(answer.raw_headers))
    if body and not body.startswith(GZIP_MAGIC) and (headers.get("Content-Encoding") or b"").strip().lower() in GZIP:
        del headers["Content-Encoding"]  # servers that only say so; Scrapy's middleware would fail on it
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    version = answer.version
    response = kind(
        url=request.url,
        status=answer.status,
        body=body,
        flags=flags,
        ip_address=answer.ip_address if isinstance(answer, SiteResponse) else None,
        protocol=f"HTTP/{version.major}.{version.minor}" if version else None,
    )
    response.headers = headers  # given to the class, each of them would be read once more
    return response
