"""Which pages count as read: only what they do not show any more is gone. A page that did not come tells nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from harvester.demo.nameserver import serve_names
from harvester.demo.thread import InThread
from harvester.demo.website import WebSites, serve_sites
from harvester.extract import extract_mentions
from harvester.model import CompanyStatus, Failure, Page
from tests.crawling import crawl
from tests.test_visit import CONDITIONS, EMPTY_PLACES, FAST, SITE, TEXT, ScriptWeb, Web, run

CONTACT = "https://acme.example/contact"
SCRIPT = "https://acme.example/js/main.js"
WHOLE = "<p>sales@acme.example</p>"


class BreakingWeb(ScriptWeb):
    """Some of its pages break off."""

    def __init__(self, pages: dict[str, object], *breaking: str) -> None:
        super().__init__(pages)
        self.breaking = breaking

    async def __call__(self, url: str, seconds: float) -> Page | Failure:
        answer = await super().__call__(url, seconds)
        return replace(answer, is_partial=True) if isinstance(answer, Page) and url in self.breaking else answer


@pytest.mark.parametrize(
    ("contact", "counts"),
    [
        (WHOLE, True),
        (TEXT, True),
        ((404, "Not found"), True),
        ((410, "Gone"), True),
        ((503, "Later"), False),
        ((403, "Forbidden"), False),
        (CompanyStatus.UNREACHABLE, False),
        (CompanyStatus.TIMED_OUT, False),
        (WHOLE + "<br>" * 300, False),  # more tags than are read
        *((html, False) for html, status in CONDITIONS if status in {"blocked", "javascript_only"}),
    ],
)
def test_which_pages_count_as_read(contact: object, counts: bool) -> None:
    company = run(Web(SITE | {CONTACT: contact}), limits=replace(FAST, max_tags=200))
    assert (CONTACT in company.read_urls) is counts
    assert "https://acme.example/" in company.read_urls


def test_a_page_that_broke_off_shows_what_came_and_tells_nothing_of_the_rest() -> None:
    company = run(BreakingWeb(SITE, CONTACT))
    assert CONTACT not in company.read_urls
    assert "sales@acme.example" in {mention.address for mention in company.mentions}
    assert "the connection broke" in company.detail


def test_a_home_page_that_broke_off_leaves_no_page_read() -> None:
    company = run(BreakingWeb({"https://acme.example/": WHOLE}, "https://acme.example/"))
    assert (company.read_urls, len(company.mentions)) == ((), 1)


def test_a_bug_of_ours_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def extract(document: object, **options: object) -> object:
        return 1 / 0 if document.url == CONTACT else extract_mentions(document, **options)  # type: ignore[attr-defined]

    monkeypatch.setattr("harvester.visit.reading.extract_mentions", extract)
    assert CONTACT not in run(Web(SITE)).read_urls


@pytest.mark.parametrize(
    ("script", "counts"),
    [
        ("x = 1", True),
        ((404, ""), True),
        ((500, ""), False),
        (CompanyStatus.TIMED_OUT, False),
    ],
)
def test_a_page_counts_when_the_script_that_fills_it_has_come(script: object, counts: bool) -> None:
    page = EMPTY_PLACES[0] + TEXT + "<script src=/js/main.js></script>"
    made = BreakingWeb({"https://acme.example/": page, SCRIPT: script})
    company = run(made)
    assert SCRIPT in made.asked
    assert ("https://acme.example/" in company.read_urls) is counts
    assert "https://acme.example/" not in run(BreakingWeb(made.pages, SCRIPT)).read_urls


def test_a_script_that_there_is_no_budget_for_tells_nothing() -> None:
    page = EMPTY_PLACES[0] + TEXT + "<script src=/js/main.js></script>"
    company = run(Web({"https://acme.example/": page, SCRIPT: "x = 1"}), limits=replace(FAST, max_pages=1))
    assert company.read_urls == ()


# --- a whole crawl ---

HOME = "<html lang=en><h1>Nord Tools Ltd</h1><p>info@nord.example <a href=/contact>Contact</a>"
PEOPLE = "<html lang=en><h1>Contact</h1>" + "<p>We make tools.</p>" * 50 + "<p>Anna Berg: anna.berg@nord.example</p>"


class BreakingSites(WebSites):
    """Breaks off in the middle of the pages named."""

    breaking: tuple[str, ...] = ()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        plain = await WebSites.answer(self, request)
        if request.path not in self.breaking:
            return plain
        assert isinstance(plain, web.Response)
        body = bytes(plain.body or b"")  # type: ignore[arg-type]
        cut = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": str(len(body))})
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
        assert request.transport is not None
        request.transport.close()
        return cut


@pytest.fixture
def crawled(tmp_path: Path) -> Iterator[Callable[..., list[str]]]:
    (folder := tmp_path / "web" / "nord.example").mkdir(parents=True)
    (folder / "index.html").write_text(HOME)
    (folder / "contact.html").write_text(PEOPLE)
    records = {"nord.example": {"A": ["127.0.0.1"], "MX": ["10 mx.nord.example."]}}
    sites = BreakingSites(tmp_path / "web")

    def once(*breaking: str, without: str = "") -> list[str]:
        """Crawl again and return the addresses of the list."""
        if without:
            (folder / without).unlink()
        sites.breaking = breaking
        (tmp_path / "list.txt").write_text(f"nord.example:{sites.port}\n")
        ended = crawl(tmp_path, names.address, "--recrawl", "0")
        assert ended.status == 0, ended.said
        return sorted(row["email"] for row in ended.rows())

    with InThread(lambda: serve_names(records, None)) as names, InThread(lambda: serve_sites(sites, None)):
        yield once


@pytest.mark.parametrize("breaking", ["/contact", "/"])
def test_no_contact_is_lost_to_a_broken_connection(crawled: Callable[..., list[str]], breaking: str) -> None:
    both = ["anna.berg@nord.example", "info@nord.example"]
    assert crawled() == both
    assert crawled(breaking) == both
    assert crawled(without="contact.html") == ["info@nord.example"]
