"""Servers of asyncio in a thread of their own, for a program whose main thread is taken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Generic, TypeVar

Served = TypeVar("Served")
START_TIMEOUT_S = 20.0


class InThread(Generic[Served]):
    """Runs what `serve` serves in a daemon thread: `start()` and `stop()`, or a `with` block. Once per object."""

    def __init__(self, serve: Callable[[], AbstractAsyncContextManager[Served]]) -> None:
        self._serve = serve
        self._served: Served | None = None
        self._error: BaseException | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="demo servers", daemon=True)

    def start(self) -> Served:
        """Start serving; returns once the ports are known. Raises RuntimeError where the servers cannot start."""
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S) or self._served is None:
            raise RuntimeError("the demo's servers did not start") from self._error
        return self._served

    def stop(self) -> None:
        """Stop serving and wait for the thread to end."""
        if self._loop is not None and self._done is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(START_TIMEOUT_S)

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve_until_done())
        except Exception as error:  # noqa: BLE001 - handed to the thread that called start()
            self._error = error
        finally:
            self._ready.set()

    async def _serve_until_done(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        async with self._serve() as served:
            self._served = served
            self._ready.set()
            await self._done.wait()
