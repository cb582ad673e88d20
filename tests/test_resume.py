"""Stopped, killed, run again: nothing is lost, nothing is asked twice, and every seed keeps its row."""

import signal
import sqlite3
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.arguments import CrawlArguments
from harvester.commands.crawl import exit_status
from harvester.demo import DemoWeb, SmallWeb, load_companies
from harvester.demo.nameserver import Fault
from harvester.model import Company, CompanyStatus
from harvester.spiders.contacts import VISITED_AGAIN, ContactsSpider
from harvester.store import Run
from tests.crawling import crawl, interrupt
from tests.sample_companies import make_company

EXPECTED = {(company.host, address) for company in load_companies() for address in company.contacts}
HOSTS = [company.host for company in load_companies()]
SLOWLY = {"HARVESTER_OPEN_VISITS": 2, "DOWNLOAD_DELAY": 0.1}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[SmallWeb]:
    """A small web with a log of its own; its list lies in tmp_path."""
    with DemoWeb() as web:
        web.write_list(tmp_path / "list.txt")
        yield web


def done_domains(folder: Path) -> set[str]:
    """The companies that the store holds."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/output/harvester.db?mode=ro", uri=True)) as database:
            return {domain for (domain,) in database.execute("SELECT domain FROM companies")}
    except sqlite3.OperationalError:  # not there yet, or without tables
        return set()


def some_are_done(folder: Path, number: int) -> Callable[[], bool]:
    return lambda: len(done_domains(folder)) >= number


def hosts_asked(web: SmallWeb, since: int = 0) -> set[str]:
    return {host for host, _ in web.requests[since:]}


def test_killed_and_resumed(web: SmallWeb, tmp_path: Path) -> None:
    killed = interrupt(tmp_path, web.nameserver, some_are_done(tmp_path, 4), by=signal.SIGKILL, settings=SLOWLY)
    assert killed.status == -signal.SIGKILL
    assert not (tmp_path / "output/contacts.csv").exists(), "no half list"
    done, asked = done_domains(tmp_path), len(web.requests)
    assert 4 <= len(done) < len(HOSTS)

    resumed = crawl(tmp_path, web.nameserver)
    assert "Going on with the unfinished run" in resumed.said
    assert resumed.status == 0
    assert resumed.contacts() == EXPECTED
    assert [row["domain"] for row in resumed.rows("companies.csv")] == HOSTS
    assert not hosts_asked(web, asked) & done

    asked = len(web.requests)
    for file in (tmp_path / "output").glob("*.*sv*"):
        file.unlink()
    again = crawl(tmp_path, web.nameserver)
    assert hosts_asked(web, asked) == set(), "all was visited within recrawl=7d"
    assert again.contacts() == EXPECTED
    assert again.rows() == resumed.rows()
    assert again.lines() == resumed.lines()

    asked = len(web.requests)
    anew = crawl(tmp_path, web.nameserver, "--recrawl", "0")
    assert hosts_asked(web, asked) == hosts_asked(web)
    assert anew.contacts() == EXPECTED
    first_seen = {row["email"]: row["first_seen"] for row in resumed.rows()}
    assert {row["email"]: row["first_seen"] for row in anew.rows()} == first_seen
    assert all(row["last_seen"] > first_seen[row["email"]] for row in anew.rows())


def test_stopped_by_ctrl_c_and_resumed(web: SmallWeb, tmp_path: Path) -> None:
    stopped = interrupt(tmp_path, web.nameserver, some_are_done(tmp_path, 3), by=signal.SIGINT, settings=SLOWLY)
    assert stopped.status == 130
    assert "Traceback" not in stopped.said
    statuses = stopped.column("status")
    assert list(statuses) == HOSTS, "a row each, in list order"
    visited = {host for host, status in statuses.items() if status != "not_visited"}
    assert hosts_asked(web) <= visited, "visits that were open have finished"
    assert 3 <= len(visited) <= 3 + 2 * SLOWLY["HARVESTER_OPEN_VISITS"]
    expected = {company.host: company.status for company in load_companies() if company.host in visited}
    assert {host: statuses[host] for host in visited} == expected
    assert stopped.contacts() == {pair for pair in EXPECTED if pair[0] in visited}
    assert "run the same command again" in stopped.said
    assert "Send again to force" in stopped.said

    asked = len(web.requests)
    resumed = crawl(tmp_path, web.nameserver)
    assert resumed.status == 0
    assert resumed.contacts() == EXPECTED
    assert not hosts_asked(web, asked) & visited


@pytest.mark.parametrize("options", [(), ("--processes", "2")])
def test_stopped_at_once_by_a_second_ctrl_c(web: SmallWeb, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Open visits would wait for minutes between their pages; a job sees that it was Ctrl-C, and goes no further."""
    slowly = {**SLOWLY, "DOWNLOAD_DELAY": 60, "HARVESTER_MAX_SECONDS": 600}
    stopped = interrupt(
        tmp_path, web.nameserver, lambda: hosts_asked(web) != set(), *options,
        by=signal.SIGINT, settings=slowly, twice=True,
    )  # fmt: skip
    assert stopped.status == 130, stopped.said
    assert "Received SIGINT twice" in stopped.said
    assert not (tmp_path / "output/contacts.csv").exists(), "no half list"


def test_stopped_by_a_setting_of_scrapy(web: SmallWeb, tmp_path: Path) -> None:
    stopped = crawl(
        tmp_path, web.nameserver, settings={"CLOSESPIDER_ITEMCOUNT": 2, "HARVESTER_OPEN_VISITS": 1}
    )  # fmt: skip
    assert stopped.status == 0
    statuses = stopped.column("status")
    assert list(statuses) == HOSTS
    assert list(statuses.values()).count("not_visited") >= len(HOSTS) - 4


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallWeb, MutableMapping[str, Fault], Path]]:
    """A small web whose name servers fail for one site and for two mail domains."""
    faults: dict[str, Fault] = {
        "falkenbach-pumpen.example": "server_failure",
        "trois-chenes-vins.example": "server_failure",  # the site is www.
        "163.com": "silent",
    }
    folder = tmp_path_factory.mktemp("trouble")
    with DemoWeb(faults=faults) as web:
        web.write_list(folder / "list.txt")
        yield web, faults, folder


def test_failures_of_name_servers_are_no_verdicts_and_pass(
    trouble: tuple[SmallWeb, MutableMapping[str, Fault], Path],
) -> None:
    web, faults, folder = trouble
    first = crawl(folder, web.nameserver)
    assert first.column("status")["falkenbach-pumpen.example"] == "unreachable"
    assert first.contacts() == {pair for pair in EXPECTED if pair[0] != "falkenbach-pumpen.example"}
    verdicts = {row["email"]: (row["status"], row["status_reason"]) for row in first.rows()}
    assert verdicts["contact@trois-chenes-vins.example"] == ("unknown", "server_failure")
    assert verdicts["h.marchaval@trois-chenes-vins.example"] == ("unknown", "server_failure")
    assert verdicts["yongfeng-casting-exports@163.com"] == ("unknown", "timeout")
    assert verdicts["sales@yongfeng-casting.example"] == ("likely", "mx")

    faults.clear()
    asked = len(web.requests)
    second = crawl(folder, web.nameserver)
    assert hosts_asked(web, asked) == {"falkenbach-pumpen.example"}, "the one that failed, and no other"
    assert second.contacts() == EXPECTED


# -- when a seed counts as done

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def spider(*, started: datetime = NOW, recrawl: timedelta = 7 * DAY) -> ContactsSpider:
    made = ContactsSpider()
    made.run = Run(id=1, list_name="list.txt", started_at=started, resumed=False)
    made.crawl_arguments = CrawlArguments(domains="list.txt", recrawl=recrawl)
    return made


def visited(ago: timedelta, status: CompanyStatus | None = None, *, seen: timedelta | None = None) -> Company:
    """A stored company; `seen`: how long ago its contact was seen last (the visit's time, unless told)."""
    company = make_company("info@nord.example", seen=NOW - ago)
    if status is not None:
        return replace(company, status=status, contacts=())
    last = NOW - (ago if seen is None else seen)
    return replace(company, contacts=tuple(replace(contact, last_seen=last) for contact in company.contacts))


DONE = [visited(DAY), visited(DAY, CompanyStatus.NO_SUCH_DOMAIN), visited(6.9 * DAY), visited(DAY, seen=0.9 * DAY)]
NOT_DONE = [
    visited(7 * DAY),
    visited(DAY, seen=9 * DAY),  # yesterday's visit failed; its contacts are older
    replace(visited(DAY), visited_at=None),
    *(visited(DAY, status) for status in sorted(VISITED_AGAIN)),
]


@pytest.mark.parametrize("company", DONE)
def test_done(company: Company) -> None:
    assert spider().is_done(company, NOW)
    assert not spider(recrawl=timedelta(0)).is_done(company, NOW)


@pytest.mark.parametrize("company", NOT_DONE)
def test_not_done(company: Company) -> None:
    assert not spider().is_done(company, NOW)


@pytest.mark.parametrize("company", [visited(timedelta(0)), visited(timedelta(0), CompanyStatus.TIMED_OUT)])
def test_done_in_this_run_whatever_came_of_it(company: Company) -> None:
    assert spider(recrawl=timedelta(0)).is_done(company, NOW)


EXITS = [
    ({"finish_reason": "finished"}, 0),
    ({"finish_reason": "closespider_itemcount"}, 0),
    ({"finish_reason": "closespider_timeout"}, 1),
    ({"finish_reason": "memusage_exceeded"}, 1),
    ({"finish_reason": "store_failed"}, 1),
    ({"finish_reason": "shutdown"}, 130),
    ({"finish_reason": "start_error"}, 1),
    ({}, 1),
    ({"finish_reason": "finished", "feedexport/failed_count/FileFeedStorage": 1}, 1),
    ({"finish_reason": "finished", "harvester/feeds/failed": 1}, 1),
]


@pytest.mark.parametrize(("stats", "status"), EXITS)
def test_exit_status(stats: dict[str, object], status: int) -> None:
    assert exit_status(stats) == status
