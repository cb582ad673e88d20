"""Nameservers: how one is written, which ones the system uses, and the exchange of one question and answer with one."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from typing import cast

DNS_PORT = 53
QUESTIONS_PER_SOCKET = 64  # then a new source port: the port is half of what a forger has to guess (RFC 5452, 9.2)
HEADER_BYTES = 12
TRUNCATED = 0x02  # the TC bit in the third byte (RFC 1035, 4.1.1)
RECURSION_DESIRED = b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"


def parse_nameserver(text: str) -> tuple[str, int]:
    """`127.0.0.1`, `127.0.0.1:5353`, `::1` or `[::1]:5353` as (address, port).

    Raises `ValueError` with a sentence where it is none of these.
    """
    text = text.strip()
    host, port = text, ""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        port = rest[1:]
        if not bracket or (rest and (rest[0] != ":" or not port)):
            raise ValueError(f"The nameserver {text!r} is not written like [::1]:53.")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
        port = port or "none"
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        raise ValueError(f"The nameserver {text!r} is no IP address, like 127.0.0.1 or 127.0.0.1:5353.") from None
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"The port of the nameserver {text!r} is not a number from 1 to 65535.")
    return address, int(port or DNS_PORT)


def system_nameservers() -> list[tuple[str, int]]:
    """What the system's own configuration says (`/etc/resolv.conf`); empty where it says nothing."""
    import dns.exception  # noqa: PLC0415 - 0.1 s: the check of the settings only needs parse_nameserver
    import dns.resolver  # noqa: PLC0415

    try:
        servers = dns.resolver.Resolver().nameservers
    except (dns.exception.DNSException, OSError):
        return []
    return [parse_nameserver(f"[{server}]") for server in servers if isinstance(server, str)]


def is_truncated(wire: bytes) -> bool:
    """Whether the answer says that it was cut and should be asked for again over TCP."""
    return bool(wire[2] & TRUNCATED)


def answers(wire: bytes, question: bytes) -> bool:
    """Whether a datagram is a response that repeats the very question (its letters in any case)."""
    return (
        len(wire) >= HEADER_BYTES + len(question)
        and bool(wire[2] & 0x80)
        and wire[HEADER_BYTES : HEADER_BYTES + len(question)].lower() == question.lower()
    )


class UdpSocket(asyncio.DatagramProtocol):
    """A connected UDP socket that many questions share; answers find their question by its id."""

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[bytes, asyncio.Future[bytes]]] = {}
        self.asked = 0
        self.closed = False
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        """Called by the event loop. What answers nothing that was asked is ignored: it may be forged."""
        question, future = self.waiting.get(int.from_bytes(data[:2], "big"), (b"", None))
        if future is not None and not future.done() and answers(data, question):
            future.set_result(data)

    def error_received(self, exc: Exception) -> None:
        """Called by the event loop, for example when nothing listens at the nameserver's port."""
        for _, future in self.waiting.values():
            if not future.done():
                future.set_exception(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self.closed = True
        self.error_received(exc or ConnectionAbortedError("the socket was closed"))

    async def ask(self, question: bytes) -> bytes:
        """Send a question and wait, without limit, for its answer. Raises `OSError` where the network says no."""
        identity = secrets.randbits(16)
        while identity in self.waiting:
            identity = secrets.randbits(16)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting[identity] = question, future
        self.asked += 1
        try:
            assert self._transport is not None  # noqa: S101 - the event loop has called connection_made
            self._transport.sendto(identity.to_bytes(2, "big") + RECURSION_DESIRED + question)
            return await future
        finally:
            del self.waiting[identity]
            if self.asked >= QUESTIONS_PER_SOCKET and not self.waiting:
                self.close()

    def close(self) -> None:
        """Close now; what still waits gets `ConnectionAbortedError`."""
        self.closed = True
        if self._transport is not None:
            self._transport.close()


class Nameserver:
    """One nameserver: asked over UDP, and over TCP where the answer was too long for that (RFC 7766)."""

    def __init__(self, address: str, port: int = DNS_PORT) -> None:
        self.address = address
        self.port = port
        self._socket: UdpSocket | None = None
        self._opening = asyncio.Lock()
        self._sockets: set[UdpSocket] = set()

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    async def ask(self, question: bytes, *, timeout_s: float) -> bytes:
        """The answer to a question section (name, type and class in wire form). Raises `TimeoutError` and `OSError`."""
        async with asyncio.timeout(timeout_s):
            udp = self._socket
            if udp is None or udp.closed or udp.asked >= QUESTIONS_PER_SOCKET:
                udp = await self._open()
            wire = await udp.ask(question)
            return await self._ask_tcp(question) if is_truncated(wire) else wire

    async def _open(self) -> UdpSocket:
        async with self._opening:
            udp = self._socket
            if udp is None or udp.closed or udp.asked >= QUESTIONS_PER_SOCKET:
                loop = asyncio.get_running_loop()
                _, udp = await loop.create_datagram_endpoint(UdpSocket, remote_addr=(self.address, self.port))
                self._sockets = {old for old in self._sockets if not old.closed} | {udp}
                self._socket = udp
            return udp

    async def _ask_tcp(self, question: bytes) -> bytes:
        query = secrets.token_bytes(2) + RECURSION_DESIRED + question
        reader, writer = await asyncio.open_connection(self.address, self.port)
        try:
            writer.write(len(query).to_bytes(2, "big") + query)
            wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        except asyncio.IncompleteReadError:
            raise ConnectionResetError(f"{self} closed the TCP connection before it had answered") from None
        finally:
            writer.close()
        if wire[:2] != query[:2] or not answers(wire, question):
            raise ConnectionResetError(f"{self} answered another question over TCP")
        return wire

    def close(self) -> None:
        """Close the sockets."""
        for udp in self._sockets:
            udp.close()
