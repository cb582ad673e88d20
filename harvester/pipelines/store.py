"""Everything is remembered: the store is the checkpoint of a crawl."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.model import Company
from harvester.store import Run, RunNumbers, Store, StoreError
from harvester.store.background import BackgroundWriter

UNREAD = "harvester/seeds/unread"  # in the stats when the list broke off
LOST = "harvester/seeds/lost"  # in the stats when a visit was cut off, or what it found could not be remembered
SAVED = "harvester/store/"  # in the stats, with the status of a company that was saved
STORE_TOLD = "harvester/store_failed"  # in the stats: the sentence that was told
STORE_FAILED = "store_failed"  # finish reason of a run whose findings could not be remembered
_STOPPING: WeakKeyDictionary[Crawler, asyncio.Future[None]] = WeakKeyDictionary()

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Memory:
    """A crawler's store, opened when it is first asked for, and what writes into it off the event loop.

    It does not know its crawler: whatever a weak dictionary holds must not keep its own key alive.
    """

    url: str
    opened: Store | None = None
    writer: BackgroundWriter = field(init=False)

    def __post_init__(self) -> None:
        self.writer = BackgroundWriter(self.store)

    def store(self) -> Store:
        if self.opened is None:
            self.opened = Store.open(self.url)
        return self.opened


_MEMORIES: WeakKeyDictionary[Crawler, _Memory] = WeakKeyDictionary()


def _memory_of(crawler: Crawler) -> _Memory:
    if crawler not in _MEMORIES:
        _MEMORIES[crawler] = _Memory(crawler.settings["HARVESTER_DATABASE_URL"])
    return _MEMORIES[crawler]


def store_of(crawler: Crawler) -> Store:
    """Return the crawler's store, opened at the first call; raises StoreError with a sentence."""
    return _memory_of(crawler).store()


def stop_for(crawler: Crawler, error: StoreError) -> None:
    """Say why nothing more can be remembered, once, and stop the run: visits from here on would be for nothing."""
    assert crawler.stats is not None  # noqa: S101 - a crawl has them
    if crawler.stats.get_value(STORE_TOLD):
        return
    crawler.stats.set_value(STORE_TOLD, str(error))
    logger.error("%s The run stops; what was remembered is kept, and the same command goes on from there.", error)
    if crawler.engine is not None and crawler.engine.spider is not None:
        _STOPPING[crawler] = asyncio.ensure_future(crawler.engine.close_spider_async(reason=STORE_FAILED))


def is_news(record: logging.LogRecord) -> bool:
    """A log filter: what `stop_for` tells in a sentence is not told again with a traceback for each item."""
    return not (record.exc_info and isinstance(record.exc_info[1], StoreError))


def writer_of(crawler: Crawler) -> BackgroundWriter:
    """Return what writes into the crawler's store off the event loop."""
    return _memory_of(crawler).writer


class StorePipeline:
    """Saves each company, its contacts and its done mark together, and ends the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)
        logging.getLogger("scrapy.core.scraper").addFilter(is_news)  # who catches what a pipeline raises

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Return a visited company as it is now known and stored (first seen, state, …); anything else unchanged."""
        if not isinstance(item, Company):
            return item
        writer, seed = writer_of(self._crawler), item.seed
        if item.stored:
            if seed.extra:
                writer.defer(lambda store: store.save_extra(seed))
            return item
        run: Run = self._crawler.spider.run  # type: ignore[union-attr] # of a spider that works through a list
        company = await writer.save_company(item, run_id=run.id)
        self._crawler.stats.inc_value(f"{SAVED}{company.status}")
        return company

    async def spider_closed(self, reason: str) -> None:
        """Mark the run finished, or leave it open to be resumed when it was stopped or its list broke off."""
        try:
            await writer_of(self._crawler).aclose()
            self._finish_run(reason)
        except StoreError as error:  # then the next run takes this one for unfinished and goes on with it
            stop_for(self._crawler, error)
        if opened := _memory_of(self._crawler).opened:
            opened.close()

    def _finish_run(self, reason: str) -> None:
        run = getattr(self._crawler.spider, "run", None)
        if run is None or not getattr(self._crawler.spider, "finishes_run", True):
            return
        stats = self._crawler.stats.get_stats()
        complete, numbers = reason == "finished" and is_whole(stats), numbers_of(stats)
        store_of(self._crawler).finish_run(
            run.id, now=datetime.now(UTC), reason=reason, complete=complete, numbers=numbers
        )


def is_whole(stats: Mapping[str, Any]) -> bool:
    """Whether a run has read its whole list, and remembered what became of each seed that it came to."""
    return not any(stats.get(name) for name in (UNREAD, LOST, STORE_TOLD))


def numbers_of(stats: Mapping[str, Any]) -> RunNumbers:
    """What the report wants to know of a run, out of Scrapy's stats."""
    sites = {name.removeprefix(SAVED): count for name, count in stats.items() if name.startswith(SAVED)}
    addresses = sum(count for name, count in stats.items() if name.startswith("harvester/verify/"))
    return RunNumbers(sites=sites, addresses=addresses)
