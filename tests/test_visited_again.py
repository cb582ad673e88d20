"""A second visit: pages that have not changed cost a 304, and nothing of them is lost or taken for gone."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web
from scrapy import Request

from harvester.demo.certificate import self_signed_context
from harvester.demo.nameserver import NameServer, serve_names
from harvester.demo.thread import InThread
from harvester.demo.website import WebSites, serve_sites
from harvester.download.conditional import ConditionalMiddleware
from harvester.download.site_resolver import HostsLookedUp
from harvester.download.visit_state import VisitState
from harvester.model import KeptPage, Page, Profile
from harvester.store import Store
from harvester.store.optouts import OptOut
from harvester.suppression import Entry
from harvester.visit.home import http_failure
from tests.crawling import Crawl, crawl
from tests.sample_companies import NOW, make_company, make_mention, make_seed

HOME = (
    "<html lang=en><title>Nord</title><h1>Nord Tools Ltd</h1><p>We make tools.<a href=/contact>Contact</a>" + "x " * 200
)
CONTACT = (
    "<html lang=en><h1>Contact</h1><p>Sales: <a href='mailto:sales@nord.example'>sales@nord.example</a>" + "y " * 200
)
TEAM = "<p>Buyer: Anna Berg, <a href='mailto:anna.berg@nord.example'>anna.berg@nord.example</a>"


@dataclass(slots=True)
class MarkedSites(WebSites):
    """Marks its pages. `manner` says how: strong, weak, date, changing (a new ETag each time), liar, none."""

    manner: str = "strong"
    answers: list[tuple[str, int]] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        plain = await WebSites.answer(self, request)
        assert isinstance(plain, web.Response)
        mark = f'"{sha256(bytes(plain.body or b"")).hexdigest()[:16]}"'  # type: ignore[arg-type]
        if plain.status == 200 and request.path != "/robots.txt":
            if self.manner == "weak":
                plain.headers["ETag"] = f"W/{mark}"
            elif self.manner == "strong":
                plain.headers["ETag"] = mark
            elif self.manner == "changing":
                plain.headers["ETag"] = f'"{len(self.requests)}"'
            elif self.manner == "date":
                plain.headers["Last-Modified"] = "Mon, 02 Nov 2026 10:00:00 GMT"
        asked = request.headers.get("If-None-Match", request.headers.get("If-Modified-Since"))
        known = plain.headers.get("ETag", plain.headers.get("Last-Modified", "nothing"))
        if asked == known or (self.manner == "liar" and request.path == "/contact"):
            plain = web.Response(status=304)
        self.answers.append((request.path, plain.status))
        return plain


@asynccontextmanager
async def serve(folder: Path) -> AsyncIterator[tuple[NameServer, MarkedSites]]:
    records = {
        "nord.example": {"A": ["127.0.0.1"], "MX": ["10 mx.nord.example."]},
        "mx.nord.example": {"A": ["127.0.0.1"]},
    }
    tls = self_signed_context(["nord.example"])
    async with serve_names(records, None) as names, serve_sites(MarkedSites(folder), tls) as sites:
        yield names, sites


@dataclass(slots=True)
class Site:
    folder: Path
    names: NameServer
    sites: MarkedSites

    def write(self, name: str, text: str) -> None:
        (self.folder / "web" / "nord.example" / name).write_text(text, "utf-8")

    def crawl(self, **settings: object) -> tuple[Crawl, dict[str, int]]:
        """One more crawl, and how each page was answered."""
        self.sites.answers.clear()
        (self.folder / "list.txt").write_text(f"nord.example:{self.sites.port}\n")
        ended = crawl(self.folder, self.names.address, "--recrawl", "0", settings=settings)
        assert ended.status == 0, ended.said
        return ended, {path: status for path, status in self.sites.answers if path != "/robots.txt"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "web" / "nord.example").mkdir(parents=True)
    with InThread(lambda: serve(tmp_path / "web")) as (names, sites):
        site = Site(tmp_path, names, sites)
        site.write("index.html", HOME)
        site.write("contact.html", CONTACT)
        yield site


def kept(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "output/harvester.db")) as database:
        return [url for (url,) in database.execute("SELECT url FROM kept_pages ORDER BY url")]


@pytest.mark.parametrize("manner", ["strong", "weak", "date"])
def test_unchanged_pages_are_seen_again(site: Site, manner: str) -> None:
    site.sites.manner = manner
    first, answers = site.crawl()
    old, before = first.rows()[0], first.rows("companies.csv")[0]
    assert set(answers.values()) == {200}
    assert len(kept(site.folder)) == 2
    second, answers = site.crawl()
    assert answers == {"/": 304, "/contact": 304}
    new, after = second.rows()[0], second.rows("companies.csv")[0]
    assert (new["last_seen"] > old["last_seen"], new["still_on_page"]) == (True, "yes")
    passing = {"last_seen", "checked_at", "still_on_page"}
    assert {k: v for k, v in old.items() if k not in passing} == {k: v for k, v in new.items() if k not in passing}
    seen = [mention["seen"] for mention in second.lines()[0]["mentions"]]  # type: ignore[attr-defined]
    assert set(seen) == {new["last_seen"]}
    assert all(before[name] == after[name] for name in ("status", "company", "language", "pages", "pages_tried"))


def test_what_has_changed_is_read_and_what_is_gone_is_gone(site: Site) -> None:
    site.crawl()
    site.write("contact.html", CONTACT.replace("sales@", "office@"))
    ended, answers = site.crawl()
    assert answers == {"/": 304, "/contact": 200}
    assert [row["email"] for row in ended.rows()] == ["office@nord.example"]
    site.write("index.html", HOME + "<a href=/team>Team</a>")
    site.write("team.html", TEAM)
    ended, answers = site.crawl()
    assert answers == {"/": 200, "/contact": 304, "/team": 200}
    assert {row["email"] for row in ended.rows()} == {"office@nord.example", "anna.berg@nord.example"}
    (site.folder / "web/nord.example/team.html").unlink()
    ended, answers = site.crawl()
    assert answers == {"/": 304, "/contact": 304, "/team": 404}
    assert {row["email"] for row in ended.rows()} == {"office@nord.example"}


@pytest.mark.parametrize("manner", ["changing", "none"])
def test_what_has_no_lasting_mark_is_read_each_time(site: Site, manner: str) -> None:
    site.sites.manner = manner
    site.crawl()
    ended, answers = site.crawl()
    assert set(answers.values()) == {200}
    assert [row["email"] for row in ended.rows()] == ["sales@nord.example"]


def test_a_304_that_nobody_asked_for_is_a_failed_page(site: Site) -> None:
    site.crawl()
    with closing(sqlite3.connect(site.folder / "output/harvester.db")) as database, database:
        database.execute("DELETE FROM kept_pages")
    site.sites.manner = "liar"
    ended, answers = site.crawl()
    assert answers["/contact"] == 304
    assert [row["email"] for row in ended.rows()] == ["sales@nord.example"], "nobody looked, so it is not gone"


def test_a_server_is_not_believed_for_ever(site: Site) -> None:
    site.crawl()
    with closing(sqlite3.connect(site.folder / "output/harvester.db")) as database, database:
        database.execute("UPDATE kept_pages SET read_at = '2020-01-01T00:00:00.000000+00:00'")
    assert site.crawl()[1] == {"/": 200, "/contact": 200}
    assert site.crawl()[1] == {"/": 304, "/contact": 304}
    assert site.crawl(HARVESTER_REREAD_AFTER="0")[1] == {"/": 200, "/contact": 200}


@pytest.mark.parametrize(("limit", "most"), [("HARVESTER_MAX_TAGS", 100), ("HARVESTER_MAX_LINKS", 10)])
def test_a_page_beyond_a_limit_is_read_again(site: Site, limit: str, most: int) -> None:
    site.write("contact.html", "<br><a href=/x>x</a>" * 60 + CONTACT)
    first, _ = site.crawl(**{limit: most})
    assert limit in first.rows("companies.csv")[0]["detail"]
    ended, answers = site.crawl()
    assert (answers["/"], answers["/contact"]) == (304, 200)
    assert [row["email"] for row in ended.rows()] == ["sales@nord.example"]
    assert site.crawl()[1]["/contact"] == 304


def test_conditions_are_of_the_very_page() -> None:
    pages = {"http://a.example/": KeptPage(url="http://a.example/", etag='W/"1"', last_modified="x", read_at=NOW)}
    visit = VisitState(hosts=HostsLookedUp(1), kept=pages)
    middleware, request = ConditionalMiddleware(), Request("http://a.example/", meta={"harvester_visit": visit})
    middleware.process_request(request)
    assert request.headers["If-None-Match"] == b'W/"1"'
    assert request.headers["If-Modified-Since"] == b"x"
    hop = request.replace(url="http://a.example/other")
    middleware.process_request(hop)
    assert not {b"If-None-Match", b"If-Modified-Since"} & set(hop.headers)


def test_only_what_is_kept_makes_a_304_readable() -> None:
    page = Page(url="http://a.example/", requested_url="http://a.example/", status=304, fetched_at=NOW)
    assert http_failure(page) is not None


# --- what is kept is erased with the rest


PAGE = KeptPage(
    url="https://nord.example/team",
    etag='"1"',
    read_at=datetime.now(UTC),
    mentions=(make_mention("anna.berg@nord.example", "https://nord.example/team", seen=None, page_kind="team"),),
    profile=Profile(name="Nord", phones=("+4961261234",), socials={"x": "https://x.com/nord"}),
    links=(("https://nord.example/contact", "contact", 90),),
)
OTHER = KeptPage(url="https://nord.example/", etag='"2"', read_at=PAGE.read_at)
SINCE = NOW - timedelta(days=1)


def save(store: Store) -> None:
    store.save_company(make_company("anna.berg@nord.example", "info@nord.example", pages=2, kept=(PAGE, OTHER)))


def urls(store: Store) -> list[str]:
    return sorted(page.url for page in store.load_kept_pages("nord.example", since=SINCE))


def test_what_is_kept_comes_back(store: Store) -> None:
    save(store)
    loaded = {page.url: page for page in store.load_kept_pages("nord.example", since=SINCE)}
    mention = make_mention("anna.berg@nord.example", PAGE.url, seen=None)
    assert loaded[PAGE.url].mentions == (mention,)
    assert (loaded[PAGE.url].profile, loaded[PAGE.url].links) == (PAGE.profile, PAGE.links)
    assert not store.load_kept_pages("nord.example", since=PAGE.read_at)
    store.save_company(make_company(pages=0))
    assert len(urls(store)) == 2, "a visit that read nothing changes nothing"
    store.save_company(make_company("info@nord.example", pages=1, kept=(OTHER,)))
    assert urls(store) == [OTHER.url]


@pytest.mark.parametrize("many", [0, 100])
@pytest.mark.parametrize(
    ("entry", "left"),
    [
        ("anna.berg@nord.example", [OTHER.url]),
        ("anna@nord.example", [OTHER.url, PAGE.url]),
        ("nord.example", []),
        ("ord.example", [OTHER.url, PAGE.url]),
    ],
)
def test_an_objection_erases(store: Store, entry: str, left: list[str], many: int) -> None:
    save(store)
    entries = [entry, *(f"x{number}@sued.example" for number in range(many))]
    store.add_optouts(OptOut(entry=e, confirmed=True, reason="", source="", added_at=NOW) for e in entries)
    assert urls(store) == left


def test_a_page_of_who_objected_is_not_kept_again(store: Store) -> None:
    entry = OptOut(entry="anna.berg@nord.example", confirmed=True, reason="", source="", added_at=NOW)
    store.add_optouts([entry])
    save(store)
    assert urls(store) == [OTHER.url]


def test_forgetting_and_removing_erase(store: Store) -> None:
    save(store)
    assert [page["url"] for page in store.load_facts("anna.berg@nord.example")["kept_pages"]] == [PAGE.url]
    store.forget([Entry("anna.berg@nord.example")], now=NOW)
    assert PAGE.url not in urls(store)
    store.save_company(make_company("info@sued.example", domain="sued.example", pages=1, kept=(PAGE,)))
    store.remove_contacts([("sued.example", "info@sued.example")])
    assert store.load_kept_pages(make_seed("sued.example").domain, since=SINCE) == []
