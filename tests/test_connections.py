"""A visit's connections are used for all its pages, and gone with it; so is what a failed page has left in memory."""

from __future__ import annotations

import asyncio
import gc
import ssl
import subprocess
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.utils.test import get_crawler

from harvester.demo.thread import InThread
from harvester.download.connections import Connections
from harvester.download.errors import let_go
from harvester.download.handler import HarvesterDownloadHandler
from harvester.download.site_resolver import HostsLookedUp
from harvester.download.visit_state import VisitState
from tests.crawling import TIMEOUT_S, command, crawl, start
from tests.rogue_dns import rogue_dns
from tests.rogue_web import RogueWeb, answer, rogue_web, server_tls

SITES = [f"s{number}.example" for number in range(12)]
PAGES = {
    "/": answer(b"<title>Pumps</title><a href=/contact>Contact</a>"),
    "/contact": answer(b"Write to sales@pumps.example"),
}


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("tls", [None, server_tls()], ids=["http", "https"])
def test_connections_live_as_long_as_their_visit(tls: ssl.SSLContext | None) -> None:
    async def run() -> None:
        settings = {"HARVESTER_ALLOW_PRIVATE_ADDRESSES": True}
        handler = HarvesterDownloadHandler.from_crawler(get_crawler(settings_dict=settings))
        async with rogue_web(PAGES, tls=tls) as web:
            one, other = Connections(), Connections()

            async def get(connections: Connections) -> int:
                visit = VisitState(hosts=HostsLookedUp(1), connections=connections)
                request = Request(web.url("/"), meta={"harvester_visit": visit})
                return (await handler.download_request(request)).status

            assert [await get(one), await get(other)] == [200, 200]
            opened, web.connections = web.connections, 0
            assert [await get(one), await get(other), await get(one)] == [200, 200, 200]
            assert (web.connections, web.open) == (0, 2), f"of {opened}: both were kept"
            await one.close()
            await until(lambda: web.open == 1)
            with pytest.raises(DownloadCancelledError, match="over"):
                await get(one)
            assert await get(other) == 200
            assert web.connections == 0, "the other visit keeps its own"
            await other.close()
            await until(lambda: web.open == 0)

    asyncio.run(run())


@asynccontextmanager
async def many_sites() -> AsyncIterator[tuple[RogueWeb, str]]:
    zone = {(host, "A"): ["127.0.0.1"] for host in SITES}
    async with rogue_dns(zone) as dns, rogue_web(PAGES) as web:
        yield web, dns.nameserver


def test_a_crawl_holds_no_connections_of_visits_that_are_over(tmp_path: Path) -> None:
    with InThread(many_sites) as (web, nameserver):
        (tmp_path / "list.txt").write_text("".join(f"{host}:{web.port}\n" for host in SITES), "utf-8")
        ended = crawl(tmp_path, nameserver, settings={"HARVESTER_OPEN_VISITS": 1})
        assert set(ended.column("status").values()) == {"contacts_found"}, ended.said
        assert web.connections >= len(SITES)
        assert web.most_open <= 3


@pytest.mark.parametrize("robots", [1, 0])
def test_scrapys_own_commands_fetch_pages_of_no_visit(tmp_path: Path, robots: int) -> None:
    with InThread(many_sites) as (web, nameserver):
        url = f"http://{SITES[0]}:{web.port}/contact"
        words = command(url, nameserver, settings={"ROBOTSTXT_OBEY": robots}, how=("-m", "scrapy", "fetch"))
        project = {"SCRAPY_SETTINGS_MODULE": "harvester.settings"}
        fetched = start(tmp_path, words, project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        page, said = fetched.communicate(timeout=TIMEOUT_S)
    assert "Write to sales@pumps.example" in page, said


class Body:
    """Something large that was read."""


def fail(kept: list[BaseException]) -> weakref.ref[Body]:
    def read() -> None:
        body = Body()
        seen.append(weakref.ref(body))
        raise ValueError("too large")

    seen: list[weakref.ref[Body]] = []
    try:
        try:
            read()
        except ValueError as error:
            raise DownloadCancelledError("cancelled") from error
    except DownloadCancelledError as error:
        kept.append(error)
    return seen[0]


@pytest.mark.parametrize("is_let_go", [False, True])
def test_errors_hold_what_their_functions_held_until_they_are_let_go(is_let_go: bool) -> None:
    gc.disable()
    try:
        kept: list[BaseException] = []
        body = fail(kept)
        if is_let_go:
            let_go(kept[0])
        assert (body() is None) == is_let_go
        assert str(kept[0].__cause__) == "too large"
    finally:
        gc.enable()


def each_others_cause() -> Exception:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    return first


@pytest.mark.parametrize("error", [ValueError("never raised"), each_others_cause()], ids=str)
def test_nothing_to_let_go(error: Exception) -> None:
    let_go(error)
    assert error.__traceback__ is None


class CaughtError(Exception):
    """Counted by its weak references."""


@pytest.mark.parametrize("is_let_go", [False, True])
def test_an_error_goes_with_its_function_when_it_was_let_go(is_let_go: bool) -> None:
    def catch() -> weakref.ref[CaughtError]:
        try:
            raise CaughtError
        except CaughtError as error:
            kept = error  # a variable of the function through which it came: they hold each other
            if is_let_go:
                let_go(error)
            return weakref.ref(kept)

    gc.disable()
    try:
        assert (catch()() is None) == is_let_go
    finally:
        gc.enable()
