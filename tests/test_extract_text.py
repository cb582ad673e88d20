"""Addresses in text, hidden text and comments."""

from __future__ import annotations

import pytest

from harvester.model import Method, Zone
from tests.reading import addresses, mentions

FOUND = [
    ("<p>info@acme.example</p>", Method.TEXT),
    ("<p>info&#64;acme&period;example</p>", Method.TEXT),
    ("<p><b>in</b>fo@ac<i>me</i>.example</p>", Method.TEXT),
    ("<p>info%40acme.example</p>", Method.PERCENT),
    ("<p>info<!-- x@y.example -->@acme.example</p>", Method.TEXT),
    ("<p>info<span style='display:none'>NO</span>@acme.example</p>", Method.TEXT),
    ("<p><span style='direction:rtl;unicode-bidi:bidi-override'>elpmaxe.emca@ofni</span></p>", Method.REVERSED),
    ("<p class=reverse style='direction:rtl'>elpmaxe.emca@ofni</p>", Method.REVERSED),
    ("<p>info (at) acme.example</p>", Method.WORDED),
    ("<p>info<img alt='(at)' src=at.gif>acme.example</p>", Method.TEXT),
    ("<svg><text>info@</text><text>acme.example</text></svg>", Method.TEXT),
    ("<p>info<img src='/img/at.gif' alt=''>acme.example</p>", Method.TEXT),
    ("<p>info<img src=x.png title=at>acme.example</p>", Method.TEXT),
    ("<p>info<span class=at></span>acme.example</p>", Method.TEXT),
    ("<p>info<i class='icon-at'></i>acme.example</p>", Method.TEXT),
    ("<p>info<svg class=at><use href='#at'/></svg>acme.example</p>", Method.TEXT),
    ("<textarea>info@acme.example</textarea>", Method.TEXT),
    ("<noscript>info@acme.example</noscript>", Method.TEXT),
    ("<noframes><p>info@acme.example</p></noframes>", Method.TEXT),
]
NOT_FOUND = [
    "<p>logo@2x.png</p>",
    "<p>[email&#160;protected]</p>",
    "<p>This e-mail address is protected from spambots.</p>",
    "<p>Diese E-Mail-Adresse ist vor Spambots geschützt!</p>",
    "<p>npm i tool@1.2.3</p>",
    "<p>elpmaxe.emca@ofni</p>",
    "<input placeholder='you@acme.example'>",
    "<p>info<img src='/img/cat.gif' alt=''>acme.example</p>",
    "<p>info <img src='/img/at.gif' alt=''> acme.example</p>",
    "<p>info<span class=at>look</span>acme.example</p>",
    "<p>info<span class='at-home'></span>acme.example</p>",
    "<p>Ce courriel est protégé contre les robots spammeurs.</p>",
    "<p>Este endereço de email está a ser protegido de spambots. (at)</p>",
]


@pytest.mark.parametrize(("html", "method"), FOUND)
def test_found(html: str, method: Method) -> None:
    found = mentions(html)
    assert [(mention.address, mention.method, mention.visible) for mention in found] == [
        ("info@acme.example", method, True)
    ]


@pytest.mark.parametrize("html", NOT_FOUND)
def test_not_found(html: str) -> None:
    assert addresses(html) == set()


def test_hidden_letters_can_be_the_address() -> None:
    letters = "".join(f"<b style='display: none'>{letter}</b>" for letter in "info@acme.example")
    found = mentions(f"<p><span>{letters}<span>[show]</span></span></p>")
    assert [(mention.address, mention.visible) for mention in found] == [("info@acme.example", False)]


def test_comments_are_not_visible() -> None:
    found = mentions("<p>x</p><!-- <a href='mailto:old@acme.example'>old</a> -->")
    assert [(mention.address, mention.method, mention.zone, mention.visible) for mention in found] == [
        ("old@acme.example", Method.COMMENT, Zone.COMMENT, False)
    ]


LABELS = [
    ("<p>Purchasing: info@acme.example</p>", "Purchasing"),
    ("<p>Sales - E-Mail: info@acme.example</p>", "Sales"),
    ("<h3>Export</h3><p>E-mail: info@acme.example</p>", "Export"),
    ("<p>Einkauf:<br>info@acme.example</p>", "Einkauf"),
    ("<p>采购部：info@acme.example</p>", "采购部"),
    ("<p>Tel 1 | Service info@acme.example</p>", "Service"),
    ("<p>info@acme.example</p>", ""),
]


@pytest.mark.parametrize(("html", "label"), LABELS)
def test_labels(html: str, label: str) -> None:
    assert mentions(html)[0].label == label


def test_one_mention_for_each_address_method_and_zone() -> None:
    html = "<p>a@acme.example a@acme.example</p><footer>a@acme.example</footer>"
    assert [(mention.zone, mention.original) for mention in mentions(html)] == [
        (Zone.MAIN, "a@acme.example"),
        (Zone.FOOTER, "a@acme.example"),
    ]
