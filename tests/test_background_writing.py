"""Writing off the crawl's path, by one process and by many at a time."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from harvester.model import Company, DomainVerdict, StatusReason
from harvester.store import Store, StoreError, database
from harvester.store.background import ATTEMPTS, BATCH, BackgroundWriter
from harvester.store.contacts import rounds
from harvester.store.database import StoreConflictError
from tests.sample_companies import DAY, NOW, make_company, make_seed

VERDICT = DomainVerdict(
    domain="nord.example", reason=StatusReason.MX, checked_at=NOW, expires_at=datetime.now(UTC) + timedelta(days=1)
)
WRITER = """
import sys
from harvester.store import Store
from tests.sample_companies import make_company
url, number, companies = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Store.open(url) as store:
    for batch in range(companies // 20):
        names = [f"c{batch * 20 + at}.p{number}.example" for at in range(20)] + [f"shared{batch}.example"]
        store.save_companies([(make_company(f"info@{name}", domain=name), None) for name in names])
"""


class CountingStore(Store):
    """Knows in how many transactions companies were saved."""

    transactions = 0

    def save_companies(self, *given: Any) -> list[Company]:
        self.transactions += 1
        return super().save_companies(*given)


@pytest.fixture
def counting(url: str) -> Iterator[CountingStore]:
    with CountingStore.open(url) as store:
        yield store


def companies(number: int) -> list[Company]:
    return [make_company(f"info@c{n}.example", domain=f"c{n}.example") for n in range(number)]


async def save_all(store: Store, given: list[Company]) -> list[Company | BaseException]:
    writer = BackgroundWriter(lambda: store)
    writer.save_verdict(VERDICT)
    saved = await asyncio.gather(*(writer.save_company(c, run_id=None) for c in given), return_exceptions=True)
    await writer.aclose()
    return saved


def test_what_comes_together_is_written_together(counting: CountingStore) -> None:
    given = companies(2 * BATCH + 1)
    saved = asyncio.run(save_all(counting, given))
    assert [company.domain for company in saved if isinstance(company, Company)] == [c.domain for c in given]
    assert counting.transactions == 3
    loaded = counting.load_company(given[-1].seed)
    assert loaded is not None
    assert [contact.address for contact in loaded.contacts] == [f"info@{given[-1].domain}"]
    assert counting.load_verdict("nord.example", now=datetime.now(UTC)) == VERDICT


def test_verdicts_alone_are_written_at_the_end(counting: CountingStore) -> None:
    assert asyncio.run(save_all(counting, [])) == []
    assert counting.load_verdict("nord.example", now=datetime.now(UTC)) == VERDICT


def test_one_that_cannot_be_written_costs_only_itself(counting: CountingStore) -> None:
    given = companies(20)
    broken = make_company("info@broken.example", domain="broken.example", visited_at="no moment")
    saved = asyncio.run(save_all(counting, [*given[:10], broken, *given[10:]]))
    assert isinstance(saved.pop(10), Exception)
    assert all(isinstance(company, Company) for company in saved)
    assert counting.load_company(make_seed("broken.example")) is None
    assert all(counting.load_company(company.seed) for company in given)


@pytest.mark.parametrize("error", [StoreError("The database is locked."), RuntimeError("no such folder")])
def test_a_store_that_cannot_be_opened_is_told_to_all(error: Exception) -> None:
    def no_store() -> Store:
        raise error

    async def save() -> list[Company | BaseException]:
        writer = BackgroundWriter(no_store)
        given = (writer.save_company(company, run_id=None) for company in companies(3))
        return await asyncio.wait_for(asyncio.gather(*given, return_exceptions=True), 30)

    assert asyncio.run(save()) == [error] * 3


def test_a_locked_database_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not again for each company: 64 open visits would make half an hour of 30 seconds."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.1)
    with CountingStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        store.load_company(make_seed("c0.example"))  # learns what it reads only once
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            saved = asyncio.run(save_all(store, companies(20)))
        assert [type(each) for each in saved] == [StoreError] * 20
        assert store.transactions == 1


def test_all_or_none_of_a_transaction(store: Store) -> None:
    broken = make_company("info@broken.example", domain="broken.example", visited_at="no moment")
    with pytest.raises(Exception, match=r"."):
        store.save_companies([(companies(1)[0], None), (broken, None)])
    assert store.load_company(make_seed("c0.example")) is None


@pytest.mark.parametrize(
    ("domains", "expected"),
    [("", []), ("a", [[0]]), ("cab", [[1, 2, 0]]), ("baabab", [[1, 0], [2, 3], [4, 5]]), ("aaba", [[0, 2], [1], [3]])],
)
def test_no_company_twice_in_a_round(domains: str, expected: list[list[int]]) -> None:
    assert rounds(domains) == expected


def test_two_visits_of_a_company_are_saved_one_after_the_other(store: Store) -> None:
    first, second = (make_company(f"{name}@nord.example", visited_at=at) for name, at in (("a", NOW), ("b", NOW + DAY)))
    saved = store.save_companies([(first, None), (*companies(1), None), (second, None)])
    assert [company.domain for company in saved] == ["nord.example", "c0.example", "nord.example"]
    assert [len(company.contacts) for company in saved] == [1, 1, 1]
    assert store.load_company(second.seed).contacts == saved[2].contacts


def test_many_processes_write_at_a_time(store: Store, url: str) -> None:
    """None is told that the database is locked, also where they write the same companies."""
    words = [sys.executable, "-c", textwrap.dedent(WRITER), url]
    root = Path(__file__).parents[1]
    running = [
        subprocess.Popen([*words, str(number), "100"], stderr=subprocess.PIPE, cwd=root, text=True)
        for number in range(4)
    ]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert sum(store.load_statistics().companies.values()) == 4 * 100 + 5


@pytest.mark.parametrize("save", [lambda store, found: store.save_companies((), found), Store.save_verdicts])
def test_two_that_learn_of_the_same_mail_domains_write_at_a_time(save: Callable[..., Any], url: str) -> None:
    """Whatever the order in which each came to them: PostgreSQL would end a ring of two that wait for each other."""
    verdicts = [replace(VERDICT, domain=f"mail{number}.example") for number in range(300)]
    with Store.open(url) as one, Store.open(url) as other, ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            ways = ((one, verdicts), (other, verdicts[::-1]))
            for done in [threads.submit(save, store, found) for store, found in ways]:
                assert not done.result(60)
        learned = one.load_verdicts([verdict.domain for verdict in verdicts], now=datetime.now(UTC))
    assert len(learned) == len(verdicts)


@pytest.mark.parametrize(("conflicts", "is_saved"), [(0, True), (ATTEMPTS - 1, True), (ATTEMPTS, False)])
def test_what_the_database_undid_is_tried_again(store: Store, conflicts: int, is_saved: bool) -> None:
    undone = iter([StoreConflictError("Deadlock.")] * conflicts)

    class Undoing(Store):
        def save_companies(self, *given: Any) -> list[Company]:
            for error in undone:
                raise error
            return store.save_companies(*given)

    saved = asyncio.run(save_all(Undoing(store._reading), companies(2)))
    assert [isinstance(each, Company) for each in saved] == [is_saved] * 2
    assert (store.load_company(make_seed("c1.example")) is not None) is is_saved


def test_a_ring_of_two_that_wait_for_each_other_costs_nothing(store: Store, url: str) -> None:
    """The other one changes a contact first and then its company, as `optout add` does; a visit the other way round."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite lets one write at a time")
    store.save_company(make_company("info@nord.example", visited_at=NOW))
    again = make_company("info@nord.example", visited_at=NOW + DAY)
    engine = create_engine(url)
    with engine.connect() as other, ThreadPoolExecutor(1) as threads:
        other.execute(text("SET deadlock_timeout = '60s'"))  # so that it is the visit that is undone
        other.execute(text("UPDATE contacts SET position = position"))
        saving = threads.submit(asyncio.run, save_all(store, [again]))
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
            until = time.monotonic() + 30
            while not watch.execute(waiting).scalar():
                assert time.monotonic() < until, "the visit waits for nobody"
                time.sleep(0.01)
        other.execute(text("UPDATE companies SET detail = detail"))
        other.commit()
        assert [company.visited_at for company in saving.result(60)] == [NOW + DAY]
    engine.dispose()
