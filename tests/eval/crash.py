"""Crawls killed, starved and locked out at random moments: nothing committed is lost, no file is half there.

    python -m tests.eval.crash [--rounds 100] [--seed 1]

Each round breaks one crawl of the demo's companies in one of the ways below, looks at what is there, and runs it again.
A full disk is a tmpfs of some hundred KB where the user may mount one; else those rounds are left out, and said to be.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import openpyxl

from harvester.demo import DemoWeb, SmallWeb, load_companies
from tests.crawling import Crawl, command, crawl, read_table, start

HOSTS = {company.host for company in load_companies()}
EXPECTED = {(company.host, address) for company in load_companies() for address in company.contacts}
SLOWLY = {"HARVESTER_OPEN_VISITS": 3, "DOWNLOAD_DELAY": 0.05}
LONGEST_S = 3.0
LOCKED_S = 1
# A database that is locked for long, without waiting for half a minute.
IMPATIENT = ("-c", (f"import harvester.store.database as d\nd.BUSY_TIMEOUT_S = {LOCKED_S}\n"
             "from harvester.cli import main\nmain()"), "crawl")  # fmt: skip


class Committed:
    """What another process saw committed so far, asked again and again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._done = folder, threading.Event()
        self.seen: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Committed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.seen |= contacts_of(self._folder)


def query(folder: Path, statement: str) -> list[tuple[str, ...]]:
    with suppress(sqlite3.OperationalError):  # not there yet, or without tables
        uri = f"file:{folder}/output/harvester.db?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as database:
            return database.execute(statement).fetchall()
    return []


def contacts_of(folder: Path) -> set[tuple[str, str]]:
    return {(domain, address) for domain, address in query(folder, "SELECT domain, address FROM contacts")}


def done_in(folder: Path) -> set[str]:
    return {domain for (domain,) in query(folder, "SELECT domain FROM companies")}


def begin(folder: Path, web: SmallWeb, *, how: tuple[str, ...] = ("-m", "harvester.cli", "crawl")) -> subprocess.Popen:
    words = command("list.txt", web.nameserver, "-O", "output/more.xlsx", settings=SLOWLY, how=how)
    return start(folder, words, {}, stdout=subprocess.DEVNULL, stderr=(folder / "said.txt").open("w"))


def kill(folder: Path, web: SmallWeb, after_s: float) -> None:
    process = begin(folder, web)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    process.kill()
    process.wait()


def kill_one_of_two(folder: Path, web: SmallWeb, after_s: float) -> None:
    victim, other = begin(folder, web), begin(folder, web)
    with suppress(subprocess.TimeoutExpired):
        victim.wait(after_s)
    victim.kill()
    victim.wait()
    assert other.wait(60) == 0, "the other one did not come to its end"


def interrupt(folder: Path, web: SmallWeb, after_s: float, *, times: int = 1) -> None:
    process = begin(folder, web)
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.8 + after_s)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    process.wait(60)


def interrupt_twice(folder: Path, web: SmallWeb, after_s: float) -> None:
    interrupt(folder, web, after_s, times=2)


def lock(folder: Path, web: SmallWeb, after_s: float) -> None:
    process = begin(folder, web, how=IMPATIENT)
    while not done_in(folder) and process.poll() is None:
        time.sleep(0.02)
    time.sleep(after_s / 3)
    with closing(sqlite3.connect(folder / "output/harvester.db", isolation_level=None, timeout=10)) as database:
        database.execute("BEGIN IMMEDIATE")
        process.wait(60)


def fill_the_disk(folder: Path, web: SmallWeb, after_s: float) -> None:
    kilobytes = 200 + int(after_s / LONGEST_S * 800)
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", folder], check=True)
    begin(folder, web).wait(60)
    subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)


WAYS = (kill, kill_one_of_two, interrupt, interrupt_twice, lock, fill_the_disk)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "harvester", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(["mount", "-t", "tmpfs", "x", folder], check=False, capture_output=True)
        if made.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return made.returncode == 0


def half_files(folder: Path) -> Iterator[str]:
    """Lists that are there and do not read to their end."""
    for path in (folder / "output").glob("[!.]*"):
        try:
            if path.suffix == ".csv":
                content = path.read_bytes()
                if not content.endswith(b"\r\n") or any(
                    None in row or None in row.values() for row in read_table(path)
                ):
                    yield path.name
            elif path.suffix == ".jsonl":
                [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            elif path.suffix == ".xlsx":
                openpyxl.load_workbook(path).close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the file is broken
            yield f"{path.name}: {error}"


def break_one(folder: Path, web: SmallWeb, way: int, after_s: float) -> list[str]:
    """One round; what is wrong after it."""
    web.write_list(folder / "list.txt")
    with Committed(folder) as committed:
        WAYS[way](folder, web, after_s)
    wrong = [f"half a file: {name}" for name in half_files(folder)]
    said = (folder / "said.txt").read_text("utf-8")
    if "Traceback" in said:
        wrong.append(f"a traceback: …{said[said.index('Traceback') :][-300:]}")
    if (verdict := query(folder, "PRAGMA integrity_check")) not in ([], [("ok",)]):
        wrong.append(f"integrity: {verdict}")
    if lost := committed.seen - contacts_of(folder):
        wrong.append(f"lost: {lost}")
    done, asked = done_in(folder), len(web.requests)
    resumed = crawl(folder, web.nameserver, "-O", "output/more.xlsx", settings=SLOWLY)
    return wrong + judge(folder, resumed, {host for host, _ in web.requests[asked:]} & done)


def judge(folder: Path, resumed: Crawl, again: set[str]) -> list[str]:
    """What is wrong after the next run."""
    wrong = []
    if resumed.status or resumed.contacts() != EXPECTED:
        wrong.append(f"the next run ended with {resumed.status} and {len(resumed.contacts())} contacts")
    if again:
        wrong.append(f"fetched again: {again}")
    if left := [path.name for path in (folder / "output").glob(".*")]:
        wrong.append(f"left behind: {left}")
    return wrong + [f"half a file: {name}" for name in half_files(folder)]


def run(rounds: int, seed: int) -> Counter[str]:
    """So many rounds, printed as they go; how many failed, by way."""
    dice, failed, mounts = random.Random(seed), Counter[str](), can_mount()
    if not mounts:
        print("SKIPPED: no tmpfs can be mounted here, so no disk gets full")
    for number in range(rounds):
        way, after_s = number % (len(WAYS) - (not mounts)), dice.uniform(0.1, LONGEST_S)
        with tempfile.TemporaryDirectory() as scratch, DemoWeb() as web:
            folder = Path(scratch)
            if WAYS[way] is fill_the_disk:
                with small_disk(folder):
                    wrong = break_one(folder, web, way, after_s)
            else:
                wrong = break_one(folder, web, way, after_s)
        print(f"{number + 1:3}  {WAYS[way].__name__:16} {after_s:4.1f} s  {'; '.join(wrong) or 'ok'}", flush=True)
        failed[WAYS[way].__name__] += bool(wrong)
    return +failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = run(options.rounds, options.seed)
    print(f"{options.rounds} rounds, {failed.total()} failed {dict(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
