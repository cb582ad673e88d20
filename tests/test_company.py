"""Company profile: country, language, postal address, contact form, home pages, and the best of all pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.data import load_table, load_words
from harvester.extract.company import domain_label, extract_profile, is_home, merge_profiles
from harvester.extract.countries import country_in_line, country_of_domain, country_of_name
from harvester.extract.language import detect_language, normalize_language
from harvester.extract.names import clean_name
from harvester.model import Profile
from tests.company_pages import document, linked_data, profile

GERMAN = (
    "Wir sind für Sie da und beraten Sie gern. Die Beratung ist kostenlos und wir kommen auch zu Ihnen mit dem Wagen."
)
COUNTRIES = [
    ("<p>Hello</p>", "acme.de", "DE"),
    ("<p>Hello</p>", "acme.co.uk", "GB"),
    ("<p>Hello</p>", "acme.io", None),
    ("<p>Hello</p>", "acme.com", None),
    (
        linked_data(**{"@type": "Hotel", "address": {"addressCountry": "AT", "streetAddress": "Ring 1"}}),
        "acme.com",
        "AT",
    ),
    ('<p>Call <a href="tel:+390612345678">us</a></p>', "acme.com", "IT"),
    ("<footer>12 Main Street, Springfield, IL 62701</footer>", "acme.com", "US"),
    ("<footer>1 High Street, Swindon SN5 4AB</footer>", "acme.com", "GB"),
    ("<footer>Hauptstraße 5<br>1010 Wien<br>Österreich</footer>", "acme.com", "AT"),
    (
        f"<footer>Hauptstraße 5, 80801 München</footer><p>{GERMAN}</p>",
        "acme.com",
        "DE",
    ),
    ('<html lang="en-US"><p>Hello</p></html>', "acme.com", None),
]


@pytest.mark.parametrize(("html", "domain", "country"), COUNTRIES)
def test_country(html: str, domain: str, country: str | None) -> None:
    assert profile(html, domain=domain).country == country


def test_country_words() -> None:
    assert country_of_domain("acme.рф") == "RU"
    assert [country_of_domain(f"acme.{tld}") for tld in ("io", "co", "me", "tv", "ai", "cc", "com", "eu")] == [None] * 8
    assert country_of_name("uk") == "GB"
    assert country_of_name("Atlantis") is None
    assert country_in_line("5020 Salzburg, Österreich") == "AT"
    assert country_in_line("We ship worldwide") is None


LANGUAGES = [
    ('<html lang="de_at"><p>Hallo</p></html>', "de-AT"),
    ('<html><head><meta property="og:locale" content="pt_BR"></head><p>Olá</p></html>', "pt-BR"),
    (f'<html lang="en"><p>{GERMAN}</p></html>', "de"),
    (f"<p>{GERMAN}</p>", "de"),
    (
        "<p>我们公司专业生产各种阀门，产品质量优良，价格合理，欢迎新老客户来电咨询，我们将竭诚为您服务，期待与您合作共赢。</p>",
        "zh",
    ),
    (
        "<p>当社はポンプの製造を行っています。お気軽にお問い合わせください。皆様のご来店をお待ちしております。どうぞよろしく。</p>",
        "ja",
    ),
    ('<html lang="xx-klingon"><p>Hi</p></html>', None),
    ("<p>Acme 2000</p>", None),
]


@pytest.mark.parametrize(("html", "language"), LANGUAGES)
def test_language(html: str, language: str | None) -> None:
    assert profile(html).language == language


def test_language_tags() -> None:
    assert normalize_language("zh-hans-cn") == "zh-Hans-CN"
    assert normalize_language("no") == "nb"
    assert [normalize_language(tag) for tag in ("", "english", "q", "{{ lang }}", "zz")] == [None] * 5
    assert detect_language("1 2 3") is None


POSTAL = [
    (
        linked_data(
            **{
                "@type": "Store",
                "address": {"streetAddress": "Ring 1", "postalCode": "1010", "addressLocality": "Wien"},
            }
        ),
        "Ring 1, 1010 Wien",
    ),
    ("<p>Acme GmbH<br>Hauptstraße 5<br>80801 München<br>Tel. 089 1234567</p>", "Hauptstraße 5, 80801 München"),
    (
        "<footer>info@acme.example | phone: 510-555-0100 | 4120 Clipper Court, Fremont CA 94538 USA</footer>",
        "4120 Clipper Court, Fremont CA 94538 USA",
    ),
    ("<p>8105 Bay Street<br>Suite 205<br>Blaine, WA 98230</p>", "8105 Bay Street, Suite 205, Blaine, WA 98230"),
    ("<p>地址：宁波市鄞州区兴安路6号 电话：0574-12345678</p>", "宁波市鄞州区兴安路6号"),
    ("<p>Address: 12 Marina Road, Lagos</p>", "12 Marina Road, Lagos"),
    ("<p>Mailing address : 12 Marina Road, Lagos</p>", "12 Marina Road, Lagos"),
]
NOT_POSTAL = [
    "<p>Founded 1893 in Chicago</p>",
    "<p>21st International Conference, May 21 - 22, 2019, Berlin, Germany</p>",
    "<p>Article 12345 Pump with street look</p>",
    "<p>Opening hours 08:00 - 17:00</p>",
    "<p>Write to info@acme.example</p>",
    "<p>We moved to a better one, and this is the new address: 12 Marina Road, Lagos</p>",
]


@pytest.mark.parametrize(("html", "address"), POSTAL)
def test_postal_address(html: str, address: str) -> None:
    assert profile(html).postal_address == address


@pytest.mark.parametrize("html", NOT_POSTAL)
def test_no_postal_address(html: str) -> None:
    assert profile(html).postal_address is None


def test_contact_form() -> None:
    fields = '<input name="name"><input type="email" name="email">'
    contact = f'<form action="/send">{fields}<textarea name="message"></textarea></form>'
    comment = f'<form action="/wp-comments-post.php">{fields}<textarea name="comment"></textarea></form>'
    newsletter = '<form action="/n"><input type="email" name="email"></form>'
    assert profile(contact, path="/contact").contact_form == "https://acme.example/contact"
    assert profile(comment).contact_form is None
    assert profile(newsletter).contact_form is None


def test_merge_takes_the_best_of_all_pages() -> None:
    home = Profile(name="Acme", country="DE", language="de", phones=("+4989123456",))
    imprint = Profile(
        name="Acme GmbH", country="DE", phones=("+4989123456", "+4989123457"), postal_address="Ring 1, 80801 München"
    )
    shop = Profile(name="Pump shop", country="US", contact_form="https://acme.example/shop")
    contact = Profile(contact_form="https://acme.example/contact", socials={"x": "https://x.com/acme"})
    merged = merge_profiles([(3, shop), (1, imprint), (0, home), (1, contact)], domain="acme.de")
    assert merged == Profile(
        name="Acme GmbH",
        country="DE",
        language="de",
        phones=("+4989123456", "+4989123457"),
        postal_address="Ring 1, 80801 München",
        contact_form="https://acme.example/contact",
        socials={"x": "https://x.com/acme"},
    )
    assert merge_profiles([], domain="acme.de") == Profile()


def test_domain_label() -> None:
    assert domain_label("shop.acme.co.uk") == "acme"
    assert domain_label("facebook.com/acme") == "acme"


HOMES = [
    "https://a.example",
    "https://a.example/",
    "https://a.example/?",
    "https://a.example:8080/#top",
    "https://a.example/index.html",
    "https://a.example/de/",
    "HTTP://a.example/de_AT/Default.aspx",
    "index.html",
]
NOT_HOMES = [
    "https://a.example/contact",
    "https://a.example/?page=2",
    "https://a.example?page=2",
    "https://a.example/de/kontakt",
    "https://a.example/index.html/more",
]


@pytest.mark.parametrize("url", HOMES)
def test_home(url: str) -> None:
    assert is_home(url)


@pytest.mark.parametrize("url", NOT_HOMES)
def test_not_home(url: str) -> None:
    assert not is_home(url)


TABLES = [
    "address_words",
    "countries",
    "job_titles",
    "languages",
    "legal_form_countries",
    "name_affixes",
    "phone_labels",
    "postcode_languages",
    "social_hosts",
    "social_noise",
    "surname_romanizations",
    "transliteration",
]


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_unique(name: str) -> None:
    rows = load_table(name)
    assert len(rows) == len(set(rows))
    assert list(rows) == sorted(rows)


def test_country_domains_belong_to_one_country() -> None:
    domains = [domain for row in load_table("countries") for domain in row[1].split("|") if domain != "-"]
    assert len(domains) == len(set(domains))
    assert load_words("organization_types")


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=400), st.sampled_from(["acme.example", "", "x", "münchen.example", "facebook.com/x", "[", "a:b"])
)
def test_nothing_raises(text: str, domain: str) -> None:
    data = f'<script type="application/ld+json">{text}</script>'
    html = f'<title>{text}</title><p>{text}</p><a href="{text}">{text}</a>{data}'
    found = extract_profile(document(html), domain=domain)
    merge_profiles([(0, found), (7, found), (-1, found)], domain=domain)


@given(st.text(max_size=80))
def test_clean_name_is_idempotent(text: str) -> None:
    name = clean_name(text)
    if name is not None:
        assert name.strip() == name
        assert 2 <= len(name) <= 70
