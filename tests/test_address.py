"""The grammar of addresses in running text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.address import (
    AddressError,
    find_addresses,
    has_known_suffix,
    normalize_address,
    parse_address,
)

SAMPLED = [
    ("write to info@acme.example, please", ["info@acme.example"]),
    ("Anna.Muster+shop@mail.acme.example.", ["anna.muster+shop@mail.acme.example"]),
    ("a@one.example;b@two.example/c@three.example", ["a@one.example", "b@two.example", "c@three.example"]),
    ("INFO@ACME.EXAMPLE", ["info@acme.example"]),
    ("vertrieb@müller.example", ["vertrieb@müller.example"]),
    ("info@xn--mller-kva.example", ["info@müller.example"]),
    ("почта@пример.рф", ["почта@пример.рф"]),
    ("12345@163.com", ["12345@163.com"]),
    ("o'neil@acme.example", ["o'neil@acme.example"]),
    ("info＠acme．example", ["info@acme.example"]),
]
BUGS_CAUGHT = [
    ("sales@acme.example으로 문의", ["sales@acme.example"]),
    ("邮箱：info@acme.com邮编：300000", ["info@acme.com"]),
    ("почта:info@acme.comтелефон", ["info@acme.com"]),
    ("info@acme.comPhone: 1", ["info@acme.com"]),
    ("info@acme.com020-123456", ["info@acme.com"]),
    ("info@acme.comwww.acme.com", ["info@acme.com"]),
    ("info@acme.com.Please call", ["info@acme.com"]),
    ("info@shop.com.Call us", ["info@shop.com"]),
    ("?email=info@acme.example&x=1", ["info@acme.example"]),
    ("\\u003einfo@acme.example\\u003c", ["info@acme.example"]),
    ("%20info@acme.example", ["info@acme.example"]),
    ("x20a@acme.example", ["x20a@acme.example"]),
    ("\\x20info@acme.example", ["info@acme.example"]),
    ("\\ninfo@acme.example", ["info@acme.example"]),
    ("name...info@acme.example", ["info@acme.example"]),
    ("-info@acme.example-", ["info@acme.example"]),
    ("'info@acme.example'", ["info@acme.example"]),
    ("www.info@acme.example", ["info@acme.example"]),
    ("E-mailinfo@acme.example", ["info@acme.example"]),
    ("Emailsales@acme.example", ["sales@acme.example"]),
    ("+49301234567info@acme.example", ["info@acme.example"]),
    ("Tel.030123456einkauf@acme.example", ["einkauf@acme.example"]),
    ("emailmarketing@acme.example", ["emailmarketing@acme.example"]),
    ("2024info@acme.example", ["2024info@acme.example"]),
    ("okyazo123456@acme.example", ["okyazo123456@acme.example"]),
]
NOT_ADDRESSES = [
    "logo@2x.png",
    "banner@3x.zip",
    "icon@1.5x.so",
    "gsap@3.12.5/dist/gsap.min.js",
    "vue@2.x.com",
    "@handle",
    "https://medium.example/@writer",
    "@writer@social.example",
    "user@localhost",
    "user@host.unknowntld",
    "user@host.png",
    "user@192.168.1.10",
    "a@b",
    "@@@@",
    "user@.example",
    "user@-.example",
    "x" * 65 + "@acme.example",
    "@import url(x.css)",
    "one@two@",
]


@pytest.mark.parametrize(("text", "expected"), SAMPLED + BUGS_CAUGHT)
def test_addresses_are_found(text: str, expected: list[str]) -> None:
    assert [found.address for found in find_addresses(text)] == expected


@pytest.mark.parametrize("text", NOT_ADDRESSES)
def test_what_is_none_is_not_found(text: str) -> None:
    assert list(find_addresses(text)) == []


def test_unknown_suffixes_count_only_when_asked_for() -> None:
    assert [found.address for found in find_addresses("user@host.newtld", known_suffix=False)] == ["user@host.newtld"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "info",
        "@acme.example",
        "info@",
        "info@acme",
        "in fo@acme.example",
        "a@b..example",
        "a@b.c",
        "a@b.123",
        ".a@b.example",
    ],
)
def test_malformed_addresses_are_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


def test_parts() -> None:
    address = parse_address(" Info@Acme.EXAMPLE ")
    assert (address.local, address.domain) == ("Info", "acme.example")


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("acme.example", True),
        ("acme.co.uk", True),
        ("пример.рф", True),
        ("acme.png", False),
        ("com", False),
        (".com", False),
    ],
)
def test_suffixes(domain: str, known: bool) -> None:
    assert has_known_suffix(domain) is known


@given(st.text(max_size=200))
def test_nothing_raises_and_normalizing_is_idempotent(text: str) -> None:
    for found in find_addresses(text + "info@acme.example"):
        assert normalize_address(found.address) == found.address
        assert 0 <= found.start < found.end


@pytest.mark.parametrize(
    "unit", ["@", "a", "a@", "a.", "@a.", "a@b.c", "a@b.example", "a@b.com ", "%40", "=@", "\u00fc@\u00fc."]
)
def test_time_grows_with_length(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    begin = time.process_time()
    list(find_addresses(text))
    assert time.process_time() - begin < 10
