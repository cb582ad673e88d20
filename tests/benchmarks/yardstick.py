"""How fast the machine is meanwhile: a fixed piece of work, done once a second in a process of its own.

A virtual machine shares caches, memory and cores with strangers: within half an hour the same site cost 11 and 28 ms of
CPU time (2026-12-01). CPU seconds times the pieces that a CPU second was good for meanwhile can be compared.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO, Self


class Yardstick:
    """Measures from entering to leaving; costs about 2 % of a core."""

    pieces_per_cpu_s: float  # known once it is left

    def __enter__(self) -> Self:
        self._told: IO[str] = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen([sys.executable, "-S", __file__], stdout=self._told)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        with self._told:
            self._told.seek(0)
            lines = self._told.read().splitlines(keepends=True)
        if kind is None:
            self.pieces_per_cpu_s = statistics.fmean(1 / float(line) for line in lines if line.endswith("\n"))


def piece() -> None:
    """Make short-lived objects and look them up, as a crawl does: some 10 to 30 ms."""
    seen = {}
    for number in range(60_000):
        seen[number % 997] = str(number).encode() + b"x"


def main() -> None:
    """Tell the CPU seconds of a piece, once a second, until killed."""
    while True:
        began = time.thread_time()
        piece()
        print(time.thread_time() - began, flush=True)
        time.sleep(1)


if __name__ == "__main__":
    main()
