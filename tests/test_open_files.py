"""More open visits than the system's limit on open files carries: it is raised, or the crawl is refused."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from harvester.demo.thread import InThread
from tests.crawling import HARVESTER, TIMEOUT_S, command, read_table, start
from tests.rogue_dns import rogue_dns
from tests.rogue_web import RogueWeb, answer, rogue_web

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")

VISITS = 48  # need 256 files
SITES = [f"s{number}.example" for number in range(VISITS)]


async def slow(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1)  # so that many visits are open
    writer.write(answer(b"<title>Pumps</title>Write to sales@pumps.example"))
    await writer.drain()


@asynccontextmanager
async def many_sites() -> AsyncIterator[tuple[RogueWeb, str]]:
    zone = {(host, "A"): ["127.0.0.1"] for host in SITES}
    async with rogue_dns(zone) as dns, rogue_web({"/": slow}) as web:
        yield web, dns.nameserver


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[RogueWeb, str]]:
    with InThread(many_sites) as running:
        yield running


def run(folder: Path, limit: str, words: list[str]) -> tuple[int, str]:
    """The exit status, and what is said on stderr, of a command under a limit of open files."""
    limited = ["sh", "-c", f'ulimit {limit} && exec "$@"', "sh", *words]
    process = start(folder, limited, {}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, said


def test_the_limit_is_raised(tmp_path: Path, sites: tuple[RogueWeb, str]) -> None:
    web, nameserver = sites
    (tmp_path / "list.txt").write_text("".join(f"{host}:{web.port}\n" for host in SITES))
    words = command("list.txt", nameserver, settings={"HARVESTER_OPEN_VISITS": VISITS}, how=HARVESTER)
    status, said = run(tmp_path, "-Sn 50", words)
    assert (status, "Too many open files" in said) == (0, False), said
    assert {row["status"] for row in read_table(tmp_path / "output/companies.csv")} == {"contacts_found"}


REFUSED = [[*HARVESTER, "list.txt"], ["-m", "harvester.cli", "recheck", "--pages"]]


@pytest.mark.parametrize("words", REFUSED, ids=["crawl", "recheck"])
def test_more_visits_than_the_system_carries_are_refused(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "list.txt").write_text("a.example\n")
    settings = ["-s", f"HARVESTER_OPEN_VISITS={VISITS}", "-s", "HARVESTER_NAMESERVERS=127.0.0.1:9"]
    status, said = run(tmp_path, "-n 255", [sys.executable, *words, *settings])
    assert status == 2, said
    assert "HARVESTER_OPEN_VISITS: 48 visits may have 256 files open" in said
    assert "Traceback" not in said
