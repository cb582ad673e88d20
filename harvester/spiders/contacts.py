"""The contacts spider: seeds in, one visit each, companies out."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from subprocess import Popen
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from harvester.arguments import CrawlArguments, check_arguments
from harvester.model import PASSING_FAILURES, Company, CompanyStatus, RejectedLine, Seed
from harvester.pipelines.account import Feeds
from harvester.pipelines.store import LOST, UNREAD, stop_for, store_of
from harvester.processes.crew import Crew, start_process
from harvester.seeds import SeedListError, file_name, read_seeds
from harvester.spiders.visiting import SEED_META, VISIT_SIZE, Visitor, introduce
from harvester.store import Run, Store, StoreError

READ_AHEAD = 64  # entries of the list
CMDLINE = SETTINGS_PRIORITIES["cmdline"]
# Visited again by the next run, however recent the visit. A limit of ours would only be reached again.
VISITED_AGAIN = PASSING_FAILURES - {CompanyStatus.LIMIT_REACHED}
ANONYMOUS = (
    "HARVESTER_CONTACT_URL is not set: the sites cannot see who visits them. Please name a page or a mailto: address."
)


@dataclass(slots=True)
class Progress:
    """How far the run is; `seeds_total` is an estimate until the list has been read, None where there is none."""

    seeds_total: int | None = None
    seeds_read: int = 0
    seeds_done: int = 0
    open_visits: int = 0
    duplicates: int = 0
    pages: int = 0  # asked for by other processes


class ContactsSpider(Spider):
    """Visits every company of a list: `scrapy crawl contacts -a domains=list.txt [-a recrawl=7d]`."""

    name = "contacts"
    crawl_arguments: CrawlArguments
    run: Run

    def __init__(self, name: str | None = None, **arguments: Any) -> None:
        super().__init__(name)
        self.given = {key: str(value) for key, value in arguments.items()}
        self.progress = Progress()
        self.ahead: deque[Seed | RejectedLine] = deque()  # read from the list
        self.waiting: dict[str | int, Seed | RejectedLine] = {}  # visit not begun; by domain or line

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Bound the open visits, and name ourselves with a contact URL unless USER_AGENT was set."""
        super().update_settings(settings)
        introduce(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.crawl_arguments = check_arguments(spider.given, crawler.settings)
        spider.progress.seeds_total = spider.crawl_arguments.entries
        spider.open_visits = crawler.settings.getint("HARVESTER_OPEN_VISITS") * spider.crawl_arguments.processes
        if spider.crawl_arguments.processes > 1:
            size = VISIT_SIZE * spider.open_visits
            crawler.settings.set("SCRAPER_SLOT_MAX_ACTIVE_SIZE", size, priority="spider")
            # Now, so that they come to life while this process does.
            spider.processes = [start_process() for _ in range(spider.crawl_arguments.processes)]
            crawler.signals.connect(spider.dismiss_crew, signal=signals.spider_closed)
        spider.visitor = Visitor(crawler)
        spider.feeds = Feeds(crawler)
        spider.seeds = spider.read_list()
        return spider

    visitor: Visitor
    feeds: Feeds
    processes: Sequence[Popen[bytes]] = ()
    crew: Crew | None = None  # the other processes, where visits are theirs
    open_visits: int
    seeds: Iterator[Seed | RejectedLine]
    unread: RejectedLine | None = None  # where the list broke off

    def read_list(self) -> Iterator[Seed | RejectedLine]:
        """Yield the list's seeds and rejected lines, keeping count."""
        source, sheet, shard = self.crawl_arguments.domains, self.crawl_arguments.sheet, self.crawl_arguments.shard
        entry = None
        try:
            for entry in read_seeds(source, sheet=sheet, shard=shard, on_duplicate=self._count_duplicate):
                self.progress.seeds_read += isinstance(entry, Seed)
                self._expect_fewer(isinstance(entry, RejectedLine))
                yield entry
            if entry is None and shard is None:
                raise SeedListError(f"{source} is empty: no line in it names a company.")
        except SeedListError as error:  # in the middle of the list: what came before it counts
            self.logger.error("The rest of the list was not read: %s", error)
            self.crawler.stats.inc_value(UNREAD)
            reason = f"The rest of the list was not read: {error}"
            self.unread = RejectedLine(file=file_name(source), line=error.line, text="", reason=reason)
            yield self.unread
        self.progress.seeds_total = self.progress.seeds_read

    def unvisited(self) -> Iterator[Seed | RejectedLine]:
        """Yield what a stopped run did not come to: the seeds that wait for their visit, and the rest of the list."""
        yield from self.waiting.values()
        yield from self.ahead
        yield from self.seeds

    def _expect_fewer(self, number: int) -> None:
        if self.progress.seeds_total is not None:
            self.progress.seeds_total = max(self.progress.seeds_total - number, self.progress.seeds_read)

    def _count_duplicate(self, *_: Any) -> None:
        self.progress.duplicates += 1
        self._expect_fewer(1)
        self.crawler.stats.inc_value("harvester/seeds/duplicate")

    async def start(self) -> AsyncIterator[Any]:
        """Open a visit for each seed that is not done, as places become free; yield what is known of the others."""
        try:
            async for item in self._work_off():
                yield item
        except StoreError as error:
            stop_for(self.crawler, error)

    async def _work_off(self) -> AsyncIterator[Any]:
        now = datetime.now(UTC).replace(microsecond=0)  # as exact as a visit's own time
        store = self.begin(now)
        while ahead := self.read_ahead():
            known = store.load_companies([entry for entry in ahead if isinstance(entry, Seed)])
            while ahead:
                entry = ahead.popleft()
                self.waiting[key_of(entry)] = entry
                while self.is_full():
                    await self.crawler.signals.wait_for(signals.scheduler_empty)
                    for request in self.requests():
                        yield request
                item = self.done_already(entry, known, now)
                if item is not None:
                    del self.waiting[key_of(entry)]
                    yield item
                elif isinstance(entry, Seed):
                    for request in self.requests(entry, is_new=entry.domain not in known):
                        yield request
        while self.crew and self.crew.in_line():
            for request in self.requests():
                yield request
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def read_ahead(self) -> deque[Seed | RejectedLine]:
        """Read on in the list, so that the store is asked about some companies at a time."""
        self.ahead.extend(islice(self.seeds, READ_AHEAD))
        return self.ahead

    def begin(self, now: datetime) -> Store:
        """Begin the run, or go on with it, and return the store."""
        store = store_of(self.crawler)
        self.run = store.begin_run(list_name(self.crawl_arguments), now=now)
        if self.run.resumed:
            self.logger.info("Going on with the unfinished run of %s", f"{self.run.started_at:%Y-%m-%d %H:%M}")
        if self.settings["USER_AGENT"] == self.settings["HARVESTER_PRODUCT"]:
            self.logger.warning(ANONYMOUS)
        if self.processes:
            self.crew = self.call_crew()
        return store

    def requests(self, *seeds: Seed, is_new: bool = False) -> Iterator[Request]:
        """Yield the requests that begin visits: of these seeds, or of those whose process has a place now.

        `is_new`: the store holds nothing of their companies.
        """
        if self.crew:
            for seed in seeds:
                self.crew.line_up(seed)
        for seed in self.crew.next_seeds() if self.crew else seeds:
            arguments = {"seed": seed, "is_new": is_new}
            yield Request("data:,", callback=self.visit, cb_kwargs=arguments, dont_filter=True, meta=dict(SEED_META))

    def call_crew(self) -> Crew:
        """Start the other processes, with the settings of this one's command line."""
        settings = self.settings
        theirs = (name for name in settings if name != "FEEDS")
        given = {name: settings[name] for name in theirs if (settings.getpriority(name) or 0) >= CMDLINE}
        return Crew(
            self.processes,
            places=settings.getint("HARVESTER_OPEN_VISITS"),
            settings=given,
            run=self.run,
            count=self._count_stats,
        )

    async def dismiss_crew(self) -> None:
        """Let the other processes end."""
        if self.crew:
            await self.crew.close()

    def _count_stats(self, grown: Mapping[str, int]) -> None:
        for name, number in grown.items():
            self.crawler.stats.inc_value(name, number)

    def done_already(
        self, entry: Seed | RejectedLine, known: Mapping[str, Company], now: datetime
    ) -> Company | RejectedLine | None:
        """Return what needs no visit, a line that is no seed or a known company that is done; None for the others."""
        if isinstance(entry, RejectedLine):
            if entry is not self.unread:
                self.logger.warning("%s, line %d is no seed: %s", entry.file, entry.line, entry.reason)
            return entry
        company = known.get(entry.domain)
        if company is None or not self.is_done(company, now):
            return None
        self.progress.seeds_done += 1
        return company

    def is_full(self) -> bool:
        """Whether one more visit must wait: for a place of its own, or for the pipelines to keep up.

        Scrapy's own count begins only when a visit does, and a dozen may be on their way there.
        """
        begun = len(self.waiting) + self.progress.open_visits
        # With several processes as many again may stand in line, so that no process lacks seeds of its own.
        most = 2 * self.open_visits if self.crew else self.open_visits
        return begun > most or self.crawler.engine.needs_backout()

    def is_done(self, company: Company, now: datetime) -> bool:
        """Whether the last visit is recent enough: within this run, or within `recrawl` and not a passing failure.

        A company that objected is never visited.
        """
        if company.status is CompanyStatus.SKIPPED_OPTOUT:
            return True
        if company.visited_at is None:
            return False
        if company.visited_at >= self.run.started_at:
            return True
        failed = company.status in VISITED_AGAIN or has_only_old_contacts(company)
        return not failed and now - company.visited_at < self.crawl_arguments.recrawl

    async def visit(self, _: Response, seed: Seed, *, is_new: bool) -> list[Company]:
        """Return the one item of a seed; what another process has found goes to the files as it is."""
        self.waiting.pop(seed.domain, None)
        self.progress.open_visits += 1
        try:
            if self.crew is None:
                return [await self.visitor.visit(seed, is_new=is_new)]
            self.take_found(await self.crew.visit(seed))
            return []
        finally:
            self.progress.open_visits -= 1
            self.progress.seeds_done += 1

    def take_found(self, company: Company) -> None:
        """Give a company to the feeds that has passed the pipelines of its process, or was lost there."""
        self.progress.pages += company.pages_tried
        if company.status is CompanyStatus.NOT_VISITED:
            self.crawler.stats.inc_value(LOST)
            self.feeds.hand_on_as_known([company])
        else:
            self.feeds.hand_on(company)


def key_of(entry: Seed | RejectedLine) -> str | int:
    """Return the domain or the line."""
    return entry.domain if isinstance(entry, Seed) else entry.line


def has_only_old_contacts(company: Company) -> bool:
    """Whether the last visit failed and left the company with the contacts of an earlier one."""
    seen = [contact.last_seen for contact in company.contacts if contact.last_seen is not None]
    return bool(seen) and company.visited_at is not None and max(seen) < company.visited_at


def list_name(arguments: CrawlArguments) -> str:
    """Return the name under which the runs of a list are remembered: its full path (sheet, shard), or `-`."""
    path = arguments.domains if arguments.domains == "-" else str(Path(arguments.domains).resolve())
    path = f"{path}#{arguments.sheet}" if arguments.sheet else path
    return f"{path} {arguments.shard}" if arguments.shard else path
