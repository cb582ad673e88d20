"""`scrapy crawl`, with the arguments and settings checked before anything starts."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from harvester.arguments import ArgumentError, check_arguments
from harvester.spiders.contacts import ContactsSpider
from harvester.store import Store, StoreError


class Command(ScrapyCrawl):
    """Ends with one sentence and exit status 2 where Scrapy would start and show a traceback."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what `contacts` was given, then run it as Scrapy does; other spiders run as they are."""
        if args and args[0] == ContactsSpider.name:
            try:
                assert self.settings is not None  # noqa: S101 - set by Scrapy before it runs a command
                check_arguments(opts.spargs, self.settings)
                Store.open(self.settings["HARVESTER_DATABASE_URL"]).close()
            except (ArgumentError, StoreError) as error:
                print(f"harvester: {error}", file=sys.stderr)
                self.exitcode = 2
                return
        super().run(args, opts)
