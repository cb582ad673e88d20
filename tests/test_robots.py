"""robots.txt by RFC 9309: the middleware inside Scrapy's real downloader, against servers in the same process."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response

from harvester.download.errors import (
    BlockedAddressError,
    HostLimitError,
    NameServerError,
    RobotsDeniedError,
    RobotsUnavailableError,
    TlsError,
)
from harvester.download.robots import MAX_BYTES, origin_of, parse_robots
from harvester.download.site_resolver import HostsLookedUp
from harvester.download.visit_state import VisitState
from harvester.model import KeptPage
from tests.rogue_dns import rogue_dns
from tests.rogue_web import Behaviour, RogueWeb, answer, rogue_web, server_tls

ZONE = {
    ("site.example", "A"): ["127.0.0.1"],
    ("other.example", "A"): ["127.0.0.1"],
    ("xn--mller-kva.example", "A"): ["127.0.0.1"],
}
SETTINGS = {
    "TWISTED_REACTOR_ENABLED": False,
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "RETRY_TIMES": 1,
    "DOWNLOAD_TIMEOUT": 1,
    "DOWNLOAD_MAXSIZE": 2_000_000,
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "HARVESTER_ALLOW_PRIVATE_ADDRESSES": True,
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "harvester.download.handler.HarvesterDownloadHandler"),
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "harvester.download.robots.RobotsMiddleware": 100,
        "harvester.download.conditional.ConditionalMiddleware": 650,
    },
}
Result = Response | Exception


@dataclass
class Crawl:
    """What came of a crawl."""

    results: list[Result] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)


class VisitSpider(Spider):
    """One visit, as the project's spider makes them: every page through `download_async`."""

    name = "visit"

    async def start(self) -> AsyncIterator[Request]:
        yield Request("data:,", callback=self.visit, dont_filter=True)

    async def visit(self, response: Response) -> list[Any]:
        crawl: Crawl = self.crawl
        if self.together:
            crawl.results = list(await asyncio.gather(*map(self.fetch, crawl.requests)))
        else:
            crawl.results = [await self.fetch(request) for request in crawl.requests]
        return []

    async def fetch(self, request: Request) -> Result:
        try:
            return await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001
            return error


async def crawl(urls: list[str], nameserver: str, *, together: bool = False, hosts: int = 24, **options: Any) -> Crawl:
    kept = {url: KeptPage(url=url, etag='"1"', read_at=datetime(2026, 11, 30, tzinfo=UTC)) for url in urls}
    state = VisitState(hosts=HostsLookedUp(hosts), kept=kept)
    found = Crawl(requests=[Request(url, meta={"harvester_visit": state}) for url in urls])
    runner = AsyncCrawlerRunner(SETTINGS | {"HARVESTER_NAMESERVERS": nameserver} | options)
    crawler = runner.create_crawler(VisitSpider)
    await runner.crawl(crawler, crawl=found, together=together)
    await state.connections.close()
    found.stats = crawler.stats.get_stats()
    return found


def visit(
    pages: Mapping[str, bytes | Behaviour], *paths: str, host: str = "site.example", tls: bool = False, **options: Any
) -> tuple[Crawl, RogueWeb]:
    """Visit the paths of one site; full URLs stay as they are, with `PORT` replaced."""

    async def run() -> tuple[Crawl, RogueWeb]:
        context = server_tls() if tls else None
        async with rogue_dns(ZONE) as dns, rogue_web({"*": answer(b"page")} | dict(pages), tls=context) as web:
            for path, page in web.pages.items():
                if isinstance(page, bytes):
                    web.pages[path] = page.replace(b"PORT", str(web.port).encode())
            urls = [
                web.url(path, host) if path.startswith("/") else path.replace("PORT", str(web.port)) for path in paths
            ]
            return await crawl(urls, dns.nameserver, **options), web

    return asyncio.run(run())


def robots(text: str) -> bytes:
    return answer(text.encode(), content_type="text/plain")


def redirect(location: str) -> bytes:
    return answer(status="302 Found", headers={"Location": location})


def kinds(found: Crawl) -> list[type[Exception] | int]:
    return [result.status if isinstance(result, Response) else type(result) for result in found.results]


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


async def part(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\nUser-agent: *\n")
    await writer.drain()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /no\n")
    while True:
        writer.write(b"Allow: /something-else\n" * 5000)
        await writer.drain()


RULES = [
    ("everything, nothing said", "", "/page", True),
    ("all for all", "User-agent: *\nDisallow: /", "/page", False),
    ("one folder", "User-agent: *\nDisallow: /private", "/private/x", False),
    ("another folder", "User-agent: *\nDisallow: /private", "/page", True),
    ("our group beats the star", "User-agent: *\nDisallow: /\n\nUser-agent: harvester\nAllow: /", "/page", True),
    ("our group forbids", "User-agent: harvester\nDisallow: /\n\nUser-agent: *\nAllow: /", "/page", False),
    ("any case", "USER-AGENT: HARVESTER\nDISALLOW: /page", "/page", False),
    ("another's group", "User-agent: otherbot\nDisallow: /", "/page", True),
    ("a longer name is another's", "User-agent: theharvester\nDisallow: /", "/page", True),
    ("longest match", "User-agent: *\nDisallow: /\nAllow: /page", "/page", True),
    ("wildcard and end", "User-agent: *\nDisallow: /*.php$", "/a/b.php", False),
    ("wildcard and no end", "User-agent: *\nDisallow: /*.php$", "/a/b.php?x", True),
    ("query", "User-agent: *\nDisallow: /*?", "/page?x=1", False),
    ("percent", "User-agent: *\nDisallow: /%7Ejoe", "/~joe/x", False),
    ("BOM", "\ufeffUser-agent: *\nDisallow: /", "/page", False),
    ("html", "<html><body>404</body></html>", "/page", True),
    ("robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert parse_robots(text.encode()).can_fetch(f"https://site.example{path}", "harvester") is allowed


def test_a_visit_is_checked_page_by_page_with_one_robots_request() -> None:
    pages = {"/robots.txt": robots("User-agent: *\nDisallow: /no\nCrawl-delay: 2.5")}
    found, web = visit(pages, "/", "/no/1", "/yes", "/no")
    assert kinds(found) == [200, RobotsDeniedError, 200, RobotsDeniedError]
    assert web.requests == ["GET /robots.txt HTTP/1.1", "GET / HTTP/1.1", "GET /yes HTTP/1.1"]
    assert found.requests[0].meta["harvester_crawl_delay"] == 2.5
    assert (found.stats["harvester/robots/allowed"], found.stats["harvester/robots/denied"]) == (2, 2)
    assert str(found.results[1]).endswith("/no/1")
    assert b"accept-encoding: identity" in web.heads[0].lower()


def test_pages_asked_for_together_share_one_robots_request() -> None:
    found, web = visit({}, *[f"/{number}" for number in range(8)], together=True)
    assert kinds(found) == [200] * 8
    assert sum("/robots.txt" in line for line in web.requests) == 1


def test_the_visit_owns_its_robots() -> None:
    found, web = visit({}, "/1", "/2")
    assert list(found.requests[0].meta["harvester_visit"].robots) == [f"http://site.example:{web.port}"]


def test_rules_are_asked_for_whole_even_where_they_are_kept_as_a_page() -> None:
    _, web = visit({"/robots.txt": robots("User-agent: *\nDisallow: /no")}, "/robots.txt")
    assert [b"if-none-match" in head.lower() for head in web.heads] == [False, True]


def test_hosts_ports_and_schemes_have_their_own() -> None:
    pages = {"/robots.txt": answer(status="404 Not Found")}
    _, web = visit(pages, "/1", "http://other.example:PORT/", "http://OTHER.example:PORT/2")
    assert sum("/robots.txt" in line for line in web.requests) == 2


ALLOWED_STATUS = [
    "200 OK", "204 No Content", "400 Bad", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone",
    "429 Slow Down", "304 Not Modified", "300 Choose",
]  # fmt: skip
DENIED_STATUS = ["500 Oops", "502 Bad Gateway", "503 Busy", "504 Late", "520 Odd", "599 Odd"]


@pytest.mark.parametrize("status", ALLOWED_STATUS)
def test_no_file_for_us_means_everything(status: str) -> None:
    body = b"" if status.startswith(("2", "3")) else b"User-agent: *\nDisallow: /"
    found, _ = visit({"/robots.txt": answer(body, status=status)}, "/page")
    assert kinds(found) == [200]
    assert found.requests[0].meta["harvester_crawl_delay"] is None


@pytest.mark.parametrize("status", DENIED_STATUS)
def test_a_server_error_means_nothing(status: str) -> None:
    found, web = visit({"/robots.txt": answer(status=status)}, "/page", "/2")
    assert kinds(found) == [RobotsUnavailableError, RobotsUnavailableError]
    assert isinstance(found.results[0], IgnoreRequest)
    assert status[:3] in str(found.results[0])
    assert set(web.requests) == {"GET /robots.txt HTTP/1.1"}
    assert len(web.requests) <= 2, "retried once at most, and not again by the second page"
    assert found.stats["harvester/robots/unavailable"] == 2


@pytest.mark.parametrize("behaviour", [silence, reset, part, b"\0\1garbage\r\n\r\n"])
def test_a_server_that_is_there_but_does_not_answer_means_nothing(behaviour: bytes | Behaviour) -> None:
    start = time.monotonic()
    found, web = visit({"/robots.txt": behaviour}, "/page", "/2")
    assert kinds(found) == [RobotsUnavailableError, RobotsUnavailableError]
    assert all("/robots.txt" in line for line in web.requests)
    assert time.monotonic() - start < 5


def test_an_error_of_the_connection_is_told_as_it_is() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    urls = [
        f"http://127.0.0.1:{closed}/",
        "http://absent.example/",
        "http://broken.example/",
        "https://site.example:PORT/",
    ]
    found, _ = visit({}, *urls, DOWNLOAD_TIMEOUT=3)
    assert kinds(found)[:3] == [DownloadConnectionRefusedError, CannotResolveHostError, NameServerError]
    assert isinstance(found.results[3], Exception)
    assert "harvester/robots/allowed" not in found.stats


def test_no_tls_is_an_error_of_the_connection() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> Crawl:
        server = await asyncio.start_server(close, "127.0.0.1", 0)
        found = await crawl([f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"], "127.0.0.1:9")
        server.close()
        return found

    assert kinds(asyncio.run(run())) == [TlsError]


def test_a_blocked_address_is_told_as_it_is() -> None:
    found, web = visit({}, "/", "http://127.0.0.1:PORT/", HARVESTER_ALLOW_PRIVATE_ADDRESSES=False)
    assert kinds(found) == [BlockedAddressError, BlockedAddressError]
    assert web.connections == 0


def test_a_bad_certificate_does_not_matter() -> None:
    found, _ = visit({"/robots.txt": robots("User-agent: *\nDisallow: /no")}, "/", "/no", tls=True)
    assert kinds(found) == [200, RobotsDeniedError]
    assert isinstance(found.results[0], Response)
    assert found.results[0].flags == ["certificate:self-signed certificate"]


def test_redirects_of_robots_are_followed_also_to_other_hosts() -> None:
    pages = {
        "/robots.txt": redirect("/r1"),
        "/r1": redirect("http://other.example:PORT/r2"),
        "/r2": robots("User-agent: *\nDisallow: /no"),
    }
    found, _ = visit(pages, "/yes", "/no")
    assert kinds(found) == [200, RobotsDeniedError]


@pytest.mark.parametrize(("hops", "kind"), [(5, RobotsDeniedError), (6, 200)])
def test_five_redirects_of_robots_are_followed(hops: int, kind: type[Exception] | int) -> None:
    pages = {"/robots.txt": redirect("/r1")} | {f"/r{hop}": redirect(f"/r{hop + 1}") for hop in range(1, hops)}
    found, _ = visit(pages | {f"/r{hops}": robots("User-agent: *\nDisallow: /")}, "/page")
    assert kinds(found) == [kind]


def test_a_redirect_loop_of_robots_is_no_robots() -> None:
    found, web = visit({"/robots.txt": redirect("/robots.txt")}, "/page")
    assert kinds(found) == [200]
    assert len(web.requests) <= 8


def test_robots_that_lead_to_a_dead_host_are_unavailable() -> None:
    found, _ = visit({"/robots.txt": redirect("http://absent.example/robots.txt")}, "/page")
    assert kinds(found) == [RobotsUnavailableError]
    assert "absent.example" in str(found.results[0])


HOSTS_OF_ROBOTS = [
    ("its own, where the page has one already", {}, ("http://other.example:PORT/",), HostLimitError),
    ("one that it leads to", {"/robots.txt": redirect("http://other.example:PORT/r")}, (), RobotsUnavailableError),
]


@pytest.mark.parametrize(("pages", "more", "kind"), [row[1:] for row in HOSTS_OF_ROBOTS], ids=str)
def test_the_hosts_of_robots_count(pages: dict[str, bytes], more: tuple[str, ...], kind: type[Exception]) -> None:
    found, web = visit(pages, "/", *more, hosts=1)
    assert kinds(found)[-1] is kind
    assert "HARVESTER_MAX_HOST_LOOKUPS" in str(found.results[-1])
    assert {head.lower().partition(b"host: ")[2].partition(b":")[0] for head in web.heads} == {b"site.example"}
    assert kinds(visit(pages, "/", *more, hosts=2)[0]) == [200] * (1 + len(more))


def test_each_hop_of_a_page_is_checked() -> None:
    pages = {
        "/robots.txt": robots("User-agent: *\nDisallow: /no"),
        "/start": redirect("/middle"),
        "/middle": redirect("/no/end"),
        "/across": redirect("http://other.example:PORT/no/end"),
    }
    found, web = visit(pages, "/start", "/across")
    assert kinds(found) == [RobotsDeniedError, RobotsDeniedError]
    assert not any("/no/end" in line for line in web.requests)
    assert sum("/robots.txt" in line for line in web.requests) == 2, "the other host has its own"


def test_a_robots_file_without_end_is_cut() -> None:
    found, _ = visit({"/robots.txt": endless}, "/yes", "/no", DOWNLOAD_TIMEOUT=10)
    assert kinds(found) == [200, RobotsDeniedError]


def test_what_stands_within_500_kib_counts() -> None:
    filler = b"# " + b"x" * 510 * 1000 + b"\n"
    assert len(filler) < MAX_BYTES
    rules = b"User-agent: *\nDisallow: /no"
    found, _ = visit({"/robots.txt": answer(filler + rules, content_type="application/octet-stream")}, "/yes", "/no")
    assert kinds(found) == [200, RobotsDeniedError]


def test_robots_that_come_compressed_all_the_same() -> None:
    packed = gzip.compress(b"User-agent: *\nDisallow: /no")
    found, _ = visit({"/robots.txt": answer(packed, headers={"Content-Encoding": "gzip"})}, "/yes", "/no")
    assert kinds(found) == [200, RobotsDeniedError]


def test_a_compressed_bomb_is_no_page() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    found, _ = visit({"/bomb": answer(bomb, headers={"Content-Encoding": "gzip"})}, "/bomb")
    assert kinds(found) == [IgnoreRequest]
    assert "DOWNLOAD_MAXSIZE" in str(found.results[0])


def test_robots_may_be_switched_off() -> None:
    pages = {"/robots.txt": robots("User-agent: *\nDisallow: /")}
    found, web = visit(pages, "/page", ROBOTSTXT_OBEY=False)
    assert kinds(found) == [200]
    assert web.requests == ["GET /page HTTP/1.1"]


def test_a_data_url_needs_no_robots() -> None:
    found, web = visit({}, "data:text/plain,hello")
    assert kinds(found) == [200]
    assert web.requests == []


ORIGINS = [
    ("http://site.example/x", "http://site.example"),
    ("https://site.example:8443/x?y", "https://site.example:8443"),
    ("http://user:secret@SITE.example/", "http://site.example"),
    ("http://[::1]:80/", "http://[::1]:80"),
]


@pytest.mark.parametrize(("url", "origin"), ORIGINS)
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_robots_file_raises(body: bytes) -> None:
    for text in (
        body,
        b"User-agent: *\nDisallow: " + body,
        b"User-agent: " + body + b"\nDisallow: /\nCrawl-delay: " + body,
    ):
        rules = parse_robots(text)
        assert rules.can_fetch("https://site.example/", "harvester") in (True, False)
        assert (rules.crawl_delay("harvester") or 0) >= 0


def test_a_large_robots_file_is_read_quickly() -> None:
    lines = "".join(f"Disallow: /folder{number}/*/x$\n" for number in range(20_000))
    start = time.process_time()
    rules = parse_robots(f"User-agent: *\n{lines}".encode())
    assert rules.can_fetch("https://site.example/" + "a/" * 200, "harvester")
    assert time.process_time() - start < 5
