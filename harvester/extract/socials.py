"""The company's own pages on social networks: profiles, not share buttons, posts or log-ins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import quote, unquote, urlsplit

from harvester.data import load_table
from harvester.extract.page import Document
from harvester.extract.phones import whatsapp_number
from harvester.model import Zone

_SLUG = re.compile(r"[\w.%@+-]{1,150}")
_YOUTUBE_GROUPS = ("channel", "c", "user")
_LINKEDIN_GROUPS = ("company", "school", "showcase")  # "in" is a person
_NOT_PAGES = re.compile(r"facebook\.com/(?:people/|groups/|profile\.php)")  # accounts of persons, and groups
_WECHAT = re.compile(
    r"(?:微信(?:公众号|号|ID)?|we ?chat(?: ?id| ?account| ?no\.?)?)\s{0,3}[:：]\s{0,3}"
    r"([A-Za-z][\w-]{5,19}|\+?\d[\d -]{9,16}\d)(?![\w@.])",
    re.IGNORECASE,
)


def extract_socials(document: Document, *, structured: Iterable[str] = (), label: str = "") -> dict[str, str]:
    """Return {network: canonical profile URL or WeChat ID}: the one like `label`, a page, the first."""
    found: dict[str, tuple[int, str]] = {}
    for url, bonus in _urls(document, structured):
        profile = canonical_profile(url)
        if profile is None:
            continue
        key, canonical = profile
        score = (
            bonus + (4 if label and _resembles(canonical, label) else 0) - (2 if _NOT_PAGES.search(canonical) else 0)
        )
        if key not in found or score > found[key][0]:
            found[key] = (score, canonical)
    socials = {key: canonical for key, (_score, canonical) in found.items()}
    wechat = _wechat_id(document.text)
    if wechat:
        socials["wechat"] = wechat
    return socials


def canonical_profile(url: str) -> tuple[str, str] | None:
    """Return (network, canonical URL) of a profile's URL, None for anything else.

    >>> canonical_profile("http://de-de.facebook.com/acme.gmbh/?ref=hl")
    ('facebook', 'https://www.facebook.com/acme.gmbh')
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    key = _network(host)
    if key == "whatsapp":
        number = whatsapp_number(url)
        return (key, f"https://wa.me/{number[1:]}") if number else None
    segments = [unquote(part) for part in parts.path.split("/") if part]
    if key is None or not segments or ("." in segments[0][-4:] and segments[0].endswith((".php", ".html"))):
        return _facebook_by_id(parts.query) if key == "facebook" and segments == ["profile.php"] else None
    if segments[0].casefold().lstrip("@") in _noise(key):
        return None
    canonical = _CANONICAL[key](segments)
    return (key, canonical) if canonical else None


def _facebook(segments: list[str]) -> str | None:
    if segments[0] in ("pages", "people", "p", "pg", "groups"):
        segments = segments[1:] if segments[0] == "pg" else segments
        kept = segments[:3] if segments[:1] in (["pages"], ["people"]) else segments[: 2 if len(segments) > 1 else 1]
        if len(kept) < 2 and segments[:1] in (["pages"], ["people"], ["p"], ["groups"]):
            return None
        kept = kept[:1] if segments[:1] not in (["pages"], ["people"], ["p"], ["groups"]) else kept
        return _join("https://www.facebook.com", kept)
    return _join("https://www.facebook.com", segments[:1])


def _instagram(segments: list[str]) -> str | None:
    return _join("https://www.instagram.com", [segments[0].lstrip("@")])


def _x(segments: list[str]) -> str | None:
    name = segments[0].lstrip("@")
    return f"https://x.com/{name}" if re.fullmatch(r"\w{1,20}", name, re.ASCII) else None


def _youtube(segments: list[str]) -> str | None:
    if segments[0] in _YOUTUBE_GROUPS:
        return _join("https://www.youtube.com", segments[:2]) if len(segments) > 1 else None
    return _join("https://www.youtube.com", segments[:1])


def _linkedin(segments: list[str]) -> str | None:
    if segments[0] not in _LINKEDIN_GROUPS or len(segments) < 2:
        return None
    return _join("https://www.linkedin.com", segments[:2])


_CANONICAL = {"facebook": _facebook, "instagram": _instagram, "x": _x, "youtube": _youtube, "linkedin": _linkedin}


def _facebook_by_id(query: str) -> tuple[str, str] | None:
    match = re.search(r"(?:^|&)id=(\d+)", query)
    return ("facebook", f"https://www.facebook.com/profile.php?id={match[1]}") if match else None


def _join(root: str, segments: list[str]) -> str | None:
    if not segments or not all(_SLUG.fullmatch(part) for part in segments):
        return None
    return "/".join([root, *(quote(part, safe="@.%+-_") for part in segments)])


def _network(host: str) -> str | None:
    hosts = _hosts()
    while host:
        if host in hosts:
            return hosts[host] if hosts[host] in _CANONICAL or hosts[host] == "whatsapp" else None
        host = host.partition(".")[2]
    return None


def _urls(document: Document, structured: Iterable[str]) -> Iterator[tuple[str, int]]:
    for url in structured:
        yield url, 3
    own = "/".join(document.url.split("/", 3)[:3]) + "/"
    for link in document.links:
        if link.url.startswith(own):
            continue
        host = link.url[7:60].lstrip("/").partition("/")[0].lower()
        if ".".join(host.rsplit(".", 2)[-2:]) in _hosts():
            yield link.url, 1 if link.zone in (Zone.HEADER, Zone.FOOTER, Zone.NAVIGATION) else 0


def _resembles(canonical: str, label: str) -> bool:
    account = re.sub(r"[^a-z0-9]", "", canonical.rpartition("/")[2].lower())
    label = re.sub(r"[^a-z0-9]", "", label.lower())
    return len(label) > 3 and (label in account or (len(account) > 4 and account in label))


def _wechat_id(text: str) -> str | None:
    if "微信" not in text and "chat" not in text and "CHAT" not in text and "Chat" not in text:
        return None
    match = _WECHAT.search(text)
    return re.sub(r"\s", "", match[1]) if match else None


@cache
def _hosts() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("social_hosts")}


@cache
def _noise(key: str) -> frozenset[str]:
    return frozenset(row[1].casefold() for row in load_table("social_noise") if row[0] == key)
