"""How does the crawl carry many sites? Generated sites of one page each, with their DNS, on loopback.

    python -m tests.benchmarks.many_sites waiting [--sites 2000] [--open 64] [--latency 300] [--dead 2]
    python -m tests.benchmarks.many_sites growth  [--sites 30000]
    python -m tests.benchmarks.many_sites nowhere [--sites 100000]

waiting: every answer takes its time, some sites never answer; sites per second beside what arithmetic allows: open
visits divided by the mean time of a visit; counted while all places are taken, so that a dead site at the end of the
list is no delay. growth: peak memory and time beside those of a tenth of the sites, which are crawled again and again
meanwhile: both see the same machine, whose speed may swing (by 2 within half an hour, 2026-12-01). nowhere: the same
with names of which one in 100 exists. The servers run in this process. Prints, never judges.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

from harvester.demo.thread import InThread
from tests.benchmarks.processes import Cost, cost_of, spread
from tests.eval.recorded_web import crawl_command

WORDS = ("steel", "pump", "valve", "quality", "production", "export", "delivery", "customer", "service", "machine")
RESPONSE, A, MX, NXDOMAIN = b"\x81\x80", 1, 15, b"\x81\x83"


def page_of(host: str) -> bytes:
    """Return the one page of a company, always the same for a host: some 6 KB."""
    words = random.Random(host).choices(WORDS, k=800)
    text = "".join(f"<p>{' '.join(words[at : at + 20])}.</p>" for at in range(0, 800, 20))
    return f"<html lang=en><title>{host}</title><h1>{host}</h1>{text}<a href=mailto:info@{host}>Mail</a>".encode()


class Site(asyncio.Protocol):
    """Any generated company's web server. Those of `dead-…` take the request and never answer."""

    latency_s = 0.0
    begun: ClassVar[list[float]] = []  # when each visit asked for robots.txt
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        host = data.partition(b"Host: ")[2].partition(b"\r\n")[0].partition(b":")[0].decode()
        is_page = data.split(b" ", 2)[1] == b"/"
        if not is_page:
            self.begun.append(time.monotonic())
        if not host.startswith("dead-"):
            body = page_of(host) if is_page else b"nothing here"
            head = f"HTTP/1.1 {'200 OK' if is_page else '404 Not Found'}\r\nContent-Type: text/html\r\n"
            answer = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            asyncio.get_running_loop().call_later(self.latency_s, self.transport.write, answer)


class Names(asyncio.DatagramProtocol):
    """A DNS in which every name stands for this machine, but those of `no-…`, which do not exist."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: object) -> None:
        question = data[12 : data.index(b"\0", 12) + 5]
        kind = int.from_bytes(question[-4:-2], "big")
        values = {A: b"\x7f\0\0\1", MX: b"\0\x0a\xc0\x0c"}
        exists = not question[1:].startswith(b"no-")
        found = values.get(kind) if exists else None
        record = b"" if found is None else b"\xc0\x0c" + question[-4:] + b"\0\0\x0e\x10" + len(found).to_bytes(2, "big")
        counts = b"\0\1" + (b"\0\1" if found else b"\0\0") + b"\0\0\0\0"
        flags = RESPONSE if exists else NXDOMAIN
        self.transport.sendto(data[:2] + flags + counts + question + record + (found or b""), addr)  # type: ignore[arg-type]


@asynccontextmanager
async def serve() -> AsyncIterator[SimpleNamespace]:
    """Both servers; yields their ports in the form in which a crawl is told of them."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Site, "127.0.0.1", 0, backlog=4096)
    names, _ = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    nameserver = f"127.0.0.1:{names.get_extra_info('sockname')[1]}"
    yield SimpleNamespace(http_port=server.sockets[0].getsockname()[1], nameserver=nameserver)
    names.close()
    server.close()


def crawl(web: SimpleNamespace, seeds: list[str], into: Path, settings: list[str]) -> Cost:
    """Crawl the seeds; return what it cost."""
    return cost_of(crawl_command(into, web, seeds, ["LOG_LEVEL=ERROR", *settings]), into)  # type: ignore[arg-type]


def waiting(web: SimpleNamespace, options: argparse.Namespace, scratch: Path) -> None:
    """See the module."""
    Site.latency_s = options.latency / 1000
    dead = set(random.Random(1).sample(range(options.sites), round(options.sites * options.dead / 100)))
    seeds = [f"{'dead' if number in dead else 'firm'}-{number}.example" for number in range(options.sites)]
    settings = [f"HARVESTER_OPEN_VISITS={options.open}"]
    cost = crawl(web, seeds, scratch / "all", settings)
    with (scratch / "all/output/companies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    mean_s = statistics.fmean(float(row["seconds"]) for row in rows)
    good = [float(row["seconds"]) for row in rows if row["domain"].startswith("firm-")]
    begun = Site.begun[options.open - 1 :]
    rate, allowed = (len(begun) - 1) / (begun[-1] - begun[0]), options.open / mean_s
    print(f"{options.sites} sites, {len(dead)} dead, {options.latency} ms an answer, {options.open} visits at a time")
    print(
        f"a visit takes {mean_s:.2f} s; of a site that answers {statistics.fmean(good):.2f} s ({max(good):.2f} at most)"
    )
    print(f"{rate:.1f} sites/s of {allowed:.1f} that {options.open} visits allow: {rate / allowed:.0%}")
    print(f"CPU {cost.cpu_s / cost.wall_s:.0%} of a core, peak {cost.peak_mb:.0f} MB")


def compare(web: SimpleNamespace, options: argparse.Namespace, scratch: Path) -> None:
    """See the module: growth and nowhere."""
    every = 1 if options.what == "growth" else 100
    seeds = [f"{'firm' if number % every == 0 else 'no'}-{number}.example" for number in range(options.sites)]
    tenths: list[Cost] = []
    with ThreadPoolExecutor(1) as pool:
        crawling = pool.submit(crawl, web, seeds, scratch / "all", [])
        while not crawling.done():
            tenth = crawl(web, seeds[: len(seeds) // 10], scratch / str(len(tenths)), [])
            if not tenths or not crawling.done():  # the last one has had the machine to itself for a while
                tenths.append(tenth)
        whole = crawling.result()
    print(f"{len(seeds)} sites: {whole.wall_s:.1f} s, {whole.cpu_s:.1f} CPU-s, peak {whole.peak_mb:.0f} MB")
    print(
        f"a tenth of them, {len(tenths)} times meanwhile: {spread([cost.wall_s for cost in tenths])} s, "
        f"{spread([cost.cpu_s for cost in tenths])} CPU-s, peak {spread([cost.peak_mb for cost in tenths], 0)} MB"
    )
    mean = [statistics.fmean(values) for values in zip(*map(astuple, tenths), strict=True)]
    wall, cpu, peak = (value / of_tenth for value, of_tenth in zip(astuple(whole), mean, strict=True))
    print(
        f"ten times the sites: {wall:.2f} x the time, {cpu:.2f} x the CPU time, {peak:.2f} x the memory (of the mean)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["waiting", "growth", "nowhere"])
    parser.add_argument("--sites", type=int)
    parser.add_argument("--open", type=int, default=64, help="visits at a time")
    parser.add_argument("--latency", type=float, default=300, metavar="MS")
    parser.add_argument("--dead", type=float, default=2, metavar="PERCENT")
    options = parser.parse_args()
    options.sites = options.sites or {"waiting": 2_000, "growth": 30_000, "nowhere": 100_000}[options.what]
    with tempfile.TemporaryDirectory() as scratch, InThread(serve) as web:
        (waiting if options.what == "waiting" else compare)(web, options, Path(scratch))


if __name__ == "__main__":
    main()
