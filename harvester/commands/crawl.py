"""`scrapy crawl`, with the arguments and settings checked before anything starts."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.python import without_none_values

from harvester.arguments import ArgumentError, check_arguments, check_settings, parse_part
from harvester.configuration import SettingError, parse_setting
from harvester.feeds.checking import check_feeds, shard_name, unknown_format
from harvester.feeds.exporters import FeedError
from harvester.options import BY_NAME
from harvester.pipelines.store import STORE_FAILED, is_whole
from harvester.spiders.contacts import ContactsSpider
from harvester.store import Store, StoreError
from harvester.terminal import STOPPED, say
from harvester.verifying.setup import read_manners

# What Scrapy says of itself at INFO: of use to who builds a crawler, noise to who runs one. LOG_LEVEL=DEBUG shows it.
INVENTORIES = (
    "scrapy.addons",
    "scrapy.crawler",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.memusage",
    "scrapy.middleware",
    "scrapy.utils.log",
)
# Exit status: as a shell says it of Ctrl-C; the crawl did not start, or a list could not be read or written.
FAILED = 1
UNFINISHED = (None, "start_error", STORE_FAILED, "closespider_timeout", "memusage_exceeded")
NO_FEEDS = 'Setting FEEDS: it must be JSON like {"contacts.csv": {"format": "csv"}}.'
FAILED_FEEDS = ("feedexport/failed_count/", "harvester/feeds/failed")


class Command(ScrapyCrawl):
    """Ends with one sentence and exit status 2 where Scrapy would start and show a traceback."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set the settings of the command line as Scrapy does, then check what `contacts` was given."""
        assert self.settings is not None  # noqa: S101 - set by Scrapy before it asks a command for anything
        is_ours = args[:1] == [ContactsSpider.name]
        try:
            super().process_options(args, opts)
        except UsageError as error:
            if not is_ours:
                raise
            end_with(usage_sentence(opts, known_formats(self.settings)) or str(error))
        except ValueError:  # what Scrapy merges with -o and -O
            end_with(NO_FEEDS)
        if not is_ours:
            return
        try:
            check_settings(self.settings)  # first: what follows reads them
            name_shards(self.settings, opts.spargs)
            schemes = without_none_values(self.settings.getwithbase("FEED_STORAGES"))
            check_feeds(feeds_of(self.settings), formats=known_formats(self.settings), schemes=schemes)
            check_arguments(opts.spargs, self.settings)
            check_probe(self.settings)
            Store.open(self.settings["HARVESTER_DATABASE_URL"]).close()
        except (ArgumentError, FeedError, SettingError, StoreError) as error:
            end_with(str(error))
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
        stats = crawler.stats.get_stats() if crawler.stats else {}
        is_cut_off = "start_time" in stats and crawler.engine.spider is not None  # by a second Ctrl-C
        self.exitcode = STOPPED if is_cut_off else exit_status(stats)


def end_with(sentence: str) -> NoReturn:
    """End the command before anything was fetched."""
    say(f"harvester: {sentence}", err=True)
    raise SystemExit(2)


def check_probe(settings: BaseSettings) -> None:
    """Raise SettingError where mail servers are to be asked and something is missing for that."""
    parsed = {name: parse_setting(name, settings[name]) for name in BY_NAME}
    if parsed["HARVESTER_SMTP_PROBE"]:
        read_manners(parsed)


def feeds_of(settings: BaseSettings) -> dict[Any, Any]:
    """The lists to be written and how; ArgumentError where FEEDS is nothing of the kind."""
    try:
        feeds = settings.getdict("FEEDS")
    except ValueError:
        raise ArgumentError(NO_FEEDS) from None
    if not all(isinstance(options, Mapping) for options in feeds.values()):
        raise ArgumentError(NO_FEEDS)
    return feeds


def name_shards(settings: BaseSettings, arguments: Mapping[str, str]) -> None:
    """Give the lists of one shard names of their own, so that no other shard's replace them; ArgumentError."""
    if "shard" in arguments:
        shard = str(parse_part(arguments["shard"]))
        feeds = {shard_name(str(uri), shard): options for uri, options in feeds_of(settings).items()}
        settings.set("FEEDS", feeds, priority=settings.getpriority("FEEDS") or "cmdline")


def known_formats(settings: BaseSettings) -> list[str]:
    """The formats of lists that can be written."""
    return [str(name) for name in without_none_values(settings.getwithbase("FEED_EXPORTERS"))]


def usage_sentence(opts: argparse.Namespace, formats: Collection[str]) -> str:
    """What is wrong with the options, in our words; empty where nothing of it is known here."""
    if broken := [text for text in opts.set if "=" not in text]:
        return f"-s {broken[0]}: write -s NAME=VALUE."
    if isinstance(opts.spargs, list) and (broken := [text for text in opts.spargs if "=" not in text]):
        return f"-a {broken[0]}: write -a NAME=VALUE."
    if opts.output and opts.overwrite_output:
        return "Use -o (add to a file) or -O (replace it), not both."
    for target in [*(opts.output or ()), *(opts.overwrite_output or ())]:
        named, suffix = target.rpartition(":")[2], Path(target).suffix.replace(".", "")
        if named not in formats and suffix not in formats:
            return unknown_format(target, suffix, formats)
    return ""


def is_for_users(record: logging.LogRecord) -> bool:
    """A log filter: warnings, and what a signal led to ("Send again to force")."""
    return record.levelno >= logging.WARNING or str(record.msg).startswith("Received")


def exit_status(stats: Mapping[str, Any]) -> int:
    """What the stats of a run that has ended come to."""
    if stats.get("finish_reason") == "shutdown":
        return STOPPED
    failed = any(name.startswith(FAILED_FEEDS) for name in stats) or not is_whole(stats)
    return FAILED if failed or stats.get("finish_reason") in UNFINISHED else 0
