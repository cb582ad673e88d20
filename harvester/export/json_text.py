"""Values as JSON that is safe wherever it is shown: the value is the same, only its spelling is not."""

from __future__ import annotations

import json
import re
from typing import Any

from harvester.export.cells import SURROGATES

# What ends a line for some reader (JSON allows U+2028 and U+0085 in texts), steers a terminal, or turns text round.
_STEERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_NOT_ASCII = re.compile("[^\x00-\x7e]")
_LINE, _INDENTED = json.JSONEncoder(ensure_ascii=False), json.JSONEncoder(ensure_ascii=False, indent=1)


def to_json(value: Any, *, indented: bool = False, ascii_only: bool = False) -> str:
    """The value as JSON, on one line unless `indented`; lone surrogates become U+FFFD, as in the store."""
    text = (_INDENTED if indented else _LINE).encode(value)
    if not text.isascii():
        text = SURROGATES.sub("\ufffd", text)
    return (_NOT_ASCII if ascii_only else _STEERS).sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
