"""A hostile web and twenty good sites, crawled at once: each has its row, and the good ones give every contact."""

import re
from collections.abc import Iterator

import pytest

from tests.crawling import MEASURED, Crawl, crawl
from tests.hostile.cases import CASES, GOOD
from tests.hostile.exchange import Case
from tests.hostile.server import Hostile, serve_hostile

PEAK_MB = 300
SETTINGS = {"DOWNLOAD_TIMEOUT": 8, "HARVESTER_MAX_SECONDS": 25, "HARVESTER_OPEN_VISITS": 24}


@pytest.fixture(scope="module")
def web() -> Iterator[Hostile]:
    with serve_hostile() as running:
        yield running


@pytest.fixture(scope="module")
def done(web: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("hostile")
    every = -(-len(CASES) // len(GOOD))  # the good sites stand between the others
    mixed = [case for number, one in enumerate(GOOD) for case in (one, *CASES[number * every : (number + 1) * every])]
    (folder / "list.txt").write_text("".join(f"{web.seed_of(case)}\n" for case in mixed))
    (folder / "authorities.pem").write_bytes(web.authorities)
    environment = {"SSL_CERT_FILE": str(folder / "authorities.pem")}
    return crawl(folder, web.nameserver, settings=SETTINGS, environment=environment, how=MEASURED)


@pytest.mark.parametrize("case", [*CASES, *GOOD], ids=lambda case: case.name)
def test_each_site_has_its_row(done: Crawl, case: Case) -> None:
    detail = done.column("detail")[case.host]
    assert done.column("status")[case.host] == case.status, detail
    assert case.detail in detail
    found = {address for domain, address in done.contacts() if domain == case.host}
    assert case.addresses <= found
    assert found == case.addresses or case.found_on


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60
    assert len(GOOD) == 20


def test_the_crawl_ends_well(done: Crawl) -> None:
    assert done.status == 0
    assert len(done.rows("companies.csv")) == len(CASES) + len(GOOD)
    assert "Traceback" not in done.said
    for own in ("Enabled extensions", "Peak memory usage"):
        assert own not in done.said, "what Scrapy says of itself is noise here"


def test_a_reason_is_given(done: Crawl) -> None:
    for row in done.rows("companies.csv"):
        assert row["detail"] or row["pages"] != "0", row["domain"]
        assert "\\n" not in row["detail"], "a sentence, not Python's way of writing text"


def test_memory_is_bounded(done: Crawl) -> None:
    peak = int(re.search(r"peak=(\d+)", done.printed)[1])
    print(f"peak memory: {peak} MB")
    assert peak < PEAK_MB
