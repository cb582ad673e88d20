"""What a crawl by two processes costs beside that by one.

    python -m tests.benchmarks.several [--processes 2] [--runs 5] [--corpus ../shared/realweb/corpus]

The recorded websites on loopback, without a pause. CPU seconds are those of all the crawl's processes; the start-up,
measured with a list of one company that does not exist, is told apart. The server runs in this process: where it has
no core of its own, two crawlers share theirs with it, and the wall time says less than it could.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.eval.recorded_web import DEFAULT_CORPUS, RecordedWeb, crawl_command, load_contacts, start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return
    web, everything = RecordedWeb(options.corpus), sorted(RecordedWeb(options.corpus).corpus.sites)
    figures: dict[tuple[int, str], list[tuple[float, float]]] = {}
    found: dict[int, set[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as scratch, web.playing():
        for run in range(options.runs):
            for processes in (1, options.processes):
                for what, seeds in (("start-up", ["nobody.example"]), ("crawl", everything)):
                    into = Path(scratch, f"{run}-{processes}-{what}")
                    web.requests.clear()
                    figures.setdefault((processes, what), []).append(crawl(into, web, seeds, processes))
                found[processes], pages = load_contacts(into), len(web.pages())
    print(f"{len(everything)} sites, {pages} requests, {options.runs} runs, {os.cpu_count()} cores; the same contacts: "
          f"{found[1] == found[options.processes]}")  # fmt: skip
    for processes in (1, options.processes):
        wall, cpu = (of(figures[processes, "crawl"], at) for at in (0, 1))
        start_wall, start_cpu = (of(figures[processes, "start-up"], at) for at in (0, 1))
        low, high = (pick(value for _, value in figures[processes, "crawl"]) for pick in (min, max))
        print(
            f"{processes} process(es): {cpu:.2f} CPU s ({low:.2f} to {high:.2f}) in {wall:.2f} s; start-up "
            f"{start_cpu:.2f} CPU s in {start_wall:.2f} s; without {(cpu - start_cpu) / pages * 1000:.2f} CPU ms and "
            f"{(wall - start_wall) / pages * 1000:.2f} ms a request"
        )


def of(runs: list[tuple[float, float]], at: int) -> float:
    return statistics.median(run[at] for run in runs)


def crawl(into: Path, web: RecordedWeb, seeds: list[str], processes: int) -> tuple[float, float]:
    """Wall and CPU seconds."""
    command = crawl_command(into, web, seeds, ["LOG_LEVEL=ERROR"])
    command[command.index("list.txt") + 1 : command.index("list.txt") + 1] = ["--processes", str(processes)]
    began, before = time.monotonic(), os.times()
    assert start(command, into, stderr=subprocess.DEVNULL).wait() == 0, "the crawl failed"
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, cpu


if __name__ == "__main__":
    main()
