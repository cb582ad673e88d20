"""Any number of invented sites with their DNS on loopback, most of them in trouble: the number of a site says which."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from harvester.demo.nameserver import Fault, serve_names
from tests.rogue_web import answer

HOST = re.compile(r"(?:www\.|mx\.)?s(\d+)\.soak\.example")
# Twenty sites in a row: nine good ones, and one of each of these.
GOOD, TROUBLES = 9, (
    "no_such_domain", "dns_failure", "not_found", "reset", "silent", "slow", "bomb", "endless", "cut_short", "loop",
    "headers",
)  # fmt: skip
PAGE_BYTES = 6_000
SLOW_S = 0.5
BOMB_BYTES = 40_000_000
HEADER_BYTES = 300_000
CHUNK = b"<p>" + b"word " * 800


def trouble_of(host: str) -> str | None:
    """What is wrong with a host of ours: `good`, a trouble; None for a host that is none."""
    match = HOST.fullmatch(host)
    if match is None:
        return None
    place = int(match[1]) % (GOOD + len(TROUBLES))
    return "good" if place < GOOD else TROUBLES[place - GOOD]


def has_address(number: int) -> bool:
    """Whether a contact can be found on the site of that number."""
    return trouble_of(host_of(number)) in ("good", "slow", "cut_short")


def host_of(number: int) -> str:
    return f"s{number}.soak.example"


class Records(Mapping[str, Mapping[str, list[str]]]):
    """The zone, made up as it is asked for."""

    def __getitem__(self, name: str) -> Mapping[str, list[str]]:
        if trouble_of(name) in (None, "no_such_domain"):
            raise KeyError(name)
        return {"A": ["127.0.0.1"], "MX": [f"10 mx.{name.removeprefix('mx.')}."]}

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Faults(Mapping[str, Fault]):
    """Whom the nameserver cannot tell about."""

    def __getitem__(self, name: str) -> Fault:
        if trouble_of(name) != "dns_failure":
            raise KeyError(name)
        return "server_failure"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1  # so that it does not count as none


@dataclass(slots=True)
class Farm:
    """The running farm."""

    port: int
    nameserver: str


def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = b"\0" * 1_000_000
    return b"".join([*(packer.compress(block) for _ in range(BOMB_BYTES // len(block))), packer.flush()])


BOMB = answer(_bomb(), headers={"Content-Encoding": "gzip"})


def page(host: str, path: str) -> bytes:
    """A page of a good site: the home page leads to one with the address."""
    filling = "<p>Pumps, valves and fittings for every purpose.</p>" * (PAGE_BYTES // 52)
    shown = f"<p>Write to sales@{host} or info@{host}, phone +49 6126 12{len(host)}34</p>" if "contact" in path else ""
    html = f"<html lang=en><title>{host} Ltd</title><a href=/contact>Contact</a>{filling}{shown}</html>"
    return answer(html.encode(), content_type="text/html; charset=utf-8")


async def reset(whole: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(whole[:40])
    await writer.drain()
    writer.transport.abort()


async def say_nothing(whole: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def dawdle(whole: bytes, writer: asyncio.StreamWriter) -> None:
    step = 1 + len(whole) // 5
    for start in range(0, len(whole), step):
        writer.write(whole[start : start + step])
        await asyncio.sleep(SLOW_S / 5)


async def never_end(whole: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(CHUNK)
        await writer.drain()


BEHAVIOURS = {"reset": reset, "silent": say_nothing, "slow": dawdle, "endless": never_end}
ANSWERS = {
    "not_found": answer(b"none here", status="404 Not Found"),
    "bomb": BOMB,
    "loop": answer(status="302 Found", headers={"Location": "again"}),
    "headers": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * HEADER_BYTES + b"\r\n\r\n",
}


async def misbehave(trouble: str, host: str, path: str, writer: asyncio.StreamWriter) -> None:
    """Answer one request as the trouble wants it; the connection is closed afterwards."""
    whole = page(host, path)
    if trouble in BEHAVIOURS:
        await BEHAVIOURS[trouble](whole, writer)
    elif trouble == "cut_short":
        writer.write(whole.replace(b"Content-Length: ", b"Content-Length: 9", 1))
    else:
        writer.write(ANSWERS[trouble])
    await writer.drain()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            host = (re.search(r"(?im)^host: ([^:\r]+)", head) or ["", ""])[1].lower()
            trouble = trouble_of(host) or "not_found"
            if path == "/robots.txt" and trouble not in ("silent", "reset"):
                writer.write(answer(b"none", status="404 Not Found"))
            elif trouble == "good":
                writer.write(page(host, path))
            else:
                await misbehave(trouble, host, path, writer)
                break
            await writer.drain()
    writer.close()


@asynccontextmanager
async def serve_farm() -> AsyncIterator[Farm]:
    """The farm on ports of 127.0.0.1."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    async with serve_names(Records(), Faults()) as names:
        try:
            yield Farm(server.sockets[0].getsockname()[1], names.address)
        finally:
            server.close()
