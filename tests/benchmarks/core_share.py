"""A share of a core for each process of a crawl, so that the servers have the rest of the cores to themselves.

With Linux's control groups, which root may make. A process is found within some hundredths of a second of its start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

PERIOD_US = 20_000
POLL_S = 0.02
GROUPS = Path("/sys/fs/cgroup")


class CoreShare:
    """Holds each process that is started by this one, or by its children, to `share` of a core of its own.

    Raises OSError where the system has no such groups or lets us make none.
    """

    def __init__(self, share: float) -> None:
        self._limits = _limits(round(share * PERIOD_US))
        self._groups: dict[int, Path] = {}
        self._ended = Event()
        self._watcher = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watcher.join()
        for group in self._groups.values():
            group.rmdir()

    def _watch(self) -> None:
        while not self._ended.wait(POLL_S):
            for process in descendants(os.getpid()):
                if process not in self._groups:
                    self._limit(process)

    def _limit(self, process: int) -> None:
        self._groups[process] = group = _home() / f"harvester-benchmark-{process}"
        group.mkdir(exist_ok=True)
        for name, value in self._limits.items():
            (group / name).write_text(value)
        with suppress(ProcessLookupError):  # it has ended meanwhile
            (group / "cgroup.procs").write_text(str(process))


def descendants(process: int) -> Iterator[int]:
    """Yield the children of a process, and theirs."""
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text().split()]
        except OSError:  # the thread has ended
            continue
        for child in children:
            yield child
            yield from descendants(child)


def _is_unified() -> bool:
    return (GROUPS / "cgroup.controllers").exists()


def _home() -> Path:
    return GROUPS if _is_unified() else GROUPS / "cpu"


def _limits(microseconds: int) -> dict[str, str]:
    """What a group's files must say; also sees to it that there are such groups."""
    if _is_unified():
        (GROUPS / "cgroup.subtree_control").write_text("+cpu")
        return {"cpu.max": f"{microseconds} {PERIOD_US}"}
    if not os.access(_home() / "cgroup.procs", os.W_OK):
        raise PermissionError(f"{_home()} is not ours to write")
    return {"cpu.cfs_period_us": str(PERIOD_US), "cpu.cfs_quota_us": str(microseconds)}
