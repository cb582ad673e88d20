"""Whose the addresses are, and who reads them."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler

from harvester.classify import classify_company, without_denied
from harvester.configuration import address_lists
from harvester.model import Company


class ClassifyPipeline:
    """Turns the mentions of a visit into contacts, and counts why the other mentions are none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._lists = address_lists(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ClassifyPipeline:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Return a company with its contacts; one from the store without those that are denied by now."""
        if not isinstance(item, Company):
            return item
        if item.stored:
            return without_denied(item, self._lists)
        company = classify_company(item, self._lists)
        for reason, count in company.dropped.items():
            self._crawler.stats.inc_value(f"harvester/classify/dropped/{reason}", count)
        return company
