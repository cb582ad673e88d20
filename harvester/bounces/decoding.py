"""Transfer encodings, character sets and encoded words as they are met, not as they should be: nothing here raises."""

from __future__ import annotations

import binascii
import re
from email.errors import MessageError
from email.header import decode_header as split_encoded_words

from selectolax.lexbor import LexborHTMLParser

_ENCODED_WORD = re.compile(r"=\?[\w*.-]{2,40}\?[bBqQ]\?[^?\s]*\?=")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_FOLD = re.compile(r"\n[ \t]+")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
# What is tried anyway, what means nothing, and Python's codecs that are no charset of mail and take quadratic time.
_SAYS_NOTHING = re.compile(
    r"(?:us-ascii|utf-?8|unknown(?:-8bit)?|x-unknown|default|idna|punycode|(?:raw[_-])?unicode[_-]escape)?",
    re.IGNORECASE,
)
_OTHER_CHARSETS = {"windows-31j": "cp932", "x-sjis": "cp932", "gb2312": "gb18030", "ks_c_5601-1987": "cp949"}


def decode_header(raw: bytes) -> str:
    """A header unfolded, its encoded words (RFC 2047) decoded; raw UTF-8 or Latin-1 is taken as such."""
    text = _FOLD.sub(" ", decode_text(raw, "")).strip()
    if "=?" not in text or not _ENCODED_WORD.search(text):
        return text
    try:
        pieces = split_encoded_words(text)
    except (MessageError, ValueError):
        return text
    return "".join(
        piece if isinstance(piece, str) else decode_text(piece, charset or "latin-1") for piece, charset in pieces
    )


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """A body without its transfer encoding (RFC 2045 6); what is wrong about it is passed over."""
    match encoding.strip().lower():
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case "base64":
            kept = _NOT_BASE64.sub(b"", body.partition(b"\n\n--")[0])
            return binascii.a2b_base64(kept[: len(kept) // 4 * 4] + _padded(kept[len(kept) // 4 * 4 :]))
    return body


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def decode_text(raw: bytes, charset: str) -> str:
    """Bytes as text: in the charset named if they fit it, else UTF-8, else Latin-1."""
    says_nothing = bool(_SAYS_NOTHING.fullmatch(charset))
    if says_nothing and raw.isascii():
        return (_try(raw, "iso2022_jp_ext") if b"\x1b" in raw else "") or raw.decode("ascii")
    named = "" if says_nothing else _try(raw, _OTHER_CHARSETS.get(charset.lower(), charset))
    return named or _try(raw, "utf-8") or raw.decode("latin-1")


def _try(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):  # no such charset, or other bytes than it has
        return ""


def text_of_html(html: str) -> str:
    """What a page of HTML shows, one line for each piece of text."""
    body = LexborHTMLParser(html).body
    return body.text(separator="\n", strip=True) if body is not None else ""


def squeeze(text: str) -> str:
    """A text on one line, with single spaces."""
    return _SPACES.sub(" ", text.replace("\n", " ")).strip()
