"""The pages spider: companies of the store in, their pages read again, which contacts still stand there out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harvester.download.fetcher import Fetcher
from harvester.spiders.visiting import SEED_META, introduce, limits_of
from harvester.store import Store, StoreError
from harvester.visit.again import read_again


class PagesSpider(Spider):
    """Reads pages again as politely as a crawl does; `on_change` is told address, domain and what has changed.

    `failure` is what kept it from remembering or telling what it found; nothing more is read then.
    """

    name = "pages"
    failure: StoreError | OSError | None = None

    def __init__(
        self,
        *args: Any,
        domains: Iterable[str],
        store: Store,
        on_change: Callable[[str, str, str], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._domains, self._store, self._on_change = domains, store, on_change
        self._turn = asyncio.Lock()
        self._open = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """As a crawl's."""
        super().update_settings(settings)
        introduce(settings)

    async def start(self) -> AsyncIterator[Any]:
        """Open a visit for each company that has pages, as places become free."""
        try:
            async for request in self._line_up():
                yield request
        except StoreError as error:
            raise self._stop_for(error) from error

    async def _line_up(self) -> AsyncIterator[Request]:
        places = self.settings.getint("HARVESTER_OPEN_VISITS")
        for domain in self._domains:
            pages = self._store.load_pages(domain)
            if not pages:
                continue
            while self._open >= places or self.crawler.engine.needs_backout():
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            self._open += 1
            arguments = {"domain": domain, "pages": pages}
            yield Request("data:,", callback=self.read, cb_kwargs=arguments, dont_filter=True, meta=dict(SEED_META))

    async def read(self, _: Response, domain: str, pages: Mapping[str, frozenset[str]]) -> list[Any]:
        """Read the pages of one company and save what they show."""
        limits = limits_of(self.settings)
        try:
            async with Fetcher(self.crawler) as fetch:
                found = await read_again(pages, fetch, limits=limits, turn=self._turn)
        finally:
            self._open -= 1
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            for address, change in self._store.save_still_on_page(domain, found, now=now).items():
                self._on_change(address, domain, change)
        except (StoreError, OSError) as error:
            raise self._stop_for(error) from error
        return []

    def _stop_for(self, error: StoreError | OSError) -> CloseSpider:
        self.failure = self.failure or error
        return CloseSpider("failed")
