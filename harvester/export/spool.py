"""Sorting more rows than memory should hold: sorted runs in one unnamed temporary file, merged as they are read."""

from __future__ import annotations

import heapq
import io
import json
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

READ_BYTES = 16_384  # of one run at a time: 500 runs, a million rows, take 8 MB
ENCODER = json.JSONEncoder(separators=(",", ":"))  # once: json.dumps would make one for every row
T = TypeVar("T")
Entry = list[Any]  # key, number, row: the number is never the same, so that rows are never compared
Run = tuple[int, int]  # where in the file it begins, how many entries it has


class SortedSpool(Generic[T]):
    """Rows are added in any order and come out sorted by their keys, equal ones in the order of adding.

    Rows and keys hold what JSON holds; a tuple inside a row may come back as a list. At most `limit` rows are in
    memory, the others in a file in `folder` (the system's for temporary files). OSError when the disk is full.
    """

    def __init__(self, *, limit: int = 2_000, folder: str | None = None) -> None:
        self._limit = limit
        self._folder = folder
        self._count = 0
        self._entries: list[Entry] = []
        self._file: IO[bytes] | None = None
        self._runs: list[Run] = []

    def __len__(self) -> int:
        return self._count

    def add(self, key: Iterable[Any], row: T) -> None:
        """Take one row."""
        self._entries.append([list(key), self._count, row])
        self._count += 1
        if len(self._entries) >= self._limit:
            self._write_run()

    def __iter__(self) -> Iterator[T]:
        """All rows, sorted. May be repeated, but not twice at a time."""
        self._entries.sort()
        for entry in heapq.merge(*map(self._read_run, self._runs), self._entries):
            yield entry[2]

    def close(self) -> None:
        """Let go of the rows and the disk space."""
        self._entries, self._runs = [], []
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write_run(self) -> None:
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115  read later
        begin = self._file.seek(0, io.SEEK_END)
        self._entries.sort()
        self._file.writelines(ENCODER.encode(entry).encode("ascii") + b"\n" for entry in self._entries)
        self._file.flush()
        self._runs.append((begin, len(self._entries)))
        self._entries = []

    def _read_run(self, run: Run) -> Iterator[Entry]:
        position, left = run
        assert self._file is not None  # noqa: S101 - it holds the runs
        while left:
            self._file.seek(position)
            lines = self._file.readlines(READ_BYTES)[:left]
            position += sum(map(len, lines))
            left -= len(lines)
            yield from map(json.loads, lines)
