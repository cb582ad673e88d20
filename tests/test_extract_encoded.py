"""Addresses in attributes: plain, encoded, in parts."""

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harvester.extract.encoded import decode_value
from tests.reading import addresses, mentions
from tests.test_extract_decoders import ADDRESSES, encode_cfemail, encode_typo3

ADDRESS = "info@acme.example"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FOUND = [
    "<span data-email='info@acme.example'></span>",
    "<img alt='write to info@acme.example' src=x>",
    "<a title='info@acme.example' href='#'>mail</a>",
    "<button aria-label='E-mail info@acme.example'>x</button>",
    "<input type=hidden name=recipient value='info@acme.example'>",
    "<span data-email='info (at) acme.example'></span>",
    "<span data-mail='info%40acme.example'></span>",
    f"<span class=__cf_email__ data-cfemail='{encode_cfemail(ADDRESS, 77)}'>[email&#160;protected]</span>",
    f"<node data-cfemail='{encode_cfemail(ADDRESS, 3)}'>x</node>",
    f"<joomla-hidden-mail is-link=1 first='{b64('info')}' last='{b64('acme.example')}' text=''>x</joomla-hidden-mail>",
    f"<a href='#' data-mailto-token='{encode_typo3('mailto:' + ADDRESS, 3)}' data-mailto-vector=3>info(at)acme</a>",
    "<span class=spamspan><span class=u>info</span> [at] <span class=d>acme [dot] example</span></span>",
    "<span class=spamspan><span class=u>info</span><img alt=at src=at.png><span class=d>acme.example</span></span>",
    "<a data-user=info data-domain=acme.example href='#'>mail</a>",
    "<a data-name=info data-domain=acme data-tld=example href='#'>mail</a>",
    "<a data-email-user=info data-email-host=acme.example href='#'>mail</a>",
    f"<a data-user='{b64('info')}' data-domain='{b64('acme.example')}' href='#'>mail</a>",
    "<a data-user=ofni data-domain=elpmaxe.emca href='#'>mail</a>",
    f"<span data-enc-email='{codecs.encode('info', 'rot13')}[at]{codecs.encode('acme.example', 'rot13')}'></span>",
    f"<span data-obfuscated-email='{b64(ADDRESS)}'></span>",
    f"<span data-mail='{b64('mailto:' + ADDRESS)}'></span>",
    f"<span data-mail='{ADDRESS.encode().hex()}'></span>",
    f"<span data-mail='{ADDRESS[::-1]}'></span>",
    f"<span data-mail='{b64(ADDRESS[::-1])}'></span>",
    "<span data-mail='" + ",".join(str(ord(c)) for c in ADDRESS) + "'></span>",
    f"<span class=rot13>{codecs.encode(ADDRESS, 'rot13')}</span>",
    f"<span class='b64-email'>{b64(ADDRESS)}</span>",
]
NOT_FOUND = [
    "<span data-cfemail='zz'>x</span>",
    "<div data-user=42 data-domain=shop>x</div>",
    "<div data-id=info data-url=acme.example>x</div>",
    "<div class=email data-toggle=modal data-target='#mail-form'>x</div>",
    "<img src='logo@2x.png' srcset='logo@2x.png 2x' data-src='logo@3x.png' alt=Logo>",
    "<input type=email placeholder='name@acme.example'>",
    "<div data-token='0123456789abcdef0123456789abcdef' class=mail>x</div>",
    "<div class='email-signup' data-hash='Zm9vYmFyYmF6cXV4'>x</div>",
]


@pytest.mark.parametrize("html", FOUND)
def test_found(html: str) -> None:
    assert addresses(f"<p>{html}</p>") == {ADDRESS}


@pytest.mark.parametrize("html", NOT_FOUND)
def test_not_found(html: str) -> None:
    assert addresses(f"<p>{html}</p>") == set()


def test_a_hidden_field_is_not_visible() -> None:
    assert [mention.visible for mention in mentions("<form><input type=hidden value='info@acme.example'></form>")] == [
        False
    ]


ONE = [b64, lambda a: a[::-1], lambda a: a.encode().hex(), lambda a: codecs.encode(a, "rot13")]


@pytest.mark.parametrize("encode", ONE)
@given(address=ADDRESSES)
def test_values_of_unknown_encoding(encode, address: str) -> None:  # type: ignore[no-untyped-def]
    assume("." not in address.partition("@")[0])  # backwards, such a local part is a host
    assert [found for found, _ in decode_value(encode(address))] == [address]


@given(st.text(max_size=100))
def test_nothing_raises(text: str) -> None:
    list(decode_value(text))
