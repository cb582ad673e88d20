"""`harvester demo` from the outside: the crawl of the invented companies finds what their table says, and no more."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.demo import load_companies

COMPANIES = load_companies()
RUN = "from harvester.cli import main; main()"


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `harvester demo --into` has filled; what it said is in said.txt."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, "demo", "--into", str(folder)],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    (folder / "said.txt").write_text(done.stderr, "utf-8")
    return folder


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.host)
def test_company(output: Path, company) -> None:
    row = next(row for row in read(output / "companies.csv") if row["domain"] == company.host)
    assert row["status"] == company.status
    assert row["Company"] == company.company, "the list's other columns travel along"
    found = {
        contact["email"]: (contact["priority"], contact["status_reason"], contact["person"])
        for contact in read(output / "contacts.csv")
        if contact["domain"] == company.host
    }
    assert found == {
        address: (expected.priority, expected.status_reason, expected.person or "")
        for address, expected in company.contacts.items()
    }


def test_every_line_of_the_list_has_its_row(output: Path) -> None:
    assert len(read(output / "companies.csv")) == len(COMPANIES)
    (rejected,) = read(output / "rejected.csv")
    assert "ask him for the website" in rejected["text"]
    assert rejected["line"] == str(len(COMPANIES) + 2)
    assert rejected["reason"]


def test_best_first(output: Path) -> None:
    ranks = [(row["priority"], -int(row["score"])) for row in read(output / "contacts.csv")]
    assert ranks == sorted(ranks)


def test_what_is_odd_is_noted(output: Path) -> None:
    rows = {row["domain"]: row for row in read(output / "companies.csv")}
    assert "certificate" in rows["fratelli-corvetti.example"]["detail"]
    assert rows["yongfeng-casting.example"]["company"] == "永丰铸造有限公司"
    assert rows["hartwell-bearings.example"]["contact_form"]
    assert rows["vandermolen-trading.example"]["pages"] == "0"


def test_summary_says_what_the_files_hold(output: Path) -> None:
    said = (output / "said.txt").read_text("utf-8")
    assert "Traceback" not in said
    assert f"Sites{len(COMPANIES):>50}" in said
    assert f"{output / 'contacts.csv'}" in said
    assert f"{len(read(output / 'contacts.csv'))} rows" in said
