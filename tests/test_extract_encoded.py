"""Addresses in attributes: plain, encoded, in parts."""

# ruff: noqa: E501, ISC004 - markup as it stands on pages
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
    f"<div data-content='&lt;a href=&quot;/cdn-cgi/l/email-protection#{encode_cfemail(ADDRESS, 9)}&quot;&gt;x'>x</div>",
    f"<div data-html='&lt;b data-cfemail=&quot;{encode_cfemail(ADDRESS, 9)}&quot;&gt;[email protected]'>x</div>",
    "<img src=mail.png alt='info (at) acme.example'>",
    "<a href='#' aria-label='E-mail info [at] acme [dot] example'>x</a>",
    "<input type=hidden name=recipient value='info[at]acme.example'>",
    '<div wire:snapshot="{&quot;email&quot;:&quot;info\\u0040acme.example&quot;}"></div>',
    """<span data-email='{"user":"info","domain":"acme.example"}'>x</span>""",
    """<span data-mail='{"name":"info","host":"acme","tld":"example"}'>x</span>""",
    """<span data-mail='["info","acme","example"]'>x</span>""",
    "<a data-email='info|acme.example'>x</a>",
    "<a data-email='info,acme,example'>x</a>",
    "<a data-email='info_at_acme_dot_example'>x</a>",
    "<a data-email='infoATacmeDOTexample'>x</a>",
    "<a data-email='69 6e 66 6f 40 61 63 6d 65 2e 65 78 61 6d 70 6c 65'>x</a>",
    "<a class=mail data-email-1=info data-email-2=acme.example>x</a>",
    "<a class=mail data-a=info data-b=acme data-c=example>x</a>",
    f"<span data-link=\"javascript:linkTo_UnCryptMailto('{encode_typo3('mailto:' + ADDRESS, 3)}');\">x</span>",
    f"<joomla-hidden-mail first='{b64('info')}' last='{b64('acme.example?subject=x')}' text=''>x</joomla-hidden-mail>",
    "<span class=spamspan><span class=u>info</span>&nbsp;[at]&nbsp;<span class=d>acme&nbsp;[dot]&nbsp;example</span></span>",
    "<span class=cloaked_email><span data-ep-x1='&#105;n' data-ep-y='le'><span data-ep-y='p' data-ep-x1='fo@a'>"
    "<span data-ep-x1='cme.' data-ep-y='exam'></span></span></span></span>",
    "<img src='https://qr.example/?data=MECARD%3AN%3AAcme%3BEMAIL%3Ainfo%40acme.example%3B%3B'>",
    "<img src='/chart?cht=qr&chl=MATMSG:TO:info@acme.example;SUB:x;BODY:y;;'>",
    f"<img src='data:image/svg+xml;base64,{b64('<svg><text>info@acme.example</text></svg>')}'>",
    "<iframe src='data:text/html,%3Cp%3Einfo%40acme.example%3C/p%3E'></iframe>",
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
    "<a class=email data-action=open data-label=contact.us>x</a>",
    "<div data-user=admin data-domain=shop data-name=Anna>x</div>",
    "<div data-url='/users/info' data-domain=acme.example>x</div>",
    "<div class=email data-hash=d41d8cd98f00b204e9800998ecf8427e>x</div>",
    "<div data-email='yes,no'>x</div>",
    "<div data-email-position='top,left'>x</div>",
    """<div data-mail='["on","off"]'>x</div>""",
    """<div class=email data-settings='{"devices":["desktop","tablet","mobile"]}'>x</div>""",
    """<div data-email='{"user":"info"}'>x</div>""",
    "<span data-cfemail=''>[email&#160;protected]</span>",
    "<span class=cloaked_email><span data-ep-x='a' data-ep-y='b'></span></span>",
    "<img src='/images/logo@2x.png?data=1' alt=''>",
    "<img src='data:image/svg+xml;base64,!!!'>",
    "<img src='data:image/svg+xml,%3Csvg%3E%3C/svg%3E' alt=at>",
    "<iframe src='data:text/html;base64,%%%'></iframe>",
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
