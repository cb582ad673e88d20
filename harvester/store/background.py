"""Writing off the crawl's path: one thread that writes what has come in the meantime, in one transaction.

While one transaction is written, or waits for another process that writes, the next batch grows, and the event loop
goes on. What a killed process loses is what was not yet committed, and that is not marked done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from harvester.model import Company, DomainVerdict
from harvester.store import Store, StoreError
from harvester.store.database import StoreConflictError

BATCH = 100  # companies a transaction: about 0.1 s, which another process may have to wait
ATTEMPTS = 5  # at a transaction that the database undid for another's sake


class BackgroundWriter:
    """Saves companies and verdicts of a store in the order in which they come; call it from one event loop."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._companies: deque[tuple[Company, int | None, asyncio.Future[Company]]] = deque()
        self._verdicts: list[DomainVerdict] = []
        self._deferred: list[Callable[[Store], None]] = []
        self._failure: Exception | None = None  # what kept something deferred from being written
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._writing: asyncio.Task[None] | None = None

    async def save_company(self, company: Company, *, run_id: int | None) -> Company:
        """As the store's; returns when it is committed, and raises what kept this company from it."""
        future: asyncio.Future[Company] = asyncio.get_running_loop().create_future()
        self._companies.append((company, run_id, future))
        self._wake()
        return await future

    def load_verdict(self, domain: str, *, now: datetime) -> DomainVerdict | None:
        """As the store's."""
        return self._store().load_verdict(domain, now=now)

    def save_verdict(self, verdict: DomainVerdict) -> None:
        """Save it with the next companies; one that is lost is only asked for again."""
        self._verdicts.append(verdict)

    def defer(self, write: Callable[[Store], None]) -> None:
        """Let something be written when the thread comes to it; raises what kept an earlier one from being written."""
        self._raise_failure()
        self._deferred.append(write)
        self._wake()

    async def aclose(self) -> None:
        """Write what is left; raises what kept something deferred from being written."""
        if self._writing:
            await self._writing
        if self._verdicts:
            await self._in_thread()
        self._thread.shutdown()
        self._raise_failure()

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _wake(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._companies or self._deferred:
            if self._deferred:
                await self._write_deferred()
            if self._companies:
                await self._in_thread()

    async def _write_deferred(self) -> None:
        writes, self._deferred = self._deferred, []

        def in_thread() -> None:
            store = self._store()
            for write in writes:
                write(store)

        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, in_thread)
        except Exception as error:  # noqa: BLE001 - handed to who defers the next one
            self._failure = error

    async def _in_thread(self) -> None:
        batch = [self._companies.popleft() for _ in range(min(BATCH, len(self._companies)))]
        verdicts, self._verdicts = self._verdicts, []
        given = [(company, run_id) for company, run_id, _ in batch]
        loop = asyncio.get_running_loop()
        saved = await loop.run_in_executor(self._thread, self._save, given, verdicts)
        for (_, _, future), result in zip(batch, saved, strict=True):
            if future.done():  # who waited for it was cancelled
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _save(
        self, given: list[tuple[Company, int | None]], verdicts: list[DomainVerdict]
    ) -> list[Company | Exception]:
        """In the thread: all in one transaction; where that fails, each in its own, so that it costs only the one."""
        try:
            return list(self._save_all(given, verdicts))
        except StoreError as error:  # of the database, not of one company: each would wait as long for it again
            return [error] * len(given)
        except Exception:  # noqa: BLE001 - told for the one that it is about
            return [self._save_one(company, run_id) for company, run_id in given]

    def _save_all(self, given: list[tuple[Company, int | None]], verdicts: list[DomainVerdict]) -> list[Company]:
        for _ in range(ATTEMPTS - 1):
            with suppress(StoreConflictError):
                return self._store().save_companies(given, verdicts)
        return self._store().save_companies(given, verdicts)

    def _save_one(self, company: Company, run_id: int | None) -> Company | Exception:
        try:
            return self._save_all([(company, run_id)], [])[0]
        except Exception as error:  # noqa: BLE001 - handed to who waits for it
            return error
