"""Everything is remembered: the store is the checkpoint of a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.model import Company, CompanyStatus, RejectedLine, Seed
from harvester.store import Run, Store

_STORES: WeakKeyDictionary[Crawler, Store] = WeakKeyDictionary()


def store_of(crawler: Crawler) -> Store:
    """Return the crawler's store, opened at the first call; raises StoreError with a sentence."""
    if crawler not in _STORES:
        _STORES[crawler] = Store.open(crawler.settings["HARVESTER_DATABASE_URL"])
    return _STORES[crawler]


class ListSpider(Protocol):
    """What the pipeline asks of a spider that works through a list."""

    run: Run

    def unvisited(self) -> Iterator[Seed | RejectedLine]:
        """Yield what a stopped run did not come to."""


class StorePipeline:
    """Saves each company with its contacts and its done mark in one transaction, and ends the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(self.item_error, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    @property
    def _spider(self) -> ListSpider:
        return cast("ListSpider", self._crawler.spider)

    def process_item(self, item: Any) -> Any:
        """Return a visited company as it is now known (first seen, state, …); anything else unchanged."""
        if not isinstance(item, Company) or item.stored:
            return item
        company = store_of(self._crawler).save_company(item, run_id=self._spider.run.id)
        self._crawler.stats.inc_value(f"harvester/store/{company.status}")
        return company

    def item_error(self, item: Any) -> None:
        """Give a company its row even where a step of ours failed (Scrapy has logged how); the next run visits it."""
        if isinstance(item, Company):
            detail = "internal error while the visit's findings were worked on; see the log"
            self._hand_to_feeds(replace(item, status=CompanyStatus.ERROR, detail=detail, mentions=(), contacts=()))

    def close_spider(self) -> None:
        """Hand the seeds that a stopped run did not come to to the feeds, as `not_visited`."""
        for entry in self._spider.unvisited():
            item: Company | RejectedLine | Seed = entry
            if isinstance(entry, Seed):
                known = store_of(self._crawler).load_company(entry)
                item = known or Company(
                    seed=entry, status=CompanyStatus.NOT_VISITED, detail="the run was stopped before"
                )
            self._hand_to_feeds(item)

    def _hand_to_feeds(self, item: Company | RejectedLine | Seed) -> None:
        self._crawler.signals.send_catch_log(
            signals.item_scraped, item=item, response=None, spider=self._crawler.spider
        )

    def spider_closed(self, reason: str) -> None:
        """Mark the run finished, or leave it open to be resumed when it was stopped."""
        store, run = store_of(self._crawler), getattr(self._crawler.spider, "run", None)
        if run is not None:
            store.finish_run(run.id, now=datetime.now(UTC), reason=reason, complete=reason == "finished")
        store.close()
