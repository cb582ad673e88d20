"""Addresses in links."""

from __future__ import annotations

import pytest
from hypothesis import given

from harvester.extract.links import parse_mailto
from harvester.model import Method
from tests.reading import addresses, mentions
from tests.test_extract_decoders import ADDRESSES, encode_cfemail

SAMPLED = [
    ("mailto:info@acme.example", ["info@acme.example"]),
    ("mailto:Info@Acme.example?subject=Hello%20you", ["info@acme.example"]),
    ("mailto:a@acme.example,b@acme.example", ["a@acme.example", "b@acme.example"]),
    ("mailto:a@acme.example;b@acme.example", ["a@acme.example", "b@acme.example"]),
    ("mailto:?to=a@acme.example&cc=b@acme.example", ["a@acme.example", "b@acme.example"]),
    ("mailto:%69%6e%66%6f%40acme.example", ["info@acme.example"]),
    ("mailto:info%2540acme.example", ["info@acme.example"]),
    ("mailto:Anna%20Muster%20%3Canna@acme.example%3E", ["anna@acme.example"]),
    ("MAILTO:info@acme.example", ["info@acme.example"]),
    ("mailto:a+b/c=d@acme.example", ["a+b/c=d@acme.example"]),
    ("mailto:info@acme.newtld", ["info@acme.newtld"]),
]
BUGS_CAUGHT = [
    ("mailto:info@acme.example ", ["info@acme.example"]),
    ("mailto: info @ acme.example", ["info@acme.example"]),
    ("mailto://info@acme.example", ["info@acme.example"]),
    ("mailto:mailto:info@acme.example", ["info@acme.example"]),
    ("http://mailto:info@acme.example", ["info@acme.example"]),
    ("malito:info@acme.example", ["info@acme.example"]),
    ("mailto:info@acme.example.", ["info@acme.example"]),
    ("mailto:info@acme.example&subject=x", ["info@acme.example"]),
    ("mailto:info[at]acme.example", ["info@acme.example"]),
    ("mailto:info@acme.com.Please", ["info@acme.com"]),
    ("mailto:a@acme.exampleb@acme.example", []),
    ('"mailto:info@acme.example"', ["info@acme.example"]),
    ("mail\nto:info@ac\nme.example", ["info@acme.example"]),
    ("mailto:a@acme.example\nb@acme.example", ["a@acme.example", "b@acme.example"]),
    ("mailto:anna [dash] muster [at] acme [dot] example", ["anna-muster@acme.example"]),
    ("mailto:info-at-acme-dot-example", ["info@acme.example"]),
    ("mailto:info%28at%29acme.example", ["info@acme.example"]),
]
NOT_MAILTO = [
    "mailto:",
    "mailto://",
    "mailto:?subject=x",
    "mailto:info",
    "mailto:info@acme",
    "/contact",
    "https://acme.example/",
    "",
]


@pytest.mark.parametrize(("href", "expected"), SAMPLED + BUGS_CAUGHT)
def test_mailto(href: str, expected: list[str]) -> None:
    assert parse_mailto(href) == expected


@pytest.mark.parametrize("href", NOT_MAILTO)
def test_no_recipient(href: str) -> None:
    assert parse_mailto(href) == []


OTHER_LINKS = [
    ("http://info@acme.example", "info@acme.example", Method.ATTRIBUTE),
    ("info@acme.example", "info@acme.example", Method.ATTRIBUTE),
    ("/contact?email=info@acme.example&x=1", "info@acme.example", Method.ATTRIBUTE),
    ("znvygb:vasb@npzr.rknzcyr", "info@acme.example", Method.ROT13),
    ("/form?goto=aW5mb0BhY21lLmV4YW1wbGU%3D", "info@acme.example", Method.BASE64),
    ("mailto:%69nfo%40acme.example", "info@acme.example", Method.PERCENT),
    ("https://acme.example/mailto:info@acme.example", "info@acme.example", Method.ATTRIBUTE),
    ("bWFpbHRvOmluZm9AYWNtZS5leGFtcGxl", "info@acme.example", Method.BASE64),
]


@pytest.mark.parametrize(("href", "address", "method"), OTHER_LINKS)
def test_other_links(href: str, address: str, method: Method) -> None:
    assert [(mention.address, mention.method) for mention in mentions(f"<p><a href='{href}'>write</a>")] == [
        (address, method)
    ]


@pytest.mark.parametrize(
    "href",
    [
        "https://social.example/@writer",
        "/img/logo@2x.png",
        "/p?token=aGVsbG8gd29ybGQhIQ==",
        "#section-with-long-name",
        "http://user:secret@acme.example/",
    ],
)
def test_links_without_address(href: str) -> None:
    assert addresses(f"<a href='{href}'>x</a>") == set()


def test_link_and_text_are_two_mentions() -> None:
    found = mentions("<footer><p>Purchasing: <a href='mailto:info@acme.example'>info@acme.example</a></p></footer>")
    assert {(mention.method, mention.zone.value, mention.label) for mention in found} == {
        (Method.MAILTO, "footer", "Purchasing"),
        (Method.TEXT, "footer", "Purchasing"),
    }


def test_link_and_text_that_disagree_are_both_kept() -> None:
    assert addresses("<a href='mailto:old@acme.example'>new@acme.example</a>") == {
        "old@acme.example",
        "new@acme.example",
    }


@pytest.mark.parametrize(
    ("html", "visible"),
    [
        ("<a href='mailto:old@acme.example'>new@acme.example</a>", {"new@acme.example"}),
        ("<a href='mailto:old@acme.example'>old@acme.example</a>", {"old@acme.example"}),
        ("<a href='mailto:old@acme.example'>write</a>", {"old@acme.example"}),
        ("<a href='mailto:info@other.example'>info@acme.example</a>", {"info@other.example", "info@acme.example"}),
    ],
)
def test_of_link_and_text_the_one_that_is_read_is_visible(html: str, visible: set[str]) -> None:
    assert {mention.address for mention in mentions(f"<p>{html}</p>") if mention.visible} == visible


@given(ADDRESSES)
def test_cloudflare_fragment(address: str) -> None:
    payload = encode_cfemail(address, 0x2A)
    assert addresses(f"<a href='/cdn-cgi/l/email-protection#{payload}'>[email&#160;protected]</a>") == {address}


def test_a_broken_cloudflare_payload_gives_nothing() -> None:
    assert addresses("<a href='/cdn-cgi/l/email-protection#2a4b' data-cfemail='2a4bzz'>[email protected]</a>") == set()


def test_cc_counts_and_a_label_glued_to_a_link_does_not() -> None:
    assert addresses("<p><b>Email</b><a href='mailto:sales@acme.example'>sales@acme.example</a>") == {
        "sales@acme.example"
    }


FORMS = [
    ("https://formsubmit.co/info@acme.example", {"info@acme.example"}),
    ("https://formspree.io/info@acme.example", {"info@acme.example"}),
    ("/cgi-bin/formmail.pl?recipient=info%40acme.example", {"info@acme.example"}),
    ("&#109;ailto:info&#64;acme.example", {"info@acme.example"}),
    ("https://user:secret@acme.example/send", set()),
    ("/send?next=@top", set()),
]


@pytest.mark.parametrize(("action", "expected"), FORMS)
def test_recipients_of_forms(action: str, expected: set[str]) -> None:
    assert addresses(f"<form action='{action}' method=post></form>") == expected


def test_a_link_element_and_a_page_in_a_link() -> None:
    assert addresses("<link rev=made href='mailto:info@acme.example'><link rel=icon href='/a@2x.png'>") == {
        "info@acme.example"
    }
    assert addresses("<p><a href='data:text/html;base64,PHA+aW5mb0BhY21lLmV4YW1wbGU8L3A+'>x</a>") == {
        "info@acme.example"
    }


def test_a_turned_link_needs_a_word_for_it() -> None:
    assert addresses("<a class=email href='vasb@npzr.rknzcyr'>x</a>") == {"info@acme.example"}
    assert addresses("<a class=photo href='vasb@npzr.rknzcyr'>x</a>") == set()


def test_a_form_that_sends_mail_and_an_image_map() -> None:
    assert addresses("<form action='mailto:info@acme.example' method=post></form>") == {"info@acme.example"}
    assert addresses("<map name=m><area href='mailto:info@acme.example'></map>") == {"info@acme.example"}
