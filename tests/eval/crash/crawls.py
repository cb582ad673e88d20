"""Ways to break a crawl of the demo's companies, and what must be true after it and after the next run."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from harvester.demo import DemoWeb, SmallWeb, load_companies
from tests.crawling import HARVESTER, Crawl, command, crawl, start, visiting_processes
from tests.eval.crash.looking import (
    DATABASE,
    TEMPORARY,
    Committed,
    Outcome,
    Trouble,
    end_of,
    half_files,
    is_sound,
    left_behind,
    query,
)

EXPECTED = {(company.host, address) for company in load_companies() for address in company.contacts}
SLOWLY = {"HARVESTER_OPEN_VISITS": 3, "DOWNLOAD_DELAY": 0.03}
REQUESTS = 67  # of the demo's sites in a crawl that nobody disturbs
LONGEST_S = 0.5  # a further wait, so that also the work between requests and after the last one is hit
LOCKED_S = 1
# A database that is locked for long, without waiting for half a minute.
IMPATIENT = ("-c", (f"import harvester.store.database as d\nd.BUSY_TIMEOUT_S = {LOCKED_S}\n"
             "from harvester.cli import main\nmain()"), "crawl")  # fmt: skip
TWO = ("--processes", "2")
Break = Callable[[Path, SmallWeb, float], bool]


def begin(folder: Path, web: SmallWeb, *options: str, how: Sequence[str] = HARVESTER) -> subprocess.Popen[str]:
    words = command("list.txt", web.nameserver, "-O", "output/more.xlsx", *options, settings=SLOWLY, how=how)
    said = (folder / "said.txt").open("w")
    return start(folder, words, {"TMPDIR": str(folder / TEMPORARY)}, stdout=subprocess.DEVNULL, stderr=said)


def await_share(process: subprocess.Popen[str], web: SmallWeb, share: float, *, least: int = 0) -> bool:
    """Wait until a share (0 to 1) of a crawl is done, told by what the web was asked; whether it is still at work."""
    wanted = max(least, int(share * REQUESTS))
    while process.poll() is None and len(web.requests) < wanted:
        time.sleep(0.002)
    with suppress(subprocess.TimeoutExpired):
        process.wait(share * 997 % 1 * LONGEST_S)
    return process.poll() is None


def kill(folder: Path, web: SmallWeb, share: float) -> bool:
    process = begin(folder, web)
    hit = await_share(process, web, share)
    process.kill()
    process.wait()
    return hit


def kill_one_of_two_crawls(folder: Path, web: SmallWeb, share: float) -> bool:
    victim, other = begin(folder, web), begin(folder, web)
    hit = await_share(victim, web, share)
    victim.kill()
    victim.wait()
    assert end_of(other) == 0, "the other one did not come to its end"
    return hit


def kill_a_visiting_process(folder: Path, web: SmallWeb, share: float) -> bool:
    """One of the two that visit for a crawl: the other goes on, and the crawl says what is left to do."""
    process = begin(folder, web, *TWO)
    hit = await_share(process, web, share, least=1)
    victims = visiting_processes(folder)
    with suppress(ProcessLookupError, IndexError):
        os.kill(victims[int(share * 1000) % 2], signal.SIGKILL)
    status = end_of(process)
    said = (folder / "said.txt").read_text("utf-8")
    assert status == 0 or "ended too early (signal 9)" in said, f"it ended with {status} and said: {said[-300:]}"
    return hit and status == 1


def kill_the_first_process(folder: Path, web: SmallWeb, share: float) -> bool:
    """The one that reads the list and writes the files: those that visit for it must end as well."""
    process = begin(folder, web, *TWO)
    hit = await_share(process, web, share)
    process.kill()
    process.wait()
    until = time.monotonic() + 20
    while (left := visiting_processes(folder)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left, "processes go on without the one that started them"
    return hit


def interrupt(folder: Path, web: SmallWeb, share: float, *, times: int = 1) -> bool:
    process = begin(folder, web)
    hit = await_share(process, web, share, least=1)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    end_of(process)
    return hit


def interrupt_twice(folder: Path, web: SmallWeb, share: float) -> bool:
    return interrupt(folder, web, share, times=2)


def lock(folder: Path, web: SmallWeb, share: float) -> bool:
    process = begin(folder, web, how=IMPATIENT)
    while not done_in(folder) and process.poll() is None:
        time.sleep(0.02)
    hit = await_share(process, web, share)
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None, timeout=10)) as database:
        database.execute("BEGIN IMMEDIATE")
        end_of(process)
    return hit


def fill_the_disk(folder: Path, web: SmallWeb, share: float) -> bool:
    kilobytes = 150 + int(share * 500)
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", folder], check=True)
    try:
        return end_of(begin(folder, web)) != 0
    finally:
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)


WAYS: tuple[Break, ...] = (
    kill, kill_one_of_two_crawls, kill_a_visiting_process, kill_the_first_process, interrupt, interrupt_twice, lock,
    fill_the_disk,
)  # fmt: skip


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


def done_in(folder: Path) -> set[object]:
    return {domain for (domain,) in query(folder, "SELECT domain FROM companies")}


def break_one(folder: Path, way: Break, share: float) -> Outcome:
    """One round."""
    with DemoWeb() as web:
        if way is not fill_the_disk:
            return _break_one(folder, web, way, share)
        with small_disk(folder):
            return _break_one(folder, web, way, share)


def _break_one(folder: Path, web: SmallWeb, way: Break, share: float) -> Outcome:
    web.write_list(folder / "list.txt")
    (folder / TEMPORARY).mkdir()
    outcome = Outcome()
    with Committed(folder, "SELECT domain, address FROM contacts") as committed:
        try:
            outcome.broken = way(folder, web, share)
        except AssertionError as error:
            outcome.add(Trouble.OTHER, str(error))
    said = (folder / "said.txt").read_text("utf-8")
    if "Traceback" in said:
        outcome.add(Trouble.OTHER, f"a traceback: …{said[said.index('Traceback') :][-300:]}")
    _look(folder, outcome)
    if lost := committed.seen - set(query(folder, "SELECT domain, address FROM contacts")):
        outcome.add(Trouble.LOST, f"lost: {lost}")
    done, asked = done_in(folder), len(web.requests)
    options = TWO if way in (kill_a_visiting_process, kill_the_first_process) else ()
    environment = {"TMPDIR": str(folder / TEMPORARY)}
    try:
        resumed = crawl(
            folder, web.nameserver, "-O", "output/more.xlsx", *options, settings=SLOWLY, environment=environment
        )
    except subprocess.TimeoutExpired as error:
        outcome.add(Trouble.OTHER, f"the next run had not ended after {error.timeout:g} s")
        return outcome
    _judge(folder, resumed, {host for host, _ in web.requests[asked:]} & done, outcome)
    return outcome


def _look(folder: Path, outcome: Outcome) -> None:
    if problem := is_sound(folder):
        outcome.add(Trouble.CORRUPT, f"integrity: {problem}")
    for name in half_files(folder / "output"):
        outcome.add(Trouble.HALF, f"half a file: {name}")


def _judge(folder: Path, resumed: Crawl, again: set[object], outcome: Outcome) -> None:
    """What is wrong after the next run."""
    if resumed.status or resumed.contacts() != EXPECTED:
        told = f"the next run ended with {resumed.status} and {len(resumed.contacts())} contacts"
        outcome.add(Trouble.OTHER, told)
    if again:
        outcome.add(Trouble.AGAIN, f"fetched again: {again}")
    if left := left_behind(folder):
        outcome.add(Trouble.OTHER, f"left behind: {left}")
    _look(folder, outcome)
