"""A value as the text of one spreadsheet cell, and back.

A program that opens the file takes a cell that begins with `=`, `+`, `-`, `@` (in East Asian settings also in full
width), TAB or CR for a formula, some of them behind blanks; text from the web must not become one. So such a text gets
one `'` in front, which `from_cell` takes off. A text that already begins with `'` before such a character gets one too,
or taking it off would change it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

FIRST_OF_GUARDED = frozenset("'=+-@ ＝＋－＠")
FORMULA = re.compile(r"'*(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|\t)")
PHONE = re.compile(r"\+[0-9][0-9 ]*")
BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Also what turns the text around it round (Unicode: Bidi_Control but for the marks, which Hebrew and Arabic need).
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
SURROGATES = re.compile("[\ud800-\udfff]")  # halves of a character: no UTF-8, which the workbook's writer dies of
NOT_DIGITS = re.compile(r"[^0-9]+")


def to_cell(value: Any) -> str:
    """The text of a cell: nothing for None, one line, no control characters, no formula."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    if value.isprintable() and value[:1] not in FIRST_OF_GUARDED:  # almost every cell
        return value
    text = SURROGATES.sub("\ufffd", BREAKS.sub(" ", CONTROLS.sub("", value)))
    return f"'{text}" if FORMULA.match(text) and not PHONE.fullmatch(text) else text


def from_cell(cell: str) -> str:
    """The text that `to_cell` was given, on one line."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell, 1) else cell


@lru_cache(maxsize=4096)
def format_phone(phone: str | None) -> str | None:
    """E.164 in the international format with spaces: `+4961261234` is `+49 6126 1234`. Others are left as they are."""
    if phone is None or not PHONE.fullmatch(phone):
        return phone
    import phonenumbers  # noqa: PLC0415  0.1 s to import

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return "+" + NOT_DIGITS.sub(" ", written).strip()
