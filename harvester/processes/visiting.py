"""A process that visits: `python -m harvester.processes.visiting`, seeds in by stdin, companies out by stdout.

It ends when it is told so and its visits are over, and at once when the process that started it is gone: what it
had stored by then is whole, and the rest is for the next run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from logging.handlers import QueueHandler
from threading import Thread
from typing import Any, BinaryIO, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.project import get_project_settings

from harvester.model import Company, RejectedLine, Seed
from harvester.processes.frames import Finding, Order, Said, Sender, receive
from harvester.spiders.visiting import SEED_META, Visitor, introduce
from harvester.store import Run

LEFT_ALONE = 1  # exit status when the first process is gone
# What the first process does for all.
SETTINGS: Mapping[str, Any] = {
    "FEEDS": {},
    "LOG_INSTALL_ROOT_HANDLER": False,
    "CLOSESPIDER_ITEMCOUNT": 0,
    "CLOSESPIDER_TIMEOUT": 0,
    "CLOSESPIDER_TIMEOUT_NO_ITEM": 0,
    "CLOSESPIDER_ERRORCOUNT": 0,
    "CLOSESPIDER_PAGECOUNT": 0,
}
FIRSTS: Mapping[str, None] = {
    "harvester.extensions.progress.ProgressExtension": None,
    "harvester.extensions.summary.SummaryExtension": None,
    "harvester.extensions.health.HealthExtension": None,
    "harvester.extensions.written.WrittenExtension": None,
}
STANDARD = frozenset(vars(logging.makeLogRecord({})))  # what every log record has
COUNTED = ("harvester/", "downloader/", "retry/")  # stats that add up over processes


class VisitingSpider(Spider):
    """Visits the seeds that come through the pipe until there are no more."""

    name = "visiting"
    finishes_run = False  # the first process does

    def __init__(self, *, order: Order, seeds: BinaryIO, sender: Sender, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run: Run = order.run
        self._pipe, self._sender = seeds, sender
        self._seeds: asyncio.Queue[Seed | None] = asyncio.Queue()
        self._sent: dict[str, int] = {}

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """As the first process's spider."""
        super().update_settings(settings)
        introduce(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.visitor = Visitor(crawler)
        crawler.signals.connect(spider.send, signal=signals.item_scraped)
        return spider

    visitor: Visitor

    async def start(self) -> AsyncIterator[Any]:
        """Open a visit for each seed as it comes; the first process sees to it that there are not too many."""
        Thread(target=self._read, args=(asyncio.get_running_loop(),), daemon=True).start()
        while (seed := await self._seeds.get()) is not None:
            arguments = {"seed": seed}
            yield Request("data:,", callback=self.visit, cb_kwargs=arguments, dont_filter=True, meta=dict(SEED_META))

    async def visit(self, _: Response, seed: Seed) -> list[Company]:
        """Return the one item of a seed."""
        return [await self.visitor.visit(seed)]

    def unvisited(self) -> Iterator[Seed | RejectedLine]:
        """Nothing: the first process accounts for the list."""
        return iter(())

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand what comes through the pipe to the loop, in a thread of its own."""
        try:
            while (seed := receive(self._pipe)) is not None:
                loop.call_soon_threadsafe(self._seeds.put_nowait, seed)
            loop.call_soon_threadsafe(self._seeds.put_nowait, None)
        except EOFError:
            os._exit(LEFT_ALONE)

    def send(self, item: Any) -> None:
        """Send a company that has passed the pipelines."""
        if isinstance(item, Company):
            stats = numbers_of(self.crawler.stats.get_stats() if self.crawler.stats else {})
            grown = {name: value - self._sent.get(name, 0) for name, value in stats.items()}
            self._sent = stats
            self._sender.send(Finding(item, {name: value for name, value in grown.items() if value}))


class SayingHandler(QueueHandler):
    """Sends log records to the first process, whose log they belong to; of Scrapy's only what went wrong."""

    def __init__(self, sender: Sender) -> None:
        super().__init__(sender)  # type: ignore[arg-type] # not a queue: see enqueue

    def filter(self, record: logging.LogRecord) -> bool:
        """What is ours, and warnings."""
        return record.levelno >= logging.WARNING or record.name.startswith("harvester.")

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return it as text alone: what comes with it in `extra`, Scrapy's spider or crawler, goes through no pipe."""
        values = vars(super().prepare(record))
        return logging.makeLogRecord({name: value for name, value in values.items() if name in STANDARD})

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send one."""
        self.queue.send(Said(record))  # type: ignore[attr-defined]


def numbers_of(stats: Mapping[str, Any]) -> dict[str, int]:
    """The stats that add up over processes."""
    return {name: value for name, value in stats.items() if name.startswith(COUNTED) and isinstance(value, int)}


def settings_of(order: Order) -> Settings:
    """The project's settings, then those of the first process's command line, without what it does itself."""
    settings = get_project_settings()
    settings.update(dict(order.settings), priority="cmdline")
    extensions = {**settings["EXTENSIONS"], **FIRSTS}
    settings.update({**SETTINGS, "EXTENSIONS": extensions}, priority=settings.maxpriority() + 1)
    return settings


def main() -> None:
    """Visit until told to end."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # for the first process, which lets open visits end
        signal.signal(stop, signal.SIG_IGN)
    seeds, companies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get into the pipe
    sender = Sender(companies)
    try:
        order: Order = receive(seeds)
    except EOFError:
        raise SystemExit(LEFT_ALONE) from None
    settings = settings_of(order)
    process = AsyncCrawlerProcess(settings)
    root = logging.getLogger()
    root.addHandler(SayingHandler(sender))
    root.setLevel(settings["LOG_LEVEL"])
    process.crawl(VisitingSpider, order=order, seeds=seeds, sender=sender)
    process.start(install_signal_handlers=False)


if __name__ == "__main__":
    main()
