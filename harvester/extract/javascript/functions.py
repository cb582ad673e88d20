"""The functions of the language that scripts write addresses with."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from harvester.extract.decoders import decode_hex
from harvester.extract.javascript.tokens import ScriptError
from harvester.extract.javascript.values import HOLE, MAX_LIST, Pattern, to_index, to_number, to_text

_PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})")
_LEADING_FLOAT = re.compile(r"\s*([+-]?\d{1,15}(?:\.\d{0,15})?)")


def from_char_code(codes: list[Any]) -> str:
    """`String.fromCharCode`."""
    numbers = [to_index(code) & 0xFFFF for code in codes]
    return "".join(HOLE if 0xD800 <= number < 0xE000 else chr(number) for number in numbers)


def unescape(text: str) -> str:
    """The old global function: bytes as Latin-1, and %uXXXX."""
    return _PERCENT_U.sub(lambda match: from_char_code([int(match.group(1) or match.group(2), 16)]), text)


def _atob(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()) + "==").decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def _bytes(arguments: list[Any]) -> str:
    """Bytes, in a list or as the characters of a string, as UTF-8 text."""
    value = arguments[0] if arguments else ""
    codes = (
        [to_index(code) & 0xFF for code in value]
        if isinstance(value, list)
        else [ord(c) & 0xFF for c in to_text(value)]
    )
    return bytes(codes).decode("utf-8", "replace")


def _buffer(arguments: list[Any]) -> Any:
    """`Buffer.from`: text in the encoding that the second argument names."""
    text, encoding = to_text(arguments[0]) if arguments else "", to_text(arguments[1]) if len(arguments) > 1 else ""
    return _atob(text) if encoding.startswith("base64") else (decode_hex(text) or "") if encoding == "hex" else text


def _btoa(text: str) -> str:
    return base64.b64encode(text.encode("latin-1", "replace")).decode("ascii")


def _parse_int(arguments: list[Any]) -> float:
    text, base = to_text(arguments[0]).strip(), to_index(arguments[1]) if len(arguments) > 1 else 10
    if text[:2].lower() == "0x":
        text, base = text[2:], 16
    digits = re.match(r"[+-]?[0-9a-zA-Z]{1,15}", text)
    for length in range(len(digits.group()) if digits else 0, 0, -1):
        try:
            return int(text[:length], base or 10)
        except ValueError:
            continue
    return math.nan


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise ScriptError("no JSON") from None


FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "String.fromCharCode": from_char_code,
    "String.fromCodePoint": from_char_code,
    "String": lambda a: to_text(a[0]) if a else "",
    "Number": lambda a: to_number(a[0]) if a else 0,
    "Array": lambda a: (
        [None] * min(MAX_LIST, max(0, to_index(a[0]))) if len(a) == 1 and isinstance(a[0], int | float) else list(a)
    ),
    "Array.from": lambda a: list(a[0]) if a and isinstance(a[0], str | list) else [],
    "Array.isArray": lambda a: bool(a) and isinstance(a[0], list),
    "Buffer.from": _buffer,
    "Int8Array": lambda a: list(a[0]) if a and isinstance(a[0], list) else [],
    "Uint8Array": lambda a: list(a[0]) if a and isinstance(a[0], list) else [],
    "Uint8Array.from": lambda a: list(a[0]) if a and isinstance(a[0], str | list) else [],
    "Uint16Array": lambda a: list(a[0]) if a and isinstance(a[0], list) else [],
    "Object.entries": lambda a: [[key, value] for key, value in a[0].items()] if a and isinstance(a[0], dict) else [],
    "new TextDecoder.decode": _bytes,
    "Object": lambda _: {},
    "Object.keys": lambda a: list(map(str, a[0])) if a and isinstance(a[0], dict) else [],
    "Object.values": lambda a: list(a[0].values()) if a and isinstance(a[0], dict) else [],
    "parseInt": lambda a: _parse_int(a) if a else math.nan,
    "parseFloat": lambda a: float(m.group(1)) if a and (m := _LEADING_FLOAT.match(to_text(a[0]))) else math.nan,
    "isNaN": lambda a: not a or math.isnan(to_number(a[0])),
    "unescape": lambda a: unescape(to_text(a[0])) if a else "",
    "decodeURIComponent": lambda a: unquote(to_text(a[0]), errors="replace") if a else "",
    "decodeURI": lambda a: unquote(to_text(a[0]), errors="replace") if a else "",
    "encodeURIComponent": lambda a: quote(to_text(a[0]), safe="!'()*~") if a else "",
    "encodeURI": lambda a: quote(to_text(a[0]), safe="!#$&'()*+,/:;=?@~") if a else "",
    "escape": lambda a: quote(to_text(a[0]), safe="@*_+-./") if a else "",
    "atob": lambda a: _atob(to_text(a[0])) if a else "",
    "window.atob": lambda a: _atob(to_text(a[0])) if a else "",
    "btoa": lambda a: _btoa(to_text(a[0])) if a else "",
    "JSON.parse": lambda a: _parse_json(to_text(a[0])) if a else None,
    "RegExp": lambda a: Pattern(to_text(a[0]), to_text(a[1]) if len(a) > 1 else "") if a else Pattern("", ""),
    "Math.floor": lambda a: _whole(math.floor, a),
    "Math.ceil": lambda a: _whole(math.ceil, a),
    "Math.round": lambda a: _whole(lambda number: math.floor(number + 0.5), a),
    "Math.abs": lambda a: abs(to_number(a[0])) if a else math.nan,
    "Math.min": lambda a: min(map(to_number, a), default=math.inf),
    "Math.max": lambda a: max(map(to_number, a), default=-math.inf),
    "Math.pow": lambda a: power(a[0], a[1]) if len(a) > 1 else math.nan,
}


def power(base: Any, exponent: Any) -> float:
    """`base ** exponent`, NaN where the result would be absurd."""
    left, right = to_number(base), to_number(exponent)
    try:
        return (
            left**right if abs(right) < 64 and abs(left) < 1e9 and not (left < 0 and right != int(right)) else math.nan
        )
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.nan


def _whole(function: Callable[[float], int], arguments: list[Any]) -> float:
    number = to_number(arguments[0]) if arguments else math.nan
    return function(number) if math.isfinite(number) else number
