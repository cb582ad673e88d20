"""Bytes of a list to numbered lines: any line ending, with or without BOM, UTF-8 or Western European."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

CHUNK_BYTES = 65_536
LONGEST_LINE_BYTES = 65_536  # the rest of a longer line is passed over
_LINE_END = re.compile(rb"\r\n|\n|\r")
_FAR_FROM_WESTERN = re.compile(
    rb"[\x80-\xff]{4}"
)  # "Größe" has two letters in a row; Chinese or Cyrillic text has more
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ADVICE = "save it as UTF-8 (in Excel: “CSV UTF-8”)"


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
    """Numbered lines of a text, decoded one by one; SeedListError names the first line that is no text."""
    number = 0
    try:
        for number, raw in enumerate(_raw_lines(stream, name), 1):
            yield Line(number, _decode(raw, name, number))
    except OSError as error:  # a disk or a network drive that fails in the middle
        reason = f"{name} cannot be read on after line {number}: {error.strerror or error}."
        raise SeedListError(reason, line=number + 1) from None


def _decode(raw: bytes, name: str, number: int) -> str:
    """UTF-8; else Windows-1252, if the bytes look like words of a Western European language."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(raw) >= LONGEST_LINE_BYTES and error.start > LONGEST_LINE_BYTES - 4:
            return raw[: error.start].decode("utf-8")
    try:
        if not _FAR_FROM_WESTERN.search(raw):
            return raw.decode("cp1252")
    except UnicodeDecodeError:
        pass
    reason = f"{name}, line {number}, is neither UTF-8 nor Western European text; {_ADVICE}."
    raise SeedListError(reason, line=number)


def _raw_lines(stream: Bytes, name: str) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)
    rest = _check_start(read(CHUNK_BYTES), name)
    while True:
        chunk = read(CHUNK_BYTES)
        # A CR at the end of a chunk may be half of a CRLF: it waits for the next chunk.
        ready, held = (rest[:-1], rest[-1:]) if chunk and rest.endswith(b"\r") else (rest, b"")
        *lines, rest = _LINE_END.split(ready)
        for line in lines:
            yield line[:LONGEST_LINE_BYTES]
        if not chunk:
            break
        rest = rest[:LONGEST_LINE_BYTES] + held + chunk
    if rest:
        yield rest[:LONGEST_LINE_BYTES]


def _check_start(start: bytes, name: str) -> bytes:
    if start.startswith(_UTF_16):
        raise SeedListError(f"{name} is written in UTF-16; {_ADVICE}.")
    if b"\x00" in start:
        raise SeedListError(f"{name} is not a text file; save the list as .csv or .txt.")
    return start.removeprefix(b"\xef\xbb\xbf")
