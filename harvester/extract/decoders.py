"""Undoing one encoding each: `decode_x(text) -> text`, or None where the text is not in that encoding.

None of them raises, whatever the text is. Whether the result is an address is the caller's question.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Callable
from html import unescape
from urllib.parse import unquote

MAX_ENCODED = 4000

_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}\Z")
_CODES = re.compile(r"\d{2,3}(?:[\s,;:|._-]+\d{2,3}){5,}[\s,;]*\Z")
_ROT13 = str.maketrans(
    string.ascii_letters,
    string.ascii_lowercase[13:]
    + string.ascii_lowercase[:13]
    + string.ascii_uppercase[13:]
    + string.ascii_uppercase[:13],
)
_ROT5 = str.maketrans(string.digits, "5678901234")
# TYPO3's encryptCharcode turns three ranges of characters, each within itself.
_TYPO3_RANGES = ((0x2B, 0x3A), (0x40, 0x5A), (0x61, 0x7A))
_MAILTO = "mailto:"
_JS_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|(.))", re.DOTALL
)
_PROTECTED = re.compile(
    r"(?:email-protection#|data-cfemail=(?:\\{0,3}[\"']|&quot;|&#34;|\\{1,2}u0022)?)([0-9a-fA-F]{8,2000})",
    re.IGNORECASE,
)
_JS_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def decode_cfemail(text: str) -> str | None:
    """Cloudflare's e-mail protection: hexadecimal, the first byte XORed into the others.

    >>> decode_cfemail("0a6b4a68246e6f")
    'a@b.de'
    """
    text = text.strip()
    if len(text) < 8 or len(text) % 2 or len(text) > MAX_ENCODED or not _HEX.match(text):
        return None
    data = bytes.fromhex(text)
    return _utf8(bytes(byte ^ data[0] for byte in data[1:]))


def decode_protected(text: str) -> list[str]:
    """What the payloads of Cloudflare in a piece of HTML, JSON or JavaScript hold; empty where there is none."""
    if "mail-protection#" not in text and "cfemail" not in text:
        return []
    return [decoded for payload in _PROTECTED.findall(text) if (decoded := decode_cfemail(payload))]


def decode_hex(text: str) -> str | None:
    """Plain hexadecimal bytes, together or in pairs: "69 6e 66 6f"."""
    text = text.strip().removeprefix("0x")
    if text[2:3] in {" ", ":", "-", ","}:
        text = text.replace(text[2], "")
    if len(text) < 12 or len(text) % 2 or len(text) > MAX_ENCODED or not _HEX.match(text):
        return None
    return _utf8(bytes.fromhex(text))


def decode_base64(text: str) -> str | None:
    """Base64 in both alphabets, with or without padding, of printable text."""
    text = text.strip()
    if len(text) > MAX_ENCODED or not _BASE64.match(text):
        return None
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _utf8(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except (binascii.Error, ValueError):
        return None


def decode_rot13(text: str) -> str | None:
    """Letters turned by 13 places."""
    turned = text.translate(_ROT13)
    return turned if turned != text else None


def decode_rot18(text: str) -> str | None:
    """Letters turned by 13 places and digits by 5."""
    turned = text.translate(_ROT13).translate(_ROT5)
    return turned if turned != text else None


def decode_rot47(text: str) -> str | None:
    """All 94 printable ASCII characters turned by 47 places."""
    turned = "".join(chr(33 + (ord(c) + 14) % 94) if "!" <= c <= "~" else c for c in text[:MAX_ENCODED])
    return turned if turned != text else None


def decode_reversed(text: str) -> str | None:
    """Letters from back to front."""
    return text[::-1] if len(text) > 1 else None


def decode_charcodes(text: str) -> str | None:
    """Decimal character codes with separators: "105, 110, 102, 111"."""
    text = text.strip().strip("[]()")
    if len(text) > MAX_ENCODED or not _CODES.match(text):
        return None
    codes = [int(code) for code in re.findall(r"\d+", text)]
    return "".join(map(chr, codes)) if all(32 <= code < 256 for code in codes) else None


def decode_percent(text: str) -> str | None:
    """Percent-encoding, up to three layers."""
    decoded = text
    for _ in range(3):
        if "%" not in decoded:
            break
        decoded = unquote(decoded, errors="replace")
    return decoded if decoded != text else None


def decode_entities(text: str) -> str | None:
    """Character references, up to three layers."""
    decoded = text
    for _ in range(3):
        if "&" not in decoded:
            break
        decoded = unescape(decoded)
    return decoded if decoded != text else None


def decode_js_escapes(text: str) -> str | None:
    r"""The escapes of a JavaScript or JSON string: `\x40`, `\u0040`, `\100`, `\/`."""
    if "\\" not in text:
        return None
    return _JS_ESCAPE.sub(_js_character, text)


def _js_character(match: re.Match[str]) -> str:
    wide, four, two, octal, single = match.groups()
    if octal:
        return chr(int(octal, 8))
    if single is not None:
        return _JS_SINGLE.get(single, "" if single == "\n" else single)
    code = int(wide or four or two, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def decode_typo3(text: str) -> str | None:
    """TYPO3's `linkTo_UnCryptMailto` and `data-mailto-token`, by whichever offset makes it begin with "mailto:"."""
    if not 12 <= len(text) <= MAX_ENCODED:
        return None
    first = ord(_MAILTO[0]) - ord(text[0])
    for offset in range(-25, 26):
        if (
            offset
            and (offset - first) % 26 == 0
            and all(_turn(text[i], offset) == _MAILTO[i] for i in range(len(_MAILTO)))
        ):
            return "".join(_turn(character, offset) for character in text)
    return None


def _turn(character: str, offset: int) -> str:
    code = ord(character)
    for first, last in _TYPO3_RANGES:
        if first <= code <= last:
            return chr(first + (code - first + offset) % (last - first + 1))
    return character


def decode_data_url(url: str) -> str:
    """The text of a `data:` URL (RFC 2397), base64 or percent-encoded; empty where it cannot be read."""
    head, _, data = url.partition(",")
    text = unquote(data, errors="replace")
    if not head.lower().endswith(";base64"):
        return text
    try:
        return base64.b64decode("".join(text.split()) + "==").decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def decode_code_shift(text: str) -> str | None:
    """Every character code moved by the same step, as jumk.de's script does; the plain text begins with "mailto:"."""
    if not 12 <= len(text) <= MAX_ENCODED:
        return None
    step = ord(text[0]) - ord(_MAILTO[0])
    if not step or abs(step) > 200 or any(ord(text[i]) - ord(_MAILTO[i]) != step for i in range(len(_MAILTO))):
        return None
    codes = [ord(character) - step for character in text]
    return "".join(map(chr, codes)) if all(32 <= code < 0xD800 for code in codes) else None


def _utf8(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in text) else None


DECODERS: tuple[Callable[[str], str | None], ...] = (
    decode_cfemail,
    decode_hex,
    decode_base64,
    decode_rot13,
    decode_rot18,
    decode_rot47,
    decode_reversed,
    decode_charcodes,
    decode_percent,
    decode_entities,
    decode_js_escapes,
    decode_typo3,
    decode_code_shift,
)
