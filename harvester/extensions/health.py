"""A warning, once, when it is probably our own network that is down and not the companies' sites."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.extensions.counts import NetworkHealth
from harvester.model import Company

logger = logging.getLogger(__name__)
WARNING = (
    "%d of the last %d sites gave no answer: probably our own network or name server is the cause. "
    "Ctrl-C stops the run; the same command goes on with it later. HARVESTER_NAMESERVERS names another name server."
)


class HealthExtension:
    """Watches how visits end."""

    def __init__(self) -> None:
        self.health = NetworkHealth()
        self.warned = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        return extension

    def item_scraped(self, item: Any) -> None:
        """Count one end, and warn where there are too many of the wrong kind."""
        if isinstance(item, Company):
            self.health.add(item)
            if self.health.is_ill and not self.warned:
                self.warned = True
                logger.warning(WARNING, sum(self.health.last), len(self.health.last))
