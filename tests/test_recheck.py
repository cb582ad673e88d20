"""`harvester recheck` on what a crawl has stored: the changes that it finds, and that it finds no others."""

from __future__ import annotations

import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.demo import SmallWeb
from harvester.model import Contact, ContactState, Seed, StatusReason, Verification
from harvester.store import Store
from tests.crawling import TIMEOUT_S, as_text, command, crawl, read_table, start
from tests.sample_companies import make_company, make_contact

PUMPS = "falkenbach-pumpen.example"
OLD = datetime.now(UTC).replace(microsecond=0) - timedelta(days=200)
LONG_AGO = "2020-01-01T00:00:00.000000+00:00"
RECHECK = ("-m", "harvester.cli", "recheck", "-o")
FAILING = """
from harvester.cli import main
from harvester.store import Store, StoreError

def fail(*_, **__):
    raise {error}

Store.save_still_on_page = fail
main()
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, small_web: SmallWeb) -> Path:
    """The folder of a crawl of two companies."""
    folder = tmp_path_factory.mktemp("recheck")
    lines = small_web.write_list(folder / "all.csv").read_text("utf-8").splitlines()
    (folder / "list.csv").write_text("\n".join([lines[0], *(line for line in lines[1:] if PUMPS in line)]), "utf-8")
    assert crawl(folder, small_web.nameserver, domains="list.csv").status == 0
    return folder


@pytest.fixture
def folder(crawled: Path, tmp_path: Path) -> Path:
    """A copy, with contacts beside the found ones that look older than they are."""
    shutil.copytree(crawled / "output", tmp_path / "output")
    with Store.open(url(tmp_path)) as store:
        found = contacts(store)
        page = next(iter(found.values())).mentions[0].url
        gone = make_contact(f"gone@{PUMPS}", urls=(page,), seen=OLD)
        removed = make_contact(f"removed@{PUMPS}", urls=(page.rpartition("/")[0] + "/no-such-page.html",), seen=OLD)
        elsewhere = make_contact("info@no-such-domain.example", urls=(page,), seen=OLD)
        store.save_company(make_company(*found.values(), gone, removed, elsewhere, domain=PUMPS, visited_at=OLD))
    return tmp_path


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/output/harvester.db"


def contacts(store: Store) -> dict[str, Contact]:
    company = store.load_company(Seed(domain=PUMPS, host=PUMPS))
    assert company is not None
    return {contact.address: contact for contact in company.contacts}


def recheck(folder: Path, nameserver: str, *options: str) -> tuple[list[str], str]:
    """What it printed, and what it said of itself."""
    words = command("changes.csv", nameserver, *options, how=RECHECK)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start(folder, words, {}, text=False, **pipes)
    printed, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, said
    return as_text(printed).splitlines(), as_text(said)


def test_pages_are_read_again(folder: Path, small_web: SmallWeb) -> None:
    asked = len(small_web.requests)
    printed, _ = recheck(folder, small_web.nameserver, "--older-than", "0", "--pages")
    assert sorted(printed) == [
        f"gone from page: gone@{PUMPS} ({PUMPS})",
        f"gone from page: info@no-such-domain.example ({PUMPS})",
        f"gone from page: removed@{PUMPS} ({PUMPS})",
        "newly undeliverable: info@no-such-domain.example (mx before, now no_such_domain)",
    ]
    with Store.open(url(folder)) as store:
        left = contacts(store)
    assert left
    assert not {address for address in left if address.startswith(("gone", "removed"))}
    assert all(contact.still_on_page for contact in left.values())
    requests = small_web.requests[asked:]
    assert any(path == "/robots.txt" for _, path in requests), "robots.txt is asked for first"
    assert max(Counter(requests).values()) == 1, "each page once"
    changes = {row["email"]: row["change"] for row in read_table(folder / "changes.csv")}
    assert changes[f"gone@{PUMPS}"] == "gone from page"


# --- a reading of pages that does not come to its end


@pytest.fixture
def aged(tmp_path: Path, small_web: SmallWeb) -> Path:
    """The folder of a crawl of all companies, long ago."""
    small_web.write_list(tmp_path / "list.txt")
    assert crawl(tmp_path, small_web.nameserver).status == 0
    with closing(sqlite3.connect(tmp_path / "output/harvester.db")) as database, database:
        database.execute("UPDATE contacts SET checked_at = ?, first_seen = ?, last_seen = ?", 3 * [LONG_AGO])
        database.execute("DELETE FROM domain_verdicts")
    return tmp_path


def interrupt(
    folder: Path, nameserver: str, when: Callable[[], bool], *, times: int, settings: dict[str, object]
) -> str:
    """What a recheck said that Ctrl-C has ended with its own status, pressed so often and a second apart."""
    words = command("changes.csv", nameserver, "--pages", settings=settings, how=RECHECK)
    process = start(folder, words, {}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    until = time.monotonic() + TIMEOUT_S
    while not when() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    for number in range(times):
        time.sleep(number and 1)
        process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 130, said
    return said


def pages(small_web: SmallWeb, since: int) -> list[tuple[str, str]]:
    return [request for request in small_web.requests[since:] if request[1] != "/robots.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_what_ctrl_c_has_left_unread_is_read_by_the_next(aged: Path, small_web: SmallWeb) -> None:
    shutil.copytree(aged / "output", aged / "other/output")
    asked = len(small_web.requests)
    manner = {"DOWNLOAD_DELAY": 0.3, "HARVESTER_OPEN_VISITS": 1}
    said = interrupt(aged, small_web.nameserver, lambda: len(small_web.requests) > asked + 3, times=1, settings=manner)
    assert "goes on from here" in said
    first, asked = pages(small_web, asked), len(small_web.requests)
    recheck(aged, small_web.nameserver, "--pages")
    second, asked = pages(small_web, asked), len(small_web.requests)
    recheck(aged / "other", small_web.nameserver, "--pages")
    assert first
    assert second
    assert sorted(first + second) == sorted(pages(small_web, asked)), "each as if it had not been stopped, once"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_twice_ends_it_at_once(aged: Path, small_web: SmallWeb) -> None:
    asked = len(small_web.requests)
    manner = {"DOWNLOAD_DELAY": 2 * TIMEOUT_S, "HARVESTER_MAX_SECONDS": 4 * TIMEOUT_S}
    interrupt(aged, small_web.nameserver, lambda: bool(pages(small_web, asked)), times=2, settings=manner)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_the_check_of_addresses_after_the_pages(tmp_path: Path) -> None:
    with Store.open(url(tmp_path)) as store:
        store.save_verifications({f"info@{PUMPS}": Verification(reason=StatusReason.MX, checked_at=OLD)})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)

        def is_asked() -> bool:
            try:
                return bool(silent.recv(512))
            except BlockingIOError:
                return False

        interrupt(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}", is_asked, times=1, settings={})


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        ("StoreError('The database is full.')", 2, "The database is full."),
        ("OSError(28, 'No space left on device')", 1, "could not be written: No space left on device."),
    ],
)
def test_what_cannot_be_remembered_ends_it(
    folder: Path, small_web: SmallWeb, error: str, status: int, sentence: str
) -> None:
    how = ("-c", FAILING.format(error=error), "recheck", "--pages", "-o")
    words = command("changes.csv", small_web.nameserver, "--older-than", "0", how=how)
    process = start(folder, words, {}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == status, said
    assert sentence in said
    assert "Traceback" not in said


def test_what_was_checked_of_late_is_left_alone(folder: Path, small_web: SmallWeb) -> None:
    printed, _ = recheck(folder, small_web.nameserver, "--older-than", "1000d", "--pages")
    assert printed == []


def test_a_mailbox_that_comes_back(tmp_path: Path, small_web: SmallWeb) -> None:
    dead = Verification(reason=StatusReason.NO_SUCH_DOMAIN, checked_at=OLD)
    with Store.open(url(tmp_path)) as store:
        store.save_verifications({f"info@{PUMPS}": dead, "info@no-such-domain.example": dead})
    printed, _ = recheck(tmp_path, small_web.nameserver)
    assert printed == [f"back: info@{PUMPS} (no_such_domain before, now mx)"]
    with Store.open(url(tmp_path)) as store:
        assert store.load_verifications([f"info@{PUMPS}"])[f"info@{PUMPS}"].reason is StatusReason.MX


def test_an_own_bounce_is_not_asked_about(tmp_path: Path, small_web: SmallWeb) -> None:
    bounced = Verification(reason=StatusReason.HARD_BOUNCED, checked_at=OLD)
    with Store.open(url(tmp_path)) as store:
        store.save_verifications({f"info@{PUMPS}": bounced})
    printed, _ = recheck(tmp_path, small_web.nameserver, "--older-than", "0")
    assert printed == []
    with Store.open(url(tmp_path)) as store:
        assert store.load_verifications([f"info@{PUMPS}"])[f"info@{PUMPS}"] == bounced


def test_a_name_server_that_is_dead_takes_nothing_away(folder: Path) -> None:
    printed, said = recheck(folder, "127.0.0.1:9", "--older-than", "0")
    assert printed == []
    assert "undeliverable" not in said
    with Store.open(url(folder)) as store:
        assert {contact.verification.reason for contact in contacts(store).values()} <= {
            StatusReason.MX,
            StatusReason.IMPLICIT_MX,
        }
        assert ContactState.GONE not in {contact.state for contact in contacts(store).values()}


@pytest.mark.parametrize("options", [("--older-than", "soon"), ("--smtp",), ("-o", "changes.xlsx"), ("-o", "changes")])
def test_bad_arguments_are_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    words = [sys.executable, *RECHECK, "changes.csv", *options]
    process = start(tmp_path, words, {}, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2
    assert options[0] in said or "HARVESTER_SMTP_HELO" in said or f"not to {options[-1]}." in said
    assert not list(tmp_path.glob("changes*"))
