"""The progress of a run: one line that renews itself on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any, Self

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.log import get_scrapy_root_handler

from harvester.extensions.pace import Pace, Snapshot, describe
from harvester.model import Company

logger = logging.getLogger(__name__)
REFRESH_S = 0.25


class ProgressExtension:
    """Tells how far the run is. The spider's `progress` knows the sites; contacts and pages are counted here."""

    def __init__(self, crawler: Crawler, *, console: Console | None = None) -> None:
        self.crawler = crawler
        self.console = console or Console(stderr=True)
        self.pace = Pace()
        self.contacts = self.pages = self.sites = 0
        self.line = TerminalLine(self.console) if self.console.is_terminal else None
        self.interval = REFRESH_S if self.line else crawler.settings.getfloat("LOGSTATS_INTERVAL")
        self.task = create_looping_call(self.tell)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for name in ("item_scraped", "response_received", "spider_opened", "spider_closed"):
            crawler.signals.connect(getattr(extension, name), signal=getattr(signals, name))
        return extension

    def item_scraped(self, item: Any) -> None:
        """Count the contacts of one company."""
        if isinstance(item, Company):
            self.sites += 1
            self.contacts += len(item.contacts)

    def response_received(self, response: Response) -> None:
        """Count one page; robots.txt and the bodiless requests that open the visits are none."""
        self.pages += response.url.startswith("http") and not response.url.endswith("/robots.txt")

    def spider_opened(self) -> None:
        """Begin to tell."""
        self.pace.add(self.snapshot())
        if self.line:
            self.line.start()
        if self.interval > 0:
            self.task.start(self.interval, now=False)

    def spider_closed(self) -> None:
        """Stop telling, and leave the terminal as it was."""
        if self.task.running:
            self.task.stop()
        if self.line:
            self.line.stop()

    def snapshot(self) -> Snapshot:
        """Where the run stands now."""
        progress = getattr(self.crawler.spider, "progress", None)
        return Snapshot(
            time=monotonic(),
            done=getattr(progress, "seeds_done", self.sites),
            total=getattr(progress, "seeds_total", None),
            open_visits=getattr(progress, "open_visits", 0),
            contacts=self.contacts,
            pages=self.pages + getattr(progress, "pages", 0),
        )

    def tell(self) -> None:
        """Renew the line, or write one to the log."""
        self.pace.add(self.snapshot())
        if self.line:
            self.line.show(self.pace)
        else:
            logger.info("%s", describe(self.pace))


class TerminalLine:
    """A line at the bottom of the terminal. The log goes through the same console, so that neither tears the other.

    Redraws only when told to: no thread. Standard output is left alone, a feed may be written to it.
    """

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(), BarColumn(bar_width=10), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False)
        self.task = self.progress.add_task("starting", total=None)
        self.console = console
        self.log: logging.StreamHandler[Any] | None = None

    def start(self) -> None:
        """Show the line, and lead the log through its console."""
        self.progress.start()
        handler = get_scrapy_root_handler()
        if isinstance(handler, logging.StreamHandler) and getattr(handler.stream, "isatty", bool)():
            self.log, self.stream = handler, handler.stream
            handler.setStream(FileProxy(self.console, handler.stream))

    def show(self, pace: Pace) -> None:
        """Draw the line anew."""
        now = pace.snapshots[-1]
        self.progress.update(self.task, completed=now.done, total=now.total, description=describe(pace))
        self.progress.refresh()

    def stop(self) -> None:
        """Take the line away, and give the log its stream back."""
        if self.log:
            self.log.setStream(self.stream)
            self.log = None
        self.progress.stop()
