"""Companies of forty countries: name, country and main telephone as their contact pages and imprints show them."""

from pathlib import Path

import pytest

from tests.eval.pages import fold
from tests.reading import read_site_of_one_page

BLOCKS = Path(__file__).with_name("companies_of_countries.txt").read_text("utf-8").split("\n\n")[1:]
COMPANIES = [(*head.split(" | "), html) for head, _, html in (block.partition("\n") for block in BLOCKS)]


@pytest.mark.parametrize(("domain", "path", "language", "name", "country", "phone", "html"), COMPANIES)
def test_company(domain: str, path: str, language: str, name: str, country: str, phone: str, html: str) -> None:
    page = f"<html lang={language}>{html}<p>info@{domain}</p>"
    profile = read_site_of_one_page(page, path=path, domain=domain).profile
    assert (fold(profile.name), profile.country, profile.phones[:1]) == (fold(name), country, (phone,))


def test_the_list_is_read_whole() -> None:
    assert len(COMPANIES) > 40
    assert len({row[4] for row in COMPANIES}) > 40
