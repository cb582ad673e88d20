"""How long the commands take to begin.

    python -m tests.benchmarks.startup [--runs 5]

The time of `harvester --help` and of other commands that hold up who waits for them, and from the start of a crawl to
its first request, with one process and with two. CPU seconds beside wall seconds: other work on the machine disturbs
the latter. The small web of the demo answers, on loopback.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from harvester.demo import DemoWeb, SmallWeb
from tests.crawling import HARVESTER, command, start

COMMANDS = (("--help",), ("crawl", "--help"), ("settings",), ("contacts",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, DemoWeb() as web:
        web.write_list(Path(scratch, "list.txt"))
        for words in COMMANDS:
            runs = [run(Path(scratch), words) for _ in range(options.runs)]
            show(f"harvester {' '.join(words)}", runs)
        for more in ((), ("--processes", "2")):
            firsts = [first_request(Path(scratch), web, more) for _ in range(options.runs)]
            show(" ".join(("first request of a crawl", *more)), firsts)


def show(name: str, runs: Sequence[tuple[float, float]]) -> None:
    wall, cpu = zip(*runs, strict=True)
    spread = f"({min(wall):.2f} to {max(wall):.2f})"
    print(f"{name:42}{statistics.median(wall):6.2f} s {spread:16} {statistics.median(cpu):6.2f} CPU s")


def run(folder: Path, words: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    began, before = time.monotonic(), os.times()
    start(folder, [sys.executable, "-m", "harvester.cli", *words], {}, stdout=subprocess.DEVNULL).wait()
    return time.monotonic() - began, cpu_since(before)


def first_request(folder: Path, web: SmallWeb, more: Sequence[str]) -> tuple[float, float]:
    """Wall seconds until the first request, and the CPU seconds of the whole (short) crawl."""
    asked, began, before = len(web.requests), time.monotonic(), os.times()
    words = command("list.txt", web.nameserver, "--recrawl", "0", *more, how=HARVESTER)
    process = start(folder, words, {}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(web.requests) == asked and process.poll() is None:
        time.sleep(0.002)
    seconds = time.monotonic() - began
    process.wait()
    return seconds, cpu_since(before)


def cpu_since(before: os.times_result) -> float:
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
