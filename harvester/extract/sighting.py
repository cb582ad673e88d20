"""One address at one place of a document, before it becomes a mention; and the words that stand before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harvester.data import load_words
from harvester.extract.document import Document
from harvester.model import Method, Zone

MAX_LABEL = 60
MAX_ORIGINAL = 200

_TRIM = " \t:：;,.-–—|•·()[]<>{}«»\"'/\\*~=►→➤☎✉📧#"
_SEGMENT = re.compile(r"[|•·;/]|\s[-–—]\s|[^\s@]+@[^\s@]+\.\w+")


@dataclass(frozen=True, slots=True)
class Sighting:
    """`start:end` is the place in the text of the document; `zone` overrides the one of that place."""

    address: str
    method: Method
    original: str
    start: int
    end: int
    zone: Zone | None = None
    visible: bool = True
    context: str = ""
    label: str = ""


Extractor = Callable[[Document], Iterator[Sighting]]


def label_before(document: Document, offset: int) -> str:
    """What the words before an offset of the text call it: on its line, on the line above, or a heading."""
    text = document.text
    begin = text.rfind("\n", max(0, offset - 300), offset) + 1 or max(0, offset - 300)
    label = _label_of(text[begin:offset])
    if label:
        return label
    above = text[text.rfind("\n", max(0, begin - 200), max(0, begin - 1)) + 1 : begin].strip()
    if above and len(above) <= MAX_LABEL and above[-1] in ":：" and (label := _label_of(above)):
        return label
    return document.heading_before(offset)[: MAX_LABEL * 2]


def _label_of(line: str) -> str:
    """The last part of a line, without punctuation; empty when it only says "e-mail"."""
    for part in reversed(_SEGMENT.split(line)):
        words = part.strip(_TRIM)
        if words and words.lower() not in load_words("mail_words") and any(map(str.isalpha, words)):
            return words if len(words) <= MAX_LABEL else words[-MAX_LABEL:].partition(" ")[2].strip(_TRIM)
    return ""
