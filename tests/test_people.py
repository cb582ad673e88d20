"""Person, job title, label and telephone that a page shows with an address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.extract import extract_mentions
from harvester.extract.page import Document, read_page
from harvester.extract.people import attach_people
from harvester.extract.person_names import agreement, parse_person
from harvester.model import Mention, Method, Page, Zone

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def document(html: str) -> Document:
    url = "https://acme.example/team"
    page = Page(
        url=url,
        requested_url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        body=html.encode(),
        fetched_at=NOW,
    )
    return read_page(page)


def people(html: str, country: str | None = "DE") -> dict[str, tuple[str | None, str | None]]:
    page = document(html)
    found = attach_people(page, extract_mentions(page, seen=NOW), country=country)
    return {mention.address: (mention.person, mention.job_title) for mention in found}


LINKED_DATA = (
    '<script type="application/ld+json">'
    '{"@type": "Person", "name": "Maria Huber", "jobTitle": "Buyer", "email": "mh@acme.example"}</script>'
)
PROSE = "Our long story began in a garage in the year 1950 and it goes on, as pumps are the heart of a house, we think."
SHOWN = [
    # markup around one address; person; job title
    ('<a href="mailto:m.huber@acme.example">Maria Huber</a>', "Maria Huber", None),
    (
        "<div><h3>Maria Huber</h3><p>Leiterin Einkauf</p><p>Tel. 089 1234567</p><p>m.huber@acme.example</p></div>",
        "Maria Huber",
        "Leiterin Einkauf",
    ),
    (
        "<table><tr><td>Maria Huber</td><td>Einkauf</td><td>huber@acme.example</td></tr></table>",
        "Maria Huber",
        "Einkauf",
    ),
    ("<p>Dr. Maria Huber, Geschäftsführerin, E-Mail: maria.huber@acme.example</p>", "Maria Huber", "Geschäftsführerin"),
    ("<p>Contact person: Ngozi Okonkwo</p><p>info@acme.example</p>", "Ngozi Okonkwo", None),
    (
        "<p>For all accounting inquiries of our many clients, please contact Susan Dunmore at susan@acme.example.</p>",
        "Susan Dunmore",
        None,
    ),
    (
        (
            "<p>Rechtsanwalt Uwe Hartwig</p><p>Musterstraße 40 14057 Berlin Telefon: +49 (0)30 / 23 12 50 22 Telefax: "
            "+49 (0)30 / 23 12 50 84 E-Mail: kanzlei@acme.example</p>"
        ),
        "Uwe Hartwig",
        "Rechtsanwalt",
    ),
    ("<p>Notaire associé :</p><p>Samira Bellamy : bellamy@acme.example</p>", "Samira Bellamy", "Notaire associé"),
    ("<p>Glenda Marsh-Cole</p><p>Representative</p><p>glenda@acme.example</p>", "Glenda Marsh-Cole", "Representative"),
    ("<p>Ben Kessler</p><p>Fax: 250 555 0161</p><p>ben@acme.example</p>", "Ben Kessler", None),
    (
        "<p>Ansprechpartner: Herr Dipl.-Ing. Jörg Müller</p><p>Tel. 089 1234567</p><p>technik@acme.example</p>",
        "Jörg Müller",
        None,
    ),
    ("<ul><li>John Smith - Sales Manager - john@acme.example</li></ul>", "John Smith", "Sales Manager"),
    (
        "<p>Jean DUPONT (JD) : <a href='mailto:jean.dupont@acme.example'>jean.dupont@acme.example</a></p>",
        "Jean DUPONT",
        None,
    ),
    ("<p>联系人：周明明；</p><p>联系电话：010-59194056；</p><p>电子邮箱：sales@acme.example。</p>", "周明明", None),
    ("<p>联系人：王小姐，电话：010-59192899，邮箱：sales@acme.example</p>", "王小姐", None),
    (
        "<p>Иванова Мария Петровна</p><p>Менеджер по закупкам</p><p>zakupki@acme.example</p>",
        "Иванова Мария Петровна",
        "Менеджер по закупкам",
    ),
    (
        "<p>Μαρία Παπαδοπούλου</p><p>Υπεύθυνη αγορών</p><p>m.papadopoulou@acme.example</p>",
        "Μαρία Παπαδοπούλου",
        "Υπεύθυνη αγορών",
    ),
    (
        "<p>Georg Haffner</p><p>Limburger Straße 20</p><p>65510 Idstein</p><p>haffner.idstein@acme.example</p>",
        "Georg Haffner",
        None,
    ),
    ("<p>j.novak@acme.example</p><p>Jan Novák</p>", "Jan Novák", None),
    (
        LINKED_DATA + "<p>mh@acme.example</p>",
        "Maria Huber",
        "Buyer",
    ),
    ("<p>Direktor Jan Novák</p><p>reditel@acme.example</p>", "Jan Novák", "Direktor"),
]

NOT_SHOWN = [
    "<h2>Inn - Richmond, Virginia</h2><br>1 Gayton Rd.<br>Mail: <a href=mailto:gm@acme.example>gm@acme.example</a>",
    "<h2>Richmond Virginia</h2>Email: <a href=mailto:gm@acme.example>gm@acme.example</a>",
    f"<p>Georg Haffner: why we like pumps</p><p>{PROSE} Write to miller@acme.example</p>",
    "<p>maria.huber@acme.example</p>",
    "<h2>Contact Us</h2><p>info@acme.example</p>",
    "<h2>Sales Department</h2><p>sales@acme.example</p>",
    "<h2>Unser Team</h2><p>office@acme.example</p>",
    "<p>Acme Pumps</p><p>info@acme.example</p>",
    "<p>New York</p><p>newyork@acme.example</p>",
    "<p>Rue Jean Jaurès</p><p>info@acme.example</p>",
    "<p>Maria Huber</p><p>Ring 1</p><p>80801 München</p><p>info@acme.example</p>",
    "<p>Maria Huber</p><p>m.huber@acme.example</p><p>j.smith@acme.example</p>",
    "<p>Customer Service</p><p>service@acme.example</p>",
    "<p>产品中心</p><p>sales@acme.example</p>",
    "<p>TRIBAL STICKERS</p><p>tribal@acme.example</p>",
    "<p>Tribal Stickers</p><p>tribal@acme.example</p>",
    f"<p>{PROSE} Please contact our Sales Team at team@acme.example</p>",
    f"<p>{PROSE} Please contact us at hello@acme.example</p>",
    f"<h3>John Smith</h3><p>{PROSE}</p><p>info@acme.example</p>",
]


@pytest.mark.parametrize(("html", "person", "title"), SHOWN)
def test_person_shown_with_the_address(html: str, person: str, title: str | None) -> None:
    (found,) = set(people(html).values())
    assert found == (person, title)


@pytest.mark.parametrize("html", NOT_SHOWN)
def test_nobody_shown(html: str) -> None:
    found = people(html)
    assert found
    assert {person for address, (person, _) in found.items() if not address.startswith("m.huber")} <= {None}


def test_each_card_keeps_its_own_person() -> None:
    card = "<div><h4>{0}</h4><p>{1}</p><p>+49 89 {3}</p><p><a href='mailto:{2}@acme.example'>E-Mail</a></p></div>"
    rows = [
        ("Maria Huber", "Einkauf", "m.huber", "1234561"),
        ("Jan Novák", "Verkauf", "j.novak", "1234562"),
        ("Li Wei", "CEO", "ceo", "1234563"),
    ]
    page = document("".join(card.format(*row) for row in rows))
    found = attach_people(page, extract_mentions(page, seen=NOW), country="DE")
    assert [(mention.person, mention.job_title, mention.phone) for mention in found] == [
        (name, title, f"+4989{phone}") for name, title, _local, phone in rows
    ]


def test_phone_of_the_card_is_not_the_fax_or_the_neighbours() -> None:
    page = document(
        "<p>Sales</p><p>Fax 089 1234560</p><p>sales@acme.example</p><h3>Service</h3><p>Tel. 089 1234569</p>"
    )
    (mention,) = attach_people(page, extract_mentions(page, seen=NOW), country="DE")
    assert mention.phone is None


def test_label_is_filled_only_where_it_is_empty() -> None:
    page = document("<p>Purchasing: einkauf@acme.example</p>")
    bare = Mention(
        address="einkauf@acme.example",
        url=page.url,
        method=Method.TEXT,
        zone=Zone.MAIN,
        original="einkauf@acme.example",
    )
    assert attach_people(page, [bare], country=None)[0].label == "Purchasing"
    assert attach_people(page, [], country=None) == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_nothing_raises(before: str, after: str) -> None:
    people(f"<p>{before}</p><a href='mailto:a.b@acme.example'>{after}</a> a.b@acme.example {after}", None)


@given(st.text(max_size=40), st.text(max_size=20))
def test_names_are_clean(text: str, local_part: str) -> None:
    person = parse_person(text)
    if person:
        assert person.name.strip() == person.name
        assert agreement(person.name, local_part) in (0, 1, 2)
