"""What a crawl by several processes costs beside that by one.

    python -m tests.benchmarks.several [--processes 2] [--runs 5] [--copies 6] [--share 0.45] [--corpus …/corpus]

The recorded websites on loopback, each `--copies` times, without a pause. CPU seconds are those of all the crawl's
processes. Each process starts and loads its tables with the first sites that it visits, which a short list pays and a
long one does not notice: so the first copy of the sites is crawled alone, too, and the work is what all cost more than
it. The servers run in this process, whose CPU seconds are told, too: where they have no core of their own, the crawlers
share theirs with them, and the wall time says less than it could. With `--share` each process of a crawl gets no more
than so much of a core (as root, on Linux), as if it had a slower one to itself, and the servers get what is left: with
two processes and the one that reads the list and writes, 0.45 leaves them 0.65 of two cores. Speed is printed, never
judged.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.benchmarks.core_share import CoreShare
from tests.benchmarks.farm import Farm
from tests.benchmarks.processes import Cost, cost_of, spread
from tests.eval.recorded_web import DEFAULT_CORPUS, crawl_command, load_contacts


def crawl(into: Path, farm: Farm, seeds: list[str], processes: int, share: float | None = None) -> Cost:
    """Crawl the list with so many processes, each with no more than `share` of a core."""
    command = crawl_command(into, farm, seeds, ["LOG_LEVEL=ERROR"])
    command[command.index("list.txt") + 1 : command.index("list.txt") + 1] = ["--processes", str(processes)]
    farm.requests.clear()
    with CoreShare(share) if share else nullcontext():
        return cost_of(command, into)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=int, default=6, help="how often each recorded site stands in the farm")
    parser.add_argument("--share", type=float, help="of a core, for each process of a crawl")
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    options = parser.parse_args()
    if options.copies < 2:
        parser.error("--copies must be 2 or more: the first copy is the start")
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    if options.share:
        try:
            CoreShare(options.share)
        except OSError as error:
            print(f"SKIPPED: no control groups for --share: {error}")
            return 0
    farm, both = Farm(options.corpus, options.copies), (1, options.processes)
    first = farm.hosts[: len(farm.hosts) // options.copies]
    starts: dict[int, list[Cost]] = {processes: [] for processes in both}
    wholes: dict[int, list[Cost]] = {processes: [] for processes in both}
    served: dict[int, list[float]] = {processes: [] for processes in both}
    found: dict[int, set[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as scratch, farm.playing():
        crawl(Path(scratch, "first"), farm, farm.hosts, 1)  # also makes the farm's copies
        for run in range(options.runs):
            for processes in both:
                starts[processes].append(
                    crawl(Path(scratch, f"{run}-{processes}-start"), farm, first, processes, options.share)
                )
                begun, before, into = len(farm.html_pages()), time.process_time(), Path(scratch, f"{run}-{processes}")
                wholes[processes].append(crawl(into, farm, farm.hosts, processes, options.share))
                pages = len(farm.html_pages())
                served[processes].append((time.process_time() - before) * 1000 / pages)
                found[processes] = load_contacts(into)
    print(f"{len(farm.hosts)} sites, {pages} pages, {options.runs} runs, {os.cpu_count()} cores; the same contacts: "
          f"{found[1] == found[options.processes]}; median (least to most)")  # fmt: skip
    show(starts, wholes, served, pages, begun)
    return 0


def show(
    starts: dict[int, list[Cost]], wholes: dict[int, list[Cost]], served: dict[int, list[float]], pages: int, begun: int
) -> None:
    """Print the figures; `begun` of the pages are those of the start."""
    work = {
        processes: [whole - start for whole, start in zip(wholes[processes], starts[processes], strict=True)]
        for processes in wholes
    }
    for processes, costs in work.items():
        print(f"{processes} process(es): {spread([cost.cpu_s * 1000 / (pages - begun) for cost in costs], 2)} CPU ms "
              f"and {spread([cost.wall_s * 1000 / (pages - begun) for cost in costs], 2)} ms a page; the servers "
              f"{spread(served[processes], 2)} CPU ms; the first {begun} pages with the start "
              f"{spread([cost.cpu_s for cost in starts[processes]], 2)} CPU s")  # fmt: skip
    alone, several = work
    for name, costs in (("the work alone", work), ("the whole command", wholes)):
        ratios = [one.wall_s / more.wall_s for one, more in zip(costs[alone], costs[several], strict=True)]
        print(f"{several} processes are {spread(ratios, 2)} times as fast as one: {name}")


if __name__ == "__main__":
    sys.exit(main())
