"""Everything that can be wrong with a site, crawled at once: each gets its row, the good ones give all contacts."""

import re
from collections.abc import Iterator

import pytest

from tests.bad_input_server import CASES, BadInput, serve_bad_input
from tests.crawling import MEASURED, Crawl, crawl

PEAK_MB = 400
SETTINGS = {"DOWNLOAD_TIMEOUT": 8, "HARVESTER_MAX_SECONDS": 20, "HARVESTER_OPEN_VISITS": 16}
# Pages that take long to read come last: on a busy machine the others would be late for that, which is not the point.
HEAVY = ("huge", "gzip-bomb", "endless", "many-links", "at-signs", "deep", "robots-flood")
LIST = sorted(CASES, key=lambda case: case.name.startswith(HEAVY))


@pytest.fixture(scope="module")
def web() -> Iterator[BadInput]:
    with serve_bad_input() as running:
        yield running


@pytest.fixture(scope="module")
def done(web: BadInput, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "list.txt").write_text("".join(f"{web.seed_of(case)}\n" for case in LIST))
    return crawl(folder, web.nameserver, settings=SETTINGS, how=MEASURED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_site_has_its_row(done: Crawl, case) -> None:
    assert done.column("status")[case.host] in case.statuses, done.column("detail")[case.host]
    found = {address for domain, address in done.contacts() if domain == case.host}
    assert found <= {f"info@{case.host}"}
    assert not case.address or found == {case.address}


def test_the_crawl_ends_well(done: Crawl) -> None:
    assert done.status == 0
    assert len(done.rows("companies.csv")) == len(CASES)
    assert "Traceback" not in done.said
    assert "Enabled extensions" not in done.said, "what Scrapy says of itself is noise here"


def test_a_reason_is_given(done: Crawl) -> None:
    for row in done.rows("companies.csv"):
        assert row["detail"] or row["pages"] != "0", row["domain"]
        assert "\\n" not in row["detail"], "a sentence, not Python's way of writing text"


def test_memory_is_bounded(done: Crawl) -> None:
    peak = int(re.search(r"peak=(\d+)", done.printed)[1])
    print(f"peak memory: {peak} MB")
    assert peak < PEAK_MB
