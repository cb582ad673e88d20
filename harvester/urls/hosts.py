"""Host names: one spelling for each, and who owns them by the public suffix list (bundled, never downloaded)."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

import idna
from tldextract import TLDExtract

_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_suffixes = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@lru_cache(maxsize=1024)
def ascii_host(host: str) -> str:
    """Lower case, IDN as A-labels (UTS 46), IPv6 in brackets, no trailing dot; ValueError for what cannot be a host."""
    text = host.strip().lower()
    if ":" in text:
        return f"[{_plain_ipv6(text)}]"
    text = (text if text.isascii() else _encode_idn(text)).rstrip(".")
    if not _HOST.fullmatch(text):
        raise ValueError(f"{host!r} is not a host name")
    if _NUMERIC_LABEL.fullmatch(text.rpartition(".")[2]):
        return str(
            IPv4Address(text)
        )  # a last label that is a number makes it an IPv4 address (WHATWG URL, "ends in a number")
    return text


def unicode_host(host: str) -> str:
    """The host as people read it: A-labels in Unicode, where they can be encoded again. ValueError as `ascii_host`."""
    text = ascii_host(host)
    if "xn--" not in text:
        return text
    try:
        decoded = idna.decode(text)
        return decoded if ascii_host(decoded) == text else text
    except ValueError:
        return text


def _plain_ipv6(text: str) -> str:
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if "%" in text:
        raise ValueError(f"{text!r} names a network interface and is not an address of the web")
    return IPv6Address(text).compressed


def _encode_idn(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return (
            host.encode("idna").decode("ascii").lower()
        )  # emoji domains: registered under the rules of 2003 (RFC 3490)


def is_ip(host: str) -> bool:
    """Whether an `ascii_host` is an IP literal."""
    return host.startswith("[") or host.rpartition(".")[2].isdigit()


@lru_cache(maxsize=1024)
def registrable_domain(host: str) -> str:
    """What one owner registered, in A-labels: `acme.co.uk`. IPs, bare suffixes and non-hosts are themselves.

    By the public suffix list with its private section (`x.github.io`); an unknown TLD is one label (the `*` rule).
    """
    try:
        text = ascii_host(host)
    except ValueError:
        return host
    if is_ip(text):
        return text
    parts = _suffixes.extract_str(text)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else text
    return ".".join(text.split(".")[-2:])


def is_public_suffix(host: str) -> bool:
    """Whether a host is an ending of several labels below which others register: `co.uk`, `github.io`."""
    parts = _suffixes.extract_str(host)
    return "." in parts.suffix and not parts.domain and not parts.subdomain


def same_company(a_host: str, b_host: str) -> bool:
    """Whether two hosts belong to one owner, as far as names can tell."""
    return registrable_domain(a_host) == registrable_domain(b_host)


def without_www(host: str) -> str:
    """The host without its leading `www.` labels, as long as something that can be registered is left."""
    while host.startswith("www.") and registrable_domain(host) != _ascii_or_same(host):
        host = host.removeprefix("www.")
    return host


def _ascii_or_same(host: str) -> str:
    try:
        return ascii_host(host)
    except ValueError:
        return host
