"""Turns at reading: one page at a time, with room for the network between two of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

# After a page that is slow to read, the network is looked after for this share of the time. One pass of the event loop
# between two such pages is too little: a connection takes ten (46 bad sites at once: good ones timed out after 2 s).
SLOW_READ_S, NETWORK_SHARE = 0.05, 0.1

Result = TypeVar("Result")


async def take_turn(turn: asyncio.Lock, read: Callable[[], Result]) -> Result:
    """Call `read` when it is our turn, and return what it returns."""
    async with turn:
        await asyncio.sleep(0)
        started = time.monotonic()
        try:
            return read()
        finally:
            spent_s = time.monotonic() - started
            if spent_s > SLOW_READ_S:
                await asyncio.sleep(spent_s * NETWORK_SHARE)
