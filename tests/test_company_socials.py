"""A company's profiles on social networks: company pages, not share buttons."""

from __future__ import annotations

import pytest

from harvester.extract.socials import canonical_profile
from tests.company_pages import profile

PROFILES = [
    ("https://www.linkedin.com/company/acme-pumps/about/", ("linkedin", "https://www.linkedin.com/company/acme-pumps")),
    ("http://de-de.facebook.com/acme.pumps/?ref=hl", ("facebook", "https://www.facebook.com/acme.pumps")),
    ("https://facebook.com/pages/Acme/123456", ("facebook", "https://www.facebook.com/pages/Acme/123456")),
    (
        "https://www.facebook.com/profile.php?id=1000123",
        ("facebook", "https://www.facebook.com/profile.php?id=1000123"),
    ),
    ("https://twitter.com/acmepumps", ("x", "https://x.com/acmepumps")),
    ("https://instagram.com/acme.pumps/", ("instagram", "https://www.instagram.com/acme.pumps")),
    ("https://www.youtube.com/@acmepumps", ("youtube", "https://www.youtube.com/@acmepumps")),
    ("https://www.youtube.com/channel/UC123abc", ("youtube", "https://www.youtube.com/channel/UC123abc")),
    ("https://api.whatsapp.com/send?phone=4915112345678&text=Hi", ("whatsapp", "https://wa.me/4915112345678")),
]
NOT_PROFILES = [
    "https://www.facebook.com/sharer/sharer.php?u=x",
    "https://www.facebook.com/sharer.php?u=x",
    "https://www.facebook.com/",
    "https://twitter.com/intent/tweet?text=x",
    "https://twitter.com/share",
    "https://twitter.com/hashtag/pumps",
    "https://x.com/home",
    "https://www.linkedin.com/shareArticle?url=x",
    "https://www.linkedin.com/",
    "https://www.linkedin.com/in/jane-roe",
    "https://www.instagram.com/p/Cabc/",
    "https://www.youtube.com/watch?v=abc",
    "https://www.youtube.com/embed/abc",
    "https://notfacebook.com/acme",
    "http://[bad",
    "https://wa.me/?text=share",
    "https://acme.example/facebook.com/acme",
]


@pytest.mark.parametrize(("url", "expected"), PROFILES)
def test_canonical_profile(url: str, expected: tuple[str, str]) -> None:
    assert canonical_profile(url) == expected


@pytest.mark.parametrize("url", NOT_PROFILES)
def test_not_a_profile(url: str) -> None:
    assert canonical_profile(url) is None


def test_socials_of_a_page() -> None:
    html = """<a href="https://www.facebook.com/sharer.php?u=x">Share</a><a href="https://www.facebook.com/webagency">by</a>
    <footer><a href="https://www.facebook.com/acmepumps">f</a></footer><p>微信号：acme_pumps</p>"""
    socials = profile(html, domain="acmepumps.example").socials
    assert socials == {"facebook": "https://www.facebook.com/acmepumps", "wechat": "acme_pumps"}


SOCIALS_BY_PREFERENCE = [
    (("linkedin.com/in/acme-jane", "linkedin.com/company/acme"), {"linkedin": "https://www.linkedin.com/company/acme"}),
    (("linkedin.com/in/jane-roe", "linkedin.com/school/steel"), {"linkedin": "https://www.linkedin.com/school/steel"}),
    (("linkedin.com/in/jane-roe",), {}),
    (("facebook.com/people/Jane-Roe/1000", "facebook.com/steel"), {"facebook": "https://www.facebook.com/steel"}),
    (("facebook.com/profile.php?id=1000", "facebook.com/steel"), {"facebook": "https://www.facebook.com/steel"}),
    (("facebook.com/steel", "facebook.com/other"), {"facebook": "https://www.facebook.com/steel"}),
    (("facebook.com/people/Jane-Roe/1000",), {"facebook": "https://www.facebook.com/people/Jane-Roe/1000"}),
]


@pytest.mark.parametrize(("urls", "socials"), SOCIALS_BY_PREFERENCE)
def test_pages_of_companies_come_before_those_of_persons(urls: tuple[str, ...], socials: dict[str, str]) -> None:
    assert profile("".join(f'<a href="https://www.{url}">f</a>' for url in urls)).socials == socials
