"""Bytes of a list to numbered lines: any line ending, any character set that lists are saved in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from harvester.seeds.charsets import detect_charset, wide_charset

CHUNK_BYTES = 65_536
LONGEST_LINE_BYTES = 65_536  # the rest of a longer line is passed over
_LINE_END = re.compile(rb"\r\n|\n|\r")
_ADVICE = "save it as UTF-8 (in Excel: “CSV UTF-8”)"
_FIRST_BYTES = (
    (b"PK\x03\x04", "is a workbook or an archive; give a workbook as a file whose name ends with .xlsx"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook (.xls) or one with a password; save it as .xlsx without password"),
)


class SeedListError(ValueError):
    """A list that cannot be read (on); the message says which and why, `line` from where on (0: all of it)."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Bytes(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


class Line(NamedTuple):
    """A physical line: `number` from 1, `text` without its line ending."""

    number: int
    text: str


def read_lines(stream: Bytes, name: str) -> Iterator[Line]:
    """Numbered lines of a text, decoded piece by piece; SeedListError names the first line that is no text."""
    number, charset = 0, None
    try:
        for lines in _raw_lines(stream, name):
            for at, raw in enumerate(lines):
                number += 1
                text = _from_utf_8(raw)
                if text is None:
                    charset = charset or _charset_of(lines[at:], name, number)
                    text = raw.decode(charset, "replace")
                yield Line(number, text)
    except OSError as error:  # a disk or a network drive that fails in the middle
        reason = f"{name} cannot be read on after line {number}: {error.strerror or error}."
        raise SeedListError(reason, line=number + 1) from None


def _from_utf_8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(raw) >= LONGEST_LINE_BYTES and error.start > LONGEST_LINE_BYTES - 4:
            return raw[: error.start].decode("utf-8")
    return None


def _charset_of(lines: list[bytes], name: str, number: int) -> str:
    """The charset of a list, by its first line that is no UTF-8 and those that were read with it."""
    if charset := detect_charset(b"\n".join(line for line in lines if not line.isascii())):
        return charset
    raise SeedListError(f"{name}, line {number}, is in no known character set; {_ADVICE}.", line=number)


def _raw_lines(stream: Bytes, name: str) -> Iterator[list[bytes]]:
    """The lines, as many at a time as were read."""
    chunks = _utf_8_or_legacy(stream, name)
    rest = next(chunks, b"")
    while True:
        chunk = next(chunks, b"")
        # A CR at the end of a chunk may be half of a CRLF: it waits for the next chunk.
        ready, held = (rest[:-1], rest[-1:]) if chunk and rest.endswith(b"\r") else (rest, b"")
        *lines, rest = _LINE_END.split(ready)
        if lines:
            yield [line[:LONGEST_LINE_BYTES] for line in lines]
        if not chunk:
            break
        rest = rest[:LONGEST_LINE_BYTES] + held + chunk
    if rest:
        yield [rest[:LONGEST_LINE_BYTES]]


def _utf_8_or_legacy(stream: Bytes, name: str) -> Iterator[bytes]:
    """The bytes without their mark; UTF-16 and UTF-32 as UTF-8."""
    read = getattr(stream, "read1", stream.read)
    chunk = read(CHUNK_BYTES)
    if charset := wide_charset(chunk):
        decoder = codecs.getincrementaldecoder(charset)("replace")
        while chunk:
            if text := decoder.decode(chunk):
                yield text.encode("utf-8", "replace")
            chunk = read(CHUNK_BYTES)
        return
    for start, reason in _FIRST_BYTES:
        if chunk.startswith(start):
            raise SeedListError(f"{name} {reason}.")
    if b"\x00" in chunk:
        raise SeedListError(f"{name} is not a text file; save the list as .csv, .txt or .xlsx.")
    chunk = chunk.removeprefix(codecs.BOM_UTF8)
    while chunk:
        yield chunk
        chunk = read(CHUNK_BYTES)
