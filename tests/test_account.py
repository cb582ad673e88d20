"""What a stopped run did not come to: every seed keeps its row, with what is known, and the loop goes on meanwhile."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
from scrapy import signals
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from harvester.model import Company, CompanyStatus, RejectedLine, Seed
from harvester.pipelines.account import PIECE, AccountPipeline
from harvester.pipelines.store import is_whole, store_of
from harvester.store import StoreError
from harvester.store.optouts import OptOut
from tests.sample_companies import make_company, make_seed

OBJECTED = "jane@west.example"


class Stopped:
    """A run that was stopped before the first of its entries, and what its feeds were given."""

    def __init__(self, folder: Path, unvisited: list[Seed | RejectedLine]) -> None:
        self.crawler = get_crawler(settings_dict={"HARVESTER_DATABASE_URL": f"sqlite:///{folder}/x.db"})
        self.crawler.engine = SimpleNamespace(spider=None)
        self.crawler.spider = SimpleNamespace(unvisited=lambda: iter(unvisited))
        self.crawler.signals.connect(self._take, signal=signals.item_scraped)
        self.store = store_of(self.crawler)
        self.items: list[Company | RejectedLine] = []

    def _take(self, item: Company | RejectedLine) -> None:
        self.items.append(item)

    async def close(self) -> list[int]:
        """How many items the feeds had each time that the loop did something else."""
        closing = asyncio.create_task(AccountPipeline.from_crawler(self.crawler).close_spider())
        seen = []
        while not closing.done():
            await asyncio.sleep(0)
            seen.append(len(self.items))
        await closing
        self.store.close()
        return seen


def seed_with_note(domain: str) -> Seed:
    return Seed(domain=domain, host=domain, extra=MappingProxyType({"note": f"ask {OBJECTED}"}))


def test_as_known_or_not_visited_and_without_who_objected(tmp_path: Path) -> None:
    line = RejectedLine(file="list.txt", line=3, text=f"or {OBJECTED}", reason="no company")
    stopped = Stopped(tmp_path, [seed_with_note("nord.example"), line, seed_with_note("new.example")])
    stopped.store.save_companies([(make_company("info@nord.example", OBJECTED, domain="nord.example"), None)])
    objection = OptOut(entry=OBJECTED, confirmed=True, reason="", source="test", added_at=datetime.now(UTC))
    stopped.store.add_optouts([objection])
    asyncio.run(stopped.close())
    companies = {item.domain: item for item in stopped.items if isinstance(item, Company)}
    assert {domain: company.status for domain, company in companies.items()} == {
        "nord.example": CompanyStatus.CONTACTS_FOUND,
        "new.example": CompanyStatus.NOT_VISITED,
    }
    assert [contact.address for contact in companies["nord.example"].contacts] == ["info@nord.example"]
    assert companies["new.example"].detail == "the run was stopped before"
    assert [item.line for item in stopped.items if isinstance(item, RejectedLine)] == [3]
    assert OBJECTED not in repr(stopped.items)


@pytest.mark.parametrize(
    ("error", "status", "is_whole_run"),
    [(StoreError("The disk is full."), CompanyStatus.CONTACTS_FOUND, False), (KeyError(), CompanyStatus.ERROR, True)],
)
def test_what_could_not_be_remembered_is_as_known(
    tmp_path: Path, error: Exception, status: CompanyStatus, is_whole_run: bool
) -> None:
    stopped = Stopped(tmp_path, [])
    known = make_company("info@nord.example", domain="nord.example")
    stopped.store.save_companies([(known, None)])
    pipeline = AccountPipeline.from_crawler(stopped.crawler)
    pipeline.item_error(replace(known, contacts=()), Failure(error))
    pipeline.item_error(RejectedLine(file="list.txt", line=3, text="", reason=""), Failure(error))
    assert [item.status for item in stopped.items if isinstance(item, Company)] == [status]
    assert is_whole(stopped.crawler.stats.get_stats()) is is_whole_run
    stopped.store.close()


def test_a_long_list_leaves_the_loop_its_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C waits for one piece, not for the list; and a piece is one question to the store."""
    number = 10 * PIECE
    stopped = Stopped(tmp_path, [make_seed(f"c{at}.example") for at in range(number)])
    asked: list[int] = []
    load_known = stopped.store.load_known

    def count(unvisited: list[Company]) -> list[Company]:
        asked.append(len(unvisited))
        return load_known(unvisited)

    monkeypatch.setattr(stopped.store, "load_known", count)
    seen = asyncio.run(stopped.close())
    assert len(stopped.items) == number
    assert {PIECE * turn for turn in range(1, 11)} <= set(seen)
    assert asked == [PIECE] * 10
