"""Remembers which lists a run wrote, and takes out of them whoever objected or bounced while it ran."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.extensions.summary import without_password
from harvester.feeds.checking import LOCAL, local_path, scheme_of
from harvester.feeds.rewriting import addresses_in, clear_file
from harvester.pipelines.store import stop_for, store_of
from harvester.store import Store, StoreError
from harvester.store.exports import WrittenFile
from harvester.suppression import Entry, Erasure, parse_entry


class WrittenExtension:
    """Collects the lists as they are stored; when all are, writes them down in the store."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.files: list[WrittenFile] = []
        self.grown: set[str] = set()  # paths of lists to whose old rows new ones were added

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.feed_slot_closed, signal=signals.feed_slot_closed)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)  # after the feeds are closed
        return extension

    def feed_slot_closed(self, slot: Any) -> None:
        """Note a list that is in its place now."""
        uri, scheme = str(slot.uri), scheme_of(str(slot.uri))
        if scheme == "stdout" or not getattr(slot.storage, "stored", True):
            return
        path = str(local_path(uri).resolve()) if scheme in LOCAL else without_password(uri)
        if scheme in LOCAL and not slot.feed_options.get("overwrite"):
            self.grown.add(path)
        self.files.append(WrittenFile(path=path, format=slot.format, written_at=datetime.now(UTC)))

    def engine_stopped(self) -> None:
        """Write them down."""
        if not self.files:
            return
        try:
            self._write_down()
        except StoreError as error:
            stop_for(self.crawler, error)

    def _write_down(self) -> None:
        store = store_of(self.crawler)  # closed with the spider; it opens again by itself
        started = self.crawler.stats.get_value("start_time") if self.crawler.stats else None
        late = store.blocked_since(started) if started else []
        for file in self.files:
            store.record_file(file)
            blocked = [*late, *(old_entries(store, Path(file.path)) if file.path in self.grown else ())]
            if blocked:
                clear_file(file, Erasure(blocked))
        store.close()


def old_entries(store: Store, path: Path) -> list[Entry]:
    """Who stands in a file that has rows of earlier runs, and is not to be written to any more."""
    found = set(addresses_in(path))
    return [parse_entry(address) for address in store.find_blocked(found)]
