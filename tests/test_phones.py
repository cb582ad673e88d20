"""Telephone numbers: what counts as one, in E.164, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.extract.page import Document, read_page
from harvester.extract.phones import (
    extract_phones,
    find_phones,
    label_kind,
    parse_phone,
    phone_country,
    whatsapp_number,
)
from harvester.model import Page


def document(html: str) -> Document:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    url = "https://acme.example/"
    page = Page(
        url=url,
        requested_url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        body=html.encode(),
        fetched_at=now,
    )
    return read_page(page)


PHONES = [
    # text, country and the numbers in order
    ("Tel.: +49 6126 123456", None, ["+496126123456"]),
    ("Tel: 06126 / 1234-0", "DE", ["+49612612340"]),
    ("Telefon\n06126 123456", "DE", ["+496126123456"]),
    ("+49 (0) 6126 123456", "DE", ["+496126123456"]),
    ("T: 0049 6126 123456", None, ["+496126123456"]),
    ("Call us: (510) 440-1800", None, ["+15104401800"]),
    ("510.440.1800", None, ["+15104401800"]),
    ("1-800-468-7957", None, ["+18004687957"]),
    ("电话：0512-65678888", "CN", ["+8651265678888"]),
    ("电话0512-65678888 传真0512-65678889", "CN", ["+8651265678888"]),
    ("手机：13812345678", "CN", ["+8613812345678"]),
    ("TEL 03-3210-1234", "JP", ["+81332101234"]),
    ("電話番号：０３－３２１０－１２３４", "JP", ["+81332101234"]),
    ("Телефон: 8 (495) 123-45-67", "RU", ["+74951234567"]),
    ("+7 (495) 123-45-67, +7 (495) 123-45-68", None, ["+74951234567", "+74951234568"]),
    ("Tel/Fax: 02 48714236", "IT", ["+390248714236"]),
    ("Tél. : 04 91 34 00 34 - Fax : 04 91 34 00 35", "FR", ["+33491340034"]),
    ("☎ 01 5234567", "AT", ["+4315234567"]),
    ("Mobil 0650 1234567", "AT", ["+436501234567"]),
    ("0245-715215 / 0245-715216", "NL", ["+31245715215", "+31245715216"]),
    ("Tel. (00 39) 031 – 48 10 77", None, ["+39031481077"]),
    ("(+39) 031/481077 - (+39) 031/7185595", None, ["+39031481077", "+390317185595"]),
    ("+33 (6) 12 34 56 78", None, ["+33612345678"]),
    ("Tel：+022-26545775", "CN", ["+862226545775"]),
    ("0771 - 2443238 / 28", "IN", ["+917712443238"]),
    ("seguridad+56 9 85056880", "CL", ["+56985056880"]),
]
NOT_PHONES = [
    ("2010 - 2024", "DE"),
    ("24.12.2024", "DE"),
    ("2024-05-01 12:30", "DE"),
    ("08.00 - 17.00", "DE"),
    ("USt-IdNr. 123456789", "DE"),
    ("USt-IdNr.: DE123456789", "DE"),
    ("IBAN DE89 3704 0044 0532 0130 00", "DE"),
    ("HRB 0612345", "DE"),
    ("Fax: 06126 123456", "DE"),
    ("Telefax 06126 123456", "DE"),
    ("传真：0512-65678888", "CN"),
    ("Факс: +7 495 123-45-67", "RU"),
    ("PLZ 80801", "DE"),
    ("Art.-Nr. 0612 345678", "DE"),
    ("京ICP备05008494号", "CN"),
    ("QQ：138123456", "CN"),
    ("ISBN 978-3-16-148410-0", "DE"),
    ("P.IVA 01234567890", "IT"),
    ("192.168.100.200", "US"),
    ("https://acme.example/id=4915112345678", "DE"),
    ("order_0612345678", "NL"),
    ("$1 234 567 890", "US"),
    ("+00123456789", "FR"),
    ("Tel: 123", "DE"),
    ("1234567890123456789", "DE"),
    ("600/1200 x 1000-2000", "DE"),
]


@pytest.mark.parametrize(("text", "country", "numbers"), PHONES)
def test_phones_in_text(text: str, country: str | None, numbers: list[str]) -> None:
    assert [phone.number for phone in find_phones(text, country=country) if phone.kind != "fax"] == numbers


@pytest.mark.parametrize(("text", "country"), NOT_PHONES)
def test_no_phones_in_text(text: str, country: str) -> None:
    assert [phone for phone in find_phones(text, country=country) if phone.kind != "fax"] == []


LABELS = [
    ("Tel.: ", "phone"),
    ("Fax ", "fax"),
    ("Tel./Fax: ", "phone"),
    ("Handy: ", "mobile"),
    ("WhatsApp: ", "whatsapp"),
    ("USt-ID: ", "none"),
    ("传真：", "fax"),
    ("Phone (24h): ", "phone"),
    ("Telefon\n", "phone"),
    ("We are here ", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "kind"), LABELS)
def test_label_kind(text: str, kind: str) -> None:
    assert label_kind(text, len(text)) == kind


def test_page_prefers_data_and_links() -> None:
    html = """<p>Tel. 089 1234567</p><p>Fax 089 1234568</p><a href="tel:+498912345690">call</a>
    <p>Fax <a href="tel:+498912345699">089 12345699</a></p><a href="https://wa.me/4915112345678">chat</a>"""
    phones = extract_phones(document(html), country="DE", structured=["+49 89 1234500"])
    assert phones == ("+49891234500", "+498912345690", "+49891234567", "+4915112345678")


def test_fax_is_no_phone_even_where_it_stands_twice() -> None:
    assert extract_phones(document("<p>Fax 089 1234568</p><p>089 1234568</p>"), country="DE") == ()


def test_fax_that_is_labelled_as_a_telephone_too_stays() -> None:
    html = "<p>电话：010-64714676</p><p>传真：010-64714676</p>"
    assert extract_phones(document(html), country="CN") == ("+861064714676",)


def test_foreign_region_of_the_page_does_not_hide_a_north_american_number() -> None:
    assert extract_phones(document("<p>phone: 510-440-1800</p>"), country="GB") == ("+15104401800",)


def test_toll_free_numbers_of_north_america_tell_no_country() -> None:
    assert [phone_country(number) for number in ("+18004687957", "+18665550104")] == [None, None]
    assert phone_country("+12505550199") == "CA"
    assert phone_country("+15104401800") == "US"


def test_whatsapp_and_country() -> None:
    assert whatsapp_number("https://api.whatsapp.com/send/?phone=%2B393331234567&text") == "+393331234567"
    assert whatsapp_number("https://wa.me/?text=share") is None
    assert whatsapp_number("https://chat.whatsapp.com/AbCdEf") is None
    assert (phone_country("+41443334455"), phone_country("+80080066666"), phone_country("x")) == ("CH", None, None)


@given(st.integers(min_value=2_000_000, max_value=9_999_999))
def test_written_number_is_found(number: int) -> None:
    text = f"Tel. +49 89 {number}"
    assert [phone.number for phone in find_phones(text, country=None)] in ([f"+4989{number}"], [])
    assert parse_phone(f"+49 89 {number}") in (f"+4989{number}", None)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet="0123456789+-()/. \n\tTel:Fax电话０", max_size=120),
    st.sampled_from([None, "DE", "US", "XX", "CN"]),
)
def test_nothing_raises(text: str, country: str | None) -> None:
    for phone in find_phones(text, country=country):
        assert phone.number.startswith("+")
        assert 0 <= phone.start < phone.end <= len(text)
