"""Whose the addresses are, and who reads them."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler

from harvester.classify import classify_company
from harvester.model import Company


class ClassifyPipeline:
    """Turns the mentions of a visit into contacts, and counts why the other mentions are none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ClassifyPipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Return a visited company with its contacts; anything else unchanged."""
        if not isinstance(item, Company) or item.stored:
            return item
        company = classify_company(item)
        for reason, count in company.dropped.items():
            self._crawler.stats.inc_value(f"harvester/classify/dropped/{reason}", count)
        return company
