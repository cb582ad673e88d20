"""One domain, URL or e-mail address, however it was typed, to one seed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from harvester.data import load_words
from harvester.model import NO_EXTRA, Seed, SourceKind
from harvester.urls import (
    WEB_SCHEMES,
    ascii_host,
    canonicalize,
    company_on,
    is_ip,
    is_public_suffix,
    platform_of,
    registrable_domain,
    unicode_host,
    without_www,
)

LONGEST_SEED = 2_083  # characters; browsers and sitemaps stop about there
_SHOWN = 60  # characters of the text in a reason

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
_JOINERS = re.compile("[\u200c\u200d]")  # part of Persian and Indic names (RFC 5892, A.1 and A.2), else a slip
_FULL_WIDTH = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
_AROUND = " \t\r\n\v\f\u00a0\u3000,;|\"'`“”„‘’«»‹›"
_BRACKETS = {"<": ">", "(": ")", "[": "]", "{": "}", "「": "」", "【": "】"}
_DEFANGED_DOT = re.compile(r"[\[({]\.[\])}]")  # acme[.]com
_IPV6 = re.compile(r"\[[0-9a-f:.]*:[0-9a-f:.]*\](?::\d*)?(?:[/?#].*)?", re.IGNORECASE)
_NAMED_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_DOT_INSIDE = re.compile(r"[^\s.]{2}[.。．｡][^\s.]|[@:/\\\[]|localhost", re.IGNORECASE)
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_EAST_ASIAN_NAME = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")  # is written without spaces
_SCHEME = re.compile(r"h(?:tt|xx)p(s?)(?:[:;][/\\]*|//+)", re.IGNORECASE)  # also typed http:/x, https//x, hxxp://x
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+-]*)://", re.IGNORECASE)
_END_OF_HOST = re.compile(r"[/?#\\]")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?")


class SeedError(ValueError):
    """A text that names no company to visit; the message says what to do about it."""


def parse_seed(text: str, *, file: str = "", line: int = 0, extra: Mapping[str, str] = NO_EXTRA) -> Seed:
    """Read a domain, URL or e-mail address; SeedError with a sentence for anything else."""
    if len(text) > LONGEST_SEED:
        raise SeedError(f"This is longer than {LONGEST_SEED:,} characters; give only the domain or the URL.")
    scheme, authority, rest = _split(text)
    host, port = _host_and_port(authority, text)
    if port is not None and port in WEB_SCHEMES.values() and scheme in (None, _scheme_of(port)):
        scheme, port = _scheme_of(port), None
    path = _clean_path(host, rest)
    platform = platform_of(host, path)
    domain = _readable_domain(host)
    return Seed(
        domain=company_on(platform, domain, path) if platform else domain,
        host=host,
        port=port,
        scheme=scheme,
        path=path,
        source_kind=platform.source_kind if platform else SourceKind.OFFICIAL_SITE,
        file=file,
        line=line,
        text=text,
        extra=extra,
    )


def _split(text: str) -> tuple[str | None, str, str]:
    """Scheme (http, https or None), host with port, and the rest of the URL."""
    bare = _unwrap(text)
    if not bare:
        raise SeedError("There is no text here; give a domain, a URL or an e-mail address.")
    if _is_name(bare):
        raise SeedError(f"{_quoted(text)} is a name without a website; give the company's domain or URL.")
    if named := _NAMED_ADDRESS.search(bare):
        bare = named[1]
    scheme = None
    while match := _SCHEME.match(bare):
        scheme = f"http{match[1].lower()}"
        bare = bare[match.end() :]
    if other := _OTHER_SCHEME.match(bare):
        raise SeedError(f"{other[1].lower()} addresses are not read; give the domain or a web address (http, https).")
    bare = bare.removeprefix("mailto:").lstrip("/\\")
    end = _END_OF_HOST.search(bare)
    authority, rest = (bare[: end.start()], bare[end.start() :]) if end else (bare, "")
    if any(mark in bare for mark in " \t\n\r\u00a0\u3000") or any(mark in authority for mark in ",;|"):
        raise SeedError(
            f"{_quoted(text)} is more than one domain, URL or e-mail address; keep one a line, "
            "or make it a .csv table with a header line."
        )
    user, at, host = authority.rpartition("@")
    if at and scheme is None:
        if "@" in user:
            raise SeedError(f"{_quoted(text)} has more than one @; give one e-mail address a line.")
        _refuse_free_provider(f"{user}@{host}", host)
        rest = ""  # ?subject= and the like
    return scheme, host, rest


def _is_name(bare: str) -> bool:
    """A company's name: words, and no dot inside one of them as in a domain (`Acme Ltd.`, `A. Müller & Co. KG`)."""
    if _DOT_INSIDE.search(bare):
        return False
    words = [word for word in bare.split() if _TWO_LETTERS.search(word)]
    return bool(words and len(bare.split()) > 1) or bool(_EAST_ASIAN_NAME.search(bare))


def _readable_domain(host: str) -> str:
    """The domain as people write it, or in ASCII where it would be read as a company's name: `d.総務` (of a URL)."""
    domain = without_www(unicode_host(host))
    return without_www(host) if _is_name(domain) else domain


def _unwrap(text: str) -> str:
    """The text without what was typed or pasted around it: quotes, brackets, commas, invisible characters."""
    bare = _INVISIBLE.sub("", text).translate(_FULL_WIDTH)
    without_joiners = _JOINERS.sub("", bare)
    if without_joiners.isascii():
        bare = without_joiners
    bare = _DEFANGED_DOT.sub(".", bare)
    before = None
    while bare != before:
        before = bare
        bare = bare.strip(_AROUND)
        if len(bare) > 1 and _BRACKETS.get(bare[0]) == bare[-1] and not _IPV6.fullmatch(bare):
            bare = bare[1:-1]
    return bare


def _refuse_free_provider(address: str, host: str) -> None:
    try:
        domain = ascii_host(host)
    except ValueError:
        return  # said better later
    providers = load_words("free_providers")
    if domain in providers or registrable_domain(domain) in providers:
        raise SeedError(
            f"{_quoted(address)} is a mailbox at the free provider {domain} and says nothing about the company; "
            "give the company's own domain."
        )


def _host_and_port(authority: str, text: str) -> tuple[str, int | None]:
    match = _HOST_AND_PORT.fullmatch(authority)
    name, digits = (match[1], match[2]) if match else (authority, None)
    try:
        host = ascii_host(name.removeprefix("*.").lstrip("."))
        port = int(digits) if digits else None
    except ValueError:
        raise SeedError(f"{_quoted(text)} is not a domain, URL or e-mail address; check how it is written.") from None
    if port is not None and not 0 < port < 65_536:
        raise SeedError(f"{_quoted(text)} has a port that does not exist; ports go from 1 to 65535.")
    if "." not in host and not is_ip(host) and host != "localhost":
        raise SeedError(f"{_quoted(text)} has no ending such as .com; give the whole domain.")
    _refuse_what_nobody_registers(host, text)
    return host, port


def _refuse_what_nobody_registers(host: str, text: str) -> None:
    """A label begins and ends with a letter or digit (RFC 1123, 2.1); a public suffix has many owners below it."""
    if any(label.startswith("-") or label.endswith("-") for label in host.split(".")):
        raise SeedError(f"{_quoted(text)} has a hyphen beside a dot or at an end; check how it is written.")
    if is_public_suffix(host):
        raise SeedError(f"{_quoted(text)} is only an ending, under which others have domains; give the whole domain.")


def _scheme_of(port: int) -> str:
    return next(scheme for scheme, default in WEB_SCHEMES.items() if default == port)


def _clean_path(host: str, rest: str) -> str:
    if rest in ("", "/"):
        return "/"
    parts = urlsplit(canonicalize(f"http://{host}{rest}"))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _quoted(text: str) -> str:
    shown = " ".join(_INVISIBLE.sub("", text).split())
    return f"“{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}”"
