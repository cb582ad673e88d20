"""Bytes to text: what the server, the mark at the beginning or the page itself says of the charset, else a guess."""

from __future__ import annotations

import codecs

from hypothesis import example, given
from hypothesis import strategies as st

from harvester.extract.charset import decode_body

NAMES = st.sampled_from(
    ["", "utf-8", "UTF8", "utf-16", "utf-16-le", "utf-7", "latin-1", "shift_jis", "klingon", "\0", "idna", "hex", "é"]
)
PIECES = st.sampled_from(
    [
        b"<meta charset=", b"utf-16", b"utf-7>", b"hex>", b"idna>",
        b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0", b"\x1b$B",
    ]
)  # fmt: skip
LETTERS = {
    "utf-8": st.characters(exclude_categories=["C"], exclude_characters="\ufffd"),
    "utf-16": st.characters(exclude_categories=["C"], exclude_characters="\ufffd"),
    "windows-1252": st.sampled_from("aäöüßéÀñ @.€"),
    "shift_jis": st.sampled_from("会社お問い合わせカタカナ a@."),
    "gb18030": st.sampled_from("公司联系我们 a@."),
    "koi8-r": st.sampled_from("Контакты а@."),
}


@given(st.lists(PIECES | st.binary(max_size=20), max_size=12).map(b"".join), NAMES)
@example(b"\xff\xfe\x00\xd8", "")
def test_any_bytes_are_text(body: bytes, name: str) -> None:
    text = decode_body(body, f"text/html; charset={name}")
    assert isinstance(text, str)
    assert len(text) <= len(body)
    text.encode("utf-8")  # no halves of letters


@given(st.data(), st.sampled_from(sorted(LETTERS)))
def test_what_the_server_says_is_believed(data: st.DataObject, name: str) -> None:
    text = "<p>" + data.draw(st.text(LETTERS[name], max_size=40))
    assert decode_body(text.encode(name), f"text/html; charset={name}").removeprefix("\ufeff") == text


@given(st.text(LETTERS["utf-8"], max_size=40), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_a_mark_at_the_beginning_outranks_the_server(text: str, name: str) -> None:
    body = text.encode(name)
    assert body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16))
    assert decode_body(body, "text/html; charset=latin-1").removeprefix("\ufeff") == text
