"""The grammar of an e-mail address as people write it on pages.

Lengths are those of RFC 5321 4.5.3.1: 64 for the local part, 255 for the domain, 63 for a label (RFC 1035 2.3.4).
Everything is anchored on the at sign and looks a bounded way left and right, so that cost grows linearly on any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import idna
import tldextract

from harvester.data import load_words

MAX_LOCAL = 64
MAX_DOMAIN = 255

AT_SIGNS = "@\uff20\ufe6b"  # at sign, fullwidth, small form
INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")

_AT = re.compile(f"[{AT_SIGNS}]")
# Letters of the Latin script beside ASCII: an address with them is rare but real; other scripts glued to one are prose.
_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\uff21-\uff3a\uff41-\uff5a\uff10-\uff19"
_LOCAL_BACKWARDS = re.compile(rf"[A-Za-z0-9_.!#$%&'*+/=?^`{{|}}~\-{_LATIN}\uff0e\uff0d\uff3f]{{1,{MAX_LOCAL + 1}}}")
_OTHER_LOCAL_BACKWARDS = re.compile(rf"[^\W_]{{1,1}}[\w.\-]{{0,{MAX_LOCAL - 1}}}")
_DOTS = ".\uff0e\u3002\uff61"
_ASCII_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){1,8}")
_ANY_DOMAIN = re.compile(rf"\w(?:[\w-]{{0,62}})(?:[{_DOTS}]\w[\w-]{{0,62}}){{1,8}}")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?|[^\W_]")
_SCALED_IMAGE = re.compile(r"\d(?:[.\-_]\d)?x(?:[.\-_]|\Z)", re.IGNORECASE)
_VERSION = re.compile(r"[\^~v]?\d+\.(?:\d+|x)(?:\.|\Z)")
# What may follow a known TLD without a space: a glued label whose beginning is certain.
_GLUED = re.compile(
    r"(?:tel|phone|fax|mobile|mob|email|mail|web|www|http|https|website|skype|address|copyright)", re.IGNORECASE
)
_GLUED_HOST = re.compile(r"\.([a-z]{2,8})(?:www|https?)(?:\.|\Z)", re.IGNORECASE)
_WHOLE_TLDS = ("com", "net", "org", "info", "edu", "gov", "biz")
# What is left of an escape when its backslash is no part of the local part: "\\u003einfo@…", "\\ninfo@…".
_ESCAPE_REST = re.compile(r"(?:u00[0-9a-f]{2})+", re.IGNORECASE)
_AFTER_BACKSLASH = re.compile(r"u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrt]")
# What stands glued before a role: "www.info@…", "030123456info@…", "Emailinfo@…".
_ROLES = "|".join(sorted(load_words("role_affixes")))
_GLUED_BEFORE = re.compile(
    rf"\+?(?:www\.|(?:tel|fax)?[.:]?\d{{6,}}(?=(?:{_ROLES})\Z)|e-?mail:?(?=(?:info|sales|office|contact)\Z))",
    re.IGNORECASE,
)
_URL_SEPARATOR = re.compile(r".*(?:[/=?&|`{}#!$^]|\.\.)", re.DOTALL)


class AddressError(ValueError):
    """The text is no e-mail address; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address; `domain` is lower case and in Unicode."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Found:
    """An address in a text: `text[start:end]` is what stood there, `address` its normalized form."""

    start: int
    end: int
    address: str


@lru_cache(maxsize=1)
def _top_level_domains() -> frozenset[str]:
    """Last labels of the public suffix list, in Unicode and in ASCII, plus the reserved `example` (RFC 2606)."""
    extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=False)
    labels = {suffix.rpartition(".")[2] for suffix in extract.tlds} | {"example"}
    return frozenset(labels | {_label_in_ascii(label) for label in labels if not label.isascii()})


def _label_in_ascii(label: str) -> str:
    try:
        return idna.encode(label).decode("ascii")
    except idna.IDNAError:
        return label


def _label_in_unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def has_known_suffix(domain: str) -> bool:
    """Whether the last label is a top-level domain that exists, in ASCII or Unicode (or the reserved `example`)."""
    name, dot, last = domain.rpartition(".")
    return bool(dot and name) and last.lower() in _top_level_domains()


def parse_address(text: str) -> Address:
    """The parts of an address without display name or angle brackets.

    >>> parse_address("Info@Example.COM")
    Address(local='Info', domain='example.com')
    """
    cleaned = INVISIBLE.sub("", text).strip()
    if not cleaned.isascii():
        cleaned = unicodedata.normalize("NFKC", cleaned).replace("\u3002", ".")
    local, at, domain = cleaned.rpartition("@")
    if not at:
        raise AddressError(f"{text!r} has no @")
    if not 0 < len(local) <= MAX_LOCAL:
        raise AddressError(f"the part before the @ of {text!r} has not 1 to {MAX_LOCAL} characters")
    if not _LOCAL.fullmatch(local):
        raise AddressError(f"the part before the @ of {text!r} has characters or dots that cannot stand there")
    return Address(local, _parse_domain(domain, text))


def _parse_domain(domain: str, text: str) -> str:
    domain = domain.removesuffix(".").lower()
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > MAX_DOMAIN:
        raise AddressError(f"the domain of {text!r} has no dot or is longer than {MAX_DOMAIN} characters")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"the domain of {text!r} is not made of letters, digits and inner hyphens")
    if len(labels[-1]) < 2 and labels[-1].isascii():
        raise AddressError(f"the domain of {text!r} ends in a single letter")
    if not labels[-1].isalpha() and any(map(str.isdigit, labels[-1])) and not labels[-1].startswith("xn--"):
        raise AddressError(f"the domain of {text!r} ends in digits")
    return ".".join(map(_label_in_unicode, labels))


def normalize_address(text: str) -> str:
    """The form in which addresses are compared: domain in lower case and Unicode, an ASCII local part in lower case."""
    address = parse_address(text)
    local = address.local.lower() if address.local.isascii() else address.local
    return f"{local}@{address.domain}"


def find_addresses(text: str, *, known_suffix: bool = True) -> Iterator[Found]:
    """The addresses in a text, in order. Without `known_suffix` any alphabetic last label will do."""
    for at in _AT.finditer(text):
        position = at.start()
        domain_end = _domain_end(text, position + 1, known_suffix=known_suffix)
        if domain_end is None:
            continue
        start = _local_start(text, position, text[position + 1 : domain_end])
        if start is None:
            continue
        try:
            yield Found(start, domain_end, normalize_address(text[start:domain_end]))
        except AddressError:
            continue


def _local_start(text: str, at: int, domain: str) -> int | None:
    """Where the local part that ends at `at` begins, or None."""
    window = text[max(0, at - MAX_LOCAL - 1) : at][::-1]
    match = _LOCAL_BACKWARDS.match(window)
    if match is None:
        # A local part in another script is believed only before a domain in another script (RFC 6531).
        match = None if domain.isascii() else _OTHER_LOCAL_BACKWARDS.match(window)
        if match is None:
            return None
    if len(match.group()) > MAX_LOCAL:
        return None
    local = match.group()[::-1]
    begin = at - len(local)
    escape = _AFTER_BACKSLASH.match(local) if text[begin - 1 : begin] == "\\" else None
    skipped = escape.end() if escape else 0
    start = _trim_local(local[skipped:], begin + skipped)
    # "@user@host" is a handle of the fediverse, and in "a@b.comc@d.com" nobody can say where the second one begins.
    return None if start and text[start - 1] in AT_SIGNS else start


def _trim_local(local: str, start: int) -> int | None:
    """Take away what stands before the local part without belonging to it: URL parts, escapes, punctuation."""
    cut = 0
    separator = _URL_SEPARATOR.match(local)
    if separator:
        cut = separator.end()
    rest = local[cut:]
    percent = rest.rfind("%")
    if percent >= 0:
        if rest[percent + 1 : percent + 3].lower() not in {"20", "22", "27", "2c", "3a", "3c", "3d", "3e", "2f", "3b"}:
            return None
        cut += percent + 3
        rest = local[cut:]
    escape = _ESCAPE_REST.match(rest)
    if escape and escape.end() < len(rest):
        cut += escape.end()
        rest = local[cut:]
    if glued := _GLUED_BEFORE.match(rest):
        cut += glued.end()
        rest = local[cut:]
    stripped = rest.lstrip(".-'*~+")
    if not stripped:
        return None
    return start + cut + len(rest) - len(stripped)


def _domain_end(text: str, start: int, *, known_suffix: bool) -> int | None:
    """Where the domain that begins at `start` ends, or None. Glued words and sentence ends are left out."""
    match = _ASCII_DOMAIN.match(text, start, start + MAX_DOMAIN)
    if match is not None:
        domain = match.group()
        if _SCALED_IMAGE.match(domain) or _VERSION.match(domain):
            return None
        length = _known_length(domain)
        following = text[match.end() : match.end() + 1]
        if length and (length < len(domain) or not following.isalpha() or following.isspace()):
            return start + length
        if length and has_known_suffix(domain[:length]):
            return start + length
        if not known_suffix and not following.isalpha():
            return start + _plain_length(domain) if _plain_length(domain) else None
    match = _ANY_DOMAIN.match(text, start, start + MAX_DOMAIN)
    if match is None or match.group().isascii():
        return None
    length = _known_length(match.group().translate(_FULL_DOTS))
    return start + length if length else None


_FULL_DOTS = str.maketrans(dict.fromkeys(_DOTS, "."))


def _plain_length(domain: str) -> int:
    """Length of the domain when its last label is only letters, else 0."""
    return len(domain) if domain.rpartition(".")[2].isalpha() and len(domain.rpartition(".")[2]) > 1 else 0


def _known_length(domain: str) -> int:
    """How much of the domain is one: the longest run of labels that ends in a known suffix; 0 if none."""
    glued = _GLUED_HOST.search(domain)
    if glued and glued.group(1).lower() in _top_level_domains():
        return glued.end(1)
    labels = domain.split(".")
    for count in range(len(labels), 1, -1):
        name, last = labels[: count - 1], labels[count - 1]
        if count > 2 and _starts_sentence(name, last):
            continue
        known = _known_label(last)
        if known:
            return len(".".join(name)) + 1 + known
    return 0


def _starts_sentence(name: list[str], last: str) -> bool:
    """ "info@shop.example.Call us": the last label is a capitalized word after a domain that is already complete."""
    before = ".".join(name)
    return last[:1].isupper() and not last.isupper() and before == before.lower() and has_known_suffix(before)


def _known_label(label: str) -> int:
    """How many of the first characters of the last label are a known TLD; the rest is glued on for certain."""
    trimmed = label.rstrip("-_")
    if trimmed.lower() in _top_level_domains():
        return len(trimmed)
    boundary = _boundary(label)
    if boundary and label[:boundary].lower() in _top_level_domains():
        return boundary
    for tld in _WHOLE_TLDS:
        if label.lower().startswith(tld) and _GLUED.match(label, len(tld)):
            return len(tld)
    return 0


def _boundary(label: str) -> int:
    """Where the label's first run ends: at a digit, a capital after a small letter, a hyphen, or another script."""
    for index in range(1, len(label)):
        before, here = label[index - 1], label[index]
        if not here.isalpha() or (here.isupper() and before.islower()) or before.isascii() != here.isascii():
            return index
    return 0


def decode_percent(text: str) -> str | None:
    """Undo percent-encoding, up to three layers; None when there is none.

    >>> decode_percent("info%40acme.example")
    'info@acme.example'
    """
    decoded = text
    for _ in range(3):
        if "%" not in decoded:
            break
        decoded = unquote(decoded, errors="replace")
    return decoded if decoded != text else None
