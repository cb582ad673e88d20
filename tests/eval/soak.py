"""A long crawl through trouble of all kinds: does memory stay where it was, is every socket and task let go of?

    python -m tests.eval.soak [--visits 20000]

The farm of `faulty_farm.py` stands on loopback; the crawl is a process of its own, which notes after every fiftieth
part of its visits how much memory it holds (RSS), and how many sockets of the internet, asyncio tasks and Deferreds
that wait. It fails where the memory over the last tenth is on average more than 10 % above that over the tenth that
follows the first (it goes up and down with the pages on their way), where anything is still open once the crawl has
ended, or where contacts are missing. Linux only (it reads /proc).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred

from harvester.demo.thread import InThread
from harvester.settings import EXTENSIONS
from tests.crawling import command, read_table, start
from tests.eval.faulty_farm import Farm, has_address, host_of, serve_farm

NOTES = "curve.jsonl"
PARTS = 50
GROWTH = 1.10
# Ends as `harvester` does, and then notes what is left.
PROGRAM = ("-c", ("import sys\nfrom harvester.cli import main\ntry:\n    main()\nfinally:\n"
           "    from tests.eval.soak import note_end; note_end()"), "crawl")  # fmt: skip


class Watch:
    """Scrapy's extension that notes the curve."""

    loop: asyncio.AbstractEventLoop | None = None

    def __init__(self, crawler: Crawler) -> None:
        self.every = crawler.settings.getint("SOAK_VISITS") // PARTS
        self.visits = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        watch = cls(crawler)
        crawler.signals.connect(watch.engine_started, signals.engine_started)
        crawler.signals.connect(watch.item_scraped, signals.item_scraped)
        return watch

    def engine_started(self) -> None:
        Watch.loop = asyncio.get_running_loop()

    def item_scraped(self) -> None:
        self.visits += 1
        if self.visits % self.every == 0:
            note(self.visits)


def note(visits: int) -> None:
    """Add a point to the curve."""
    waiting = sum(isinstance(each, Deferred) and not each.called for each in gc.get_objects())
    tasks = sum(not task.done() for task in asyncio.all_tasks(Watch.loop))
    point = {"visits": visits, "rss": rss(), "sockets": sockets(), "tasks": tasks, "deferreds": waiting}
    with Path(NOTES).open("a", encoding="ascii") as notes:
        notes.write(json.dumps(point | {"seconds": round(time.process_time(), 1)}) + "\n")


def note_end() -> None:
    """The last point, when the crawl is over."""
    gc.collect()
    note(-1)


def rss() -> int:
    """Megabytes that this process holds."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    raise AssertionError("Linux tells it")


def sockets() -> int:
    """How many TCP and UDP sockets this process holds open."""
    internet = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path("/proc/self/net", table).read_text("ascii").splitlines()[1:]
        internet |= {f"socket:[{row.split()[9]}]" for row in rows}
    held = (target(each) for each in Path("/proc/self/fd").iterdir())
    return sum(name in internet for name in held)


def target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # the descriptor that reads the folder
        return ""


def crawl(folder: Path, farm: Farm, visits: int) -> list[dict[str, Any]]:
    """Crawl so many sites; return the curve."""
    lines = (f"{host_of(number)}:{farm.port}\n" for number in range(visits))
    (folder / "list.txt").write_text("".join(lines), "utf-8")
    settings = {
        "DOWNLOAD_TIMEOUT": 4,
        "HARVESTER_MAX_SECONDS": 10,
        "HARVESTER_OPEN_VISITS": 64,
        "LOG_LEVEL": "ERROR",
        "SOAK_VISITS": visits,
        "EXTENSIONS": json.dumps(EXTENSIONS | {"tests.eval.soak.Watch": 0}),
    }
    words = command("list.txt", farm.nameserver, settings=settings, how=PROGRAM)
    with (folder / "said.txt").open("w", encoding="utf-8") as said:
        status = start(folder, words, {}, stdout=subprocess.DEVNULL, stderr=said).wait()
    if status:
        print((folder / "said.txt").read_text("utf-8")[-2000:])
        raise SystemExit(f"the crawl ended with {status}")
    return [json.loads(line) for line in (folder / NOTES).read_text("ascii").splitlines()]


def judge(curve: list[dict[str, Any]], folder: Path, visits: int) -> list[str]:
    """What is wrong, a sentence each."""
    *running, end = curve
    tenth = PARTS // 10
    early, late = (mean(point["rss"] for point in part) for part in (running[tenth : 2 * tenth], running[-tenth:]))
    print(f"memory: {early:.0f} MB after the first tenth, {late:.0f} MB at the end")
    wrong = []
    if late > early * GROWTH:
        wrong.append("memory has grown")
    wrong += [f"{end[kind]} {kind} are left" for kind in ("sockets", "tasks", "deferreds") if end[kind]]
    rows = read_table(folder / "output" / "companies.csv")
    if len(rows) != visits:
        wrong.append(f"{len(rows)} rows for {visits} sites")
    missing = [row for row in rows if row["status"] != "contacts_found" and row["domain"] in expected_hosts(visits)]
    for (status, detail), number in Counter((row["status"], row["detail"]) for row in missing).items():
        wrong.append(f"{number} sites without the contacts that they have: {status}, {detail}")
    return wrong


@cache
def expected_hosts(visits: int) -> frozenset[str]:
    return frozenset(host_of(number) for number in range(visits) if has_address(number))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=20_000)
    options = parser.parse_args()
    if not Path("/proc/self/status").exists():
        print("SKIPPED: there is no /proc on this system")
        return 0
    with tempfile.TemporaryDirectory() as scratch, InThread(serve_farm) as farm:
        curve = crawl(Path(scratch), farm, options.visits)
        for point in curve:
            print("  ".join(f"{name} {value}" for name, value in point.items()))
        wrong = judge(curve, Path(scratch), options.visits)
    print("\n".join(wrong) or "nothing is left, nothing has grown")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
