"""The summary on the terminal when a run ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.extensions.counts import RunCounts
from harvester.extensions.report import RunEnd, WrittenFile, render_summary
from harvester.model import Company, RejectedLine
from harvester.terminal import say

FAILED_FEEDS = "feedexport/failed_count/"
ROWS: Mapping[str, Callable[[RunCounts], int]] = {
    "csv": lambda counts: counts.contacts,
    "xlsx": lambda counts: counts.contacts,
    "jsonl": lambda counts: counts.contacts,
    "jsonlines": lambda counts: counts.contacts,
    "jl": lambda counts: counts.contacts,
    "json": lambda counts: counts.contacts,
    "companies": lambda counts: counts.sites,
    "rejected": lambda counts: counts.rejected,
}


class SummaryExtension:
    """Counts the items of the run, and prints the summary to standard error once the files are written."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.counts = RunCounts()
        self.stored: set[str] = set()  # URIs of feeds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.feed_slot_closed, signal=signals.feed_slot_closed)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)  # after the feeds are closed
        return extension

    def item_scraped(self, item: Any) -> None:
        """Count one item."""
        if isinstance(item, Company):
            self.counts.add(item)
        elif isinstance(item, RejectedLine):
            self.counts.rejected += 1

    def feed_slot_closed(self, slot: Any) -> None:
        """Note a file that is in its place now. Of storages not ours only the failures are known, all together."""
        stats, storage = self.crawler.stats, slot.storage
        failed = stats.get_value(FAILED_FEEDS + type(storage).__name__, 0) if stats else 0
        if getattr(storage, "stored", not failed):
            self.stored.add(slot.uri_template)

    def engine_stopped(self) -> None:
        """Print the summary."""
        language = self.crawler.settings.get("HARVESTER_LANGUAGE", "en")
        say("\n" + render_summary(self.counts, self.run_end(), language=language), err=True)

    def run_end(self) -> RunEnd:
        """How the run ended, by Scrapy's stats and the FEEDS setting."""
        stats: Mapping[str, Any] = self.crawler.stats.get_stats() if self.crawler.stats else {}
        return RunEnd(
            reason=str(stats.get("finish_reason", "finished")),
            seconds=float(stats.get("elapsed_time_seconds", 0.0)),
            duplicates=int(stats.get("harvester/seeds/duplicate", 0)),
            files=tuple(written_files(self.crawler.settings.getdict("FEEDS"), self.counts, self.stored)),
            failed_files=max(
                sum(int(value) for key, value in stats.items() if key.startswith(FAILED_FEEDS)),
                int(stats.get("harvester/feeds/failed", 0)),  # also of lists that never came to be stored
            ),
        )


def written_files(
    feeds: Mapping[Any, Mapping[str, Any]], counts: RunCounts, stored: Collection[str]
) -> Iterator[WrittenFile]:
    """Yield the files of the FEEDS setting that were stored, with their rows; standard output is not one."""
    for uri, options in feeds.items():
        name = str(uri.absolute()) if isinstance(uri, Path) else str(uri)  # as Scrapy calls it
        if name.startswith("stdout:") or name not in stored:
            continue
        rows = ROWS.get(str(options.get("format", "")))
        yield WrittenFile(name=without_password(str(uri)), rows=rows(counts) if rows else None)


def without_password(uri: str) -> str:
    """Take user and password out of a feed's URI: s3://key:secret@bucket/x -> s3://bucket/x."""
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else uri
