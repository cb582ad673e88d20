"""Pages that once took far too long to read: a second for a megabyte is the most that any page may take."""

from __future__ import annotations

import time

import pytest

from tests.reading import addresses, mentions

SECONDS = 3.0  # of processor time, for half a megabyte: slow machines and busy ones get their share
SIZE = 500_000
ADDRESSES = " ".join(f"a{number}@b.co" for number in range(10_000))
# What the page repeats, with what stands inside the innermost. Found by tests/fuzz, or by reading.
BUGS_CAUGHT = [
    ("<b class='spamspan'><b class='d u'>", "a at b dot example AT c " * 5000),
    ("<b>Info</b><a href=mailto:a@b.co>a@b.co</a><i>x</i>", ""),
    ("<b>I</b><a href=mailto:c@b.co>a@b.co</a>.uk", ""),
    ("★a★b.co → @ ", "replace ★ with @"),
    ("{a,b,c} @ x.co} ", ""),
    ("<i class=cloaked_email><i data-ep-a='a' data-ep-b='b'>", ""),
    ("a@b-<br>", ""),
    ("і@а.со ｉ＠ｂ ", ""),
    ("a @ b &amp;#64;", ""),
    ("<a data-x='info' data-y=b>", "<script>e.dataset.x+'@'+e.dataset.y</script>"),
    ("<style>.a:after{content:'@'}", ""),
    ("<p><b itemprop=email>", ADDRESSES),
    ("%40", ""),
    ("a%40b.co,", ""),
    ("info [at] a.co <base href='<template>", ""),
]
# What holds a page full of addresses in one value.
HOLDERS = [
    "<title>{}</title>",
    "<meta name=description content='{}'>",
    "<p itemprop=email>{}</p>",
    "<p itemprop=email content='{}'>",
    '<script type=\'application/ld+json\'>{{"name": "{}"}}</script>',
    "<script>document.write('{}')</script>",
    "<a href='data:text/vcard,{}'></a>",
    "<a href='mailto:{}'></a>",
    "<!-- {} -->",
    "<p style='display:none'>{}</p>",
]


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    addresses(
        "<p>info (at) acme (dot) example</p><span class=mail data-x=y>z</span><script>document.write('@')</script>"
    )


@pytest.mark.parametrize(("unit", "inside"), BUGS_CAUGHT)
def test_once_slow(unit: str, inside: str) -> None:
    assert seconds(unit * ((SIZE - len(inside)) // len(unit) // 4) + inside) < SECONDS


@pytest.mark.parametrize("holder", HOLDERS)
def test_many_addresses_in_one_value(holder: str) -> None:
    assert seconds(holder.format(ADDRESSES)) < SECONDS


def seconds(page: str) -> float:
    started = time.process_time()
    mentions(page)
    return time.process_time() - started
