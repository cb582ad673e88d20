"""Bytes of a page -> text: HTTP header, byte order mark, meta tag; and what to do when they are wrong."""

from __future__ import annotations

import re

from w3lib.encoding import html_to_unicode, resolve_encoding

_FALLBACKS = ("utf-8", "gb18030", "big5", "shift_jis", "euc_kr", "cp1251", "cp1252")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE_BYTES = 65_536


def decode_body(body: bytes, content_type: str) -> str:
    """The page as text. A declared charset that does not fit the bytes is replaced by one that does."""
    body = _without_wide_padding(body)
    try:
        encoding, text = html_to_unicode(content_type or None, body, auto_detect_fun=_detect)
    except (LookupError, UnicodeError):  # a charset that is a codec of another kind: "base64", "idna"
        return body.decode(_detect(body), "replace")
    if "\ufffd" not in text:
        return text
    better = _detect(body)
    if resolve_encoding(better) == resolve_encoding(encoding):
        return text
    other = body.decode(better, "replace")
    return other if other.count("\ufffd") < text.count("\ufffd") else text


def _without_wide_padding(body: bytes) -> bytes:
    """UTF-16 without byte order mark, by its zero bytes, gets one."""
    head = body[:400]
    if len(head) > 20 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        if head[1::2].count(0) > len(head) * 0.4:
            return b"\xff\xfe" + body
        if head[0::2].count(0) > len(head) * 0.4:
            return b"\xfe\xff" + body
    return body


def _detect(body: bytes) -> str:
    """The likeliest charset of undeclared bytes."""
    sample = body[:_SAMPLE_BYTES]
    if _decodes(sample, "utf-8"):
        return "utf-8"
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    # In multi-byte East Asian text high bytes come in long runs; in Latin text they stand alone among letters.
    if sum(len(run) for run in runs if len(run) >= 2) > high * 0.9:
        letters = sum(1 for run in runs for byte in run if 0xC0 <= byte <= 0xFF)
        odd = sum(len(run) % 2 for run in runs)
        if letters > high * 0.97 and odd > len(runs) * 0.25:
            return "cp1251"
        return next((name for name in _FALLBACKS[1:5] if _decodes(sample, name)), "cp1252")
    return "cp1252"


def _decodes(sample: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this charset, up to a character cut at the end of the sample."""
    for cut in range(4):
        try:
            sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
