"""What a crawl by several processes costs beside that by one.

    python -m tests.benchmarks.several [--processes 2] [--runs 5] [--copies 6] [--corpus ../shared/realweb/corpus]

The recorded websites on loopback, each `--copies` times, without a pause. CPU seconds are those of all the crawl's
processes; the start-up, measured with a list of one company that does not exist, is taken off. The servers run in this
process, whose CPU seconds are told, too: where they have no core of their own, the crawlers share theirs with them, and
the wall time says less than it could. Speed is printed, never judged.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.farm import Farm
from tests.benchmarks.processes import Cost, cost_of, spread
from tests.eval.recorded_web import DEFAULT_CORPUS, crawl_command, load_contacts


def crawl(into: Path, farm: Farm, seeds: list[str], processes: int) -> Cost:
    """Crawl the list with so many processes."""
    command = crawl_command(into, farm, seeds, ["LOG_LEVEL=ERROR"])
    command[command.index("list.txt") + 1 : command.index("list.txt") + 1] = ["--processes", str(processes)]
    farm.requests.clear()
    return cost_of(command, into)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=int, default=6, help="how often each recorded site stands in the farm")
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    farm, both = Farm(options.corpus, options.copies), (1, options.processes)
    work: dict[int, list[Cost]] = {processes: [] for processes in both}
    served: dict[int, list[float]] = {processes: [] for processes in both}
    found: dict[int, set[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as scratch, farm.playing():
        crawl(Path(scratch, "first"), farm, farm.hosts, 1)  # also makes the farm's copies
        for run in range(options.runs):
            for processes in both:
                starting = crawl(Path(scratch, f"{run}-{processes}-start"), farm, ["nobody.example"], processes)
                before, into = time.process_time(), Path(scratch, f"{run}-{processes}")
                work[processes].append(crawl(into, farm, farm.hosts, processes) - starting)
                served[processes].append(time.process_time() - before)
                found[processes], pages = load_contacts(into), len(farm.html_pages())
    print(f"{len(farm.hosts)} sites, {pages} pages, {options.runs} runs, {os.cpu_count()} cores; the same contacts: "
          f"{found[1] == found[options.processes]}; median (least to most)")  # fmt: skip
    for processes in both:
        print(f"{processes} process(es): {spread([cost.cpu_s * 1000 / pages for cost in work[processes]], 2)} CPU ms "
              f"and {spread([cost.wall_s * 1000 / pages for cost in work[processes]], 2)} ms a page; the servers "
              f"{spread([seconds * 1000 / pages for seconds in served[processes]], 2)} CPU ms")  # fmt: skip
    ratios = [
        one.wall_s / several.wall_s for one, several in zip(*(work[processes] for processes in both), strict=True)
    ]
    print(f"{options.processes} processes are {spread(ratios, 2)} times as fast as one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
