"""Each decoder undoes what its encoder does, and refuses the rest without raising."""

from __future__ import annotations

import base64
import codecs
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extract.decoders import (
    DECODERS,
    decode_base64,
    decode_cfemail,
    decode_charcodes,
    decode_code_shift,
    decode_entities,
    decode_hex,
    decode_js_escapes,
    decode_percent,
    decode_reversed,
    decode_rot13,
    decode_rot18,
    decode_rot47,
    decode_typo3,
)

LOCALS = st.from_regex(r"[a-z][a-z0-9]{1,12}(?:[.-][a-z0-9]{1,8})?", fullmatch=True)
HOSTS = st.from_regex(r"[a-z][a-z0-9]{1,12}\.example", fullmatch=True)
ADDRESSES = st.builds(lambda local, host: f"{local}@{host}", LOCALS, HOSTS)
TYPO3_RANGES = ((0x2B, 0x3A), (0x40, 0x5A), (0x61, 0x7A))


def encode_cfemail(text: str, key: int) -> str:
    return bytes([key, *(byte ^ key for byte in text.encode())]).hex()


def encode_typo3(text: str, offset: int) -> str:
    turned = ""
    for character in text:
        code = ord(character)
        for first, last in TYPO3_RANGES:
            if first <= code <= last:
                code = first + (code - first + offset) % (last - first + 1)
                break
        turned += chr(code)
    return turned


def turn(text: str, step: int) -> str:
    return "".join(chr(ord(character) + step) for character in text)


def rot18(text: str) -> str:
    return codecs.encode(text, "rot13").translate(str.maketrans("0123456789", "5678901234"))


@given(ADDRESSES, st.integers(0, 255))
def test_cfemail(address: str, key: int) -> None:
    assert decode_cfemail(encode_cfemail(address, key)) == address


@given(ADDRESSES, st.integers(1, 9))
def test_typo3(address: str, offset: int) -> None:
    assert decode_typo3(encode_typo3(f"mailto:{address}", offset)) == f"mailto:{address}"


@given(ADDRESSES, st.integers(-5, 9).filter(bool))
def test_code_shift(address: str, step: int) -> None:
    plain = f"mailto:{address}"
    decoded = decode_code_shift(turn(plain, step))
    assert decoded == plain


ENCODERS: list[tuple[Callable[[str], str | None], Callable[[str], str]]] = [
    (decode_base64, lambda text: base64.b64encode(text.encode()).decode()),
    (decode_base64, lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")),
    (decode_hex, lambda text: text.encode().hex()),
    (decode_rot13, lambda text: codecs.encode(text, "rot13")),
    (decode_rot18, rot18),
    (decode_rot47, lambda text: "".join(chr(33 + (ord(c) + 14) % 94) for c in text)),
    (decode_reversed, lambda text: text[::-1]),
    (decode_charcodes, lambda text: ", ".join(str(ord(c)) for c in text)),
    (decode_percent, lambda text: "".join(f"%{ord(c):02x}" for c in text)),
    (decode_percent, lambda text: quote(quote(text, safe=""), safe="")),
    (decode_entities, lambda text: "".join(f"&#{ord(c)};" for c in text)),
    (decode_entities, lambda text: "".join(html.escape(f"&#x{ord(c):x};") for c in text)),
    (decode_js_escapes, lambda text: "".join(f"\\x{ord(c):02x}" for c in text)),
    (decode_js_escapes, lambda text: "".join(f"\\u{ord(c):04x}" for c in text)),
    (decode_js_escapes, lambda text: json.dumps(text + "/").replace("/", "\\/")[1:-1].removesuffix("\\/") + "\\n"),
]


@pytest.mark.parametrize(("decode", "encode"), ENCODERS)
@given(address=ADDRESSES)
def test_round_trip(decode: Callable[[str], str | None], encode: Callable[[str], str], address: str) -> None:
    decoded = decode(encode(address))
    assert decoded is not None
    assert decoded.strip() == address


@pytest.mark.parametrize("decode", DECODERS)
@given(text=st.text(max_size=300))
def test_nothing_raises(decode: Callable[[str], str | None], text: str) -> None:
    assert decode(text) is None or isinstance(decode(text), str)


NOT_ENCODED = [
    (decode_cfemail, "43202c"),
    (decode_cfemail, "zz202c2d37222037"),
    (decode_cfemail, "43202c2d3722203"),
    (decode_base64, "not base64!"),
    (decode_base64, "AAECAwQF"),
    (decode_hex, "info@acme.example"),
    (decode_charcodes, "1, 2, 3"),
    (decode_charcodes, "2026-11-01 12:30"),
    (decode_typo3, "mailto:info@acme.example"),
    (decode_typo3, "something else here"),
    (decode_code_shift, "something else here"),
    (decode_percent, "100 percent"),
    (decode_entities, "a & b"),
]


@pytest.mark.parametrize(("decode", "text"), NOT_ENCODED)
def test_other_text_is_refused(decode: Callable[[str], str | None], text: str) -> None:
    assert decode(text) is None
