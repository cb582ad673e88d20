"""Real pages with invented names: exactly the addresses that a person would write down from each of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from harvester.address import normalize_address
from tests.eval.pages import FLOORS, RecordedPage, corpus_hash, load_pages, outcome_of, read_company

PAGES = load_pages()
# Folder -> what is known to go wrong there and why. A page that is read right again must leave this list.
XFAIL = {
    "fernwoodlakeside.example.contact": "the restaurant in the house has a domain of its own",
    "novotnamarie.example.contact": "the helper of the owner has an address there as well, at the same provider",
    "zhongguonongyao.example.notice": "the institution's mail domain has nothing in common with its site's",
    "zhongguonongyao.example.topic": "the institution's mail domain has nothing in common with its site's",
}


def marked(page: RecordedPage) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=XFAIL[page.name])] if page.name in XFAIL else []
    return pytest.param(page, id=page.name, marks=marks)


@pytest.mark.parametrize("page", [marked(page) for page in PAGES])
def test_page_gives_exactly_its_contacts(page: RecordedPage) -> None:
    assert {contact.address for contact in read_company(page).contacts} == set(page.contacts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_labels_are_well_formed(page: RecordedPage) -> None:
    assert [normalize_address(address) for address in page.contacts] == list(page.contacts) == sorted(page.contacts)
    assert not set(page.contacts) & set(page.expected["not_contacts"])
    assert all(trap.encode() in page.body for trap in page.expected["not_contacts"])
    assert page.name.startswith(page.expected["url"].split("/")[2].removeprefix("www.") + ".")


def test_the_corpus_is_large_and_half_of_its_trouble_is_pages_with_nothing_to_find() -> None:
    assert len(PAGES) >= 80
    assert sum(not page.contacts for page in PAGES) >= 20


def test_known_failures_are_pages_of_the_corpus() -> None:
    assert set(XFAIL) <= {page.name for page in PAGES}


def test_the_corpus_is_the_one_that_the_floors_were_measured_on() -> None:
    assert corpus_hash() == tomllib.loads(FLOORS.read_text("utf-8"))["pages"]["corpus"]


def test_the_hash_sees_every_change(tmp_path: Path) -> None:
    page = tmp_path / "a.example.home" / "page.html"
    page.parent.mkdir()
    page.write_text("<p>info@a.example")
    before = corpus_hash(tmp_path)
    page.write_text("<p>info@b.example")
    assert corpus_hash(tmp_path) != before


@pytest.mark.parametrize(
    ("wanted", "got", "outcome"),
    [
        ("Samira BELLAMY-ROCH", "Samira Bellamy-Roch", "right"),
        ("Laura Hayes", None, "missing"),
        ("Laura Hayes", "Tony Lever", "wrong"),
        (None, "Tony Lever", "invented"),
        (None, None, "none"),
    ],
)
def test_outcome(wanted: str | None, got: str | None, outcome: str) -> None:
    assert outcome_of(wanted, got) == outcome
