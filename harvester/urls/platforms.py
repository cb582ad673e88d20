"""Sites where many companies have a page each, and which part of a URL there is the company (data/platforms.tsv)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from urllib.parse import parse_qs, unquote

from harvester.data import load_table
from harvester.model import SourceKind
from harvester.urls.hosts import ascii_host, registrable_domain

_VISITOR_LABELS = re.compile(r"(?:www\.|m\.|mobile\.|[a-z]{2}(?:-[a-z]{2})?\.)+(?=[^.]+\.)")


@dataclass(frozen=True, slots=True)
class Platform:
    """`readable`: without login. `by_path`: the path tells companies apart, else the subdomain does."""

    name: str
    source_kind: SourceKind
    readable: bool
    by_path: bool
    identity_paths: tuple[str, ...] = ("*",)


def platform_of(host: str, path: str) -> Platform | None:
    """The platform that a host (for a few: host and path) belongs to; None for everybody's own site."""
    try:
        text = ascii_host(host)
    except ValueError:
        return None
    for name, prefix, platform in _platforms_at(text):
        if not prefix or re.match(rf"{re.escape(prefix)}(?:[/?#]|$)", path):
            is_home = name in _listed_names(_VISITOR_LABELS.sub("", text), longest_only=True)
            return replace(platform, by_path=True) if is_home else platform
    return None


@lru_cache(maxsize=1024)  # each link of a page is asked about, and most lead to the same host
def _platforms_at(host: str) -> tuple[tuple[str, str, Platform], ...]:
    """The platforms listed for a host: the name that is listed, the path's prefix, the platform."""
    return tuple((name, *row) for name in _listed_names(host) for row in _platforms().get(name, ()))


def company_on(platform: Platform, host: str, path: str) -> str:
    """Host, or host and path, that name one company on a platform, lower case; the host alone if nobody is named.

    Language and mobile subdomains of social platforms do not make another company: `de.linkedin.com/company/acme`.
    """
    bare = _VISITOR_LABELS.sub("", host) if platform.source_kind is SourceKind.SOCIAL else host.removeprefix("www.")
    if not platform.by_path:
        return bare
    address, _, query = path.partition("?")
    segments = [unquote(segment).lower() for segment in address.split("/") if segment]
    for pattern in platform.identity_paths:
        if named := _named(segments, query, pattern):
            return f"{bare}/{named}"
    return bare


def _named(segments: list[str], query: str, pattern: str) -> str | None:
    path, _, parameter = pattern.partition("?")
    wanted = path.split("/") if path else []
    if len(segments) < len(wanted) or any(w not in ("*", s) for w, s in zip(wanted, segments, strict=False)):
        return None
    named = "/".join(segments[: len(wanted)])
    if not parameter:
        return named
    values = parse_qs(query).get(parameter)
    return f"{named}?{parameter}={values[0].lower()}" if values else None


def _listed_names(host: str, *, longest_only: bool = False) -> Iterator[str]:
    """The names under which a host may be listed, longest first: `maps.google.de`, `maps.google.*`, `google.de`, …"""
    registrable = registrable_domain(host)
    suffix = registrable.partition(".")[2]
    name = host
    while name.count(".") >= 1:
        yield name
        if suffix and len(name) >= len(registrable):
            yield name.removesuffix(suffix) + "*"
        if longest_only:
            return
        name = name.partition(".")[2]


@cache
def _platforms() -> dict[str, list[tuple[str, Platform]]]:
    """Listed name -> (path prefix, platform), longest prefix first."""
    listed: dict[str, list[tuple[str, Platform]]] = {}
    for domain, name, kind, by_path, readable, identity in load_table("platforms"):
        host, slash, prefix = domain.partition("/")
        platform = Platform(name, SourceKind(kind), readable == "yes", by_path == "yes", tuple(identity.split()))
        listed.setdefault(host, []).append((slash + prefix, platform))
    for rows in listed.values():
        rows.sort(key=lambda row: -len(row[0]))
    return listed
