"""Addresses in links: mailto in every state of repair, Cloudflare's fragments, addresses where a URL should be."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from harvester.address import AddressError, find_addresses, has_known_suffix, normalize_address, parse_address
from harvester.extract.decoders import (
    decode_base64,
    decode_cfemail,
    decode_entities,
    decode_percent,
    decode_reversed,
    decode_rot13,
)
from harvester.extract.document import Document, Link
from harvester.extract.hints import is_hint
from harvester.extract.sighting import Sighting
from harvester.extract.worded import find_worded
from harvester.model import Method, Zone

MAX_HREF = 4000
MAX_REMEMBERED = 200

_SCHEME = re.compile(
    r"[\s\"'“”„«]*(?:https?://|/+)?(?:www\.)?(?:e-?mail|mail\s?to|malito|maito|mailo|mialto|maiilto|mail-to)\s*(?::|：|%3a|;|=)+\s*(?:mailto:)*/*\s*",
    re.IGNORECASE,
)
_RECIPIENTS = re.compile(r"[,;\s]+|&(?:lt|gt|quot|amp);?")
_HEADER = re.compile(r"[?&](?:to|cc|bcc)=([^&#]*)", re.IGNORECASE)
_HEADERS_BEGIN = re.compile(r"[?&]|(?:subject|body|cc|bcc)=", re.IGNORECASE)
_KEYED = re.compile(r"(?:[a-z-]{0,12}mail|to|address|adresse|recipient)=", re.IGNORECASE)
_PROTECTED = re.compile(r"email-protection#([0-9a-fA-F]{8,2000})")
_PARAMETER = re.compile(r"[?&#;][\w.\[\]-]{0,40}=([^&#;\s]{8,400})|#([A-Za-z0-9+/=_-]{8,400})\Z")
# What a link must have to be looked at closely: most have none of it.
_TELLING = re.compile(
    r"[@\uff20]|%40|&#|[mM][aA][iI1]?[lLoO]|protection#|\AbWFpbHRv|znvygb|otliam|=[A-Za-z0-9+/_-]{11}|#[A-Za-z0-9+/=_-]{12}"
)
_AT_SIGNS = ("@", "%40", "&#64;", "&#x40;", "\uff20")
_PASSWORD = re.compile(r"[a-z]{2,6}://[^/@:?#]{1,200}:[^/@?#]{1,200}@", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\n\r\t]")
_ENCODED_MAILTO = base64.b64encode(b"mailto:").decode("ascii")[:9]
_SPACED_AT = re.compile(r"\s*@\s*")


def parse_mailto(href: str) -> list[str]:
    """The addresses a mailto link writes to, normalized: those before the `?` and its to, cc and bcc headers."""
    if "\n" in href or "\t" in href or "\r" in href:  # a browser leaves them out (URL standard, 4.4)
        if addresses := parse_mailto(_LINE_ENDS.sub("", href)):
            return addresses
        href = _LINE_ENDS.sub(" ", href)
    begin = _SCHEME.match(href)
    if begin is None:
        return []
    return _addresses(_plain(href[begin.end() : MAX_HREF]))


def _plain(text: str) -> str:
    text = decode_entities(text) or text
    return decode_percent(text) or text


def _addresses(target: str) -> list[str]:
    headers = _HEADERS_BEGIN.search(target)
    parts = [target[: headers.start()] if headers else target]
    if headers:
        parts += _HEADER.findall("?" + target[headers.start() :].lstrip("?&"))
    found: dict[str, None] = {}
    for part in parts:
        for piece in _RECIPIENTS.split(_SPACED_AT.sub("@", part)):
            found.update(dict.fromkeys(_addresses_of_piece(piece)))
        if not found:
            found.update(dict.fromkeys(worded.address for worded in find_worded(part, marked=True)))
    return list(found)


def _addresses_of_piece(piece: str) -> list[str]:
    """A recipient is one address as a whole, with all the characters RFC 5322 allows; else what can be found in it."""
    piece = _KEYED.sub("", piece.strip("\"'<>()[]{}:.,/\\ "), count=1)
    try:
        address = normalize_address(piece)
    except AddressError:
        return [found.address for found in find_addresses(piece)]
    if has_known_suffix(parse_address(piece).domain) and not piece.startswith(("-", "%", "#")):
        return [address]
    return [found.address for found in find_addresses(piece)] or [address]


def extract_links(document: Document) -> Iterator[Sighting]:
    """The addresses in the links of a document."""
    for link in document.links:
        href = link.href
        if len(href) > 6 and (_is_telling if len(href) < MAX_REMEMBERED else _TELLING.search)(href):
            yield from _of_link(link, href)
    for form in document.forms:
        yield from _of_form(form.action)


def _of_form(action: str) -> Iterator[Sighting]:
    """`mailto:`, and services that are told the recipient: `https://formsubmit.co/info@acme.example`."""
    recipients, method = parse_mailto(action), Method.MAILTO
    has_sign = ("@" in action or "%40" in action) and len(action) <= MAX_HREF
    if not recipients and has_sign and not _PASSWORD.match(action):
        recipients, method = [found.address for found in find_addresses(_plain(action))], Method.ATTRIBUTE
    for address in recipients:
        yield Sighting(address, method, action, 0, 0, zone=Zone.FORM)


@lru_cache(maxsize=8192)  # menus stand on all pages of a site
def _is_telling(href: str) -> bool:
    return _TELLING.search(href) is not None


def _of_link(link: Link, href: str) -> Iterator[Sighting]:
    if len(href) > MAX_HREF or href.startswith("data:"):
        return
    lower = href.lower()
    if "email-protection" in lower and (match := _PROTECTED.search(href)):
        decoded = decode_cfemail(match.group(1))
        yield from _sightings(link, _addresses(decoded) if decoded else [], Method.CFEMAIL)
        return
    if (addresses := parse_mailto(href)) or lower.lstrip()[:7] == "mailto:":
        yield from _sightings(link, addresses, _mailto_method(href))
    elif lower.startswith("znvygb:"):
        yield from _sightings(link, parse_mailto(decode_rot13(href) or ""), Method.ROT13)
    elif lower.endswith(":otliam"):
        yield from _sightings(link, parse_mailto(decode_reversed(href) or ""), Method.REVERSED)
    elif href.startswith(_ENCODED_MAILTO):
        yield from _sightings(link, parse_mailto(decode_base64(href) or ""), Method.BASE64)
    elif any(sign in lower for sign in _AT_SIGNS) and not lower.startswith("javascript:") and not _PASSWORD.match(href):
        found = [found.address for found in find_addresses(_plain(href))]
        yield from _sightings(link, found, Method.ATTRIBUTE)
        if not found and is_hint(link.attrs.get("class", "")):
            turned = decode_rot13(href) or ""
            yield from _sightings(link, [found.address for found in find_addresses(turned)], Method.ROT13)
    elif "=" in href or "#" in href:
        yield from _sightings(link, list(_in_parameters(href)), Method.BASE64)


def _mailto_method(href: str) -> Method:
    return Method.PERCENT if "%" in href.partition("?")[0] and "@" not in href.partition("?")[0] else Method.MAILTO


def _in_parameters(href: str) -> Iterator[str]:
    """Addresses that a parameter of the URL carries in base64."""
    for value, fragment in _PARAMETER.findall(href):
        decoded = decode_base64(_plain(value or fragment))
        if decoded and "@" in decoded:
            yield from _addresses(decoded.removeprefix("mailto:"))


def _sightings(link: Link, addresses: list[str], method: Method) -> Iterator[Sighting]:
    """The addresses that a link leads to. Where it shows another one of the same host, visitors read that one.

    Of another host, the target keeps its weight: it may be the real one, as on two recorded pages (2026-11).
    """
    shown = {found.address for found in find_addresses(link.anchor)} if addresses and "@" in link.anchor else set()
    hosts = {address.rpartition("@")[2] for address in shown}
    for address in addresses:
        is_visible = address in shown or address.rpartition("@")[2] not in hosts
        yield Sighting(address, method, link.href, link.start, link.end, zone=link.zone, visible=is_visible)
