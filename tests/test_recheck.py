"""`harvester recheck` on what a crawl has stored: the changes that it finds, and that it finds no others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
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
RECHECK = ("-m", "harvester.cli", "recheck", "-o")


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


@pytest.mark.parametrize("options", [("--older-than", "soon"), ("--smtp",)])
def test_bad_arguments_are_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    words = [sys.executable, *RECHECK, "changes.csv", *options]
    process = start(tmp_path, words, {}, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2
    assert options[0] in said or "HARVESTER_SMTP_HELO" in said
