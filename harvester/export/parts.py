"""Files of an export in the making: rows in, bytes out, into as many parts as a limit asks for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Protocol

from harvester.export.rows import Row

# Gives the stream of a part by its name: "" for a file that has one part only, else "companies", "contacts-2", ….
OpenPart = Callable[[str], IO[bytes]]


class RowWriter(Protocol):
    """A format at work. Rows are added in the order in which they shall stand."""

    def add(self, row: Row) -> None:
        """Take one contact's row."""

    def close(self) -> None:
        """Write what is left. The streams are their opener's to close."""


class _Encoder:
    """A "file" of `csv.writer`, which answers what `write` did: each line as bytes."""

    def write(self, line: str) -> bytes:
        return line.encode("utf-8", "replace")


class CsvParts:
    """CSV in parts of at most `most_rows` rows (without the header) and `most_bytes` bytes, each with the header.

    Lines end with CR LF (RFC 4180). A single part has no number.
    """

    def __init__(
        self, open_part: OpenPart, header: Sequence[str], *, name: str = "", mark: bytes = b"",
        most_rows: int | None = None, most_bytes: int | None = None,
    ) -> None:  # fmt: skip
        self._open, self._name = open_part, name
        self._most_rows, self._most_bytes = most_rows, most_bytes
        self._csv = csv.writer(_Encoder(), dialect="excel")
        self._header: bytes = mark + self._csv.writerow(header)
        self._part, self._rows, self._bytes = 0, 0, 0
        self._stream: IO[bytes] | None = None

    def write(self, cells: Iterable[str]) -> None:
        """Write one row, into the next part where this one is full."""
        line: bytes = self._csv.writerow(cells)
        if self._stream is None or self._is_full(len(line)):
            self._begin()
        assert self._stream is not None  # noqa: S101  _begin has opened it
        self._stream.write(line)
        self._rows += 1
        self._bytes += len(line)

    def close(self) -> None:
        """Write a bare header where there was no row."""
        if self._stream is None:
            self._begin()

    def _is_full(self, more: int) -> bool:
        rows_full = self._most_rows is not None and self._rows >= self._most_rows
        return rows_full or (self._most_bytes is not None and self._bytes + more > self._most_bytes)

    def _begin(self) -> None:
        self._part += 1
        number = str(self._part) if self._part > 1 else ""
        self._stream = self._open("-".join(filter(None, (self._name, number))))
        self._stream.write(self._header)
        self._rows, self._bytes = 0, len(self._header)
