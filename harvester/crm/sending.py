"""The transport: requests over aiohttp, certificates verified, answers of bounded size, no redirects.

aiohttp and not the vendors' clients (measured 2026-11): hubspot-api-client is 52 MB on disk and adds 21 MB of memory,
simple-salesforce 37 MB and has no call for collections by external id; both block their thread and retry by rules of
their own, without regard to what a write may have done. aiohttp is there already.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from harvester import __version__
from harvester.crm.exchange import Answer, NotSent, Request, Send

TOTAL_TIMEOUT_S, CONNECT_TIMEOUT_S = 120.0, 20.0
MAX_ANSWER_BYTES = 32 * 1024 * 1024


@asynccontextmanager
async def open_sender(*, timeout_s: float = TOTAL_TIMEOUT_S) -> AsyncIterator[Send]:
    """A function that sends a request and returns its answer; NotSent, whose message names no more than the host."""
    timeout = aiohttp.ClientTimeout(total=timeout_s, connect=CONNECT_TIMEOUT_S)
    agent = {"User-Agent": f"harvester/{__version__}"}
    async with aiohttp.ClientSession(timeout=timeout, headers=agent, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def send(request: Request) -> Answer:
            try:
                return await _send(session, request)
            except aiohttp.ClientConnectorError as error:  # its text names the host, not the path
                raise NotSent(f"no connection to {error.host}", reached=False) from None
            except TimeoutError:
                raise NotSent("no answer in time", reached=True) from None
            except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
                raise NotSent(f"connection lost ({type(error).__name__})", reached=True) from None

        yield send


async def _send(session: aiohttp.ClientSession, request: Request) -> Answer:
    arguments = {"data": request.body or None, "headers": dict(request.headers), "allow_redirects": False}
    async with session.request(request.method, request.url, **arguments) as response:  # type: ignore[arg-type]
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise NotSent("the answer is too long", reached=True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status, headers=headers, body=bytes(body))
