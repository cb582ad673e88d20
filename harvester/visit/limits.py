"""What one visit may cost, and what it has cost so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from harvester.model import CompanyStatus, Failure, Page

Fetch = Callable[[str, float], Awaitable[Page | Failure]]  # URL, seconds it may take

TRIES_PER_PAGE = 2  # dead links do not count as pages read, but they cost the site something too

TOO_LATE = "no complete answer within the time allowed (HARVESTER_MAX_SECONDS)"

# Settings that the company's row names where they cut something off.
LIMIT_NAMES = (
    "HARVESTER_MAX_PAGES",
    "HARVESTER_MAX_SECONDS",
    "HARVESTER_MAX_BYTES",
    "HARVESTER_MAX_LINKS",
    "HARVESTER_MAX_TAGS",
    "HARVESTER_MAX_HOST_LOOKUPS",
    "HARVESTER_MAX_MAIL_DOMAINS",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_TIMEOUT",
    "REDIRECT_MAX_TIMES",
    "CLOSESPIDER_TIMEOUT",
    "MEMUSAGE_LIMIT_MB",
)


def limits_hit(detail: str) -> list[str]:
    """The settings that the `detail` of a company or failure names as limits."""
    return [name for name in LIMIT_NAMES if name in detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one visit may cost: pages, links and tags of a page, bytes and seconds in all, seconds between two pages."""

    max_pages: int = 12
    max_links: int = 2_000
    max_tags: int = 200_000
    max_bytes: int = 32 << 20
    max_seconds: float = 60.0
    pause_s: float = 1.0


@dataclass(slots=True)
class Budget:
    """What is left of the limits. `reached` names the limit that came first, in words for the company's row."""

    limits: Limits
    pages: int = 0
    scripts: int = 0
    tried: int = 0
    bytes: int = 0  # of unpacked bodies
    crawl_delay: float = 0.0  # seconds, the longest that a robots.txt of the site asked for
    reached: str = ""
    notes: list[str] = field(default_factory=list)  # for the company's row
    started: float = field(default_factory=time.monotonic)

    @property
    def spent_s(self) -> float:
        """Seconds since the visit began."""
        return time.monotonic() - self.started

    @property
    def left_s(self) -> float:
        """Seconds that are left; negative when the time is over."""
        return self.limits.max_seconds - self.spent_s

    def is_spent(self) -> bool:
        """Whether a limit is reached: pages read, requests made, bytes, or seconds."""
        most = self.limits.max_pages
        if self.pages + self.scripts >= most:
            self._reach(f"stopped at the limit of {most} pages (HARVESTER_MAX_PAGES)")
        elif self.tried >= TRIES_PER_PAGE * most:
            vain = self.tried - self.pages
            self._reach(f"stopped after {self.tried} requests, {vain} of them in vain (HARVESTER_MAX_PAGES)")
        elif self.bytes >= self.limits.max_bytes:
            self._reach(f"stopped at the limit of {self.limits.max_bytes} bytes (HARVESTER_MAX_BYTES)")
        elif self.left_s <= 0:
            self.run_out_of_time()
        return bool(self.reached)

    def run_out_of_time(self) -> None:
        """Note that the seconds were the limit."""
        self._reach(f"stopped at the limit of {self.limits.max_seconds:g} seconds (HARVESTER_MAX_SECONDS)")

    async def pause(self) -> bool:
        """Wait as politeness asks; return False when the budget leaves no time for that."""
        pause = max(self.limits.pause_s, self.crawl_delay)
        if pause >= self.left_s:
            by = f"a Crawl-delay of {pause:g} s" if pause > self.limits.pause_s else f"a pause of {pause:g} s"
            limit = f"{self.limits.max_seconds:g} seconds (HARVESTER_MAX_SECONDS)"
            self._reach(f"stopped as {by} leaves no time within {limit}")
            return False
        if pause:
            await asyncio.sleep(pause)
        return True

    async def fetch(self, fetch: Fetch, url: str) -> Page | Failure:
        """Fetch one page within the time that is left, and count what it cost."""
        self.tried += 1
        left = self.left_s
        try:
            async with asyncio.timeout(max(left, 0.01)):
                answer = await fetch(url, left)
        except TimeoutError:
            self.run_out_of_time()
            return Failure(url=url, status=CompanyStatus.TIMED_OUT, detail=TOO_LATE)
        if isinstance(answer, Page):
            self.charge(answer)
        return answer

    def charge(self, page: Page) -> None:
        """Count what a page cost, and take note of what its server asks for, and of what is wrong with it."""
        self.bytes += len(page.body)
        self.crawl_delay = max(self.crawl_delay, page.crawl_delay or 0.0)
        if page.certificate_problem:
            self.note(f"certificate: {page.certificate_problem}")
        if page.is_partial:
            self.note("the connection broke while a page arrived; what had come was read")

    def note(self, text: str) -> None:
        """Say something in the company's row, once."""
        if text not in self.notes:
            self.notes.append(text)

    def note_limits(self, *answers: Page | Failure) -> None:
        """Say that pages were not read because of limits of ours."""
        for answer in answers:
            if isinstance(answer, Failure) and limits_hit(answer.detail):
                self.note(f"of one page or more: {answer.detail}")

    def consider(self, links: int, *, of: str = "a page", is_cut: bool = False) -> bool:
        """Whether all of a page or a sitemap is considered; say so where it has more links than are, or more tags."""
        has_too_many = links > self.limits.max_links
        if has_too_many:
            self.note(f"only {self.limits.max_links} links of {of} were considered (HARVESTER_MAX_LINKS)")
        if is_cut:
            self.note(f"only {self.limits.max_tags} tags of a page were read (HARVESTER_MAX_TAGS)")
        return not (has_too_many or is_cut)

    def _reach(self, limit: str) -> None:
        self.reached = self.reached or limit
