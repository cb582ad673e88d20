"""`harvester report`: the numbers, and a page that needs nothing else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.data.texts import LANGUAGES, load_texts
from harvester.model import CompanyStatus, ContactState, Grade, Priority, Profile, Role, StatusReason, Verification
from harvester.store import RunNumbers, Store
from tests.sample_companies import NOW, make_company, make_contact

URL = "sqlite:///h.db"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_DATABASE_URL", URL)
    with Store.open(URL) as opened:
        yield opened


def fill(store):
    good = Priority(grade=Grade.A, score=90, why="w")
    dead = Verification(reason=StatusReason.NULL_MX, mail_provider="google", checked_at=NOW)
    store.save_company(
        make_company(
            make_contact("sales@nord.example", priority=good, role=Role.SALES),
            make_contact("info@nord.example", verification=dead),
            make_contact("gone@nord.example", state=ContactState.SUPPRESSED),
        )
    )
    evil = Profile(name="<script>alert(1)</script>", country="CN", language="zh")
    store.save_company(make_company("info@ost.example", domain="ost.example", profile=evil))
    store.save_company(make_company(domain="leer.example", status=CompanyStatus.ROBOTS_DENIED))
    run = store.begin_run("list.txt", now=NOW)
    numbers = RunNumbers(sites={"contacts_found": 2, "robots_denied": 1}, addresses=4)
    store.finish_run(run.id, now=NOW + timedelta(hours=1), reason="finished", complete=True, numbers=numbers)
    store.record_export(["sales@nord.example"], target="csv x.csv", now=NOW)


def test_numbers(store):
    fill(store)
    found = store.load_statistics()
    assert found.companies == {"contacts_found": 2, "robots_denied": 1}
    assert (found.contacts, found.sites_read, found.companies_with_good) == (3, 2, 2)
    assert found.by_priority_and_status == {("A", "likely"): 1, ("B", "undeliverable"): 1, ("B", "likely"): 1}
    assert (found.count(priorities=["B"]), found.count(statuses=["likely"])) == (2, 2)
    assert found.by_provider == {"self": 2, "google": 1}
    assert found.by_country == {"DE": 2, "CN": 1}
    assert found.by_state == {"exported": 1, "verified": 2, "suppressed": 1}
    assert (found.exported, found.exported_companies) == (1, 1)
    (run,) = found.runs
    assert (run.sites["contacts_found"], run.addresses) == (2, 4)


def test_the_numbers_of_a_resumed_run_add_up(store):
    for _ in range(2):
        run = store.begin_run("list.txt", now=NOW)
        numbers = RunNumbers(sites={"contacts_found": 2}, addresses=3)
        store.finish_run(run.id, now=NOW, reason="shutdown", complete=False, numbers=numbers)
    (found,) = store.load_statistics().runs
    assert (found.sites["contacts_found"], found.addresses) == (4, 6)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_filled", [True, False])
def test_the_page_needs_nothing_else(store, language, is_filled):
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    if is_filled:
        fill(store)
    result = CliRunner().invoke(main, ["report", "-o", "out/report.html", "-s", f"HARVESTER_LANGUAGE={language}"])
    assert result.exit_code == 0, result.output
    page = Path("out/report.html").read_text("utf-8")
    assert load_texts("report", language)["title"] in page
    assert set(re.findall(r"https?://[^\"' <]+", page)) <= {
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/svg",
    }
    assert "<script" not in page
    assert page.count("<svg") == (8 if is_filled else 0)
    assert "@nord.example" not in page


def test_a_page_that_cannot_be_written_is_told(store):
    pytest.importorskip("altair")
    Path("file").write_text("")
    result = CliRunner().invoke(main, ["report", "-o", "file/report.html"])
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
