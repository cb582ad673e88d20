"""Each limit that is a setting, hit: the company's row names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawling import crawl
from tests.hostile.cases import CASES, GOOD
from tests.hostile.server import Hostile, serve_hostile

BY_NAME = {case.name: case for case in (*CASES, *GOOD)}
# The setting, a value that is soon reached, the site, and the status that its row has then.
LIMITS = [
    ("HARVESTER_MAX_PAGES", 2, "calendar", "limit_reached"),
    ("HARVESTER_MAX_SECONDS", 1, "trickle", "timed_out"),
    ("HARVESTER_MAX_BYTES", 1024, "calendar", "limit_reached"),
    ("HARVESTER_MAX_LINKS", 1, "calendar", "limit_reached"),
    ("HARVESTER_MAX_LINKS", 1000, "many-frames", "contacts_found"),
    ("HARVESTER_MAX_LINKS", 1000, "sitemap-million", "contacts_found"),
    ("HARVESTER_MAX_TAGS", 1000, "many-tags", "contacts_found"),
    ("HARVESTER_MAX_HOST_LOOKUPS", 1, "redirect-elsewhere", "limit_reached"),
    ("HARVESTER_MAX_HOST_LOOKUPS", 2, "new-hosts", "contacts_found"),
    ("HARVESTER_MAX_MAIL_DOMAINS", 3, "mail-domains", "contacts_found"),
    ("DOWNLOAD_MAXSIZE", 2048, "brotli-bomb", "limit_reached"),
    ("DOWNLOAD_MAXSIZE", 2048, "contact-huge", "contacts_found"),
    ("DOWNLOAD_TIMEOUT", 1, "silent", "timed_out"),
    ("DOWNLOAD_TIMEOUT", 1, "contact-silent", "contacts_found"),
    ("REDIRECT_MAX_TIMES", 1, "three-redirects", "server_error"),
    ("REDIRECT_MAX_TIMES", 1, "contact-loop", "contacts_found"),
    ("CLOSESPIDER_TIMEOUT", 1, "good-00", "not_visited"),
    ("MEMUSAGE_LIMIT_MB", 1, "good-00", "not_visited"),
]


@pytest.fixture(scope="module")
def web() -> Iterator[Hostile]:
    with serve_hostile() as running:
        yield running


@pytest.mark.parametrize(("setting", "value", "name", "status"), LIMITS, ids=str)
def test_the_row_names_the_limit(
    web: Hostile, tmp_path: Path, setting: str, value: int, name: str, status: str
) -> None:
    names = ["silent", "trickle", name] if status == "not_visited" else [name]
    (tmp_path / "list.txt").write_text("".join(f"{web.seed_of(BY_NAME[one])}\n" for one in names))
    settings = {"DOWNLOAD_TIMEOUT": 3, "HARVESTER_MAX_SECONDS": 30, setting: value}
    settings |= {"HARVESTER_OPEN_VISITS": 1} if status == "not_visited" else {}
    done = crawl(tmp_path, web.nameserver, settings=settings)
    host = BY_NAME[names[-1]].host
    row = next(row for row in done.rows("companies.csv") if row["domain"] == host)
    assert row["status"] == status, row["detail"]
    assert setting in row["detail"]
    assert re.search(rf"limits: .*\d {setting}", done.said), "the summary counts it"
    assert done.status == (1 if status == "not_visited" else 0)


def test_a_site_whose_pages_and_robots_are_on_ever_new_hosts_costs_few_questions(web: Hostile, tmp_path: Path) -> None:
    web.names.asked.clear()
    (tmp_path / "list.txt").write_text(f"{web.seed_of(BY_NAME['new-hosts'])}\n")
    crawl(tmp_path, web.nameserver, settings={"HARVESTER_MAX_HOST_LOOKUPS": 3})
    assert len({name for name, _ in web.names.asked if name.endswith(".new-hosts.example")}) == 2, "and the site's own"


def test_a_company_of_many_mail_domains_costs_few_questions(web: Hostile, tmp_path: Path) -> None:
    web.names.asked.clear()
    case = BY_NAME["mail-domains"]
    (tmp_path / "list.txt").write_text(f"{web.seed_of(case)}\n")
    done = crawl(tmp_path, web.nameserver, settings={"HARVESTER_MAX_MAIL_DOMAINS": 3})
    assert len({name for name, _ in web.names.asked if name.startswith("d")}) <= 3
    assert sum(row["status"] == "unknown" for row in done.rows()) == len(case.possible) - 3
