"""What one visit may cost, and what it has cost so far."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from harvester.model import CompanyStatus, Failure

TRIES_PER_PAGE = 2  # dead links do not count as pages read, but they cost the site something too


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one visit may cost: pages, links of a page, bytes and seconds in all, seconds of pause between two pages."""

    max_pages: int = 12
    max_links: int = 2_000
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
            self._reach(f"stopped after {self.tried} requests, {self.tried - self.pages} of them in vain")
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
            self._reach(f"stopped as {by} leaves no time within {self.limits.max_seconds:g} seconds")
            return False
        if pause:
            await asyncio.sleep(pause)
        return True

    def note(self, text: str) -> None:
        """Say something in the company's row, once."""
        if text not in self.notes:
            self.notes.append(text)

    def note_limit(self, failure: Failure) -> None:
        """Say that a page was not read because of a limit of ours."""
        if failure.status in (CompanyStatus.LIMIT_REACHED, CompanyStatus.TIMED_OUT):
            self.note(f"of one page or more: {failure.detail}")

    def consider(self, links: int) -> None:
        """Say so where a page has more links than are considered."""
        if links > self.limits.max_links:
            self.note(f"only {self.limits.max_links} links of a page were considered (HARVESTER_MAX_LINKS)")

    def _reach(self, limit: str) -> None:
        self.reached = self.reached or limit
