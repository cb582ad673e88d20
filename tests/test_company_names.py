"""A company's name, out of what its pages say."""

from __future__ import annotations

import pytest

from harvester.extract.legal_forms import has_legal_form, legal_form
from harvester.extract.names import clean_name, likeness, name_key
from tests.company_pages import linked_data, profile

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
