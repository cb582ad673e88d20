"""Sorting more rows than memory should hold: sorted runs in unnamed temporary files, merged at the end."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

MOST_RUNS = 64  # open files; more runs are merged into one
ENCODER = json.JSONEncoder(separators=(",", ":"))  # once: json.dumps would make one for every row
T = TypeVar("T")
Entry = list[Any]  # key, number, row: the number is never the same, so that rows are never compared


class SortedSpool(Generic[T]):
    """Rows are added in any order and come out sorted by their keys, equal ones in the order of adding.

    Rows and keys hold what JSON holds; a tuple inside a row may come back as a list. At most `limit` rows are in
    memory, the others in files in `folder` (the system's for temporary files). OSError when the disk is full.
    """

    def __init__(self, *, limit: int = 20_000, folder: str | None = None) -> None:
        self._limit = limit
        self._folder = folder
        self._count = 0
        self._entries: list[Entry] = []
        self._runs: list[IO[str]] = []

    def __len__(self) -> int:
        return self._count

    def add(self, key: Iterable[Any], row: T) -> None:
        """Take one row."""
        self._entries.append([list(key), self._count, row])
        self._count += 1
        if len(self._entries) >= self._limit:
            self._entries.sort()
            self._runs.append(self._write_run(self._entries))
            self._entries = []
        if len(self._runs) >= MOST_RUNS:
            merged = self._write_run(heapq.merge(*map(_read_run, self._runs)))
            self._close_runs()
            self._runs = [merged]

    def __iter__(self) -> Iterator[T]:
        """All rows, sorted. May be repeated, but not twice at a time."""
        self._entries.sort()
        for entry in heapq.merge(*map(_read_run, self._runs), self._entries):
            yield entry[2]

    def close(self) -> None:
        """Let go of the rows and the disk space."""
        self._entries = []
        self._close_runs()

    def _write_run(self, entries: Iterable[Entry]) -> IO[str]:
        run = TemporaryFile("w+", encoding="ascii", newline="\n", dir=self._folder)  # noqa: SIM115  read later
        try:
            run.writelines(ENCODER.encode(entry) + "\n" for entry in entries)
            run.flush()
        except BaseException:
            run.close()
            raise
        return run

    def _close_runs(self) -> None:
        for run in self._runs:
            run.close()
        self._runs = []


def _read_run(run: IO[str]) -> Iterator[Any]:
    run.seek(0)
    return map(json.loads, run)
