"""Who reads an address: labels for a contact person in many languages, data for machines, lists and sentences."""

import pytest

from tests.eval.pages import fold
from tests.reading import read_site_of_one_page

# Mailbox name, person, title, page ({d}: the domain).
NAMED = [
    ("lucy", "Lucy Wang", None, "<p>Contact Person: Ms. Lucy Wang<br>Tel: +86 574 8612 3456<br>E-mail: lucy@{d}</p>"),
    ("sales", "Zhang", None, "<p>Contact: Mr. Zhang</p><p>Mobile: 0086-13812345678</p><p>Email: sales@{d}</p>"),
    ("export", "Lucy Wang", "Export Manager", "<p>Attn: Lucy Wang, Export Manager<br>export@{d}</p>"),
    ("mueller", "Thomas Müller", None, "<p>Ansprechpartner: Herr Thomas Müller, Tel. 0711 123456, mueller@{d}</p>"),
    ("s.bernard", "Sophie Bernard", None, "<p>Votre contact : Mme Sophie Bernard – s.bernard@{d}</p>"),
    ("carlos", "Carlos Gómez", None, "<p>Persona de contacto: Carlos Gómez (carlos@{d})</p>"),
    ("jan", "Jan de Boer", None, "<p>Contactpersoon: Jan de Boer<br>jan@{d}</p>"),
    (
        "anna.kowalska",
        "Anna Kowalska",
        None,
        "<p>Osoba kontaktowa: Anna Kowalska, tel. 22 123 45 67, e-mail: anna.kowalska@{d}</p>",
    ),
    ("novak", "Petr Novák", None, "<p>Kontaktní osoba: Ing. Petr Novák, novak@{d}</p>"),
    ("anna.kiss", "Kiss Anna", None, "<p>Kapcsolattartó: Kiss Anna<br>anna.kiss@{d}</p>"),
    ("mehmet", "Mehmet Kaya", None, "<p>İlgili kişi: Mehmet Kaya – mehmet@{d}</p>"),
    ("anna", "Анна Петрова", None, "<p>Контактное лицо: Анна Петрова, anna@{d}</p>"),
    ("wxm", "王小明", None, "<p>联系人：王小明 电话：13812345678 邮箱：wxm@{d}</p>"),
    ("suzuki", "鈴木 一郎", None, "<p>担当：鈴木 一郎<br>メール：suzuki@{d}</p>"),
    ("jhpark", "박지훈", None, "<p>담당자: 박지훈 이메일: jhpark@{d}</p>"),
    (
        "jane",
        "Jane Roe",
        "Purchasing Director",
        (
            '<div class="vcard"><span class="fn">Jane Roe</span>, <span class="title">Purchasing '
            'Director</span> <a class="email" href="mailto:jane@{d}">jane@{d}</a></div>'
        ),
    ),
    (
        "jane",
        "Jane Roe",
        "Buyer",
        (
            '<div class="h-card"><a class="p-name u-url" href="/jane">Jane Roe</a> <span '
            'class="p-job-title">Buyer</span><a class="u-email" href="mailto:jane@{d}">mail</a></div>'
        ),
    ),
    (
        "jane",
        "Jane Roe",
        "Head of Sales",
        (
            '<div itemscope itemtype="http://schema.org/Person"><span itemprop="name">Jane Roe</span>'
            '<span itemprop="jobTitle">Head of Sales</span><a itemprop="email" href="mailto:jane@{d}">'
            "jane@{d}</a></div>"
        ),
    ),
    (
        "jane",
        "Jane Roe",
        "Procurement Manager",
        (
            '<script type="application/ld+json">'
            '{{"@context":"https://schema.org","@type":"Organization","name":"Acme '
            'Steel","employee":[{{"@type":"Person","name":"Jane Roe","jobTitle":"Procurement '
            'Manager","email":"jane@{d}"}}]}}</script><p>Welcome</p>'
        ),
    ),
    (
        "jane",
        "Jane Roe",
        None,
        (
            '<script type="application/ld+json">'
            '{{"@type":"Organization","contactPoint":[{{"@type":"ContactPoint","contactType":"sales","n'
            'ame":"Jane Roe","email":"mailto:jane@{d}"}}]}}</script><p>Welcome</p>'
        ),
    ),
    (
        "jane.roe",
        "Jane Roe",
        "Managing Director",
        (
            "<dl><dt>Managing Director</dt><dd>Jane Roe</dd><dd>jane.roe@{d}</dd><dt>Purchasing</dt>"
            "<dd>Tom Stone</dd><dd>tom.stone@{d}</dd></dl>"
        ),
    ),
    (
        "tom.stone",
        "Tom Stone",
        "Purchasing",
        (
            "<dl><dt>Managing Director</dt><dd>Jane Roe</dd><dd>jane.roe@{d}</dd><dt>Purchasing</dt>"
            "<dd>Tom Stone</dd><dd>tom.stone@{d}</dd></dl>"
        ),
    ),
    (
        "jroe",
        "Jane Roe",
        "Plant Buyer",
        (
            "<table><tr><th>Name</th><th>Position</th><th>Phone</th><th>E-mail</th></tr><tr><td>Jane "
            "Roe</td><td>Plant Buyer</td><td>123 4567</td><td>jroe@{d}</td></tr><tr><td>Tom Stone</td>"
            "<td>CEO</td><td>123 4568</td><td>tstone@{d}</td></tr></table>"
        ),
    ),
    (
        "tom.stone",
        "Tom Stone",
        None,
        "<h3>Purchasing</h3><p>Jane Roe<br>jane.roe@{d}</p><p>Tom Stone<br>tom.stone@{d}</p>",
    ),
    (
        "jane",
        "Jane Roe",
        "Export Sales Manager – Middle East & Africa",
        (
            "<h3>Jane Roe</h3><h4>Export Sales Manager – Middle East &amp; Africa</h4><p>Jane has 20 "
            "years of experience in the steel trade and speaks four languages.</p><a "
            'href="mailto:jane@{d}">Contact Jane</a>'
        ),
    ),
    (
        "jane.roe",
        "Jane Roe",
        "Chief Procurement Officer",
        '<div><a href="mailto:jane.roe@{d}">Jane Roe</a><br>Chief Procurement Officer</div>',
    ),
    ("jane.roe", "Jane Roe", None, "<p>For purchasing matters please contact our buyer Jane Roe at jane.roe@{d}.</p>"),
    (
        "jane.roe",
        "Jane Roe",
        "Leitung Verkauf",
        (
            "<div>Jane Roe<br/>Leitung Verkauf<br/>Direktwahl: +41 44 123 45 67<br/><a "
            'href="mailto:jane.roe@{d}">E-Mail senden</a></div>'
        ),
    ),
    (
        "jane.roe",
        "ROE Jane",
        "Directrice des achats",
        "<p><b>ROE Jane</b><br>Directrice des achats<br>jane.roe@{d}</p>",
    ),
    ("jane.roe", "Jane Roe", "Buyer", "<p>Roe, Jane – Buyer – jane.roe@{d}</p>"),
    (
        "mueller",
        "Thomas Müller",
        "Technischer Leiter",
        "<p>Dipl.-Ing. (FH) Thomas Müller<br>Technischer Leiter<br>mueller@{d}</p>",
    ),
    ("klein", "Petra Klein", "Chefärztin", "<p>Prof. Dr. med. Petra Klein<br>Chefärztin<br>klein@{d}</p>"),
]
UNNAMED = [
    (
        "info",
        (
            '<div class="team"><div><h4>Jane Roe</h4><span>Buyer</span></div><div><h4>Tom Stone</h4>'
            "<span>Sales</span></div></div><p>Contact: info@{d}</p>"
        ),
    ),
    ("info", "<p>Jane Roe, Buyer</p><p>General enquiries: info@{d}</p>"),
    ("sales", "<h4>Jane Roe</h4><p>Verkauf Ausland: sales@{d}</p>"),
]


def read(html: str):
    company = read_site_of_one_page(f"<h1>Contact</h1>{html.format(d='acme-steel.example')}", path="/contact")
    return {contact.address.partition("@")[0]: contact for contact in company.contacts}


@pytest.mark.parametrize(("local", "person", "title", "html"), NAMED)
def test_named(local: str, person: str, title: str | None, html: str) -> None:
    found = read(html)[local]
    assert (fold(found.person), fold(found.job_title)) == (fold(person), fold(title))


@pytest.mark.parametrize(("local", "html"), UNNAMED)
def test_not_named(local: str, html: str) -> None:
    assert read(html)[local].person is None
