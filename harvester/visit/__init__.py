"""One visit: from a seed to everything that its site shows, or the reason why there is nothing.

`fetch` is an argument, so the same visit runs over the live web, over saved pages, or over an archive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from harvester.classify import may_be_own
from harvester.extract.company import merge_profiles
from harvester.extract.condition import page_condition
from harvester.extract.page import Document, read_page
from harvester.model import Company, CompanyStatus, Failure, KeptPage, Mention, Page, Profile, Seed
from harvester.urls import is_page_url
from harvester.visit import reading
from harvester.visit.frontier import Candidate, Frontier
from harvester.visit.home import FINAL_FAILURES, GONE, home_urls, http_failure, most_telling, root, settles
from harvester.visit.limits import Budget, Fetch, Limits
from harvester.visit.reading import HOME
from harvester.visit.scope import Scope
from harvester.visit.scripts import SiteScripts
from harvester.visit.sitemaps import read_sitemaps
from harvester.visit.turn import Result, take_turn

__all__ = ["Limits", "visit"]

CLIENT_REDIRECTS_MAX = 3  # meta refresh and one-line scripts, on top of the redirects that HTTP makes
logger = logging.getLogger(__name__)


async def visit(
    seed: Seed, fetch: Fetch, *, limits: Limits, now: datetime, turn: asyncio.Lock | None = None
) -> Company:
    """Read a company's site and return it with its mentions and profile; `status` says how it ended.

    Never raises for what the web does. `contacts` is empty: whose the addresses are is decided later. Visits that share
    a `turn` take turns at reading pages, so that the event loop can look after the network between two pages: 64 pages
    read in a row kept answers of the DNS waiting until their timeout (seen 2026-11-23).
    """
    return await _Visit(seed=seed, fetch=fetch, now=now, turn=turn or asyncio.Lock(), budget=Budget(limits)).run()


@dataclass(slots=True, kw_only=True)
class _Visit:
    seed: Seed
    fetch: Fetch
    now: datetime
    turn: asyncio.Lock
    budget: Budget
    frontier: Frontier = field(init=False)
    scope: Scope = field(init=False)
    scripts: SiteScripts = field(init=False)
    mentions: list[Mention] = field(default_factory=list)
    profiles: list[tuple[int, Profile]] = field(default_factory=list)
    condition: CompanyStatus | None = None  # what is wrong with the home page, read last
    shell: Document | None = None  # the home page, where only scripts would fill it
    read_urls: dict[str, None] = field(default_factory=dict)  # in their order
    kept: dict[str, KeptPage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = Scope(self.seed)
        self.frontier = Frontier(self.scope, max_links=self.budget.limits.max_links)
        self.scripts = SiteScripts(self.scope)

    async def run(self) -> Company:
        if self.scope.closed:
            return self.company(CompanyStatus.PLATFORM_PAGE, self.scope.closed)
        home = await self.read_home()
        if isinstance(home, Failure):
            return self.company(home.status, home.detail)
        if not self.profiles:  # the home page was no text, or is to be bought
            return self.company(self.condition or CompanyStatus.ERROR, "")
        await self.read_more(home.url)
        return self.conclude()

    # -- the home page

    async def read_home(self) -> Page | Failure:
        """Fetch the home page under its usual spellings and read it; return the most telling failure if none works."""
        failures: list[Failure] = []
        for url in home_urls(self.seed):
            if any(settles(failure, url) for failure in failures):
                continue
            answer = await self.get(url)
            if isinstance(answer, Page) and answer.status in GONE and self.scope.platform is None and url != root(url):
                answer = await self.get(root(url))  # the list's path is out of date, the site is not
            if isinstance(answer, Page):
                answer = await self.follow_refresh(answer)
            failure = answer if isinstance(answer, Failure) else http_failure(answer)
            if failure is None:
                assert isinstance(answer, Page)  # noqa: S101 - only pages have no failure
                self.budget.note_limits(*failures)
                return answer
            failures.append(failure)
            if failure.status in FINAL_FAILURES or self.budget.left_s <= 0:
                break
        return most_telling(failures)

    async def follow_refresh(self, page: Page) -> Page | Failure:
        """Read the home page; where it only sends browsers on (meta refresh, script), read where it sends them."""
        for _ in range(CLIENT_REDIRECTS_MAX):
            if http_failure(page) is not None:
                return page
            self.scope.adopt(page.url)
            document = await self.read_in_turn(page, HOME)
            target = document.refresh if document else None
            if target is None or not is_page_url(target) or self.frontier.is_done(target):
                return page
            answer = await self.get(self.scope.spell(target))
            if isinstance(answer, Failure) or http_failure(answer) is not None:
                return page
            page = answer
        self.scope.adopt(page.url)
        await self.read_in_turn(page, HOME)
        return page

    # -- the other pages

    async def read_more(self, home: str) -> None:
        """Read the pages worth reading until none is left or the budget is spent."""
        other_ways = iter((self.read_sitemaps, self.guess_paths))
        while not self.budget.is_spent():
            if self.frontier.is_lost() and not self.has_found() and (look := next(other_ways, None)):
                await look(home)
                continue
            candidate = self.frontier.pop(found_any=self.has_found())
            if candidate is None:
                break
            if not await self.budget.pause():
                return
            await self.read_candidate(candidate)
        if self.shell is not None and not self.has_found():
            await self.read_bundles(self.shell)

    async def read_sitemaps(self, home: str) -> None:
        """Look for a contact page in the site's sitemaps."""
        await read_sitemaps(home, self.get_more, scope=self.scope, frontier=self.frontier, budget=self.budget)

    async def read_bundles(self, shell: Document) -> None:
        """Look for addresses in the scripts of a home page that shows nothing without them."""
        for url in self.scripts.bundles(shell):
            if self.budget.is_spent() or not await self.budget.pause():
                return
            self.budget.scripts += 1
            read = partial(self.scripts.read_bundle, await self.get_more(url), shell, seen=self.now)
            self.mentions += await self.in_turn(url, read) or ()

    async def guess_paths(self, home: str) -> None:
        """Try the usual paths of contact pages."""
        language = self.profiles[0][1].language if self.profiles else None
        self.frontier.add_well_known(home, (language or "").partition("-")[0])

    def has_found(self) -> bool:
        """Whether some address so far may be the company's; the agency's in the footer is no reason to stop looking."""
        return any(may_be_own(mention, domain=self.seed.domain) for mention in self.mentions)

    async def read_candidate(self, candidate: Candidate) -> None:
        answer = await self.get_more(candidate.url)
        if isinstance(answer, Failure) or http_failure(answer) is not None:
            if isinstance(answer, Page) and answer.status in GONE:
                self.read_urls[answer.url] = None
            return
        self.frontier.mark_done(answer.url)
        if self.scope.covers(answer.url):
            known = {mention.address for mention in self.mentions}
            await self.read_in_turn(answer, candidate.kind)
            found_new = not known.issuperset(mention.address for mention in self.mentions)
            self.frontier.learn(candidate, found_new=found_new)

    async def get_more(self, url: str) -> Page | Failure:
        """Fetch what the visit can go on without, and note a limit that prevents it."""
        answer = await self.get(url)
        self.budget.note_limits(answer)
        return answer

    async def get(self, url: str) -> Page | Failure:
        """Fetch one page within the budget."""
        self.frontier.mark_done(url)
        answer = await self.budget.fetch(self.fetch, url)
        if isinstance(answer, Page):
            self.frontier.mark_done(answer.url)
        return answer

    async def read_in_turn(self, page: Page, kind: str) -> Document | None:
        """Read a page when it is our turn, and the scripts of the site that it calls for."""
        document = await self.in_turn(page.url, partial(self.read, page, kind))
        if document is not None and document.script_urls:
            await self.read_scripts(document, page, kind)
        return document

    async def read_scripts(self, document: Document, page: Page, kind: str) -> None:
        """Fetch the small scripts that fill an empty place of a page, within the budget, and take what they write."""
        here = [mention for mention in self.mentions if mention.url == page.url]
        urls = await self.in_turn(page.url, partial(self.scripts.wanted, document, here)) or []
        if urls:  # what scripts write is not kept
            self.kept.pop(page.url, None)
        for url in urls:
            if not self.scripts.has(url):
                if self.budget.is_spent() or not await self.budget.pause():
                    break
                self.scripts.add(url, await self.get_more(url))
                self.budget.scripts += 1
        if not all(map(self.scripts.has_come, urls)):
            self.read_urls.pop(page.url, None)
        extract = partial(self.scripts.extract, document, urls, seen=page.fetched_at)
        known = {mention.address for mention in here}
        found = await self.in_turn(page.url, extract) if urls else None
        self.mentions += (
            replace(mention, page_kind=str(kind)) for mention in found or () if mention.address not in known
        )

    async def in_turn(self, url: str, read: Callable[[], Result]) -> Result | None:
        """Do some reading when it is our turn; a bug of ours costs this page, not the visit."""
        try:
            return await take_turn(self.turn, read)
        except Exception:
            logger.exception("The page %s could not be read", url)
            self.condition = self.condition or CompanyStatus.ERROR
            self.budget.note("internal error while a page was read; see the log")
            return None

    def read(self, page: Page, kind: str) -> Document | None:
        """Take everything from one page; return its document, or None where there is nothing more to read."""
        if page.kept is None and not reading.is_readable(page.content_type):
            if kind == HOME:
                self.condition = CompanyStatus.NOT_HTML
                self.budget.note(f"the home page is {page.content_type.partition(';')[0]}")
            return None
        self.budget.pages += 1
        if page.kept is not None:
            self.read_urls[page.url] = None
            self.take(kind, page.kept.profile, reading.mentions_again(page.kept, page))
            self.frontier.add_links(page.kept.links)
            self.kept[page.url] = page.kept
            return None
        document, is_home = read_page(page, max_tags=self.budget.limits.max_tags), kind == HOME
        is_whole = self.budget.consider(max(len(document.links), len(document.frames)), is_cut=document.is_cut)
        condition = page_condition(document)
        if is_home:
            self.condition = condition or (CompanyStatus.UNREACHABLE if page.is_partial else None)
            self.shell = document if condition is CompanyStatus.JAVASCRIPT_ONLY else None
            if condition in (CompanyStatus.PARKED, CompanyStatus.BLOCKED):
                return None
        profile, found = reading.extract_all(page, document, domain=self.seed.domain)
        self.take(kind, profile, found)
        if reading.shows_all(page, document, condition):
            self.read_urls[page.url] = None
        self.frontier.add_document(document, is_home=is_home)
        if is_whole and reading.may_be_kept(page, document, condition):  # a higher limit shows more of it next time
            links = self.frontier.links_of(document, is_home=is_home)
            self.kept[page.url] = reading.keep_page(page, found, profile, links)
        return document

    def take(self, kind: str, profile: Profile, found: list[Mention]) -> None:
        self.mentions += (replace(mention, page_kind=str(kind)) for mention in found)
        self.profiles.append((reading.importance_of(kind), profile))

    def conclude(self) -> Company:
        """Return the company with the status that holds if none of the mentions turns out to be a contact."""
        profile = merge_profiles(self.profiles, domain=self.seed.domain)
        if profile.contact_form:
            status = CompanyStatus.CONTACT_FORM_ONLY
        elif self.scope.moved_to:
            status = CompanyStatus.MOVED
        elif self.budget.reached and not self.mentions:
            status = CompanyStatus.LIMIT_REACHED
        else:
            status = self.condition or CompanyStatus.NO_ADDRESS_PUBLISHED
        return self.company(status, self.budget.reached, profile=profile)

    def company(self, status: CompanyStatus, detail: str, *, profile: Profile | None = None) -> Company:
        moved = f"moved to {self.scope.moved_to}" if self.scope.moved_to else ""
        return Company(
            seed=self.seed,
            status=status,
            detail="; ".join(text for text in (detail, moved, *self.budget.notes) if text),
            profile=profile or Profile(),
            website=self.scope.website,
            pages=self.budget.pages,
            pages_tried=self.budget.tried,
            seconds=round(self.budget.spent_s, 3),
            visited_at=self.now,
            mentions=tuple(self.mentions),
            read_urls=tuple(self.read_urls),
            kept=tuple(self.kept.values()),
        )
