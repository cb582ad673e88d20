"""The company's name where pages show it: titles, letterheads, legal forms in front, running text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.extract.company import extract_profile
from harvester.extract.language import detect_language
from harvester.extract.legal_forms import has_legal_form, legal_form
from harvester.extract.names import clean_name, likeness
from harvester.extract.page import read_page
from harvester.model import Page

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def name_of(html: str, domain: str, path: str) -> str | None:
    url = f"https://{domain}{path}"
    body = html.encode()
    page = Page(
        url=url, requested_url=url, status=200, content_type="text/html; charset=utf-8", body=body, fetched_at=NOW
    )
    return extract_profile(read_page(page), domain=domain).name


BUGS_CAUGHT = [
    # what the page holds; domain; path; name
    ("<title>KLM Moreau | Contact</title>", "constructionmoreau.example", "/contact", "KLM Moreau"),
    ("<title>FARNAT - DIRETTIVO</title>", "farmanatura.example", "/direttivo", "FARNAT"),
    ("<title>Contact</title><p>Mecanovis snc</p>", "mecanovis.example", "/contact", "Mecanovis snc"),
    ("<title>HOME</title><p>Officine Acme s.r.l.</p>", "acme.example", "/x", "Officine Acme s.r.l."),
    ("<h4>CÔNG TY BAO BÌ NHỰA HẢI AN</h4>", "baobihaian.example", "/lien-he", "CÔNG TY BAO BÌ NHỰA HẢI AN"),
    ("<title>Nous contacter | SAS Durand Notaire</title>", "durand.example", "/nous-contacter", "SAS Durand Notaire"),
    ("<title>美国ACMESEAL防水系统公司,ACMEBASE混凝土防水系统</title>", "acme.example", "/", "美国ACMESEAL防水系统公司"),
    ("<p>版权所有：阳光农药监测所 备案序号：京ICP备00000004号</p>", "yg.example", "/x", "阳光农药监测所"),
    (
        (
            "<title>Impressum | KANZLEI HARTWIG</title><p>Tailwind CSS unter der MIT-Lizenz. Der Hinweis ist inklusive "
            "des Copyright-Vermerks im ursprünglichen CSS enthalten.</p>"
        ),
        "hartwig-ra.example",
        "/impressum",
        "KANZLEI HARTWIG",
    ),
    ("<title>Acme</title><p>Sito web creato da Pixel - pixel@web.example - © 2014</p>", "acme.example", "/x", "Acme"),
    (
        "<p>© 2014 Mesa Lawyer Funds, Webtraffickers, Inc. and its licensors. All rights reserved.</p>",
        "mesalawyerfunds.example",
        "/privacy",
        "Mesa Lawyer Funds",
    ),
    ("<title>AcmePumps.example katalog pumpi</title>", "acmepumps.example", "/x", "AcmePumps"),
    (
        "<title>Contact Us</title><p>K&amp;P Solicitors</p><p>250 Sample Road</p><p>London NW3 0AB</p>",
        "kplaw.example",
        "/contact-us",
        "K&P Solicitors",
    ),
    ("<p>H&amp;S Solicitors</p>", "handssolicitors.example", "/x", "H&S Solicitors"),
    (
        (
            "<title>Law Offices of James R. Hollister, Estate Planning in New Jersey</title>"
            "<p>Copyright © 2012 James R. Hollister. All Rights Reserved.</p>"
        ),
        "elderlaw.example",
        "/x",
        "Law Offices of James R. Hollister",
    ),
    (
        "<p>Maple Gate Business Center is flexible.</p><p>Why Maple Gate Business Center?</p>",
        "maplegatecenter.example",
        "/help",
        "Maple Gate Business Center",
    ),
    (
        "<footer>Copyright © farwend.example</footer><title>FARWEND PUMPS</title>",
        "farwendpumps.example",
        "/",
        "FARWEND PUMPS",
    ),
    ("<title>Contact Us : Home Decor Hut</title>", "homedecorhut.example", "/contact", "Home Decor Hut"),
]
NOT_SHOWN = [
    ("<footer>© acme.example</footer>", "acme.example", "/x"),
    ("<title>Contact | Imprint</title>", "acme.example", "/x"),
    ("<title>Our Services</title><p>We love acme pumps.</p>", "zzz.example", "/x"),
    ("<p>Dr. Maria Huber</p><p>Hauptstraße 5</p><p>80801 München</p>", "praxis.example", "/x"),
    ("<p>Please respect the copyright of the authors of these pages, thank you.</p>", "zzz.example", "/x"),
]


@pytest.mark.parametrize(("html", "domain", "path", "name"), BUGS_CAUGHT)
def test_name(html: str, domain: str, path: str, name: str) -> None:
    assert name_of(html, domain, path) == name


@pytest.mark.parametrize(("html", "domain", "path"), NOT_SHOWN)
def test_no_name(html: str, domain: str, path: str) -> None:
    assert name_of(html, domain, path) is None


FORMS = [
    ("Acme s.r.l.", "srl"),
    ("ACME PVT. LTD.", "pvtltd"),
    ("Acme S.N.C.", "snc"),
    ("SAS Durand", "sas"),
    ("CÔNG TY TNHH An Bình", "côngtytnhh"),
    ("美国防水系统公司", "公司"),
]
NOT_FORMS = ["The Day Spa", "Sas Durand", "本公司", "SAS", "Contact ltda home"]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_legal_forms(name: str, form: str) -> None:
    assert legal_form(name) == form


@pytest.mark.parametrize("name", NOT_FORMS)
def test_no_legal_form(name: str) -> None:
    assert not has_legal_form(name)


def test_likeness_of_shortened_names() -> None:
    assert likeness("QMC Auto Detailing", "qmcdetail") >= 0.6
    assert likeness("Maple Gate Business Center", "maplegatecenter") >= 0.6
    assert likeness("H&S Solicitors", "handssolicitors") == 1.0
    assert likeness("K&P Solicitors", "kplaw") >= 0.5
    assert likeness("K&P Solicitors", "acme") == 0.0


def test_place_is_no_part_of_a_name() -> None:
    assert clean_name("Acme Detailing in Laguna Niguel, CA") == "Acme Detailing"
    assert clean_name("Institute in Berlin") == "Institute in Berlin"


SHORT_PAGES = [
    ("Home Catalogo Contatti\nTel: 02 00004236 Cell: 335 0000515\nSito web creato da Rossi", None, "it"),
    ("Home\nAbout Us\nContact Us\nGet in touch\nFirst Name\nMessage", None, "en"),
    (
        (
            "Dimanche Fermé Lundi 7h00-17h00 Vous avez une idée de projet? Contactez-nous dès maintenant! "
            "Nous contacter Téléphone Courriel Heures d'ouverture"
        ),
        "en",
        "fr",
    ),
    ("Kako zalepiti? Još nalepnica. Gde smo? Cenovnik i poručivanje, mesto i cena", None, "sr"),
    ("TRANG CHỦ GIỚI THIỆU THIẾT KẾ BAO BÌ SẢN PHẨM LIÊN HỆ Túi Xoài Quận Tân Phú", "en", "vi"),
    ("Где смо и како до нас? Цена и место, почетна и производи", None, "sr"),
]
NOT_CLEAR = [
    ("Home Contact", None),
    ("Acme Wien GmbH, Ring 1, 1090 Wien, Ring 2, Ring 3, Ring 4", None),
    ("Acme 2000 Pumps", None),
    ("Kontakt", None),
    ("Contact us, home, about us, services: Hotel Chez Nous, rue de la Paix", "en"),
    ("", None),
]


@pytest.mark.parametrize(("text", "declared", "language"), SHORT_PAGES)
def test_language_of_short_pages(text: str, declared: str | None, language: str) -> None:
    assert detect_language(text, expected=declared) == language


@pytest.mark.parametrize(("text", "declared"), NOT_CLEAR)
def test_no_language_of_short_pages(text: str, declared: str | None) -> None:
    assert detect_language(text, expected=declared) in {None, declared}
