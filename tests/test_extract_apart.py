"""Labels glued to addresses, and addresses split over elements: which words belong together."""

from __future__ import annotations

import pytest

from harvester.model import Method
from tests.reading import mentions

APART = [
    ("<span>Contacto legal</span><span>contacto@acme.example</span>", {"contacto@acme.example"}),
    ("<b>E-mail</b><i>info@x.example</i>", {"info@x.example"}),
    ("f<a href='mailto:pellicano@x.example'>pellicano@x.example</a>", {"pellicano@x.example"}),
    ("f<a href='#'>pellicano@x.example</a>", {"pellicano@x.example"}),
    ("f<a href='mailto:pellicano@other.example'>pellicano@x.example</a>", {"pellicano@x.example"}),
    ("f<a href='mailto:x@other.example'><font>pellicano@x.example</font></a>", {"pellicano@x.example"}),
    ("Email<a href='#'>info@acme.example</a>", {"info@acme.example"}),
    ("Email<a href='#'><i class=icon></i>info@acme.example</a>", {"info@acme.example"}),
    ("Email<a href='#'><font color=red>info@acme.example</font></a>", {"info@acme.example"}),
    ("<span>Contact</span><span>info@acme.example (Jane)</span>", {"info@acme.example"}),
    ("Write to us.<a href='#'>info@acme.example</a>", {"info@acme.example"}),
    ("<span>Kontakt.</span><span>info@acme.example</span>", {"info@acme.example"}),
    ("<span>info@acme.example</span><span>tel</span>", {"info@acme.example"}),
    ("<span>info@acme.com</span><span>merce</span>", {"info@acme.com"}),
    ("<span>a@acme.example</span><span>b@acme.example</span>", {"a@acme.example", "b@acme.example"}),
    ("<span>a@acme.com</span><span>b@acme.com</span><span>c</span>", {"a@acme.com", "b@acme.com"}),
    ("<b>Sales</b><i>info@acme.co</i>.uk", {"info@acme.co.uk"}),
    ("<b>Mail</b><i>info&#64;acme.example</i>", {"info@acme.example"}),
    ("<a href='mailto:info@acme.co'>info@acme.co</a>.nz", {"info@acme.co"}),
    ("<b>2026</b><i>info@acme.example</i>", {"info@acme.example"}),
]
JOINED = [
    ("<span>a</span>@<span>b</span>.<span>c</span>om", {"a@b.com"}),
    ("<b>john</b>@acme.example", {"john@acme.example"}),
    ("info@<b>acme</b>.example", {"info@acme.example"}),
    ("jo<wbr>hn@acme.example", {"john@acme.example"}),
    ("<b>jo<wbr>hn@acme.example</b>", {"john@acme.example"}),
    ("<b>john</b><i>.doe@acme.example</i>", {"john.doe@acme.example"}),
    ("<b>john.</b><i>doe@acme.example</i>", {"john.doe@acme.example"}),
    ("Mail: <b>john_</b><i>doe@acme.example</i>", {"john_doe@acme.example"}),
    ("<b>in</b>fo@acme.example", {"info@acme.example"}),
    ("<b>in</b>fo@ac<i>me</i>.example", {"info@acme.example"}),
    ("<b>in<i></i>fo@acme.example</b>", {"info@acme.example"}),
    ("<b>in<!-- x -->fo@acme.example</b>", {"info@acme.example"}),
    ("<big>J</big><b>ohn@acme.example</b>", {"john@acme.example"}),
    ("f<a href='mailto:fpellicano@x.example'>pellicano@x.example</a>", {"fpellicano@x.example"}),
    ("<b>info@acme.co</b>.uk", {"info@acme.co.uk"}),
    ("<b>jo</b><i>hn@acme.example</i> <a href='mailto:john@acme.example'>write</a>", {"john@acme.example"}),
    ("<b>info@acme.co</b><i>m</i> <a href='mailto:info@acme.com'>write</a>", {"info@acme.com"}),
    ("<b>j.</b><i>doe@acme.example</i>", {"j.doe@acme.example"}),
]


def shown(html: str) -> set[str]:
    return {mention.address for mention in mentions(f"<p>{html}</p>") if mention.method is Method.TEXT}


@pytest.mark.parametrize(("html", "expected"), APART)
def test_what_is_glued_is_left_out(html: str, expected: set[str]) -> None:
    assert shown(html) == expected


@pytest.mark.parametrize(("html", "expected"), JOINED)
def test_what_is_split_is_joined(html: str, expected: set[str]) -> None:
    assert shown(html) == expected


@pytest.mark.parametrize("label", ["Einkauf", "Contacto legal", "Service"])
def test_the_label_is_the_glued_text(label: str) -> None:
    assert [mention.label for mention in mentions(f"<p><b>{label}</b><i>info@acme.example</i></p>")] == [label]
