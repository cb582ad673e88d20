"""Which links are worth a visit: what their words say in many languages (data/link_words.tsv), and how plainly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from harvester.data import load_table, load_words
from harvester.data.phrases import PhraseTable
from harvester.model import Zone
from harvester.urls.canonical import is_page_url
from harvester.urls.hosts import registrable_domain


class PageKind(StrEnum):
    """What a page is for."""

    CONTACT = "contact"
    IMPRINT = "imprint"
    ABOUT = "about"
    TEAM = "team"
    SUPPORT = "support"
    PRIVACY = "privacy"
    LOCATION = "location"
    SALES = "sales"
    CAREERS = "careers"
    PRESS = "press"
    LEGAL = "legal"
    OTHER = "other"


class LinkPriority(NamedTuple):
    """What a link leads to, and how much it is worth: 0 (no visit) to 100."""

    kind: PageKind | None
    score: int


NO_VISIT = LinkPriority(None, 0)
_WORTH: Mapping[PageKind, int] = MappingProxyType(
    {
        PageKind.CONTACT: 100,
        PageKind.IMPRINT: 90,
        PageKind.TEAM: 72,
        PageKind.ABOUT: 70,
        PageKind.LOCATION: 60,
        PageKind.SALES: 60,
        PageKind.SUPPORT: 55,
        PageKind.PRIVACY: 40,
        PageKind.LEGAL: 35,
        PageKind.PRESS: 25,
        PageKind.CAREERS: 25,
        PageKind.OTHER: 20,
    }
)
# How much of its worth a kind keeps when this many words of the label say something else: headlines are no menu items.
_BY_REST = (1.0, 0.92, 0.82, 0.65, 0.45, 0.3, 0.2)
_BY_ZONE: Mapping[Zone | None, int] = MappingProxyType(
    {Zone.HEADER: 0, Zone.NAVIGATION: 0, Zone.FOOTER: 0, None: -2, Zone.MAIN: -4, Zone.ASIDE: -4}
)
_IN_NAME = 0.9  # of a file or parameter: written once, while the label was changed later
_IN_FOLDER = 0.65  # /contact/thanks.html is near the contact page
_UNDER_HEADLINE = 0.6  # a URL that only partly says so, below a label that says something else
_LEAST_SURE = 0.4  # with less of its worth left, a page is not called by the name of the kind
_BELOW_NOISE = 0.3  # news, products, tags, dates
_PER_FOLDER = 3
_PER_WORD = 3
_MOST_FOR_NOISE = 5  # the page of all products or news itself
_OTHER_MEANING_REST = 2
_PAGE_EXTENSION = re.compile(r"\.[a-z]{2,5}\d?$", re.IGNORECASE)
_LANGUAGE_FOLDER = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_DATED_FOLDER = re.compile(r"(?:19|20)\d\d(?:[-_]?\d\d?){0,2}")


class _Said(NamedTuple):
    """What one label says: the best kind of page and its worth, or else what keeps the link from being one."""

    kind: PageKind | None = None
    worth: float = 0.0
    rest: int = 0
    is_noise: bool = False
    is_archive: bool = False
    is_skip: bool = False


_NOTHING = _Said()


class _Path(NamedTuple):
    """What a URL says: its last name (or a parameter), its folders, and how deep it lies."""

    name: _Said
    folder: _Said
    is_noise: bool
    is_archive: bool
    depth: int


@cache
def well_known_paths(language: str) -> tuple[str, ...]:
    """Where a site in a language (`de`, or empty) often has its contact page, likeliest first."""
    rows = load_table("well_known_paths")
    return tuple(dict.fromkeys(path for languages, path in rows if languages == "-" or language in languages.split()))


def link_priority(url: str, anchor: str = "", *, title: str = "", zone: Zone | None = None) -> LinkPriority:
    """How much a link promises, from its words, its place on the page and its depth. `title` counts like the anchor."""
    if not is_page_url(url):
        return NO_VISIT
    labels = [_read_label(label) for label in (anchor, title) if label.strip()]
    path = _read_path(url)
    is_headline = any(label.rest > 2 for label in labels)
    weak = _UNDER_HEADLINE if is_headline else 1.0
    said = [(label.worth, label.kind) for label in labels]
    said.append((path.name.worth * (_IN_NAME if path.name.rest == 0 else _IN_NAME * weak), path.name.kind))
    said.append((path.folder.worth * _IN_FOLDER * weak, path.folder.kind))
    worth, kind = max(said, key=itemgetter(0))
    if kind is None:
        return _other(labels, path, zone)
    worth *= _discount(path)
    if worth < _WORTH[kind] * _LEAST_SURE:
        return LinkPriority(PageKind.OTHER, _score(min(worth, _WORTH[PageKind.OTHER]), path, zone, least=0))
    return LinkPriority(kind, _score(worth, path, zone, least=1))


def _discount(path: _Path) -> float:
    is_plain = path.name.rest == 0 and path.name.kind in (PageKind.CONTACT, PageKind.IMPRINT)
    return _BELOW_NOISE if path.is_archive or (path.is_noise and not is_plain) else 1.0


def _other(labels: list[_Said], path: _Path, zone: Zone | None) -> LinkPriority:
    said = [*labels, path.name]
    if path.is_noise or path.is_archive or any(one.is_skip or one.is_archive for one in said):
        return NO_VISIT if any(one.is_skip for one in said) else LinkPriority(PageKind.OTHER, 0)
    worth = _WORTH[PageKind.OTHER] - _PER_WORD * max(0, max(one.rest for one in said) - 2)
    if any(one.is_noise for one in said):
        worth = min(worth, _MOST_FOR_NOISE)
    return LinkPriority(PageKind.OTHER, _score(worth, path, zone, least=0))


def _score(worth: float, path: _Path, zone: Zone | None, *, least: int) -> int:
    score = worth + _BY_ZONE.get(zone, -4) - _PER_FOLDER * max(0, path.depth - 1)
    return round(min(100, max(least, score)))


@cache
def _phrases() -> PhraseTable:
    return PhraseTable((kind, phrase) for kind, _, phrase in load_table("link_words"))


@lru_cache(maxsize=8192)
def _read_label(text: str) -> _Said:
    matches, rest = _phrases().find(text)
    kinds = {match.kind for match in matches}
    if "skip" in kinds:
        return _Said(is_skip=True)
    rest += _OTHER_MEANING_REST * sum(match.kind == "none" for match in matches)
    worths = [(_WORTH[kind], kind) for kind in _WORTH if kind in kinds]
    worth, kind = max(worths, default=(0, None))
    factor = _BY_REST[min(rest, len(_BY_REST) - 1)]
    return _Said(kind, worth * factor, rest, "noise" in kinds, "archive" in kinds)


def _read_path(url: str) -> _Path:
    parts = urlsplit(url)
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if segments and segments[-1].lower() in load_words("index_files"):
        segments.pop()
    folders = [segment for segment in segments[:-1] if not _LANGUAGE_FOLDER.fullmatch(segment)]
    names = [value for _, value in parse_qsl(parts.query)] if parts.query else []
    if segments:
        names.append(_PAGE_EXTENSION.sub("", segments[-1]))
    elif not names:
        folders = _subdomain(parts.hostname or "")
    said = [_read_label(folder) for folder in folders]
    return _Path(
        name=max(map(_read_label, names), key=attrgetter("worth"), default=_NOTHING),
        folder=max(said, key=attrgetter("worth"), default=_NOTHING),
        is_noise=any(one.is_noise and not one.kind for one in said),
        is_archive=any(one.is_archive for one in said) or any(map(_DATED_FOLDER.fullmatch, folders)),
        depth=len(folders) + 1,
    )


def _subdomain(host: str) -> list[str]:
    """Labels left of the registrable domain: they speak for the home page of `support.acme.com`."""
    labels = host.removesuffix(registrable_domain(host)).removeprefix("www.").split(".")
    return [label for label in labels if label]
