"""Names of sites, and what kind of page a URL names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.urls.brands import names_site, same_brand, site_names
from harvester.urls.places import Place, place_of, says_contact


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("acme-steel.example", ("acmesteel",)),
        ("www.acme.co.uk", ("acme",)),
        ("roe.provider.example", ("provider", "roe")),
        ("facebook.com/acme", ("facebook",)),
        ("xn--bcher-kva.example", ("bucher",)),
        ("bücher.example", ("bucher",)),
        ("192.0.2.1", ("192",)),
    ],
)
def test_site_names(domain: str, names: tuple[str, ...]) -> None:
    assert site_names(domain) == names


@pytest.mark.parametrize(
    ("local", "domain"),
    [
        ("acme.steel", "acme-steel.example"),
        ("acmesteel.berlin", "acme-steel.example"),
        ("janeroe", "janeroe.provider.example"),
        ("acmestel", "acme-steel.example"),
        ("abc", "abc.example"),
    ],
)
def test_local_part_names_site(local: str, domain: str) -> None:
    assert names_site(local, domain)


@pytest.mark.parametrize(
    ("local", "domain"),
    [
        ("steel", "acme-steel-berlin.example"),
        ("abc1", "abc.example"),
        ("jane", "janeroe.example"),
        ("info", "acme.example"),
        ("", "acme.example"),
        ("", ""),
    ],
)
def test_local_part_does_not_name_site(local: str, domain: str) -> None:
    assert not names_site(local, domain)


def test_same_brand() -> None:
    assert same_brand("abacusllc", "abacussolutions")
    assert same_brand("roe", "roe")
    assert same_brand("janeroephoto", "janeroe")
    assert not same_brand("hotelroma", "hotelmilano")
    assert not same_brand("roe", "roes")
    assert not same_brand("", "acme")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://acme.example", Place.HOME),
        ("https://acme.example/index.html", Place.HOME),
        ("https://acme.example/de/", Place.HOME),
        ("https://acme.example/en-gb/index.php", Place.HOME),
        ("https://acme.example/kontakt.html", Place.CONTACT),
        ("https://acme.example/impressum", Place.CONTACT),
        ("https://acme.example/about-us/", Place.ABOUT),
        ("https://acme.example/team", Place.ABOUT),
        ("https://acme.example/privacy-policy", Place.LEGAL),
        ("https://acme.example/products/pipes-17", Place.OTHER),
        ("https://acme.example/shop", Place.OTHER),
    ],
)
def test_place_of(url: str, place: Place) -> None:
    assert place_of(url) is place


@pytest.mark.parametrize(
    ("label", "says"),
    [("Contact us", True), ("Impressum", True), ("Our pipes", False), ("Privacy", False), ("", False)],
)
def test_says_contact(label: str, says: bool) -> None:
    assert says_contact(label) is says


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_raises(local: str, domain: str) -> None:
    assert isinstance(names_site(local, domain), bool)
    assert isinstance(place_of(f"https://{domain}/{local}"), Place)
