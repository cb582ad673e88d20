"""What kind of page a URL names, by how plainly an address there is the company's own contact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from harvester.data import load_words
from harvester.model import Mention
from harvester.urls.links import PageKind, link_priority

_NOWHERE = "http://host.example/"  # a URL without words
_LANGUAGE_FOLDER = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?", re.IGNORECASE)


class Place(IntEnum):
    """Kinds of pages, best first. `CONTACT` holds imprints, too; `ABOUT` teams, branches and support."""

    CONTACT = 0
    HOME = 1
    ABOUT = 2
    LEGAL = 3
    OTHER = 4


_PLACES: Mapping[PageKind, Place] = MappingProxyType(
    {
        PageKind.CONTACT: Place.CONTACT,
        PageKind.IMPRINT: Place.CONTACT,
        PageKind.ABOUT: Place.ABOUT,
        PageKind.TEAM: Place.ABOUT,
        PageKind.LOCATION: Place.ABOUT,
        PageKind.SUPPORT: Place.ABOUT,
        PageKind.SALES: Place.ABOUT,
        PageKind.PRIVACY: Place.LEGAL,
        PageKind.LEGAL: Place.LEGAL,
    }
)
_PLACES_BY_NAME: Mapping[str, Place] = MappingProxyType(
    {"home": Place.HOME} | {str(kind): place for kind, place in _PLACES.items()}
)


def place_of_mention(mention: Mention) -> Place:
    """What kind of page a mention stands on: as its links call it, or as its URL does, whichever is plainer."""
    return min(_PLACES_BY_NAME.get(mention.page_kind, Place.OTHER), place_of(mention.url))


@lru_cache(maxsize=1024)
def place_of(url: str) -> Place:
    """What kind of page a URL names; a home page has no path, or only a language folder."""
    try:
        segments = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return Place.OTHER
    if segments and segments[-1].lower() in load_words("index_files"):
        segments.pop()
    if not segments or (len(segments) == 1 and _LANGUAGE_FOLDER.fullmatch(segments[0])):
        return Place.HOME
    kind = link_priority(url).kind
    return _PLACES.get(kind, Place.OTHER) if kind else Place.OTHER


def says_contact(label: str) -> bool:
    """Whether a heading or label announces the company's contact: "Contact us", "Impressum"."""
    return bool(label) and _PLACES.get(link_priority(_NOWHERE, label).kind or PageKind.OTHER) is Place.CONTACT
