"""What a hostile site has in its hands: one request, the connection, and what it must lead to."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from harvester.model import CompanyStatus as Status

CHUNK = b"<p>" + b"lorem ipsum " * 5400 + b"</p>\n"  # 64 KB
Handler = Callable[["Exchange"], Awaitable[None]]


@dataclass(slots=True)
class Exchange:
    """One request and the connection to answer on. `good` is the URL of a good site."""

    host: str
    path: str
    good: str
    asked: int  # requests for this host before this one
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def address(self) -> str:
        """The address that a page of this host may show."""
        return f"info@{self.host}"

    @property
    def page(self) -> bytes:
        """An ordinary page with the address."""
        return f"<!doctype html><title>A company</title><p>Write to {self.address}</p>".encode()

    async def send(self, *parts: bytes) -> None:
        """Write, and wait until it is taken."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def answer(
        self, body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: object
    ) -> None:
        """A proper answer, but for what the caller makes of it (`content_length=` and the like)."""
        fields = {"content_type": kind, "content_length": len(body), "connection": "close"} | headers
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value is not None)
        await self.send(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode(), body)

    async def redirect(self, location: str) -> None:
        """302 to `location`."""
        await self.answer(b"", status="302 Found", location=location)

    async def chunks(self, chunk: bytes, times: int | None, *, pause_s: float = 0.0, head: bytes = b"") -> None:
        """A body without a length, `times` chunks of it (None: for ever)."""
        start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n" + head + b"\r\n"
        await self.send(start)
        sent = 0
        while times is None or sent < times:
            await self.send(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            sent += 1
            if pause_s:
                await asyncio.sleep(pause_s)
        await self.send(b"0\r\n\r\n")

    async def hang(self) -> None:
        """Say nothing until the other side gives up."""
        await self.reader.read()

    def reset(self) -> None:
        """Break the connection off with RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass(frozen=True, slots=True)
class Case:
    """One site and its row in companies.csv: its status, and words of `detail`.

    `contacts_found` alone means that `info@` and the `more` local parts or addresses are found, no less, `found_on`
    another host where that is said. `own_robots`: the handler answers for robots.txt too; otherwise that is an
    ordinary 404. `tls`: on which of the encrypted ports it stands.
    """

    name: str
    handler: Handler
    status: Status
    detail: str = ""
    own_robots: bool = False
    tls: str = ""
    more: tuple[str, ...] = ()
    found_on: str = ""

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    @property
    def addresses(self) -> set[str]:
        """The addresses that have to be found."""
        return self.possible if self.status is Status.CONTACTS_FOUND else set()

    @property
    def possible(self) -> set[str]:
        """The addresses that its pages show, or those of the host that it leads to."""
        return {name if "@" in name else f"{name}@{self.found_on or self.host}" for name in ("info", *self.more)}
