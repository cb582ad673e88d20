"""A DNS server for loopback: answers from a table, over UDP and TCP on one port, and fails where it is told to."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL_S = 300
SOA = "ns.example. hostmaster.example. 1 3600 600 86400 300"
Records = Mapping[str, Mapping[str, Sequence[str]]]
Fault = Literal["silent", "server_failure", "refused"]
RCODES = {"server_failure": dns.rcode.SERVFAIL, "refused": dns.rcode.REFUSED}


@dataclass(slots=True)
class NameServer:
    """Answers queries. `records` is name -> type -> values ({"a.example": {"MX": ["10 mx.a.example."]}}).

    A name with a record of another type gets an empty answer, so does a name above a known one (an empty
    non-terminal, RFC 8020); any other gets NXDOMAIN. Both carry the SOA that says how long to believe it (RFC 2308).
    `faults` names hosts that get no answer at all (`silent`) or a failure. `queries` is what was asked, in order.
    """

    records: Records
    faults: Mapping[str, Fault] = field(default_factory=dict)
    queries: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`, as the setting HARVESTER_NAMESERVERS takes it."""
        return f"127.0.0.1:{self.port}"

    def reply(self, wire: bytes) -> bytes | None:
        """The answer to one query; None where there is to be none (a silent name, or bytes that are no query)."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or len(query.question) != 1:
            return None
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.queries.append((name, dns.rdatatype.to_text(question.rdtype)))
        fault = self.faults.get(name)
        if fault == "silent":
            return None
        response = dns.message.make_response(query, recursion_available=True)
        if fault is not None:
            response.set_rcode(RCODES[fault])
        else:
            self._answer(response, name, dns.rdatatype.to_text(question.rdtype))
        return response.to_wire()

    def _answer(self, response: dns.message.Message, name: str, rdtype: str) -> None:
        values = self.records.get(name, {}).get(rdtype)
        if values:
            response.answer.append(dns.rrset.from_text(f"{name}.", TTL_S, "IN", rdtype, *values))
            return
        if name not in self.records and not any(known.endswith(f".{name}") for known in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        zone = name.rpartition(".")[2]
        response.authority.append(dns.rrset.from_text(f"{zone}.", TTL_S, "IN", "SOA", SOA))

    async def answer_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Queries over TCP, each behind its length in two octets (RFC 1035 4.2.2)."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                answer = self.reply(await reader.readexactly(length))
                if answer is not None:
                    writer.write(struct.pack("!H", len(answer)) + answer)
                    await writer.drain()
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self.server = server
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)  # not a subclass before Python 3.12

    def datagram_received(self, data: bytes, addr: tuple[str | bytes, int]) -> None:
        answer = self.server.reply(data)
        if answer is not None and self.transport is not None:
            self.transport.sendto(answer, addr)


@asynccontextmanager
async def serve_names(records: Records, faults: Mapping[str, Fault] | None = None) -> AsyncIterator[NameServer]:
    """Run a `NameServer` on a free port of 127.0.0.1 for as long as the block lasts."""
    server = NameServer(records, faults or {})
    streams, datagrams = await _bind(server)
    try:
        yield server
    finally:
        datagrams.close()
        streams.close()


async def _bind(server: NameServer, tries: int = 20) -> tuple[asyncio.Server, asyncio.DatagramTransport]:
    """One free port for both: the system picks one for TCP, and the same is tried for UDP."""
    loop = asyncio.get_running_loop()
    for left in reversed(range(tries)):
        streams = await asyncio.start_server(server.answer_stream, "127.0.0.1", 0)
        server.port = streams.sockets[0].getsockname()[1]
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(server), local_addr=("127.0.0.1", server.port)
            )
        except OSError:
            streams.close()
            if not left:
                raise
        else:
            return streams, transport
    raise AssertionError("unreachable")
