"""Standard input can be read once: its beginning, looked at before the crawl, is kept for the crawl itself."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, TextIO, cast
from weakref import WeakKeyDictionary

from harvester.seeds.text import Bytes, SeedListError


class StandardInput:
    """A stream from its first byte on, also where its beginning has been looked at before."""

    def __init__(self, stream: Bytes) -> None:
        self._read = getattr(stream, "read1", stream.read)
        self._kept: list[bytes] = []

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, as soon as there are any; what was looked at comes first."""
        return self._kept.pop(0) if self._kept else cast("bytes", self._read(size))

    def ahead(self) -> Ahead:
        """The same bytes, which stay to be read from here."""
        return Ahead(self)

    def keep(self, number: int, size: int) -> bytes:
        """Return a piece by its number, read where it was not read yet."""
        if number == len(self._kept):
            self._kept.append(self._read(size))
        return self._kept[number]


class Ahead:
    """A look at the beginning of a StandardInput."""

    def __init__(self, stream: StandardInput) -> None:
        self._stream, self._number = stream, -1

    def read(self, size: int, /) -> bytes:
        """Return the next piece."""
        self._number += 1
        return self._stream.keep(self._number, size)


_STREAMS: WeakKeyDictionary[TextIO | BinaryIO, StandardInput] = WeakKeyDictionary()


def standard_input(stream: TextIO | BinaryIO | None) -> StandardInput:
    """Return the one reader of a stream; SeedListError where the process has none."""
    if stream is None:
        raise SeedListError("There is no standard input; give the list as a file.")
    if stream not in _STREAMS:
        _STREAMS[stream] = StandardInput(_as_bytes(stream))
    return _STREAMS[stream]


def _as_bytes(stream: TextIO | BinaryIO) -> Bytes:
    binary = getattr(stream, "buffer", stream)
    if hasattr(binary, "encoding"):  # text that was never bytes
        return BytesIO(cast("TextIO", stream).read().encode("utf-8", "replace"))
    return cast("Bytes", binary)
