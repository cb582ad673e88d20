"""`scrapy crawl`, with the arguments and settings checked before anything starts."""

from __future__ import annotations

import argparse
import logging
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from harvester.arguments import ArgumentError, check_arguments
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
                logging.getLogger(name).setLevel(logging.WARNING)
