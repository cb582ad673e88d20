"""Places where a page means to show an e-mail address and shows none: a script that is not on the page fills them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.data import load_words
from harvester.extract.document import Document, Element, Link
from harvester.model import Zone

LABEL_CHARACTERS = 40  # before a colon: longer text is a sentence
# What a name says: "contact-email", "emailLink", "js-mail"; and what makes it something else than the address itself.
_MAIL = re.compile(r"e-?mail|(?<![a-z])mail(?:to)?(?![a-z])|courriel|correo(?![a-z])", re.IGNORECASE)
_NO_ADDRESS = re.compile(
    r"chimp|newsletter|subscri|sign-?up|(?<![a-z])form(?![a-z])|input|error|valid|icon|(?<![a-z])ico(?![a-z])|logo|share"
    r"|fa-|btn|button|modal|popup|dialog|field|label",
    re.IGNORECASE,
)
_TAGS = frozenset({"a", "address", "b", "bdi", "dd", "div", "em", "li", "p", "span", "strong", "td"})
_LEADS_NOWHERE = re.compile(r"\s*(?:#\s*|mailto:\s*|javascript:.{0,100})?\Z", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    r"<(a|address|b|dd|div|em|li|p|span|strong|td)\s[^<>]{0,300}?\bid\s*=([^<>\s]{4,60})[^<>]{0,300}>\s*</\1"
)
_COLON_AT_END = re.compile(r"[:：][ \t]*(?:\n|\Z)")
_SEGMENT = re.compile(r"[|•·,;/\n]|[.!?] ")
_WEAK_LABELS = frozenset({"address", "and", "e", "m", "or", "to", "und", "write to"})


def find_empty_place(document: Document) -> int | None:
    """Where in the text an address is missing; None where nothing says that there should be one. Forms do not count."""
    places = (*_empty_elements(document), *_links_to_nowhere(document), *_labels_without_value(document))
    shown = [place for place in places if document.zone_at(place) is not Zone.FORM]
    if shown:
        return min(shown)
    return 0 if _has_empty_named_element(document.source) else None


def _empty_elements(document: Document) -> Iterator[int]:
    for element in document.elements:
        if element.tag not in _TAGS or document.text[element.start : element.end].strip():
            continue
        if _says_mail(element) and _LEADS_NOWHERE.match(element.attrs.get("href", "")):
            yield element.start


def _links_to_nowhere(document: Document) -> Iterator[int]:
    for link in document.links:
        if _says_mail(link) and _LEADS_NOWHERE.match(link.href):
            yield link.start


def _says_mail(element: Element | Link) -> bool:
    """Whether class, id or data attributes speak of mail and of nothing else."""
    said = " ".join(
        f"{name} {value}" if name[:5] == "data-" else value
        for name, value in element.attrs.items()
        if name in {"class", "id"} or name[:5] == "data-"
    )
    return len(said) < 400 and _MAIL.search(said) is not None and _NO_ADDRESS.search(said) is None


def _labels_without_value(document: Document) -> Iterator[int]:
    """Lines that end in "E-mail:"."""
    text, words = document.text, load_words("mail_words") - _WEAK_LABELS
    for colon in _COLON_AT_END.finditer(text):
        label = _SEGMENT.split(text[max(0, colon.start() - LABEL_CHARACTERS) : colon.start()])[-1].strip().lower()
        if label in words or label.rpartition(" ")[2] in words:
            yield colon.start()


def _has_empty_named_element(source: str) -> bool:
    """Whether an empty element has an id that speaks of mail; ids alone do not make it into the document."""
    if "mail" not in source:
        return False
    names = (match.group(2) for match in _NAMED.finditer(source))
    return any(_MAIL.search(name) and not _NO_ADDRESS.search(name) for name in names)
