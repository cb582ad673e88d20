"""Nothing vanishes: each seed ends as one row, also where the run was stopped or a step of ours failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from harvester.classify import without_denied
from harvester.configuration import address_lists
from harvester.model import Company, CompanyStatus, RejectedLine, Seed
from harvester.pipelines.store import stop_for, store_of
from harvester.store import StoreError


class ListSpider(Protocol):
    """What this asks of a spider that works through a list."""

    def unvisited(self) -> Iterator[Seed | RejectedLine]:
        """Yield what a stopped run did not come to."""


class AccountPipeline:
    """Hands to the feeds what no other way leads there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.item_error, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AccountPipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Return every item unchanged."""
        return item

    def item_error(self, item: Any, failure: Failure) -> None:
        """Give a company its row even where a step of ours failed (Scrapy has logged how); the next run visits it."""
        status, detail = CompanyStatus.ERROR, "internal error while the visit's findings were worked on; see the log"
        if isinstance(failure.value, StoreError):
            stop_for(self._crawler, failure.value)
            status, detail = CompanyStatus.NOT_VISITED, "what the visit found could not be remembered; see the log"
        if isinstance(item, Company):
            self._hand_on(replace(item, status=status, detail=detail, mentions=(), contacts=()))

    def close_spider(self) -> None:
        """Hand on the seeds that a stopped run did not come to, as `not_visited` or as they are known."""
        for entry in cast("ListSpider", self._crawler.spider).unvisited():
            self._hand_on(self._as_known(entry) if isinstance(entry, Seed) else entry)

    def _as_known(self, seed: Seed) -> Company:
        try:
            known = store_of(self._crawler).load_company(seed)
        except StoreError as error:
            stop_for(self._crawler, error)
            known = None
        if known:
            return without_denied(known, address_lists(self._crawler.settings))
        detail = f"the run was stopped before{self._limit()}"
        return Company(seed=seed, status=CompanyStatus.NOT_VISITED, detail=detail)

    def _limit(self) -> str:
        """Which limit of the whole run ended it; nothing where a person did."""
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        most_s, started = self._crawler.settings.getfloat("CLOSESPIDER_TIMEOUT"), stats.get("start_time")
        if stats.get("memusage/limit_reached"):
            return " at the limit of memory (MEMUSAGE_LIMIT_MB)"
        if most_s and started and (datetime.now(UTC) - started).total_seconds() >= most_s:
            return f" at the limit of {most_s:g} seconds (CLOSESPIDER_TIMEOUT)"
        return ""

    def _hand_on(self, item: Company | RejectedLine) -> None:
        try:
            cleared = store_of(self._crawler).clear_blocked(item)
        except StoreError as error:  # then nobody knows who must stand in no file
            stop_for(self._crawler, error)
            return
        self._crawler.signals.send_catch_log(
            signals.item_scraped, item=cleared, response=None, spider=self._crawler.spider
        )
