"""How fast is the whole job? The crawl of the recorded websites beside a bare Scrapy spider on the same pages.

    python -m tests.benchmarks.crawl [--runs 3] [--corpus ../shared/realweb/corpus]

The whole job is robots.txt, visit, extraction, classification, DNS verification, store and feeds, without pauses. The
bare spider gets the very pages that the crawl read with success, through Scrapy's scheduler, into an empty callback,
outside this project's settings: once with Scrapy's default CONCURRENT_ITEMS=100 and once with 1. Each runs in a process
of its own, in turn; the server runs in this one. Prints pages per second of wall time and of CPU time, medians with
minimum and maximum, and the ratios. Speed is printed, never judged.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.eval.recorded_web import DEFAULT_CORPUS, RecordedWeb, crawl_command, start

BARE = Path(__file__).with_name("bare_spider.py")


def timed(launch: Callable[[], subprocess.Popen[str]]) -> tuple[float, float]:
    """Return the wall seconds and CPU seconds of a process."""
    began, before = time.monotonic(), os.times()
    status = launch().wait()
    after = os.times()
    assert status == 0, f"exit status {status}"
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, cpu


def html_pages(web: RecordedWeb) -> list[tuple[str, str]]:
    """Return the pages asked for since the last `clear` that were answered with 200 and HTML."""
    answers = ((page, web.player.Web.respond(web.web, *page)) for page in web.pages())
    return [page for page, (status, kind, _) in answers if status.startswith("200") and "html" in kind]


def bare_command(pages: Path, web: RecordedWeb, items: int) -> list[str]:
    command = [sys.executable, "-m", "scrapy", "runspider", str(BARE), "-a", f"pages={pages}"]
    return [*command, "-a", f"port={web.http_port}", "-s", f"CONCURRENT_ITEMS={items}"]


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):7.1f} ({min(values):.1f} to {max(values):.1f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    web = RecordedWeb(options.corpus)
    rates: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch, web.playing():
        for run in range(options.runs):
            into = Path(scratch, str(run))
            command = crawl_command(into, web, sorted(web.corpus.sites), ["LOG_LEVEL=ERROR"])
            web.requests.clear()
            wall, cpu = timed(lambda: start(command, into, stderr=subprocess.DEVNULL))  # noqa: B023
            pages = html_pages(web)
            rates.setdefault("whole job", []).append((len(pages) / wall, len(pages) / cpu))
            (listed := Path(scratch, "pages.txt")).write_text("".join(f"{h} {p}\n" for h, p in pages), "utf-8")
            for items in (100, 1):
                command = bare_command(listed, web, items)
                wall, cpu = timed(lambda: start(command, Path(scratch), stderr=subprocess.DEVNULL))  # noqa: B023
                key = f"bare spider, CONCURRENT_ITEMS={items}"
                rates.setdefault(key, []).append((len(pages) / wall, len(pages) / cpu))
    print(f"{len(pages)} pages of {len(web.corpus.sites)} sites, {options.runs} runs each, start-up included")
    for name, values in rates.items():
        print(f"{name:32} {spread([v[0] for v in values])} pages/s   {spread([v[1] for v in values])} pages/CPU-s")
    for name, values in list(rates.items())[1:]:
        ratio = [whole[1] / bare[1] for whole, bare in zip(rates["whole job"], values, strict=True)]
        print(f"whole job / {name}: {spread(ratio)} of its pages/CPU-s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
