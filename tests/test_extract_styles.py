"""Addresses that the style rules of the page write, turn around, or fill with letters that nobody sees."""

# ruff: noqa: ISC004 - markup as it stands on pages
from __future__ import annotations

import pytest
from hypothesis import given

from tests.reading import addresses
from tests.test_extract_decoders import ADDRESSES

ADDRESS = "info@acme.example"
ESCAPED = "".join(f"\\{ord(c):x} " for c in ADDRESS)
HIDING = [
    "display:none",
    "DISPLAY:none !important",
    "visibility:hidden;position:absolute",
    "font-size:0px",
    "opacity:0",
    "position:absolute;left:-9999px",
    "position:absolute;top:-1000em",
    "width:0;height:0;overflow:hidden;display:inline-block",
]
NOT_HIDING = [
    "color:red",
    "display:inline",
    "left:-1px",
    "font-size:0.9em",
    "opacity:0.5",
    "height:0.5em;overflow:hidden",
]
WRITTEN = [
    ('.m::after{content:"info@acme.example"}', "<span class=m></span>"),
    ('.m:after{content:"@acme.example"}', "<span class=m>info</span>"),
    ('.m:after{content:"\\000040"}', "<span>info</span><span class=m></span><span>acme.example</span>"),
    ('.m:after{content:"\\00040 acme.example"}', "<span class=m>info</span>"),
    (f'#m:after{{content:"{ESCAPED}"}}', "<span id=m></span>"),
    (
        '.m::before{content:attr(data-n) "@" attr(data-d) "." attr(data-t)}',
        "<a class=m data-n=info data-d=acme data-t=example></a>",
    ),
    ("p.c span.at:before{content:'@'}", "info<span class=at></span>acme.example"),
    (
        ".c span:before{content:attr(data-ep-a)}.c span:after{content:attr(data-ep-b)}",
        "<b class=c><span data-ep-a=in data-ep-b=le><span data-ep-b=p data-ep-a=fo@ac>"
        "<span data-ep-a=me. data-ep-b=exam></span></span></span></b>",
    ),
]
NOT_WRITTEN = [
    ("@media screen{.m:after{content:'x'}}", "<span class=m>info</span>acme.example"),
    (".m:after{content:'@acme'}", "<span class=m>info</span>"),
    (".m:after{background:url(logo@2x.png)}", "<span class=m>info</span>"),
    ("@import 'a@b.css';", "info"),
]
BACKWARDS = ADDRESS[::-1]
PLUG_IN = [
    f"<span class='eeb eeb-rtl'><span class=eeb-sd>{BACKWARDS[:9]}</span><span class=eeb-nodis>1759561111</span>"
    f"<span class=eeb-sd>{BACKWARDS[9:]}</span><span class=eeb-nodis>1759561111</span></span>",
    f"<span class='eeb eeb-rtl' style='unicode-bidi:bidi-override;direction:rtl'><span class=eeb-sd>{BACKWARDS}</span>"
    "<span class=eeb-nodis style='display:none'>1759561111</span></span>",
]


@pytest.mark.parametrize("declarations", HIDING)
def test_filler_that_nobody_sees(declarations: str) -> None:
    assert addresses(f"<p>info<span style='{declarations}'>nospam</span>@acme.example</p>") == {ADDRESS}
    if "DISPLAY" not in declarations:
        rule = f"<style>.q{{{declarations}}}</style>"
        assert addresses(f"{rule}<p>info<span class=q>nospam</span>@acme.example</p>") == {ADDRESS}


@pytest.mark.parametrize("declarations", NOT_HIDING)
def test_letters_that_are_seen_belong(declarations: str) -> None:
    assert addresses(f"<p>info<span style='{declarations}'>.de</span>@acme.example</p>") == {"info.de@acme.example"}
    rule = f"<style>.q{{{declarations}}}</style>"
    assert addresses(f"{rule}<p>info<span class=q>.de</span>@acme.example</p>") == {"info.de@acme.example"}


@pytest.mark.parametrize(("rule", "html"), WRITTEN)
def test_written_by_rules(rule: str, html: str) -> None:
    assert addresses(f"<style>{rule}</style><p class=c>{html}</p>") == {ADDRESS}


@pytest.mark.parametrize(("rule", "html"), NOT_WRITTEN)
def test_not_written_by_rules(rule: str, html: str) -> None:
    assert addresses(f"<style>{rule}</style><p>{html}</p>") == set()


@pytest.mark.parametrize("html", PLUG_IN)
def test_a_plug_in_whose_sheet_is_elsewhere(html: str) -> None:
    assert addresses(f"<p>{html}</p>") == {ADDRESS}


@given(ADDRESSES)
def test_content_escaped_letter_by_letter(address: str) -> None:
    escaped = "".join(f"\\{ord(c):06x}" for c in address)
    assert addresses(f"<style>.m:before{{content:'{escaped}'}}</style><p><b class=m></b></p>") == {address}
