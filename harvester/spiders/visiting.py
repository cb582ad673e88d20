"""What every crawl of ours does with one seed: a visit with the crawl's limits, whose bugs cost this seed alone."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from harvester.download.fetcher import Fetcher
from harvester.download.open_files import make_room_for
from harvester.model import Company, CompanyStatus, KeptPage, Seed
from harvester.options.values import span
from harvester.pipelines.store import store_of
from harvester.visit import Limits, visit

VISIT_SIZE = 1024  # what Scrapy's scraper counts for a response without a body
# In a slot of its own DOWNLOAD_DELAY would hold it up: one site a second.
SEED_META = {"dont_obey_robotstxt": True, "download_slot": "visits"}
logger = logging.getLogger(__name__)


class Visitor:
    """Visits sites for a crawler; all visits take turns at reading pages."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limits = limits_of(crawler.settings)
        self._turn = asyncio.Lock()
        self._reread_after = span(crawler.settings["HARVESTER_REREAD_AFTER"])

    async def visit(self, seed: Seed, *, is_new: bool = False) -> Company:
        """Return the one item of a seed; a bug of ours costs this seed's contacts, not the run.

        `is_new`: the store is known to hold nothing of the company.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            async with Fetcher(self._crawler, self._kept_pages(seed, now, is_new=is_new)) as fetch:
                return await visit(seed, fetch, limits=self._limits, now=now, turn=self._turn)
        except Exception as error:
            logger.exception("The visit of %s failed", seed.domain)
            detail = f"internal error: {type(error).__name__}"
            return Company(seed=seed, status=CompanyStatus.ERROR, detail=detail, visited_at=now)

    def _kept_pages(self, seed: Seed, now: datetime, *, is_new: bool) -> list[KeptPage] | None:
        """Return what is kept of the company's pages; None where every page is to be read."""
        if not self._reread_after:
            return None
        if is_new:
            return []
        return store_of(self._crawler).load_kept_pages(seed.domain, since=now - self._reread_after)


def limits_of(settings: BaseSettings) -> Limits:
    """What one visit may cost, by the settings."""
    return Limits(
        max_pages=settings.getint("HARVESTER_MAX_PAGES"),
        max_links=settings.getint("HARVESTER_MAX_LINKS"),
        max_tags=settings.getint("HARVESTER_MAX_TAGS"),
        max_bytes=settings.getint("HARVESTER_MAX_BYTES"),
        max_seconds=settings.getfloat("HARVESTER_MAX_SECONDS"),
        pause_s=settings.getfloat("DOWNLOAD_DELAY"),
    )


def introduce(settings: BaseSettings) -> None:
    """Bound the open visits, and name ourselves with a contact URL unless USER_AGENT was set.

    SettingError where so many visits would open more files than this system allows.
    """
    open_visits = settings.getint("HARVESTER_OPEN_VISITS")
    make_room_for(open_visits)
    settings.set("SCRAPER_SLOT_MAX_ACTIVE_SIZE", VISIT_SIZE * open_visits, priority="spider")
    if not settings.get("USER_AGENT"):
        product, contact = settings["HARVESTER_PRODUCT"], settings["HARVESTER_CONTACT_URL"]
        settings.set("USER_AGENT", f"{product} (+{contact})" if contact else product, priority="cmdline")
