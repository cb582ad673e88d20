"""Whether mail can reach the addresses, by what the DNS says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import Crawler

from harvester.download.site_resolver import resolver_of
from harvester.model import Company, Contact
from harvester.pipelines.store import store_of
from harvester.verify.mx import DomainChecker
from harvester.verify.verification import verify_address


class VerifyPipeline:
    """Asks the DNS about each contact's domain, each domain once; answers are kept in the store for their TTL."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._checker = DomainChecker(
            resolver_of(crawler),
            store_of(crawler),
            allow_private=crawler.settings.getbool("HARVESTER_ALLOW_PRIVATE_ADDRESSES"),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> VerifyPipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Return a visited company with verified contacts; anything else unchanged."""
        if not isinstance(item, Company) or item.stored or not item.contacts:
            return item
        return replace(item, contacts=tuple(await asyncio.gather(*map(self._verify, item.contacts))))

    async def _verify(self, contact: Contact) -> Contact:
        verification = await verify_address(
            contact.address, self._checker.check, now=datetime.now(UTC).replace(microsecond=0)
        )
        self._crawler.stats.inc_value(f"harvester/verify/{verification.status}/{verification.reason}")
        return replace(contact, verification=verification)
