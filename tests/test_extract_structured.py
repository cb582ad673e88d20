"""Addresses in structured data."""

from __future__ import annotations

import base64

import pytest

from harvester.model import Method, Zone
from tests.reading import addresses, mentions

FOUND = [
    '<script type="application/ld+json">{"@type":"Organization","email":"mailto:info@acme.example"}</script>',
    '<script type="application/ld+json">[{"@graph":[{"contactPoint":{"email":"info@acme.example"}}]}]</script>',
    '<script type="application/ld+json">{"email":"info\\u0040acme.example",}</script>',
    '<script type="application/ld+json">{"email":"info&#64;acme.example"};</script>',
    '<meta itemprop=email content="info@acme.example">',
    '<meta property="og:email" content="info@acme.example">',
    '<meta name=reply-to content="info@acme.example">',
    '<span itemprop=email content="info@acme.example">mail</span>',
    '<span property="schema:email" content="info@acme.example">mail</span>',
]


@pytest.mark.parametrize("html", FOUND)
def test_found(html: str) -> None:
    found = mentions(f"<html><body>{html}")
    assert {mention.address for mention in found} == {"info@acme.example"}
    assert Method.STRUCTURED in {mention.method for mention in found}


@pytest.mark.parametrize(
    "html",
    [
        '<meta name="twitter:site" content="@acme">',
        '<script type="application/ld+json">{"@type":"Organization","@id":"x"}</script>',
        '<script type="application/ld+json">{"email": </script>',
        '<script type="application/ld+json">' + "[" * 5000 + "</script>",
    ],
)
def test_not_found(html: str) -> None:
    assert addresses(f"<html><body>{html}") == set()


def test_the_kind_of_contact_is_the_label() -> None:
    html = '<script type="application/ld+json">{"contactType":"sales","email":"info@acme.example"}</script>'
    assert [(mention.label, mention.zone, mention.visible) for mention in mentions(html)] == [
        ("sales", Zone.SCRIPT, False)
    ]


VCARDS = [
    "BEGIN:VCARD\nFN:Anna Muster\nEMAIL:info@acme.example\nEND:VCARD",
    "BEGIN:VCARD\r\nitem1.EMAIL;TYPE=work:info@acme.\r\n example\r\nEND:VCARD",
    "BEGIN:VCARD\nEMAIL;ENCODING=QUOTED-PRINTABLE:info=40acme.example\nEND:VCARD",
    "BEGIN:VCARD\nEMAIL;ENCODING=b:" + base64.b64encode(b"info@acme.example").decode() + "\nEND:VCARD",
]


@pytest.mark.parametrize("card", VCARDS)
def test_vcards(card: str) -> None:
    assert [(mention.address, mention.method) for mention in mentions(card, "text/vcard")] == [
        ("info@acme.example", Method.VCARD)
    ]


def test_a_vcard_in_a_link() -> None:
    data = base64.b64encode(VCARDS[0].encode()).decode()
    assert addresses(f"<a href='data:text/vcard;base64,{data}'>card</a>") == {"info@acme.example"}
    assert addresses("<a href='data:text/vcard,BEGIN:VCARD%0AEMAIL:info@acme.example%0AEND:VCARD'>card</a>") == {
        "info@acme.example"
    }


def test_a_script_file_and_json_are_read_as_scripts() -> None:
    assert addresses("el.href='mailto:'+'info'+'@'+'acme.example'", "text/javascript") == {"info@acme.example"}
    assert addresses('{"mail":"info@acme.example"}', "application/json") == {"info@acme.example"}
