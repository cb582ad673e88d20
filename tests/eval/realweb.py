"""Crawl the recorded websites as a user would, over HTTP and DNS on loopback, score the lists, hold the floors.

    python -m tests.eval.realweb [--corpus ../shared/realweb/corpus] [--wrong 40] [--keep DIR] [-s NAME=VALUE ...]

Exit status 1 when a figure is below its floor in floors.toml; 0 with a line that says so where the corpus is missing.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from tests.eval.recorded_web import DEFAULT_CORPUS, RecordedWeb, crawl_command, start

FLOORS = Path(__file__).with_name("floors.toml")


def score(corpus: Path, into: Path, wrong: int) -> dict[str, float]:
    """Run the corpus' own scorer over the files of a crawl; print its mistakes and return its figures."""
    command = [sys.executable, str(corpus.resolve().parent / "score.py"), str(corpus / "sites.jsonl")]
    command += [str(into / "output/contacts.jsonl"), "--companies", str(into / "output/companies.csv")]
    done = subprocess.run([*command, "--wrong", str(wrong), "--json"], check=True, capture_output=True, text=True)
    *mistakes, figures = done.stdout.strip().splitlines()
    print("\n".join(mistakes))
    return dict(json.loads(figures))


def read_costs(into: Path) -> dict[str, float]:
    """Return what a crawl cost each site: pages read and requests made (mean, 90th percentile), and what pages gave."""
    with (into / "output/companies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    contacts = [json.loads(line) for line in (into / "output/contacts.jsonl").read_text("utf-8").splitlines()]
    giving = {(row["domain"], mention["url"]) for row in contacts for mention in row["mentions"]}
    figures: dict[str, float] = {}
    for name, column in (("pages", "pages"), ("requests", "pages_tried")):
        numbers = sorted(int(row[column] or 0) for row in rows)
        figures[f"{name}_mean"] = round(statistics.fmean(numbers), 2)
        figures[f"{name}_p90"] = numbers[math.ceil(len(numbers) * 0.9) - 1]
    figures["pages_with_contact"] = round(len(giving) / sum(int(row["pages"] or 0) for row in rows), 3)
    return figures


def below_floors(figures: dict[str, float], section: str) -> list[str]:
    """Return a line for each figure that is below its floor."""
    floors = tomllib.loads(FLOORS.read_text("utf-8"))[section]
    return [f"{name} is {figures[name]}, its floor {floor}" for name, floor in floors.items() if figures[name] < floor]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="also list the first N mistakes")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="crawl in this folder and leave the files there")
    parser.add_argument("-s", "--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    seeds = (options.corpus / "list.txt").read_text("utf-8").split()
    web = RecordedWeb(options.corpus)
    with tempfile.TemporaryDirectory() as scratch, web.playing():
        into = options.keep or Path(scratch)
        started = time.monotonic()
        if status := start(crawl_command(into, web, seeds, options.set), into).wait():
            print(f"the crawl ended with status {status}")
            return 1
        seconds = round(time.monotonic() - started, 1)
        figures = score(options.corpus, into, options.wrong)
        costs = read_costs(into)
    print(json.dumps(figures | {"requests": len(web.pages()), "seconds": seconds}))
    print(
        "a site: {pages_mean} pages read (90th percentile {pages_p90:g}), {requests_mean} requests "
        "({requests_p90:g}); {pages_with_contact:.1%} of the pages read carried a contact".format(**costs)
    )
    failures = below_floors(figures, "realweb")
    print("\n".join(failures) or "all figures at or above their floors")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
