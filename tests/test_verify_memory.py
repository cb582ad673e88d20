"""What a verification remembers: nothing is asked twice, nothing is lost, and no trouble of ours becomes a verdict."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.demo import SmallWeb, load_companies
from harvester.model import (
    Bounce,
    ContactState,
    Grade,
    MailKind,
    MailReport,
    Seed,
    StatusReason,
    Verification,
)
from harvester.store import Store
from harvester.store.checks import AcceptAll
from harvester.store.optouts import OptOut
from tests.crawling import TIMEOUT_S, command, read_table, start
from tests.sample_companies import DAY, NOW, make_company

VERIFY = ("-m", "harvester.cli", "verify")
NOBODY_LISTENS = "127.0.0.1:9"
HOSTS = [company.host for company in load_companies()]


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path}/output/harvester.db") as opened:
        yield opened


def verify(
    folder: Path, nameserver: str, *options: str, name: str = "list.csv", settings: Mapping[str, object] | None = None
) -> tuple[Counter[str], str]:
    """How many addresses came to which reason, and what was said."""
    words = command(name, nameserver, *options, settings=settings, how=VERIFY)
    process = start(folder, words, {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, said
    path = folder / name
    return Counter(row["status_reason"] for row in read_table(path.with_name(f"{path.stem}.verified.csv"))), said


def test_a_name_server_that_is_dead_and_then_alive(tmp_path: Path, small_web: SmallWeb) -> None:
    addresses = [f"user{n}@{HOSTS[n % len(HOSTS)] if n % 2 else f'unknown{n}.example'}" for n in range(1_000)]
    (tmp_path / "list.csv").write_text("email\n" + "\n".join(addresses) + "\n", "utf-8")
    reasons, _ = verify(tmp_path, NOBODY_LISTENS)
    assert set(reasons) <= {"timeout", "server_failure"}
    assert reasons.total() == 1_000
    reasons, _ = verify(tmp_path, small_web.nameserver)
    assert not set(reasons) & {"timeout", "server_failure"}
    assert reasons["no_such_domain"] >= 500
    again, _ = verify(tmp_path, NOBODY_LISTENS)
    assert again == reasons, "the third run asks nobody"


def test_what_is_known_is_asked_again_when_it_is_old(tmp_path: Path, small_web: SmallWeb, store: Store) -> None:
    host = HOSTS[0]
    (tmp_path / "list.csv").write_text(f"email\ninfo@{host}\n", "utf-8")
    gone = Verification(reason=StatusReason.NO_SUCH_DOMAIN, checked_at=datetime.now(UTC) - timedelta(days=20))
    store.save_verifications({f"info@{host}": gone})
    assert verify(tmp_path, small_web.nameserver, "--max-age", "30d")[0] == {"no_such_domain": 1}
    assert verify(tmp_path, NOBODY_LISTENS)[0] == {"no_such_domain": 1}, "what is old is better than nothing"
    assert verify(tmp_path, small_web.nameserver)[0]["no_such_domain"] == 0


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, small_web: SmallWeb, store: Store) -> None:
    count = 4_000
    rows = "".join(f"user{n}@{HOSTS[n % len(HOSTS)]}\n" for n in range(count))
    (tmp_path / "list.csv").write_text("email\n" + rows, "utf-8")
    process = start(tmp_path, command("list.csv", small_web.nameserver, how=VERIFY), {}, stderr=subprocess.DEVNULL)
    until = time.monotonic() + TIMEOUT_S
    while not stored(store) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = stored(store)
    assert kept
    assert not (tmp_path / "list.verified.csv").exists()
    reasons, _ = verify(tmp_path, small_web.nameserver)
    assert reasons.total() == count
    assert stored(store) == count


def stored(store: Store) -> int:
    found, after = 0, ""
    while chunk := store.stale_addresses(before=datetime.now(UTC) + DAY, after=after, limit=1000):
        found, after = found + len(chunk), chunk[-1]
    return found


def test_an_own_bounce_outranks_a_probe(tmp_path: Path, small_web: SmallWeb, store: Store) -> None:
    address = f"info@{HOSTS[0]}"
    bounced = Verification(reason=StatusReason.HARD_BOUNCED, checked_at=NOW - 100 * DAY, detail="came back")
    store.save_verifications({address: bounced})
    store.save_verifications({address: Verification(reason=StatusReason.MAILBOX_OK, checked_at=NOW)})
    assert store.load_verifications([address])[address] == bounced
    (tmp_path / "list.csv").write_text(f"email\n{address}\n", "utf-8")
    assert verify(tmp_path, small_web.nameserver, "--max-age", "0")[0] == {"hard_bounced": 1}


def test_a_letter_that_came_back_is_an_own_bounce(store: Store) -> None:
    bounce = Bounce(recipient="jane@firm.example", hard=True, reason="userunknown")
    store.record_mail(MailReport(key="1", kind=MailKind.BOUNCE, bounces=(bounce,), date=NOW), now=NOW)
    store.save_verifications({"jane@firm.example": Verification(reason=StatusReason.MAILBOX_OK, checked_at=NOW + DAY)})
    assert store.load_verifications(["jane@firm.example"])["jane@firm.example"].reason is StatusReason.HARD_BOUNCED


def test_who_objected_is_not_asked_about(tmp_path: Path, small_web: SmallWeb, store: Store) -> None:
    address = f"info@{HOSTS[0]}"
    store.add_optouts([OptOut(entry=address, confirmed=True, reason="by phone", source="test", added_at=NOW)])
    store.save_verifications({address: Verification(reason=StatusReason.MX, checked_at=NOW)})
    assert store.load_verifications([address]) == {}
    (tmp_path / "list.csv").write_text(f"email\n{address}\n", "utf-8")
    reasons, said = verify(tmp_path, small_web.nameserver)
    assert reasons == {"not_checked": 1}
    assert f"“{address}”: It was not checked." in said


MERGED = [  # before, after, what stands
    ("mx", "mailbox_ok", "mailbox_ok"),
    ("mailbox_ok", "mx", "mailbox_ok"),
    ("mailbox_ok", "no_such_mailbox", "no_such_mailbox"),
    ("mailbox_ok", "no_such_domain", "no_such_domain"),
    ("mailbox_ok", "our_ip_refused", "mailbox_ok"),
    ("no_such_mailbox", "greylisted", "no_such_mailbox"),
    ("mx", "timeout", "mx"),
    ("mx", "server_failure", "mx"),
    ("mx", "mx_unreachable", "mx_unreachable"),
    ("mailbox_ok", "mx_unreachable", "mailbox_ok"),
    ("timeout", "mx", "mx"),
    ("no_such_domain", "mx", "mx"),
    ("soft_bounced", "mailbox_ok", "soft_bounced"),
    ("soft_bounced", "hard_bounced", "hard_bounced"),
]


@pytest.mark.parametrize(("before", "after", "stands"), MERGED)
def test_the_better_evidence_stands(store: Store, before: str, after: str, stands: str) -> None:
    for days, reason in enumerate((before, after)):
        new = Verification(reason=StatusReason(reason), checked_at=NOW + days * DAY, mx=("mx.example",))
        merged = store.save_verifications({"jane@firm.example": new})
    assert merged["jane@firm.example"].reason == stands
    assert store.load_verifications(["jane@firm.example", "no@firm.example"]).keys() == {"jane@firm.example"}
    assert store.load_verifications(["jane@firm.example"])["jane@firm.example"].reason == stands


def test_the_history_grows_by_changes(store: Store, tmp_path: Path) -> None:
    for days, reason in enumerate(["mx", "mx", "mx", "null_mx", "null_mx"]):
        new = Verification(reason=StatusReason(reason), checked_at=NOW + days * DAY, replies=("250 Ok",), spf=True)
        store.save_verifications({"jane@firm.example": new})
    assert store.load_verifications(["jane@firm.example"])["jane@firm.example"] == new
    with sqlite3.connect(tmp_path / "output/harvester.db") as connection:
        assert connection.execute("SELECT count(*) FROM verifications").fetchone() == (2,)


def test_a_contact_learns_what_its_address_came_to(store: Store) -> None:
    company = store.save_company(make_company("info@nord.example", "einkauf@nord.example"))
    assert company.contacts[0].priority.grade is not Grade.D
    gone = Verification(
        reason=StatusReason.NO_SUCH_MAILBOX, checked_at=NOW + DAY, detail="550 5.1.1", mx=("mx.example",)
    )
    store.save_verifications({"info@nord.example": gone})
    known = {c.address: c for c in store.load_company(Seed(domain="nord.example", host="nord.example")).contacts}
    assert known["info@nord.example"].verification.reason is StatusReason.NO_SUCH_MAILBOX
    assert known["info@nord.example"].priority.grade is Grade.D
    assert known["info@nord.example"].state is ContactState.VERIFIED
    assert known["einkauf@nord.example"].verification.reason is StatusReason.MX


def test_what_a_domain_takes_is_kept(store: Store) -> None:
    learned = AcceptAll("firm.example", True, NOW, "250 Ok")
    assert store.load_accept_all("firm.example") is None
    store.save_accept_all(learned)
    assert store.load_accept_all("firm.example") == learned


# --- other services ---


def test_results_of_others_are_kept_and_compared(tmp_path: Path, store: Store) -> None:
    known = Verification(reason=StatusReason.NO_SUCH_MAILBOX, checked_at=NOW)
    store.save_verifications({"gone@firm.example": known})
    results = "Email,ZB Status,ZB Sub Status\njane@firm.example,valid,\ngone@firm.example,valid,\nx@firm.example,odd,\n"
    (tmp_path / "list.csv").write_text(results + "full@firm.example,invalid,mailbox_quota_exceeded\n", "utf-8")
    reasons, said = verify(tmp_path, NOBODY_LISTENS, "--import-from", "zerobounce", "--words-of", "hunter")
    assert reasons == {"mailbox_ok": 1, "no_such_mailbox": 1, "not_checked": 1, "mailbox_full": 1}
    assert "1 deliverable says zerobounce, undeliverable say we" in said
    assert "line 4: “odd” is no result of zerobounce." in said
    rows = {row["Email"]: row for row in read_table(tmp_path / "list.verified.csv")}
    assert rows["jane@firm.example"]["hunter_status"] == "valid"
    assert store.load_verifications(["jane@firm.example"])["jane@firm.example"].source == "zerobounce"


def test_a_table_of_another_service_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Email,Outcome\njane@firm.example,valid\n", "utf-8")
    words = command("list.csv", NOBODY_LISTENS, "--import-from", "reacher", how=VERIFY)
    process = start(tmp_path, words, {}, stderr=subprocess.PIPE)
    assert "no column with reacher's results" in process.communicate(timeout=TIMEOUT_S)[1]
    assert process.returncode == 2


def test_json_holds_the_evidence(tmp_path: Path, small_web: SmallWeb) -> None:
    words = command(f"info@{HOSTS[0]}", small_web.nameserver, "--json", how=VERIFY)
    process = start(tmp_path, words, {}, stdout=subprocess.PIPE)
    printed, _ = process.communicate(timeout=TIMEOUT_S)
    [row] = [json.loads(line) for line in printed.splitlines()]
    assert row["status"] in ("likely", "risky", "undeliverable")
    assert {"detail", "tags", "replies", "spf", "dmarc", "source", "mx"} <= row.keys()
