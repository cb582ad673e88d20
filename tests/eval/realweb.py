"""Crawl the recorded websites as a user would, over HTTP and DNS on loopback, score the lists, hold the floors.

    python -m tests.eval.realweb [--corpus ../shared/realweb/corpus] [--wrong 40] [--keep DIR] [-s NAME=VALUE ...]

Exit status 1 when a figure is below its floor in floors.toml; 0 with a line that says so where the corpus is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CORPUS = ROOT.parent / "shared" / "realweb" / "corpus"
FLOORS = Path(__file__).with_name("floors.toml")
START_TIMEOUT_S = 30


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def play(corpus: Path) -> Iterator[tuple[int, int]]:
    """Serve the corpus for as long as the block lasts; give its HTTP and its DNS port."""
    http, dns = free_port(), free_port()
    command = [sys.executable, str(corpus.parent / "realweb.py"), str(corpus)]
    command += ["--http", str(http), "--https", "0", "--dns", str(dns), "--smtp", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("serving"), "the recorded web did not start"
            yield http, dns
        finally:
            server.terminate()


def crawl(seeds: list[str], into: Path, nameserver: str, settings: list[str]) -> int:
    """Run `harvester crawl` in the folder `into` without a pause; return its exit status."""
    (into / "list.txt").write_text("\n".join(seeds) + "\n", "utf-8")
    command = [sys.executable, "-m", "harvester.cli", "crawl", "list.txt"]
    wanted = [f"HARVESTER_NAMESERVERS={nameserver}", "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1", "DOWNLOAD_DELAY=0"]
    for setting in (*wanted, *settings):
        command += ["-s", setting]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=into, check=False, env=environment).returncode


def score(corpus: Path, into: Path, wrong: int) -> dict[str, float]:
    """Run the corpus' own scorer over the files of a crawl; print its mistakes and return its figures."""
    command = [sys.executable, str(corpus.parent / "score.py"), str(corpus / "sites.jsonl")]
    command += [str(into / "output/contacts.jsonl"), "--companies", str(into / "output/companies.csv")]
    done = subprocess.run([*command, "--wrong", str(wrong), "--json"], check=True, capture_output=True, text=True)
    *mistakes, figures = done.stdout.strip().splitlines()
    print("\n".join(mistakes))
    return json.loads(figures)


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
    with tempfile.TemporaryDirectory() as scratch:
        into = options.keep or Path(scratch)
        into.mkdir(parents=True, exist_ok=True)
        seeds = (options.corpus / "list.txt").read_text("utf-8").split()
        started = time.monotonic()
        with play(options.corpus.resolve()) as (http, dns):
            status = crawl([f"{seed}:{http}" for seed in seeds], into, f"127.0.0.1:{dns}", options.set)
        if status:
            print(f"the crawl ended with status {status}")
            return 1
        figures = score(options.corpus.resolve(), into, options.wrong)
    print(json.dumps(figures | {"seconds": round(time.monotonic() - started, 1)}))
    failures = below_floors(figures, "realweb")
    print("\n".join(failures) or "all figures at or above their floors")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
