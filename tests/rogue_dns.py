"""A nameserver on loopback that answers from a table and misbehaves where a name's first label says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]  # (name, type) -> records; a name with any record exists


class RogueDns(asyncio.DatagramProtocol):
    """`asked` counts (name, type) as received. First labels: slow, broken, refused, garbage, forged, big."""

    def __init__(self, zone: Zone) -> None:
        self.zone = dict(zone)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.tcp = 0
        self.delay_s = 0.0
        self.port = 0

    @property
    def nameserver(self) -> str:
        return f"127.0.0.1:{self.port}"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for wire in self.answers(data, tcp=False):
            asyncio.get_running_loop().call_later(self.delay_s, self.transport.sendto, wire, addr)

    async def serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tcp += 1
        data = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        for wire in self.answers(data, tcp=True):
            writer.write(len(wire).to_bytes(2, "big") + wire)
        writer.close()

    def answers(self, data: bytes, *, tcp: bool) -> list[bytes]:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked[name, dns.rdatatype.to_text(question.rdtype)] += 1
        response = self.fill(dns.message.make_response(query, recursion_available=True), name, question.rdtype)
        match name.partition(".")[0]:
            case "slow":
                return []
            case "broken":
                response = dns.message.make_response(query)
                response.set_rcode(dns.rcode.SERVFAIL)
            case "refused":
                response = dns.message.make_response(query)
                response.set_rcode(dns.rcode.REFUSED)
            case "garbage":
                return [response.to_wire()[:-3]]
            case "forged":
                other = dns.message.make_response(dns.message.make_query("other.example", question.rdtype, id=query.id))
                wrong_id = bytearray(response.to_wire())
                wrong_id[0] ^= 0x55
                return [other.to_wire(), bytes(wrong_id), b"", b"x", response.to_wire()]
            case "big" if not tcp:
                response = dns.message.make_response(query)
                response.flags |= dns.flags.TC
        return [response.to_wire(max_size=65535)]

    def fill(self, response: dns.message.Message, name: str, rdtype: dns.rdatatype.RdataType) -> dns.message.Message:
        alias = self.zone.get((name, "CNAME"))
        if alias:
            response.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "CNAME", *alias))
            name = alias[0].rstrip(".")
        records = self.zone.get((name, dns.rdatatype.to_text(rdtype)))
        if records:
            response.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", rdtype, *records))
        elif not any(known == name or known.endswith(f".{name}") for known, _ in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        if not records:
            soa = "ns.example. admin.example. 1 3600 600 86400 900"
            response.authority.append(dns.rrset.from_text("example.", 1800, "IN", "SOA", soa))
        return response


@asynccontextmanager
async def rogue_dns(zone: Zone, *, kind: type[RogueDns] | None = None) -> AsyncIterator[RogueDns]:
    """The server on one port for UDP and TCP; `kind` may misbehave in ways of its own."""
    server = (kind or RogueDns)(zone)
    tcp = await asyncio.start_server(server.serve_tcp, "127.0.0.1", 0)
    server.port = tcp.sockets[0].getsockname()[1]
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", server.port)
    )
    try:
        yield server
    finally:
        transport.close()
        tcp.close()
