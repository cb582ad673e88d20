"""A job at work: its parts one after the other, each a process of its own, so that none can take the others with it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from harvester.jobs.table import Job, JobError, Part
from harvester.model import ContactState, Grade
from harvester.private_files import make_private_folder
from harvester.store import Store
from harvester.store.overview import MAIL_ARRIVES
from harvester.terminal import STOPPED

KEPT_LINES = 40  # of what a part said, its end: the summary is there


class JobRunningError(JobError):
    """The same job is at work in another process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """How a part ended: its exit status (0: done), the last lines that it said, and the time that it took."""

    part: Part
    status: int
    lines: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A job that has ended. `before` and `after` are numbers of the store by name, empty where it cannot be read."""

    job: Job
    begun: datetime
    seconds: float
    results: tuple[PartResult, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def failed(self) -> tuple[PartResult, ...]:
        """The parts that did not do all of their work."""
        return tuple(result for result in self.results if result.status)


@contextmanager
def locked(job: Job) -> Iterator[None]:
    """Hold the job's lock, which ends with the process whatever happens to it; JobRunningError where it is taken."""
    path = job.report.with_name(f".{job.report.name}.lock")
    try:
        make_private_folder(path.parent)
        lock = FileLock(path, mode=0o600)
        lock.acquire(timeout=0)
    except Timeout:
        raise JobRunningError(f"The job {job.name} is running already (its lock is {path}).") from None
    except OSError as error:
        raise JobError(f"The job {job.name} cannot write {path}: {error.strerror or error}.") from None
    try:
        yield
    finally:
        lock.release()


def run_parts(
    job: Job, *, settings: Sequence[str], database: str, say: Callable[[str], None], now: Callable[[], datetime]
) -> Round:
    """Run all parts, whatever becomes of each; what they say goes to `say`, a line at a time, as it comes.

    `settings` are NAME=VALUE pairs for every part.
    """
    pairs = [argument for pair in settings for argument in ("-s", pair)]
    begun, started = now(), time.monotonic()
    before = numbers_of(database)
    results = []
    for part in job.parts:
        say(f"== {job.name}: harvester {' '.join(part.arguments)}")
        results.append(run_part(part, pairs, say))
        if results[-1].status == STOPPED:
            break
    return Round(
        job=job,
        begun=begun,
        seconds=time.monotonic() - started,
        results=tuple(results),
        before=before,
        after=numbers_of(database),
    )


def run_part(part: Part, pairs: Sequence[str], say: Callable[[str], None]) -> PartResult:
    """Run one command as a process, with the settings `-s …` of `pairs`."""
    started, kept, is_stopped = time.monotonic(), deque[str](maxlen=KEPT_LINES), False
    command = [sys.executable, "-m", "harvester.cli", *part.arguments, *pairs]
    with subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        status = None
        while status is None:
            try:
                for line in process.stdout or ():
                    kept.append(line.rstrip("\n"))
                    say(kept[-1])
                status = process.wait()
            except KeyboardInterrupt:  # the process got it, too: it ends what it has begun
                is_stopped = True  # however it ends: it may have done so just before
                say("Stopping: what has begun is ended first.")
    status = STOPPED if is_stopped else status
    return PartResult(part=part, status=status, lines=tuple(kept), seconds=time.monotonic() - started)


def numbers_of(database: str) -> dict[str, int]:
    """What a report compares; empty where the store cannot be read, which a part tells better."""
    try:
        with Store.open(database) as store:
            found = store.load_statistics()
    except ValueError:
        return {}
    return {
        "companies": found.companies.total(),
        "contacts": found.contacts,
        "priority_a": found.count(priorities=[Grade.A]),
        "priority_b": found.count(priorities=[Grade.B]),
        "arrives": found.count(statuses=MAIL_ARRIVES),
        "exported": found.exported,
        **{state.value: found.by_state[state] for state in STATES},
    }


STATES = (ContactState.SUPPRESSED, ContactState.OPTED_OUT, ContactState.GONE)


def report_paths(job: Job) -> tuple[Path, Path]:
    """Where the report goes: text and HTML."""
    return job.report.with_name(f"{job.report.name}.txt"), job.report.with_name(f"{job.report.name}.html")
