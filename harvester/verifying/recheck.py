"""What is known for long, found out anew: `harvester recheck`."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any

from harvester.export.cells import to_cell
from harvester.model import Status, StatusReason, Verification
from harvester.private_files import whole_file
from harvester.store import Store
from harvester.terminal import say
from harvester.verifying.checker import AddressChecker
from harvester.verifying.ending import RequestError, exit_status, read_age
from harvester.verifying.progress import Report
from harvester.verifying.setup import read_manners

AT_A_TIME = 500
COLUMNS = ("change", "email", "domain", "before", "after", "detail")
NEWLY_UNDELIVERABLE, BACK = "newly undeliverable", "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """The arguments of `harvester recheck`."""

    older_than: str = "90d"
    pages: bool = False
    smtp: bool = False
    output: str | None = None


@dataclass(slots=True)
class Changes:
    """The changes, told one a line as they are found and written to a file where one is wanted."""

    report: Report
    writer: Any = None
    counts: Counter[str] = field(default_factory=Counter)

    def tell(
        self, change: str, address: str, *, domain: str = "", before: str = "", after: str = "", detail: str = ""
    ) -> None:
        """One change."""
        self.counts[change] += 1
        told = f" ({before} before, now {after})" if before else f" ({domain})" if domain else ""
        say(f"{change}: {address}{told}")
        if self.writer is not None:
            self.writer.writerow(map(to_cell, (change, address, domain, before, after, detail)))


def run(request: Recheck, settings: Mapping[str, Any]) -> int:
    """Look at everything old again; the exit status. RequestError for arguments that cannot be used."""
    return exit_status(lambda: _run(request, settings), "the changes")


def _run(request: Recheck, settings: Mapping[str, Any]) -> None:
    older_than = read_age("--older-than", request.older_than)
    if request.output is not None and Path(request.output).suffix.lower() != ".csv":
        raise RequestError(f"The changes are written as .csv, not to {request.output}.")
    before = datetime.now(UTC) - older_than
    manners = read_manners(settings) if request.smtp else None
    report = Report()
    with Store.open(settings["HARVESTER_DATABASE_URL"]) as store, _open_table(request.output) as writer:
        changes = Changes(report, writer)
        if request.pages:  # before the addresses: those that are checked are old no more, and their pages would be left
            read_pages(settings, store, before, changes)
        checker = AddressChecker(settings, store, max_age=older_than, manners=manners)
        asyncio.run(_check_addresses(store, checker, before, changes))
    told = ", ".join(f"{number:,} {change}" for change, number in sorted(changes.counts.items()))
    report.say(told or "Nothing has changed.")


async def _check_addresses(store: Store, checker: AddressChecker, before: datetime, changes: Changes) -> None:
    with _temporary() as old:
        total = _keep(old, _stale(store, before))
        async with checker:
            await changes.report.warn_of(checker)
            with changes.report.progress(total, "Rechecking") as advance:
                await checker.refresh((line.partition("\t")[0] for line in _lines(old)), advance)
            for address, reason, now in _compared(store, old):
                changes.report.count(now)
                if change := change_of(StatusReason(reason), now):
                    changes.tell(change, address, before=reason, after=now.reason, detail=now.detail)
    changes.report.summarize()
    changes.report.warn_of_obstacle(checker)


def change_of(before: StatusReason, after: Verification) -> str | None:
    """What has become of an address in a word or two, if anything that matters."""
    was_bad = Verification(reason=before).status is Status.UNDELIVERABLE
    is_bad = after.status is Status.UNDELIVERABLE
    if is_bad and not was_bad:
        return NEWLY_UNDELIVERABLE
    return BACK if was_bad and not is_bad and after.status is not Status.UNKNOWN else None


def read_pages(settings: Mapping[str, Any], store: Store, before: datetime, changes: Changes) -> None:
    """Read the source pages of old addresses again, by a crawl of their own with a crawl's manners.

    KeyboardInterrupt where it was stopped: what it has not come to is still old. StoreError and OSError where what it
    found could not be remembered or written.
    """
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "harvester.settings")
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 - heavy
    from scrapy.utils.project import get_project_settings  # noqa: PLC0415

    from harvester.spiders.pages import PagesSpider  # noqa: PLC0415

    crawl = get_project_settings()
    crawl.setdict(dict(settings), priority="cmdline")
    crawl.setdict({"FEEDS": {}, "ITEM_PIPELINES": {}, "EXTENSIONS": {}, "LOG_LEVEL": "WARNING"}, priority="cmdline")
    process = AsyncCrawlerProcess(crawl)
    crawler = process.create_crawler(PagesSpider)

    def on_change(address: str, domain: str, change: str) -> None:
        changes.tell(change, address, domain=domain)

    domains = _in_order(partial(store.stale_companies, before=before, limit=AT_A_TIME))
    crawling = process.crawl(crawler, domains=domains, store=store, on_change=on_change)
    with _handlers_put_back():
        process.start()
    if crawling.done():  # not after a second Ctrl-C
        crawling.result()
    if failure := getattr(crawler.spider, "failure", None):
        raise failure
    if crawler.stats is None or crawler.stats.get_value("finish_reason") != "finished":
        raise KeyboardInterrupt


@contextmanager
def _handlers_put_back() -> Iterator[None]:
    """Scrapy's handlers stay when its crawl is over: nothing after it could be stopped by Ctrl-C."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _compared(store: Store, old: IO[str]) -> Iterator[tuple[str, str, Verification]]:
    """Each address with what was known of it before, and now."""
    for chunk in _chunks(_lines(old)):
        reasons = dict(line.split("\t") for line in chunk)
        known = store.load_verifications(list(reasons))
        for address, reason in reasons.items():
            yield address, reason, known.get(address, Verification())


def _stale(store: Store, before: datetime) -> Iterator[str]:
    """The addresses to be checked again, each with what is known of it: not those that nobody may or will write to."""
    found = _in_order(partial(store.stale_addresses, before=before, limit=AT_A_TIME))
    for chunk in _chunks(found):
        blocked, known = store.find_blocked(chunk), store.load_verifications(chunk)
        for address in chunk:
            if address not in blocked:
                yield f"{address}\t{known.get(address, Verification()).reason.value}"


def _in_order(load: Callable[..., list[str]]) -> Iterator[str]:
    """All entries, loaded in pieces, each from where the last one ended."""
    after = ""
    while chunk := load(after=after):
        yield from chunk
        after = chunk[-1]


def _keep(kept: IO[str], lines: Iterator[str]) -> int:
    count = 0
    for line in lines:
        kept.write(f"{line}\n")
        count += 1
    return count


def _lines(kept: IO[str]) -> Iterator[str]:
    kept.seek(0)
    return (line.rstrip("\n") for line in kept)


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, AT_A_TIME)):
        yield chunk


def _temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


@contextmanager
def _open_table(output: str | None) -> Iterator[Any]:
    """A writer of the changes; after Ctrl-C its file has what was found."""
    if output is None:
        yield None
        return
    with whole_file(Path(output), even_stopped=True) as file:
        stream = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        try:
            yield writer
        finally:
            stream.detach()
