"""What a child process cost, by the operating system's own account, and how such figures are printed."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of CPU time (user and system), and the most memory that was held at a time."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def __sub__(self, startup: Cost) -> Cost:
        """The cost of the work alone."""
        return Cost(self.wall_s - startup.wall_s, self.cpu_s - startup.cpu_s, self.peak_mb - startup.peak_mb)


def cost_of(command: Sequence[str], into: Path) -> Cost:
    """Return what a command cost that runs in the folder `into` with this checkout's program; raises where it failed.

    A small process starts it: a child's peak memory counts from that of the process that forked it.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    starter = [sys.executable, "-S", __file__, *command]
    done = subprocess.run(starter, cwd=into, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}: {command}\n{done.stderr[-2000:]}")
    return Cost(*map(float, done.stdout.splitlines()[-1].split()))


def _start() -> int:
    """Run the command of our own command line, and print its cost as the last line."""
    began = time.monotonic()
    status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False).returncode
    wall, usage = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return status


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median with minimum and maximum."""
    return f"{statistics.median(values):8.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


if __name__ == "__main__":
    sys.exit(_start())
