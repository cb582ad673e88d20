"""One spelling for each URL, and which URLs can be a page at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from urllib.parse import SplitResult, quote, unquote, urlsplit

from harvester.data import load_table, load_words
from harvester.urls.hosts import ascii_host, without_www

WEB_SCHEMES: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})

LONGEST_URL = 2_000  # characters; longer ones are session state or traps (sitemaps.org allows 2,048)
DEEPEST_PATH = 12  # segments; deeper paths come from relative links that loop
_DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d?){0,2}")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")  # RFC 3986, 2.3
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([A-Z]\([a-z0-9]{20,}\)\)", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"[0-9a-f]{24,}", re.IGNORECASE)
_PLAIN_URL = re.compile(r"(https?)://([a-z0-9.-]+)((?:/(?![.(])[A-Za-z0-9._~!$&'()*+,=:@-]*)+)\Z")  # as most links are
_CLEAN_PATH = re.compile(r"(?:/(?![.(])[A-Za-z0-9._~!$&'()*+,=:@-]*)+\Z")  # what `_clean_path` would not change


@lru_cache(maxsize=8192)
def canonicalize(url: str) -> str:
    """One spelling for URLs that fetch the same (RFC 3986, 6.2), without fragment, user, tracking and session ids.

    Other schemes and what cannot be a URL come back stripped, otherwise unchanged. Idempotent.
    """
    parts = _split(url)
    return parts.geturl() if parts else url.strip()


@lru_cache(maxsize=8192)  # a link is split thrice: is it a page, its spelling, its key
def _split(url: str) -> SplitResult | None:
    """The parts of the canonical URL; None if it is none of the web."""
    try:
        if plain := _PLAIN_URL.match(url):
            return SplitResult(plain[1], ascii_host(plain[2]), plain[3], "", "")
        parts = urlsplit(_forward_slashes(url.strip()))
        if parts.scheme not in WEB_SCHEMES:
            return None
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    netloc = host if port in (None, WEB_SCHEMES[parts.scheme]) else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, _clean_path(parts.path), _clean_query(parts.query), "")


@lru_cache(maxsize=8192)
def page_key(url: str) -> str:
    """What two URLs of one page share: no scheme, no `www.`, no index file, no closing slash, parameters in order."""
    parts = _split(url)
    if parts is None:
        return url.strip()
    folder, _, name = parts.path.rpartition("/")
    path = folder if name.lower() in load_words("index_files") else parts.path
    query = "&".join(sorted(parts.query.split("&")))
    host, colon, port = parts.netloc.partition(":") if parts.netloc[0] != "[" else (parts.netloc, "", "")
    return f"{without_www(host)}{colon}{port}{path.rstrip('/')}/{'?' if query else ''}{query}"


def _forward_slashes(url: str) -> str:
    address, mark, query = url.partition("?")
    return address.replace("\\", "/") + mark + query  # as browsers do (WHATWG URL, special schemes)


def _clean_path(path: str) -> str:
    if _CLEAN_PATH.match(path):
        return path
    return _resolve_dots(_SESSION_PATH.sub("", _clean_escapes(path, "/!$&'()*+,;=:@")))


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = [part for part in query.split("&") if part and not _is_tracking(part)]
    return _clean_escapes("&".join(kept), "/?!$&'()*+,;=:@[]|{}")


def _clean_escapes(text: str, safe: str) -> str:
    return quote(_ESCAPE.sub(_normal_escape, text), safe=safe + "%", errors="replace")


def _normal_escape(match: re.Match[str]) -> str:
    if not match[1]:
        return "%25"  # a percent sign that escapes nothing
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _resolve_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.removeprefix("/").split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    closing = "/" if segments[-1] in (".", "..") and kept else ""
    return "/" + "/".join(kept) + closing


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = unquote(name).lower()
    names = load_words("tracking_parameters")
    if name in names or f"{name.partition('_')[0]}_*" in names:
        return True
    return name in ("sid", "s", "session") and _SESSION_VALUE.fullmatch(value) is not None


@lru_cache(maxsize=8192)
def is_page_url(url: str) -> bool:
    """Whether a URL can be a page to read: on the web, no image, archive or office file, no action, no trap."""
    parts = _split(url)
    if parts is None or len(url) > LONGEST_URL:
        return False
    segments = [unquote(segment).lower() for segment in parts.path.split("/") if segment]
    if len(segments) > DEEPEST_PATH or (len(segments) > 2 and max(map(segments.count, segments)) > 2):
        return False
    if _is_skipped(segments, parts.query.lower()):
        return False
    return not (segments and _has_skipped_extension(segments[-1]))


def _is_skipped(segments: list[str], query: str) -> bool:
    if not _skipped("segment").isdisjoint(segments):
        return True
    if not query:
        return not _skipped("calendar").isdisjoint(segments) and any(map(_DATE.fullmatch, segments))
    pairs = {unquote(part) for part in query.split("&") if part}
    names = {pair.partition("=")[0] for pair in pairs}
    values = [pair.partition("=")[2] for pair in pairs]
    return (
        not _skipped("pair").isdisjoint(pairs)
        or not _skipped("parameter").isdisjoint(names)
        or any(map(_has_skipped_extension, values))
        or (not _skipped("calendar").isdisjoint(segments) and any(map(_DATE.fullmatch, [*segments, *values])))
    )


def _has_skipped_extension(name: str) -> bool:
    stem, dot, extension = name.rpartition(".")
    return bool(stem and dot) and extension in load_words("skipped_extensions")


@cache
def _skipped(part: str) -> frozenset[str]:
    return frozenset(text for row_part, text in load_table("skipped_urls") if row_part == part)
