"""What reading a page yields: the values that all extractors share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from harvester.model import Zone

CONTEXT_CHARACTERS = 80


class Element(NamedTuple):
    """An element that an extractor may need, with its span in the text of the document."""

    tag: str
    attrs: dict[str, str]
    start: int
    end: int


@dataclass(slots=True)
class Link:
    """A link: `url` is absolute, `href` as written, `Document.text[start:end]` its anchor where that is visible."""

    url: str
    href: str
    anchor: str
    title: str
    rel: str
    zone: Zone
    start: int
    end: int
    attrs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `action` is absolute, `fields` are the names (or types) of its inputs."""

    action: str
    method: str
    fields: tuple[str, ...]
    zone: Zone
    has_textarea: bool
    has_email_field: bool


@dataclass(slots=True)
class Document:
    """A page after the one parse. `text` is what a visitor reads: blocks, cells and items end in a line feed.

    `hidden_text` is what style or attributes keep out of sight, `source` the decoded page as it came.
    `zones`, `headings` are sorted by offset in `text`. `reversed_spans` were written backwards and are turned already.
    `script_offsets` says where in `text` each of `scripts` stood. `apart` are spans of `text` with an @ that
    are all the text of an inline element.
    """

    url: str
    language: str | None = None
    title: str = ""
    text: str = ""
    zones: list[tuple[int, Zone]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    refresh: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    script_urls: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    hidden_text: str = ""
    source: str = ""
    is_vcard: bool = False
    is_cut: bool = False  # it has more tags than are read
    reversed_spans: list[tuple[int, int]] = field(default_factory=list)
    script_offsets: list[int] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)

    def zone_at(self, offset: int) -> Zone:
        """The zone that holds an offset of `text`."""
        index = bisect_right(self.zones, offset, key=_offset)
        return self.zones[index - 1][1] if index else Zone.MAIN

    def context(self, start: int, end: int) -> str:
        """About 80 characters on either side of a span of `text`, on one line, cut at spaces."""
        left = self.text[max(0, start - CONTEXT_CHARACTERS) : start]
        right = self.text[end : end + CONTEXT_CHARACTERS]
        if start > CONTEXT_CHARACTERS and " " in left:
            left = left.partition(" ")[2]
        if end + CONTEXT_CHARACTERS < len(self.text) and " " in right:
            right = right.rpartition(" ")[0]
        return " ".join((left + self.text[start:end] + right).split())

    def heading_before(self, offset: int) -> str:
        """The nearest heading that begins before an offset of `text`; empty if none."""
        index = bisect_left(self.headings, offset, key=_offset)
        return self.headings[index - 1][1] if index else ""


def _offset(entry: tuple[int, object]) -> int:
    return entry[0]
