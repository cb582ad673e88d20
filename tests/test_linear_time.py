"""Pages that once took far too long to read: a second for a megabyte is the most that any page may take."""

from __future__ import annotations

import time

import pytest

from tests.reading import addresses, mentions

SECONDS = 3.0  # of processor time, for half a megabyte: slow machines and busy ones get their share
SIZE = 500_000
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
]


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    addresses(
        "<p>info (at) acme (dot) example</p><span class=mail data-x=y>z</span><script>document.write('@')</script>"
    )


@pytest.mark.parametrize(("unit", "inside"), BUGS_CAUGHT)
def test_once_slow(unit: str, inside: str) -> None:
    page = unit * ((SIZE - len(inside)) // len(unit) // 4) + inside
    started = time.process_time()
    mentions(page)
    assert time.process_time() - started < SECONDS
