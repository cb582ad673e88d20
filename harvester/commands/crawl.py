"""`scrapy crawl`, with the arguments and settings checked before anything starts."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Mapping
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl

from harvester.arguments import ArgumentError, check_arguments
from harvester.pipelines.store import UNREAD
from harvester.spiders.contacts import ContactsSpider
from harvester.store import Store, StoreError

# What Scrapy says of itself at INFO: of use to who builds a crawler, noise to who runs one. LOG_LEVEL=DEBUG shows it.
INVENTORIES = (
    "scrapy.addons",
    "scrapy.crawler",
    "scrapy.extensions.feedexport",
    "scrapy.middleware",
    "scrapy.utils.log",
)
# Exit status: as a shell says it of Ctrl-C; the crawl did not start, or a list could not be read or written.
STOPPED, FAILED = 130, 1
FAILED_FEEDS = ("feedexport/failed_count/", "harvester/feeds/failed")


class Command(ScrapyCrawl):
    """Ends with one sentence and exit status 2 where Scrapy would start and show a traceback."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set the settings of the command line as Scrapy does, then check what `contacts` was given."""
        super().process_options(args, opts)
        if not args or args[0] != ContactsSpider.name:
            return
        assert self.settings is not None  # noqa: S101 - set by Scrapy before it asks a command for anything
        try:
            check_arguments(opts.spargs, self.settings)
            Store.open(self.settings["HARVESTER_DATABASE_URL"]).close()
        except (ArgumentError, StoreError) as error:
            print(f"harvester: {error}", file=sys.stderr)
            raise SystemExit(2) from None
        if self.settings["LOG_LEVEL"] != "DEBUG":
            for name in INVENTORIES:
                logging.getLogger(name).addFilter(is_for_users)  # a level would be reset when Scrapy sets up its log

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; the exit status says whether all of it was done."""
        if args != [ContactsSpider.name]:
            super().run(args, opts)
            return
        assert self.crawler_process is not None  # noqa: S101 - made by Scrapy before it runs a command
        crawler = self.crawler_process.create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        self.exitcode = exit_status(crawler.stats.get_stats() if crawler.stats else {})


def is_for_users(record: logging.LogRecord) -> bool:
    """A log filter: warnings, and what a signal led to ("Send again to force")."""
    return record.levelno >= logging.WARNING or str(record.msg).startswith("Received")


def exit_status(stats: Mapping[str, Any]) -> int:
    """What the stats of a run that has ended come to."""
    if stats.get("finish_reason") == "shutdown":
        return STOPPED
    partial = any(name.startswith((*FAILED_FEEDS, UNREAD)) for name in stats)
    return FAILED if partial or stats.get("finish_reason") in (None, "start_error") else 0
