"""Who objected is left alone: not checked, not ranked, not stored, in no file."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler

from harvester.model import Company, RejectedLine
from harvester.pipelines.store import store_of


class SuppressPipeline:
    """Takes out of each item what objections cover, before any server is asked about it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SuppressPipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Return a visited company without who objected; a rejected line without addresses that leave in no file."""
        if isinstance(item, RejectedLine):
            return store_of(self._crawler).clear_blocked(item)
        if not isinstance(item, Company) or item.stored:
            return item
        company = store_of(self._crawler).withhold_objections(item)
        for reason in ("opted_out", "forgotten"):
            if number := company.dropped.get(reason, 0):
                self._crawler.stats.inc_value(f"harvester/suppress/dropped/{reason}", number)
        return company
