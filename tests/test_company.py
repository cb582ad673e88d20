"""Company profile: name, country, language, postal address, profiles, contact form, and the best of all pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.data import load_table, load_words
from harvester.extract.company import domain_label, extract_profile, is_home, merge_profiles
from harvester.extract.countries import country_in_line, country_of_domain, country_of_name
from harvester.extract.language import detect_language, normalize_language
from harvester.extract.legal_forms import has_legal_form, legal_form
from harvester.extract.names import clean_name, likeness, name_key
from harvester.extract.page import Document, read_page
from harvester.extract.socials import canonical_profile
from harvester.model import Page, Profile

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def document(html: str, url: str = "https://acme.example/") -> Document:
    page = Page(
        url=url,
        requested_url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        body=html.encode(),
        fetched_at=NOW,
    )
    return read_page(page)


def profile(html: str, *, domain: str = "acme.example", path: str = "/") -> Profile:
    return extract_profile(document(html, f"https://{domain}{path}"), domain=domain)


def linked_data(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **node})}</script>'


NAMES = [
    # what the page holds; domain; path; name
    (linked_data(**{"@type": "LocalBusiness", "name": "Acme Pumps"}), "acme.example", "/x", "Acme Pumps"),
    (linked_data(**{"@graph": [{"@type": "Organization", "name": "Acme Pumps"}]}), "other.example", "/x", "Acme Pumps"),
    ('<meta property="og:site_name" content="Acme Pumps">', "acme.example", "/x", "Acme Pumps"),
    ("<footer>© 2024 Acme GmbH. All rights reserved</footer>", "acme.example", "/x", "Acme GmbH"),
    ("<footer>Copyright © 2019-2024 by Acme GmbH | Design by Pixel Agency</footer>", "acme.example", "/x", "Acme GmbH"),
    ("<title>Startseite | Acme Pumpen</title>", "acme.example", "/", "Acme Pumpen"),
    (
        "<title>Pumps and valves – Müller Maschinenbau</title>",
        "mueller-maschinenbau.example",
        "/",
        "Müller Maschinenbau",
    ),
    ("<title>Welcome to Acme Pumps!</title>", "acmepumps.example", "/", "Acme Pumps"),
    ("<title>Kontakt : Acme Pumpen</title>", "acmepumpen.example", "/kontakt", "Acme Pumpen"),
    ("<p>版权所有 宁波一众阀门有限公司 浙ICP备05000001号</p>", "yz.example", "/", "宁波一众阀门有限公司"),
    ("<title>首页</title><p>株式会社山川製作所</p>", "ym.example", "/", "株式会社山川製作所"),
    (
        "<p>Impressum</p><p>Nordlicht Optik GmbH &amp; Co. KG</p>",
        "nordlicht-optik.example",
        "/impressum",
        "Nordlicht Optik GmbH & Co. KG",
    ),
]

BUGS_CAUGHT = [
    ("<title>SHARP AUTOMOTIVES</title><footer>© sharp.com</footer>", "sharpauto.example", "/", "SHARP AUTOMOTIVES"),
    ("<footer>© 2020 John W. Miller. All rights reserved.</footer>", "elderlawyer.example", "/x", "John W. Miller"),
    ("<p>：郑州一众电气设备有限公司</p>", "yz.example", "/", "郑州一众电气设备有限公司"),
]

NOT_NAMES = [
    "Home",
    "Welcome",
    "Startseite",
    "Contact Us",
    "首页",
    "联系我们",
    "Just a moment...",
    "Untitled Document",
    "404",
    "Главная",
    "https://acme.example/",
    "info@acme.example",
    "",
    "---",
    "Index of /",
    "12345",
    "Accueil",
    "WordPress",
]


@pytest.mark.parametrize(("html", "domain", "path", "name"), NAMES + BUGS_CAUGHT)
def test_name(html: str, domain: str, path: str, name: str) -> None:
    assert profile(html, domain=domain, path=path).name == name


@pytest.mark.parametrize("text", [text for text in NOT_NAMES if text != "Index of /"])
def test_no_name(text: str) -> None:
    assert clean_name(text) is None
    assert profile(f"<title>{text}</title><h1>{text}</h1>", domain="zzz.example", path="/page").name is None


def test_likeness() -> None:
    assert likeness("Acme Pumps Ltd", "acmepumps") == 1.0
    assert likeness("Müller GmbH", "mueller") == likeness("Müller GmbH", "muller") == 1.0
    assert likeness("Deutsche Pumpen Werke", "dpw") > 0.8
    assert likeness("Pixel Agency", "acmepumps") == 0.0


@pytest.mark.parametrize(
    "name",
    ["Acme GmbH", "Acme Co., Ltd.", "Acme S.r.l.", "ООО «Ромашка»", "山川株式会社", "Acme sp. z o.o.", "Acme A.Ş."],
)
def test_legal_form(name: str) -> None:
    assert has_legal_form(name)
    assert legal_form(name)


@pytest.mark.parametrize("name", ["Acme", "Contact me", "GmbH", "Pumps as a service"])
def test_not_legal_form(name: str) -> None:
    assert not has_legal_form(name)


def test_name_key_joins_spellings() -> None:
    assert name_key("ACME Pumps GmbH") == name_key("Acme Pumps") == name_key("acme-pumps")


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
