"""A mail taken apart: headers, and parts in the order in which they stand, whatever their nesting.

Bounces are written by programs that are decades old and broken on their way: of the 318 real ones that the reader is
measured on (2026-11), 7 have boundaries that their headers do not name, or none at all. So parts are split wherever a
boundary line is followed by the headers of a part, without recursion and in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harvester.bounces.decoding import decode_header, decode_text, decode_transfer, text_of_html

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 1000
LONGEST_TEXT = 256 * 1024  # bytes of a part that are looked at
MAX_HEADER_BYTES = 256 * 1024

_HEADER = re.compile(rb"^([!-9;-~]{1,76})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_BOUNDARY_LINE = re.compile(rb"^[ \t]?--([^\n]{1,200})(?:\n|\Z)", re.MULTILINE)
_PART_HEADERS = re.compile(rb"(?:[!-9;-~]{1,76}:[^\n]*\n(?:[ \t]+[^\n]*\n)*){1,40}", re.MULTILINE)
_BOUNDARY = re.compile(r"""\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}")
_CHARSET = re.compile(r"""\bcharset\s*=\s*"?'?([\w.:+-]{1,40})""", re.IGNORECASE)
_REPORT_TYPE = re.compile(r"""\breport-type\s*=\s*"?([\w-]{1,40})""", re.IGNORECASE)
_FROM_LINES = re.compile(rb"\A(?:\xef\xbb\xbf|\s)*(?:>?From [^\n]*\n\s*)*")
_NO_TYPE = "text/plain"
HEADERS_OF_MAILS = frozenset({"from", "to", "date", "subject", "received", "message-id", "return-path"})
LETTERS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial")


class MailError(ValueError):
    """The mail is refused; the message says why."""


Headers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail. `inside` is true for what belongs to an enclosed letter, whose headers are its `body`."""

    headers: Headers
    body: bytes
    inside: bool = False
    begin: int = 0  # where its body stands in the body of the mail

    @property
    def content_type(self) -> str:
        """Type and subtype in lower case; text/plain where none is given."""
        return _type_of(self.headers)

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding."""
        return decode_transfer(self.body, first(self.headers, "content-transfer-encoding"))

    @property
    def _beginning(self) -> bytes:
        return self.body if len(self.body) <= LONGEST_TEXT else self.body[:LONGEST_TEXT].rpartition(b"\n")[0]

    @property
    def text(self) -> str:
        """The body as text, as far as a bounce may be long; that of HTML is what it shows."""
        content_type = first(self.headers, "content-type")
        charset = _CHARSET.search(content_type)
        content = decode_transfer(self._beginning, first(self.headers, "content-transfer-encoding"))
        text = decode_text(content, charset[1] if charset else "")
        return text_of_html(text) if self.content_type == "text/html" else text


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail with its headers (names in lower case, encoded words decoded) and its parts, in order."""

    headers: Headers
    parts: tuple[Part, ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of a name, or an empty string."""
        return first(self.headers, name)

    @property
    def report_type(self) -> str:
        """The `report-type` of a multipart/report (RFC 6522), or an empty string."""
        found = _REPORT_TYPE.search(self.header("content-type"))
        return found.group(1).lower() if found else ""

    def parts_of(self, *types: str) -> Iterator[Part]:
        """The parts of these types that belong to no enclosed letter."""
        return (part for part in self.parts if not part.inside and part.content_type in types)

    @property
    def letter(self) -> bytes:
        """The first enclosed letter, or what is there of it; empty where there is none."""
        begin = next((part.begin for part in self.parts_of(*LETTERS)), None)
        if begin is None:
            return b""
        end = next((part.begin for part in self.parts if part.begin > begin and not part.inside), len(self.body))
        return self.body[begin:end]

    @property
    def text(self) -> str:
        """What the mail says in its own parts: the plain ones, or those of HTML where no plain one says anything."""
        plain = "\n".join(part.text for part in self.parts_of("text/plain") if part.body.strip())
        return plain if plain.strip() else "\n".join(part.text for part in self.parts_of("text/html"))


def first(headers: Headers, name: str) -> str:
    """The first header of a name, or an empty string."""
    return headers.get(name, ("",))[0]


def parse_mail(raw: bytes) -> Mail:
    """The parts of a mail; MailError if it is too long or has too many of them. Any other bytes give a mail."""
    if len(raw) > MAX_BYTES:
        raise MailError(f"The mail has {len(raw):,} bytes; at most {MAX_BYTES:,} are read.")
    head, body = _split_head(raw)
    headers = parse_headers(head)
    return Mail(headers, tuple(_split_parts(headers, body)), body)


def has_header_of_mails(raw: bytes) -> bool:
    """Whether a header stands there that every mail has; a picture, a database or a list has none of them."""
    return not HEADERS_OF_MAILS.isdisjoint(parse_headers(_split_head(raw[:MAX_HEADER_BYTES])[0]))


def parse_headers(head: bytes) -> dict[str, tuple[str, ...]]:
    """Headers by their names in lower case, unfolded and decoded. What is no header is passed over."""
    found: dict[str, list[str]] = {}
    for match in _HEADER.finditer(head[:MAX_HEADER_BYTES]):
        found.setdefault(match[1].decode("ascii").lower(), []).append(decode_header(match[2]))
    return {name: tuple(values) for name, values in found.items()}


def _split_head(raw: bytes) -> tuple[bytes, bytes]:
    data = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw
    start = _FROM_LINES.match(data)
    data = data[start.end() if start else 0 :]
    if data.startswith(b"\n"):
        return b"", data
    head, _, body = data.partition(b"\n\n")
    return head, body


def _split_parts(headers: Headers, body: bytes) -> Iterator[Part]:
    """The body at its boundary lines. A letter ends where a boundary follows that was known before it began."""
    known = _boundaries(headers)
    letter: frozenset[str] | None = None  # inside a letter: the boundaries that end it
    own: Headers = {} if known else {name: headers[name] for name in headers if name.startswith("content-")}
    begin, inside, count = 0, False, 0
    for line in _BOUNDARY_LINE.finditer(body):
        name = line[1].decode("latin-1").rstrip()
        head = _PART_HEADERS.match(body, line.end())
        if head is not None and b"ontent-" not in head.group():
            head = None
        if head is None and name not in known and name.removesuffix("--") not in known:
            continue
        yield Part(own, body[begin : line.start()], inside, begin)
        count += 1
        if count > MAX_PARTS:
            raise MailError(f"The mail has more than {MAX_PARTS:,} parts.")
        if letter is not None and (name in letter or name.removesuffix("--") in letter):
            letter = None
        own = parse_headers(head.group()) if head else {}
        is_letter = _type_of(own) in LETTERS or ("from" in own and "to" in own)  # a letter without headers around it
        if is_letter and _type_of(own) not in LETTERS:
            own = {"content-type": ("message/rfc822",)}
            begin = line.end()
        else:
            begin = head.end() if head else line.end()
        inside = letter is not None
        known |= {name} | _boundaries(own)
        if letter is None and is_letter:
            letter = frozenset(known)
    yield Part(own, body[begin:], inside, begin)


def _type_of(headers: Headers) -> str:
    found = _TYPE.match(first(headers, "content-type"))
    return found[0].lower() if found else _NO_TYPE


def _boundaries(headers: Headers) -> set[str]:
    found = _BOUNDARY.search(first(headers, "content-type"))
    return {(found.group(1) or found.group(2)).rstrip()} if found else set()
