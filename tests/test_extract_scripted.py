"""Addresses that a script takes out of attributes and text of the page."""

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import assume, given

from harvester.address import find_addresses
from tests.reading import addresses
from tests.test_extract_decoders import ADDRESSES

ADDRESS = "info@acme.example"
CODE = base64.b64encode(ADDRESS.encode()).decode()
ROT13 = codecs.encode(ADDRESS, "rot13")
EACH = "document.querySelectorAll('.x').forEach(function(e){%s})"

FOUND = [
    (f"<a class=x data-x='{CODE}'>m</a>", EACH % "e.href='mailto:'+atob(e.getAttribute('data-x'))"),
    (f"<a class=x data-foo='{ROT13}'>m</a>", EACH % "e.href='mailto:'+rot13(e.dataset.foo)"),
    (f"<a class=x data-my-foo='{ADDRESS[::-1]}'>m</a>", EACH % "e.text=e.dataset.myFoo.split('').reverse().join('')"),
    ("<a class=x data-a=info data-b=acme.example>m</a>", EACH % "$(e).text($(e).data('a')+'@'+$(e).data('b'))"),
    ("<a class=x data-foo=info data-bar=acme.example>m</a>", EACH % "e.href='mailto:'+e.dataset.foo+'@'+e.dataset.bar"),
    (
        "<a class=x data-q=info data-r=acme data-s=example>m</a>",
        EACH % "e.textContent=`${e.dataset.q}@${e.dataset.r}.${e.dataset.s}`",
    ),
    (
        "<a class=x data-foo=info data-bar=acme.example>m</a>",
        EACH % "var a=e.dataset.foo,b=e.dataset.bar;e.href='mailto:'+a+'@'+b",
    ),
    (f"<p id=m>{ROT13}</p>", "var e=document.getElementById('m');e.innerHTML=rot13(e.innerHTML)"),
]
NOT_FOUND = [
    ("<a class=x data-x='aGVsbG8gd29ybGQhIQ=='>m</a>", EACH % "e.title=atob(e.getAttribute('data-x'))"),
    ("<a class=x data-foo=open data-bar=menu>m</a>", EACH % "log('@'+e.dataset.foo+'@'+e.dataset.bar)"),
    ("<a class=x data-foo=info data-bar=acme.example>m</a>", EACH % "log(e.dataset.foo, e.dataset.bar)"),
    (f"<a class=x data-x='{CODE}'>m</a>", "var a = 1"),
    (f"<p>{ROT13}</p>", "var a = 'mailto:' + b"),
    ("<p>@handle and a@b</p>", "rot13('@')"),
]


@pytest.mark.parametrize(("html", "script"), FOUND)
def test_found(html: str, script: str) -> None:
    assert addresses(f"{html}<script>{script}</script>") == {ADDRESS}


@pytest.mark.parametrize(("html", "script"), NOT_FOUND)
def test_not_found(html: str, script: str) -> None:
    assert addresses(f"{html}<script>{script}</script>") == set()


@given(ADDRESSES)
def test_any_address_in_rot13(address: str) -> None:
    turned = codecs.encode(address, "rot13")
    assume(not list(find_addresses(turned)))
    script = EACH % "e.href='mailto:'+rot13(e.dataset.foo)"
    assert addresses(f"<a class=x data-foo='{turned}'>m</a><script>{script}</script>") == {address}
