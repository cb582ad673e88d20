"""The other processes of a crawl, as the first one sees them."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any, BinaryIO, cast

from harvester.model import Company, CompanyStatus, Seed
from harvester.processes.frames import Finding, Order, Said, Sender, receive
from harvester.seeds.shards import process_of
from harvester.store import Run

LAST_SECONDS = 10.0  # that a process may take to end when all its visits are over
logger = logging.getLogger(__name__)


def start_process() -> subprocess.Popen[bytes]:
    """Start a process that visits; it waits for its order."""
    settings = {"SCRAPY_SETTINGS_MODULE": os.environ.get("SCRAPY_SETTINGS_MODULE", "harvester.settings")}
    return subprocess.Popen(
        [sys.executable, "-m", "harvester.processes.visiting"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | settings,
        start_new_session=True,  # Ctrl-C is for the first process, which lets open visits end
    )


class ProcessLostError(Exception):
    """The process that had a visit open is gone."""


class VisitingProcess:
    """One process: its line of seeds, its open visits, and the pipes to it."""

    def __init__(
        self,
        number: int,
        process: subprocess.Popen[bytes],
        order: Order,
        count: Callable[[Mapping[str, int]], None],
    ) -> None:
        self.number = number
        self.line: deque[Seed] = deque()
        self.taken = 0  # out of the line, and not yet back
        self.ended = ""  # how, where it was too early
        self._open: dict[str, asyncio.Future[Company]] = {}
        self._count = count
        self._loop = asyncio.get_running_loop()
        self._process = process
        self._sender = Sender(cast("BinaryIO", self._process.stdin))
        self._is_wanted = True
        self._reader = Thread(target=self._read, name=f"visits-{number}", daemon=True)
        self._reader.start()
        self._tell(order)

    async def visit(self, seed: Seed) -> Company:
        """The company of a seed; `not_visited` where the process has ended too early."""
        if not self.ended:
            future: asyncio.Future[Company] = self._loop.create_future()
            self._open[seed.domain] = future
            self._tell(seed)
            with suppress(ProcessLostError):
                return await future
        detail = f"the process that was to visit it ended too early ({self.ended}); the next run will"
        return Company(seed=seed, status=CompanyStatus.NOT_VISITED, detail=detail)

    def dismiss(self) -> None:
        """Tell it that no seed will come any more."""
        self._is_wanted = False
        self._tell(None)

    def wait(self) -> None:
        """Wait for its end. Blocks."""
        self._end()
        self._reader.join(LAST_SECONDS)

    def _end(self) -> int:
        """Return its exit status; its end is made where it does not come by itself. Blocks."""
        try:
            return self._process.wait(LAST_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _tell(self, value: object) -> None:
        try:
            self._sender.send(value)
        except OSError:  # it has ended: the reader finds out
            logger.debug("Process %d reads no more", self.number)

    def _read(self) -> None:
        """Read what it says until its end, in a thread; everything is done with it in the loop."""
        pipe = cast("BinaryIO", self._process.stdout)
        try:
            while True:
                self._loop.call_soon_threadsafe(self._take, receive(pipe))
        except (EOFError, RuntimeError):  # RuntimeError: the loop was closed before us
            pass
        except Exception:  # a bug of ours: then what follows cannot be read, either
            logger.exception("What the crawling process %d of this run said cannot be read", self.number)
        status = self._end()
        if self._is_wanted and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lose, status)

    def _take(self, said: Any) -> None:
        if isinstance(said, Said):
            logging.getLogger(said.record.name).handle(said.record)
        elif isinstance(said, Finding):
            self._count(said.stats)
            future = self._open.pop(said.company.domain, None)
            if future is not None and not future.done():
                future.set_result(said.company)

    def _lose(self, status: int) -> None:
        self.ended = f"signal {-status}" if status < 0 else f"exit status {status}"
        logger.error(
            "The crawling process %d of this run ended too early (%s): its %d open sites and those that it was still "
            "to visit are left for the next run of the same command.",
            self.number, self.ended, len(self._open),
        )  # fmt: skip
        for future in self._open.values():
            if not future.done():
                future.set_exception(ProcessLostError)
        self._open.clear()


class Crew:
    """All the processes of a crawl. Each has `places` for open visits; what waits for one stands in line."""

    def __init__(
        self,
        processes: Sequence[subprocess.Popen[bytes]],
        *,
        places: int,
        settings: Mapping[str, Any],
        run: Run,
        count: Callable[[Mapping[str, int]], None],
    ) -> None:
        order = Order(settings=settings, run=run)
        self._places = places
        self._processes = [VisitingProcess(number, one, order, count) for number, one in enumerate(processes, 1)]

    def line_up(self, seed: Seed) -> None:
        """Put a seed into the line of its process."""
        self._of(seed).line.append(seed)

    def next_seeds(self) -> Iterator[Seed]:
        """Take out of the lines what has a place now. What is lost with its process needs none."""
        for process in self._processes:
            while process.line and (process.ended or process.taken < self._places):
                process.taken += 1
                yield process.line.popleft()

    def in_line(self) -> int:
        """How many seeds wait for a place."""
        return sum(len(process.line) for process in self._processes)

    async def visit(self, seed: Seed) -> Company:
        """Have a seed of `next_seeds` visited; `not_visited` where its process is gone."""
        process = self._of(seed)
        try:
            return await process.visit(seed)
        finally:
            process.taken -= 1

    async def close(self) -> None:
        """Let all end, and wait for it."""
        for process in self._processes:
            process.dismiss()
        await asyncio.gather(*(asyncio.to_thread(process.wait) for process in self._processes))

    def _of(self, seed: Seed) -> VisitingProcess:
        return self._processes[process_of(seed, len(self._processes))]
