"""Nothing vanishes: each seed ends as one row, also where the run was stopped or a step of ours failed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol, cast

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from harvester.classify import without_denied
from harvester.configuration import address_lists
from harvester.model import Company, CompanyStatus, RejectedLine, Seed
from harvester.pipelines.store import LOST, stop_for, store_of
from harvester.store import StoreError

PIECE = 64  # entries of the list


class ListSpider(Protocol):
    """What this asks of a spider that works through a list."""

    def unvisited(self) -> Iterator[Seed | RejectedLine]:
        """Yield what a stopped run did not come to."""


class Feeds:
    """The way to the feeds for what no pipeline of this process leads there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._lists = address_lists(crawler.settings)

    def hand_on(self, item: Company | RejectedLine) -> None:
        """Hand on what is fit for a file."""
        self._crawler.signals.send_catch_log(
            signals.item_scraped, item=item, response=None, spider=self._crawler.spider
        )

    def hand_on_cleared(self, item: Company | RejectedLine) -> None:
        """Hand on an item without those who must stand in no file."""
        try:
            cleared = store_of(self._crawler).clear_blocked(item)
        except StoreError as error:  # then nobody knows who must stand in no file
            stop_for(self._crawler, error)
            return
        self.hand_on(cleared)

    def hand_on_as_known(self, unvisited: Sequence[Company]) -> None:
        """Hand on some hundred companies that were not visited as they are known; those never visited as given."""
        try:
            known = store_of(self._crawler).load_known(unvisited)
        except StoreError as error:  # as above
            stop_for(self._crawler, error)
            return
        for company in known:
            self.hand_on(without_denied(company, self._lists))


class AccountPipeline:
    """Hands to the feeds what no other way leads there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._feeds = Feeds(crawler)
        crawler.signals.connect(self.item_error, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AccountPipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Return every item unchanged."""
        return item

    def item_error(self, item: Any, failure: Failure) -> None:
        """Give a company its row even where a step of ours failed (Scrapy has logged how); the next run visits it."""
        emptied = replace(item, mentions=(), contacts=()) if isinstance(item, Company) else None
        if isinstance(failure.value, StoreError):
            stop_for(self._crawler, failure.value)
            self._crawler.stats.inc_value(LOST)
            detail = "what the visit found could not be remembered; see the log"
            if emptied:
                self._feeds.hand_on_as_known([replace(emptied, status=CompanyStatus.NOT_VISITED, detail=detail)])
        elif emptied:
            detail = "internal error while the visit's findings were worked on; see the log"
            self._feeds.hand_on_cleared(replace(emptied, status=CompanyStatus.ERROR, detail=detail))

    async def close_spider(self) -> None:
        """Hand on the seeds that a stopped run did not come to, as they are known or as `not_visited`.

        A piece at a time, so that the loop goes on and a second Ctrl-C ends it.
        """
        entries = cast("ListSpider", self._crawler.spider).unvisited()
        detail = f"the run was stopped before{self._limit()}"
        while piece := list(islice(entries, PIECE)):
            seeds = [entry for entry in piece if isinstance(entry, Seed)]
            self._feeds.hand_on_as_known(
                [Company(seed=seed, status=CompanyStatus.NOT_VISITED, detail=detail) for seed in seeds]
            )
            for entry in piece:
                if isinstance(entry, RejectedLine):
                    self._feeds.hand_on_cleared(entry)
            await asyncio.sleep(0)

    def _limit(self) -> str:
        """Which limit of the whole run ended it; nothing where a person did."""
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        most_s, started = self._crawler.settings.getfloat("CLOSESPIDER_TIMEOUT"), stats.get("start_time")
        if stats.get("memusage/limit_reached"):
            return " at the limit of memory (MEMUSAGE_LIMIT_MB)"
        if most_s and started and (datetime.now(UTC) - started).total_seconds() >= most_s:
            return f" at the limit of {most_s:g} seconds (CLOSESPIDER_TIMEOUT)"
        return ""
