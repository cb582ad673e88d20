"""An aiohttp application in a thread, and the faults that it may have."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # cut connections are meant
FAULTS = ("limit", "limit_date", "unavailable", "error", "late_error", "cut", "late_cut", "slow")


@dataclass(kw_only=True)
class Faults:
    """How often (0 to 1) a request meets a fault of these kinds; the dice are seeded."""

    share: float = 0.0
    kinds: tuple[str, ...] = FAULTS
    seed: int = 1
    slow_s: float = 0.05
    met: Counter[str] = field(default_factory=Counter)
    kill_at: int | None = None  # the number of the request at which the client is killed
    kill_phase: str = "late"  # before the work, after it and before the answer
    client: int | None = None
    requests: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def pick(self) -> str:
        kind = self.dice.choice(self.kinds) if self.dice.random() < self.share else "none"
        self.met[kind] += 1
        return kind

    def kill(self, phase: str) -> bool:
        """Kill the client where this is the moment."""
        if self.client is None or self.requests != self.kill_at or phase != self.kill_phase:
            return False
        os.kill(self.client, signal.SIGKILL)
        return True


class CrmServer:
    """A CRM on loopback. Subclasses add routes, say what a 429 looks like, and keep records."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.writes = 0  # requests that were to write, and were let through
        self.log: list[str] = []  # method and path
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0

    def add_routes(self, app: web.Application) -> None:
        raise NotImplementedError

    def limited(self, headers: dict[str, str]) -> web.Response:
        return web.json_response({"status": "error", "message": "slow down"}, status=429, headers=headers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Any:
        threading.Thread(target=self._run, daemon=True).start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application(middlewares=[self._faulty], client_max_size=8 * 1024 * 1024)
        self.add_routes(app)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        faults = self.faults
        faults.requests += 1
        self.log.append(f"{request.method} {request.path}")
        await request.read()
        if faults.kill("early"):
            raise self._cut(request)
        kind = faults.pick()
        if kind in ("limit", "limit_date"):
            moment = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
            return self.limited({"Retry-After": "0" if kind == "limit" else moment})
        if kind == "unavailable":
            return web.Response(status=503, headers={"Retry-After": "0"}, text="<html>maintenance</html>")
        if kind == "error":
            return web.Response(status=500, text="internal error")
        if kind == "cut":
            raise self._cut(request)
        if kind == "slow":
            await asyncio.sleep(faults.slow_s)
        answer = await handler(request)
        if faults.kill("late") or kind == "late_cut":
            raise self._cut(request)
        if kind == "late_error":
            return web.Response(status=502, text="bad gateway")
        return answer

    def _cut(self, request: web.Request) -> Exception:
        if request.transport is not None:
            request.transport.abort()
        return ConnectionResetError("cut")
