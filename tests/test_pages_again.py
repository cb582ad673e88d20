"""Pages that showed addresses, read again: what stands there still, what cannot be told, and what it may cost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harvester.model import Failure, Page
from harvester.visit import Limits
from harvester.visit.again import read_again

NOW = datetime(2026, 11, 30, tzinfo=UTC)
FAST = Limits(pause_s=0)
SHOWN = "<p>info@nord.example"
BIG = SHOWN + "x " * 50_000
MANY_TAGS = SHOWN + "<br>" * 500


def page(url: str, body: str = SHOWN, *, status: int = 200) -> Page:
    return Page(
        url=url, requested_url=url, status=status, content_type="text/html", body=body.encode(), fetched_at=NOW
    )  # fmt: skip


class Site:
    """Answers every URL with the same page, after some seconds; `asked` says for which."""

    def __init__(self, answer: Page, *, after_s: float = 0) -> None:
        self.answer, self.after_s = answer, after_s
        self.asked: list[str] = []

    async def __call__(self, url: str, seconds: float) -> Page | Failure:
        self.asked.append(url)
        await asyncio.sleep(self.after_s)
        return replace(self.answer, url=url, requested_url=url)


def read(site: Site, *, limits: Limits = FAST, pages: int = 1) -> dict[str, bool]:
    """What is told of an address that stands on each of the pages, and of one of its own for each."""
    wanted = {f"https://nord.example/{n}": frozenset({"info@nord.example", f"x{n}@nord.example"}) for n in range(pages)}

    async def told() -> dict[str, bool]:
        return await read_again(wanted, site, limits=limits, turn=asyncio.Lock())

    return asyncio.run(told())


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page("", SHOWN), {"info@nord.example": True, "x0@nord.example": False}),
        (page("", "<p>Nobody", status=410), {"info@nord.example": False, "x0@nord.example": False}),
        (page("", SHOWN, status=503), {}),
        (replace(page(""), is_partial=True), {}),
        (page("", MANY_TAGS), {"info@nord.example": True, "x0@nord.example": False}),
        (page("", SHOWN + "<script src=/a.js></script>"), {}),
    ],
    ids=["shown", "gone", "failed", "broken off", "many tags", "scripts"],
)
def test_what_is_told(answer: Page, told: dict[str, bool]) -> None:
    assert read(Site(answer)) == told


def test_what_follows_the_last_tag_that_is_read_cannot_be_told() -> None:
    assert read(Site(page("", MANY_TAGS)), limits=replace(FAST, max_tags=100)) == {}


def test_time_is_a_limit_for_one_page() -> None:
    site = Site(page(""), after_s=1000)
    assert read(site, limits=replace(FAST, max_seconds=0.2), pages=3) == {}
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        (replace(FAST, max_bytes=150_000), 2),
        (replace(FAST, max_pages=4), 4),
        (FAST, 9),
    ],
    ids=["bytes", "pages", "none"],
)
def test_limits_of_a_site(limits: Limits, asked: int) -> None:
    site = Site(page("", BIG))
    read(site, limits=limits, pages=9)
    assert len(site.asked) == asked
