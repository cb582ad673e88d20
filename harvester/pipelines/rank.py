"""Which address to write to first."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from harvester.model import Company
from harvester.priority import rank_company


class RankPipeline:
    """Gives each contact its priority and puts the best first."""

    def __init__(self, language: str) -> None:
        self._language = language

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.get("HARVESTER_LANGUAGE", "en"))

    def process_item(self, item: Any) -> Any:
        """Return a company with ranked contacts; anything else unchanged."""
        if not isinstance(item, Company) or item.stored:
            return item
        return rank_company(item, language=self._language)
