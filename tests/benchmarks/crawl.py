"""How fast is the whole job? A crawl of many websites beside a bare Scrapy spider and a raw client on the same pages.

    python -m tests.benchmarks.crawl [--runs 5] [--copies 6] [--corpus ../shared/realweb/corpus]

The whole job is robots.txt, visit, extraction, classification, DNS verification, store and feeds, without pauses. The
others get the very pages that the crawl was answered with 200 and HTML, no robots.txt, no name server to ask, and do
nothing with them: a bare spider with Scrapy's defaults (an empty callback, through the scheduler) once with
CONCURRENT_ITEMS=100, the default, and once with 1; and a loop of aiohttp. One more bare spider fetches every URL that
the crawl asked for but robots.txt: most links of the recorded sites lead to pages that were not recorded, so that a
crawl pays for more answers than pages (404, scripts). Each runs in a process of its own, in turn; the servers run in
this one. What a run of one page costs is the start, which is told apart and taken off. Speed is printed, never judged.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.farm import Farm
from tests.benchmarks.processes import Cost, cost_of, spread
from tests.eval.recorded_web import DEFAULT_CORPUS, crawl_command

HERE = Path(__file__).parent
WHOLE = "whole job"
BARE = ["-m", "scrapy", "runspider", str(HERE / "bare_spider.py"), "-a", "pages={pages}"]
BARE += ["-s", "TWISTED_DNS_RESOLVER=tests.benchmarks.bare_spider.LoopbackResolver"]
EVERY_URL = "bare spider, 1, every URL"
PEERS = {
    "bare spider, CONCURRENT_ITEMS=100": [*BARE, "-s", "CONCURRENT_ITEMS=100"],
    "bare spider, CONCURRENT_ITEMS=1": [*BARE, "-s", "CONCURRENT_ITEMS=1"],
    "aiohttp loop": [str(HERE / "raw_loop.py"), "{pages}"],
    EVERY_URL: [*BARE, "-s", "CONCURRENT_ITEMS=1"],
}


def crawl(farm: Farm, hosts: Iterable[str], into: Path) -> Cost:
    """Run the whole job on these hosts. What it was answered is in the farm's log."""
    farm.requests.clear()
    return cost_of(crawl_command(into, farm, list(hosts), ["LOG_LEVEL=ERROR"]), into)


def fetch(farm: Farm, pages: list[tuple[str, str]], peer: list[str], into: Path) -> Cost:
    """Let a peer fetch these pages."""
    (listed := into / "pages.txt").write_text("".join(f"http://{h}:{farm.http_port}{p}\n" for h, p in pages), "utf-8")
    farm.requests.clear()
    cost = cost_of([sys.executable, *(part.format(pages=listed) for part in peer)], into)
    assert sorted(farm.requests) == sorted(pages), "other pages were fetched than asked for"
    return cost


def measure(farm: Farm, scratch: Path, runs: int) -> tuple[dict[str, list[tuple[Cost, Cost]]], list[tuple[str, str]]]:
    """Return each contender's costs, start and whole run, and the pages of the last run."""
    costs: dict[str, list[tuple[Cost, Cost]]] = {name: [] for name in (WHOLE, *PEERS)}
    pages: list[tuple[str, str]] = []
    crawl(farm, farm.hosts, scratch / "first")  # also makes the farm's copies
    for run in range(runs):
        starting = crawl(farm, farm.hosts[:1], scratch / f"{run}-one")
        costs[WHOLE].append((starting, crawl(farm, farm.hosts, scratch / str(run))))
        asked, pages = list(dict.fromkeys(farm.pages())), list(dict.fromkeys(farm.html_pages()))
        print(
            f"run {run + 1}: {len(farm.requests)} requests, {len(farm.requests) - len(farm.pages())} of them robots.txt"
        )
        for name, peer in PEERS.items():
            wanted = asked if name == EVERY_URL else pages
            costs[name].append((fetch(farm, pages[:1], peer, scratch), fetch(farm, wanted, peer, scratch)))
    return costs, pages


def show(costs: dict[str, list[tuple[Cost, Cost]]], pages: int) -> None:
    """Print the figures and the ratios."""
    for name, runs in costs.items():
        work = [whole - starting for starting, whole in runs]
        print(
            f"{name:34}{spread([pages / cost.cpu_s for cost in work])} pages/CPU-s "
            f"{spread([pages / cost.wall_s for cost in work])} pages/s, start {spread([s.cpu_s for s, _ in runs], 2)} "
            f"CPU-s, peak {max(whole.peak_mb for _, whole in runs):.0f} MB"
        )
    for name in PEERS:
        pairs = list(zip(costs[WHOLE], costs[name], strict=True))
        apart = [(b[1] - b[0]).cpu_s / (a[1] - a[0]).cpu_s for a, b in pairs]
        whole = [b[1].cpu_s / a[1].cpu_s for a, b in pairs]
        print(f"{WHOLE} / {name:34}{spread(apart, 2)} of its pages/CPU-s; with the start {spread(whole, 2)}")
    ms = statistics.median((whole - starting).cpu_s for starting, whole in costs[WHOLE]) * 1000 / pages
    print(f"{WHOLE}: {ms:.2f} ms of CPU time a page")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=int, default=6, help="how often each recorded site stands in the farm")
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    farm = Farm(options.corpus, options.copies)
    with tempfile.TemporaryDirectory() as scratch, farm.playing():
        costs, pages = measure(farm, Path(scratch), options.runs)
    hosts, size = len({host for host, _ in pages}), farm.size(pages) / len(pages) / 1000
    print(f"{len(pages)} pages of {size:.0f} KB from {hosts} hosts; {options.runs} runs each: median (least to most)")
    show(costs, len(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main())
