"""robots.txt, pauses, our name, and where settings come from, as the sites of a real crawl see them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from harvester import __version__
from harvester.demo.nameserver import NameServer, serve_names
from harvester.demo.thread import InThread
from tests.crawling import Crawl, crawl

TEXT = b"<p>" + b"We make pumps and valves for water works all over the world. " * 8 + b"</p>"
HOME = (
    b"<title>Pumps</title><a href=/contact>Contact</a> <a href=/imprint>Imprint</a> <a href=/privacy>Privacy</a>" + TEXT
)
OURS_DENIED = b"User-agent: harvester\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
OTHERS_DENIED = b"User-agent: *\nDisallow: /\n\nUser-agent: Harvester\nAllow: /\n"
DELAY_S = 1

# host -> (status line and body of robots.txt, how the company ends, paths asked for beside robots.txt)
ALL = {"/", "/contact", "/imprint", "/privacy"}
SITES = {
    "denied.example": ("200 OK", b"User-agent: *\nDisallow: /\n", "robots_denied", set()),
    "we-denied.example": ("200 OK", OURS_DENIED, "robots_denied", set()),
    "others-denied.example": ("200 OK", OTHERS_DENIED, "contacts_found", ALL),
    "partly.example": ("200 OK", b"User-agent: *\nDisallow: /con\n", "contacts_found", ALL - {"/contact"}),
    "delay.example": ("200 OK", b"User-agent: *\nCrawl-delay: %d\n" % DELAY_S, "contacts_found", ALL),
    "long-delay.example": ("200 OK", b"User-agent: *\nCrawl-delay: 600\n", "limit_reached", {"/"}),
    "none.example": ("404 Not Found", b"", "contacts_found", ALL),
    "forbidden.example": ("403 Forbidden", b"", "contacts_found", ALL),
    "broken.example": ("500 Oops", b"", "robots_unavailable", set()),
    "overloaded.example": ("503 Come again", b"", "robots_unavailable", set()),
}


@dataclass(slots=True)
class PoliteWeb:
    """The running sites. `requests`: (host, path, User-Agent, time)."""

    names: NameServer
    port: int = 0
    requests: list[tuple[str, str, str, float]] = field(default_factory=list)

    def paths(self, host: str) -> list[str]:
        return [path for asked, path, *_ in self.requests if asked == host and path != "/robots.txt"]

    def times(self, host: str) -> list[float]:
        return [moment for asked, path, _, moment in self.requests if asked == host and path != "/robots.txt"]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            host, path = fields["host"].partition(":")[0], head[0].split(" ")[1]
            self.requests.append((host, path, fields.get("user-agent", ""), time.monotonic()))
            status, body = self.page(host, path)
            kind = "text/plain" if path == "/robots.txt" else "text/html"
            fixed = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close"
            writer.write(f"HTTP/1.1 {status}\r\n{fixed}\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()

    @staticmethod
    def page(host: str, path: str) -> tuple[str, bytes]:
        if path == "/robots.txt":
            return SITES[host][:2]
        return "200 OK", HOME if path == "/" else f"<title>Contact</title><p>info@{host}</p>".encode() + TEXT


@asynccontextmanager
async def polite_web() -> AsyncIterator[PoliteWeb]:
    async with serve_names({host: {"A": ["127.0.0.1"], "MX": [f"10 {host}."]} for host in SITES}) as names:
        web = PoliteWeb(names)
        server = await asyncio.start_server(web.answer, "127.0.0.1", 0)
        web.port = server.sockets[0].getsockname()[1]
        try:
            yield web
        finally:
            server.close()


@pytest.fixture(scope="module")
def web() -> Iterator[PoliteWeb]:
    with InThread(polite_web) as running:
        yield running


@pytest.fixture(scope="module")
def done(web: PoliteWeb, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("polite")
    (folder / "list.txt").write_text("".join(f"{host}:{web.port}\n" for host in SITES))
    return crawl(folder, web.names.address, settings={"HARVESTER_CONTACT_URL": "https://me.example/bot"})


@pytest.mark.parametrize("host", SITES)
def test_robots_txt_is_obeyed(done: Crawl, web: PoliteWeb, host: str) -> None:
    _, _, status, paths = SITES[host]
    assert done.column("status")[host] == status, done.said
    assert set(web.paths(host)) == paths
    assert len(web.paths(host)) == len(paths), "no page twice"


def test_crawl_delay_is_kept(done: Crawl, web: PoliteWeb) -> None:
    times = web.times("delay.example")
    assert len(times) == len(ALL)
    assert min(after - before for before, after in pairwise(times)) >= DELAY_S - 0.05
    assert "Crawl-delay of 600 s" in done.column("detail")["long-delay.example"]


def test_robots_txt_comes_first(done: Crawl, web: PoliteWeb) -> None:
    for host in SITES:
        assert next(path for asked, path, *_ in web.requests if asked == host) == "/robots.txt"


def test_our_name_leads_to_us(done: Crawl, web: PoliteWeb) -> None:
    assert {agent for _, _, agent, _ in web.requests} == {f"harvester/{__version__} (+https://me.example/bot)"}
    assert "HARVESTER_CONTACT_URL" not in done.said


@pytest.fixture(scope="module")
def anonymous(web: PoliteWeb, tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawl, list[tuple]]:
    """A crawl with settings from a file, the environment and the command line, but without a contact URL."""
    folder = tmp_path_factory.mktemp("anonymous")
    (folder / "list.txt").write_text(
        f"none.example:{web.port}\ndelay.example:{web.port}\nforbidden.example:{web.port}\n"
    )
    (folder / "harvester.toml").write_text(
        "[settings]\nHARVESTER_MAX_PAGES = 1\nDOWNLOAD_DELAY = 3\nROBOTSTXT_OBEY = false\n"
    )
    asked = len(web.requests)
    environment = {"HARVESTER_MAX_PAGES": "2", "DOWNLOAD_DELAY": "2"}
    settings = {"HARVESTER_CONTACT_URL": "", "DOWNLOAD_DELAY": 0}
    done = crawl(folder, web.names.address, settings=settings, environment=environment)
    return done, web.requests[asked:]


def test_one_warning_without_a_contact_url(anonymous: tuple[Crawl, list[tuple]]) -> None:
    done, requests = anonymous
    assert done.said.count("HARVESTER_CONTACT_URL") == 1
    assert {agent for _, _, agent, _ in requests} == {f"harvester/{__version__}"}


def test_the_command_line_wins_over_the_environment_over_the_file(anonymous: tuple[Crawl, list[tuple]]) -> None:
    done, requests = anonymous
    assert set(done.column("pages").values()) == {"2"}, "the environment's"
    times = [moment for *_, moment in requests]
    assert max(times) - min(times) < 1.5, "the command line's pause"
    assert "/robots.txt" not in {path for _, path, *_ in requests}, "the file's"


def test_a_broken_file_is_told_in_one_sentence(web: PoliteWeb, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("none.example\n")
    (tmp_path / "harvester.toml").write_text("[settings\n")
    asked = len(web.requests)
    done = crawl(tmp_path, web.names.address)
    assert done.status == 2
    assert len(done.said.strip().splitlines()) == 1
    assert "harvester.toml" in done.said
    assert len(web.requests) == asked
