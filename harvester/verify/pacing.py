"""How fast mail servers are asked."""

from __future__ import annotations

import asyncio


class Pace:
    """Turns that come at most `rate` times a second, in the order of asking. No burst: a pause is not saved up."""

    def __init__(self, rate: float) -> None:
        self._interval_s = 1 / rate
        self._next_at = 0.0

    async def turn(self) -> None:
        """Wait until it is our turn."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at)
        self._next_at = at + self._interval_s
        if at > now:
            await asyncio.sleep(at - now)
