"""The store: what is remembered, merged and never lost, on SQLite and (where one is given) on PostgreSQL."""

import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from harvester.model import (
    Company,
    CompanyStatus,
    ContactState,
    DomainVerdict,
    Method,
    StatusReason,
    Verification,
    Zone,
)
from harvester.model.life import NEVER_WRITTEN_TO
from harvester.store import Store, StoreError
from harvester.store.database import MIGRATIONS
from harvester.store.schema import HEAD, VERSION_TABLE, metadata
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_mention, make_seed

LATER = NOW + DAY


def query(url: str, sql: str) -> list[tuple]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return rows


# --- what goes in comes out ---


def test_a_saved_company_is_loaded_as_it_was(store: Store) -> None:
    company = make_company("info@nord.example", "einkauf@nord.example")
    saved = store.save_company(company)
    loaded = store.load_company(company.seed)
    assert loaded == replace(saved, stored=True)
    assert [contact.address for contact in saved.contacts] == ["info@nord.example", "einkauf@nord.example"]
    assert {contact.state for contact in saved.contacts} == {ContactState.VERIFIED}
    assert saved.contacts[0].first_seen == saved.contacts[0].last_seen == NOW


def test_a_company_never_saved_is_none(store: Store) -> None:
    assert store.load_company(make_seed("sued.example")) is None


def test_saving_twice_is_saving_once(store: Store, url: str) -> None:
    company = make_company("info@nord.example", "einkauf@nord.example")
    first = store.save_company(company)
    counts = (
        "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM mentions), (SELECT count(*) FROM verifications)"
    )
    before = query(url, counts)
    assert store.save_company(company) == first
    assert store.save_company(first) == first
    assert query(url, counts) == before == [(2, 2, 2)]


def test_the_seed_given_is_the_seed_returned(store: Store) -> None:
    store.save_company(make_company("info@nord.example"))
    other_list = make_seed("nord.example", line=7, Kunde="4711")
    loaded = store.load_company(other_list)
    assert loaded is not None
    assert loaded.seed is other_list


MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# What PostgreSQL or UTF-8 cannot hold is replaced, which the next test is about.
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    context=TEXTS, person=st.none() | TEXTS, detail=TEXTS, seen=MOMENTS, visible=st.booleans(), number=st.integers(0)
)
def test_any_text_and_time_survives(
    store: Store, context: str, person: str | None, detail: str, seen: datetime, visible: bool, number: int
) -> None:
    domain = f"a{number}.example"
    address = f"info@{domain}"
    mention = make_mention(address, f"https://{domain}/", seen=seen, context=context, visible=visible)
    contact = make_contact(address, seen=seen, mentions=(mention,), person=person)
    company = make_company(contact, domain=domain, seen=seen, detail=detail)
    saved = store.save_company(company)
    assert store.load_company(company.seed) == replace(saved, stored=True)


BUGS_CAUGHT_TEXTS = [
    ("nul\0inside", "nul\ufffdinside"),
    ("half \ud83d of a pair", "half \ufffd\ufffd\ufffd of a pair"),
    ("张伟 <b>", "张伟 <b>"),
    ("'; DROP TABLE contacts; --", "'; DROP TABLE contacts; --"),
    ("100%(name)s :name ?", "100%(name)s :name ?"),
]


@pytest.mark.parametrize(("given_text", "stored"), BUGS_CAUGHT_TEXTS)
def test_text_no_database_holds_is_replaced(store: Store, given_text: str, stored: str) -> None:
    mention = make_mention("info@nord.example", "https://nord.example/" + "a" * 9000, context=given_text)
    store.save_company(make_company(make_contact("info@nord.example", mentions=(mention,)), detail=given_text))
    loaded = store.load_company(make_seed())
    assert loaded is not None
    assert loaded.contacts[0].mentions[0].context == stored
    assert loaded.detail == stored


def test_times_come_back_in_utc_and_need_a_zone(store: Store) -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    saved = store.save_company(make_company("info@nord.example", seen=shanghai))
    loaded = store.load_company(make_seed())
    assert loaded is not None
    assert loaded.visited_at == NOW == saved.visited_at
    assert loaded.visited_at.tzinfo is UTC
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="time zone"):
        store.save_company(make_company("info@nord.example", domain="sued.example", visited_at=naive))
    assert store.load_company(make_seed("sued.example")) is None


# --- another visit ---


def test_first_seen_is_the_earliest_and_last_seen_the_newest(store: Store) -> None:
    for seen in (NOW, LATER, NOW - DAY):
        saved = store.save_company(make_company("info@nord.example", seen=seen))
    assert (saved.contacts[0].first_seen, saved.contacts[0].last_seen) == (NOW - DAY, LATER)


def test_mentions_merge_by_page_method_and_zone(store: Store, url: str) -> None:
    home, imprint = "https://nord.example/", "https://nord.example/impressum"
    store.save_company(make_company(make_contact("info@nord.example", urls=(home,))))
    footer = make_mention("info@nord.example", home, seen=LATER, zone=Zone.FOOTER, method=Method.TEXT)
    again = make_mention("info@nord.example", imprint, seen=LATER)
    saved = store.save_company(
        make_company(make_contact("info@nord.example", seen=LATER, mentions=(again, footer)), seen=LATER)
    )
    places = [(mention.url, mention.zone, mention.seen) for mention in saved.contacts[0].mentions]
    assert places == [(imprint, Zone.MAIN, LATER), (home, Zone.FOOTER, LATER), (home, Zone.MAIN, NOW)]
    assert store.load_company(make_seed()).contacts[0].mentions == saved.contacts[0].mentions
    store.save_company(make_company("info@nord.example", seen=LATER))
    assert query(url, "SELECT zone FROM mentions WHERE first_seen < last_seen") == [("main",)]
    assert len(query(url, "SELECT * FROM mentions")) == 3


def test_what_a_later_visit_does_not_show_is_kept(store: Store) -> None:
    store.save_company(make_company(make_contact("e.lind@nord.example", person="Eva Lind", phone="+49301234")))
    saved = store.save_company(make_company(make_contact("e.lind@nord.example", seen=LATER), seen=LATER))
    assert (saved.contacts[0].person, saved.contacts[0].phone) == ("Eva Lind", "+49301234")
    assert saved.contacts[0].still_on_page is True


PASSING = ["unreachable", "timed_out", "server_error", "blocked", "robots_unavailable", "error", "limit_reached"]


@pytest.mark.parametrize("status", PASSING)
def test_a_failed_visit_keeps_the_contacts(store: Store, status: str) -> None:
    store.save_company(make_company("info@nord.example"))
    failed = Company(
        seed=make_seed(), status=CompanyStatus(status), detail="no answer within 30 s", visited_at=LATER, pages_tried=2
    )
    saved = store.save_company(failed)
    assert saved.status is CompanyStatus.CONTACTS_FOUND
    assert saved.detail == f"this visit failed ({status}: no answer within 30 s); the contacts are from 2026-11-23"
    assert [contact.address for contact in saved.contacts] == ["info@nord.example"]
    assert saved.contacts[0].last_seen == NOW
    assert saved.profile.name == "Nord Werkzeuge GmbH"
    assert saved.website == "https://www.nord.example/"
    assert saved.visited_at == LATER
    assert store.load_company(make_seed()) == replace(saved, stored=True)
    again = store.save_company(replace(failed, visited_at=LATER + DAY))
    assert again.detail == saved.detail


@pytest.mark.parametrize("status", PASSING)
def test_a_failed_visit_without_contacts_says_so(store: Store, status: str) -> None:
    failed = Company(seed=make_seed(), status=CompanyStatus(status), detail="reset", visited_at=NOW)
    assert store.save_company(failed) == failed
    assert store.load_company(make_seed()) == replace(failed, stored=True)


def test_not_visited_is_never_done(store: Store) -> None:
    skipped = Company(seed=make_seed(), status=CompanyStatus.NOT_VISITED)
    assert store.save_company(skipped) == skipped
    assert store.load_company(make_seed()) is None
    known = store.save_company(make_company("info@nord.example"))
    saved = store.save_company(skipped)
    assert saved.contacts == known.contacts
    assert saved.status is CompanyStatus.CONTACTS_FOUND
    assert saved.visited_at == NOW
    assert "not_visited" in saved.detail
    assert store.load_company(make_seed()) == replace(known, stored=True)


GONE = ["no_address_published", "contact_form_only", "no_such_domain", "parked", "moved"]
NOBODY_LOOKED = ["robots_denied", "blocked_address", "javascript_only", "platform_page", "skipped_optout", "not_html"]


@pytest.mark.parametrize("status", GONE)
def test_a_contact_not_seen_again_is_gone_but_remembered(store: Store, url: str, status: str) -> None:
    store.save_company(make_company("info@nord.example"))
    saved = store.save_company(make_company(seen=LATER, status=CompanyStatus(status)))
    assert (saved.status, saved.contacts) == (CompanyStatus(status), ())
    assert store.load_company(make_seed()).contacts == ()
    assert query(url, "SELECT address, state FROM contacts") == [("info@nord.example", "gone")]
    back = store.save_company(make_company("info@nord.example", seen=LATER + DAY))
    assert back.contacts[0].state is ContactState.VERIFIED
    assert back.contacts[0].first_seen == NOW
    assert store.load_company(make_seed()).contacts == back.contacts


@pytest.mark.parametrize("status", NOBODY_LOOKED)
def test_a_contact_nobody_looked_for_is_not_gone(store: Store, url: str, status: str) -> None:
    store.save_company(make_company("info@nord.example"))
    saved = store.save_company(make_company(seen=LATER, status=CompanyStatus(status)))
    assert (saved.status, saved.contacts) == (CompanyStatus(status), ())
    assert store.load_company(make_seed()).contacts == ()
    assert query(url, "SELECT address, state FROM contacts") == [("info@nord.example", "verified")]


def test_a_failure_brings_no_contact_back(store: Store) -> None:
    store.save_company(make_company("info@nord.example"))
    store.save_company(make_company(seen=LATER, status=CompanyStatus.ROBOTS_DENIED))
    failed = Company(seed=make_seed(), status=CompanyStatus.TIMED_OUT, visited_at=LATER + DAY)
    saved = store.save_company(failed)
    assert (saved.status, saved.contacts) == (CompanyStatus.TIMED_OUT, ())
    back = store.save_company(make_company("info@nord.example", seen=LATER + 2 * DAY))
    assert back.contacts[0].first_seen == NOW


def test_one_of_two_contacts_is_gone(store: Store, url: str) -> None:
    store.save_company(make_company("info@nord.example", "alt@nord.example"))
    saved = store.save_company(make_company("info@nord.example", seen=LATER))
    assert [contact.address for contact in saved.contacts] == ["info@nord.example"]
    assert store.load_company(make_seed()).contacts == saved.contacts
    assert query(url, "SELECT state, still_on_page FROM contacts WHERE address LIKE 'alt@%'") in (
        [("gone", 0)],
        [("gone", False)],
    )


def test_a_contact_of_a_page_not_read_this_time_stays(store: Store) -> None:
    home, team = "https://nord.example/", "https://nord.example/team"
    store.save_company(
        make_company("info@nord.example", make_contact("e.lind@nord.example", urls=(team,)), read_urls=(home, team))
    )
    saved = store.save_company(make_company("info@nord.example", seen=LATER, read_urls=(home,)))
    assert [contact.address for contact in saved.contacts] == ["info@nord.example", "e.lind@nord.example"]
    assert saved.contacts[1].last_seen == NOW
    assert store.load_company(make_seed()).contacts == saved.contacts
    saved = store.save_company(make_company("info@nord.example", seen=LATER + DAY, read_urls=(home, team)))
    assert [contact.address for contact in saved.contacts] == ["info@nord.example"]


def test_contacts_of_unread_pages_make_the_company_found(store: Store) -> None:
    store.save_company(make_company(make_contact("info@nord.example", urls=("https://nord.example/team",))))
    saved = store.save_company(make_company(seen=LATER, read_urls=("https://nord.example/",)))
    assert (saved.status, len(saved.contacts)) == (CompanyStatus.CONTACTS_FOUND, 1)
    assert "not read" in saved.detail


# --- states and verdicts ---

UNKNOWN = Verification(reason=StatusReason.TIMEOUT, checked_at=LATER)
MX = Verification(reason=StatusReason.MX, mx=("mx.example",), checked_at=LATER)
# stored, new -> which is believed
EVIDENCE = [
    ("mx", "timeout", "mx"),
    ("mx", "not_checked", "mx"),
    ("mx", "no_such_domain", "no_such_domain"),
    ("mx", "null_mx", "null_mx"),
    ("null_mx", "mx", "mx"),
    ("timeout", "server_failure", "server_failure"),
    ("timeout", "mx", "mx"),
    ("not_checked", "timeout", "timeout"),
    ("mailbox_ok", "mx", "mailbox_ok"),
    ("mailbox_ok", "greylisted", "mailbox_ok"),
    ("mailbox_ok", "no_such_mailbox", "no_such_mailbox"),
    ("mailbox_ok", "null_mx", "null_mx"),
    ("no_such_mailbox", "mx", "no_such_mailbox"),
    ("hard_bounced", "mx", "hard_bounced"),
    ("hard_bounced", "mailbox_ok", "hard_bounced"),
    ("soft_bounced", "hard_bounced", "hard_bounced"),
]


@pytest.mark.parametrize(("before", "after", "believed"), EVIDENCE)
def test_better_evidence_is_kept(store: Store, before: str, after: str, believed: str) -> None:
    for reason, seen in ((before, NOW), (after, LATER)):
        checked = Verification(reason=StatusReason(reason), checked_at=None if reason == "not_checked" else seen)
        saved = store.save_company(
            make_company(make_contact("info@nord.example", seen=seen, verification=checked), seen=seen)
        )
    assert saved.contacts[0].verification.reason == believed
    assert store.load_company(make_seed()).contacts[0].verification == saved.contacts[0].verification


def test_history_grows_by_changes_only(store: Store, url: str) -> None:
    reasons = ["mx", "mx", "timeout", "mx", "null_mx", "mx"]
    for day, reason in enumerate(reasons):
        seen = NOW + day * DAY
        checked = Verification(reason=StatusReason(reason), mx=("mx.example",), checked_at=seen, detail="why")
        contact = make_contact("info@nord.example", seen=seen, verification=checked)
        store.save_company(make_company(contact, seen=seen))
    history = query(url, "SELECT reason FROM verifications ORDER BY checked_at")
    assert history == [("mx",), ("null_mx",), ("mx",)]


def test_unverified_is_new_and_then_verified(store: Store) -> None:
    saved = store.save_company(make_company(make_contact("info@nord.example", verification=UNKNOWN)))
    assert saved.contacts[0].state is ContactState.NEW
    for verification in (MX, UNKNOWN):
        contact = make_contact("info@nord.example", seen=LATER, verification=verification)
        saved = store.save_company(make_company(contact, seen=LATER))
        assert saved.contacts[0].state is ContactState.VERIFIED


LATER_STATES = [s for s in ContactState if s not in {ContactState.NEW, ContactState.VERIFIED, ContactState.GONE}]


@pytest.mark.parametrize("state", LATER_STATES)
def test_a_crawl_changes_no_later_state(store: Store, url: str, state: ContactState) -> None:
    store.save_company(make_company(make_contact("info@nord.example", state=state)))
    leaves = [] if state in NEVER_WRITTEN_TO else [state]
    assert states(store.save_company(make_company("info@nord.example", seen=LATER))) == leaves
    assert store.save_company(make_company(seen=LATER + DAY)).contacts == ()
    assert query(url, "SELECT state FROM contacts") == [(state.value,)]
    assert states(store.save_company(make_company("info@nord.example", seen=LATER + 2 * DAY))) == leaves


def states(company: Company) -> list[ContactState]:
    return [contact.state for contact in company.contacts]


def make_verdict(**changes: object) -> DomainVerdict:
    verdict = DomainVerdict(
        domain="nord.example",
        reason=StatusReason.MX,
        mx=("mx1.nord.example", "mx2.nord.example"),
        mail_provider="self",
        checked_at=NOW,
        expires_at=LATER,
        detail="2 hosts",
    )
    return replace(verdict, **changes)


def test_a_verdict_is_believed_until_it_expires(store: Store) -> None:
    store.save_verdict(make_verdict())
    assert store.load_verdict("nord.example", now=NOW) == make_verdict()
    assert store.load_verdict("nord.example", now=LATER) is None
    assert store.load_verdict("sued.example", now=NOW) is None
    newer = make_verdict(reason=StatusReason.NULL_MX, mx=(), expires_at=LATER + DAY)
    store.save_verdict(newer)
    assert store.load_verdict("nord.example", now=LATER) == newer


# --- runs ---


def test_an_unfinished_run_is_continued(store: Store) -> None:
    first = store.begin_run("list.csv", now=NOW)
    assert not first.resumed
    again = store.begin_run("list.csv", now=LATER)
    assert (again.id, again.started_at, again.resumed) == (first.id, NOW, True)
    store.finish_run(first.id, now=LATER, reason="shutdown", complete=False)
    assert store.begin_run("list.csv", now=LATER).id == first.id
    other = store.begin_run("other.csv", now=LATER)
    assert (other.resumed, other.started_at) == (False, LATER)
    store.finish_run(first.id, now=LATER, reason="finished", complete=True)
    fresh = store.begin_run("list.csv", now=LATER)
    assert fresh.id != first.id
    assert not fresh.resumed


# --- the database itself ---


def test_the_migrations_make_the_tables_of_the_schema(store: Store, url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    engine.dispose()


def test_a_newer_database_is_refused(url: str) -> None:
    Store.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer version of harvester") as caught:
        Store.open(url)
    assert "\n" not in str(caught.value)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "harvester.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.save_company(make_company("info@nord.example"))
        files = sorted(path.parent.iterdir())
        assert len(files) == 3  # the database, -wal and -shm
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert list(path.parent.iterdir()) == [path]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def make_text_file(path: Path) -> None:
    path.write_text("this is a letter, not a database. " * 40)


def make_foreign_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")


NOT_DATABASES = [
    (make_text_file, "not a database"),
    (make_foreign_database, "belongs to another program"),
    (Path.mkdir, "is a folder"),
]


@pytest.mark.parametrize(("make", "sentence"), NOT_DATABASES)
def test_what_is_no_database_of_ours_is_refused_and_left_alone(tmp_path: Path, make, sentence: str) -> None:
    path = tmp_path / "x.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=sentence) as caught:
        Store.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert before == (path.read_bytes() if path.is_file() else None)


NOT_URLS = [
    "harvester.db",
    "mysql://joe:geheim@db.example/x",
    "postgresql://joe:geheim@127.0.0.1:1/x?connect_timeout=2",
    "postgresql://joe:geheim@127.0.0.1:port/x",
    "nosuch://joe:geheim@db.example/x",
    "",
    "sqlite://",
    "sqlite:///:memory:",
    "sqlite:///file::memory:?uri=true",
    "sqlite:///file:x?mode=memory&uri=true",
]


@pytest.mark.parametrize("bad", NOT_URLS)
def test_a_bad_url_is_one_sentence_without_the_password(bad: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(bad)
    message = str(caught.value)
    assert "geheim" not in message
    assert "\n" not in message
    assert message.endswith(".")


# --- other processes ---

SAVE_FOR_EVER = """
    import sys
    from harvester.store import Store
    from tests.sample_companies import make_company
    store = Store.open(sys.argv[1])
    number = int(sys.argv[2])
    while number < int(sys.argv[3]):
        domain = f"a{number}.example"
        store.save_company(make_company(f"info@{domain}", f"sales@{domain}", domain=domain))
        print(number, flush=True)
        number += 1
"""


def start_saving(url: str, first: int, end: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(SAVE_FOR_EVER), url, str(first), str(end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)


def test_nothing_committed_is_lost_by_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "harvester.db"
    url = f"sqlite:///{path}"
    Store.open(url).close()
    told = -1
    for kill in range(10):
        process = start_saving(url, told + 1, 10**9)
        assert process.stdout is not None
        told = int(process.stdout.readline())
        time.sleep(0.01 * (kill % 4))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()  # what it still said before it died
        told = int(rest[-1]) if rest else told
        process.wait()
        process.stdout.close()
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        with Store.open(url) as store:
            for number in range(told + 1):
                loaded = store.load_company(make_seed(f"a{number}.example"))
                assert loaded is not None
                assert len(loaded.contacts) == 2  # a company is there with all its contacts
    assert told >= 10


def test_processes_share_a_database(url: str) -> None:
    """Four open it at once, new, and write at once: nobody waits in vain, and the schema is made once."""
    processes = [start_saving(url, 100 * number, 100 * number + 60) for number in range(4)]
    for process in processes:
        process.communicate(timeout=100)
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert query(url, "SELECT count(*) FROM companies") == [(240,)]
    assert query(url, "SELECT count(*) FROM contacts") == [(480,)]


def test_processes_may_save_the_same_company(url: str) -> None:
    processes = [start_saving(url, 0, 60) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=100)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert query(url, "SELECT count(*) FROM mentions") == [(120,)]


def test_a_disk_that_is_full_from_the_first_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("harvester.store.database._use_wal", full)
    with pytest.raises(StoreError, match="cannot be used: database or disk is full"):
        Store.open(f"sqlite:///{tmp_path / 'new.db'}")
