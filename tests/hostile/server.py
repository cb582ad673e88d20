"""All hostile sites, and the good ones, on loopback: one port for plain HTTP, one a kind of bad TLS, and their DNS.

Use: `with serve_hostile() as web: web.nameserver, web.seed_of(case), web.requests`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import dns.rdatatype
import dns.rrset

from harvester.demo.thread import InThread
from tests.hostile.bodies import BOMBS
from tests.hostile.cases import CASES, GOOD
from tests.hostile.exchange import Case, Exchange
from tests.rogue_dns import RogueDns, Zone, rogue_dns
from tests.rogue_web import certificate, server_tls

TLS_HELLO = b"\x16"
BY_HOST = {case.host: case for case in (*CASES, *GOOD)}
PADDING = [f'"{number:0200}"' for number in range(280)]  # 60 KB of records that nobody asked for
CERTIFICATES: dict[str, dict[str, Any]] = {
    "expired": {"days": -5, "name": "expired.example"},
    "self-signed": {"days": 30, "name": "self-signed.example"},
    "wrong-host": {"days": 30, "name": "elsewhere.example"},
}


@dataclass(slots=True)
class Hostile:
    """The running sites. `requests` is (host, path) of all requests, in order."""

    names: RogueDns
    ports: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def nameserver(self) -> str:
        return self.names.nameserver

    @property
    def port(self) -> int:
        """That of plain HTTP."""
        return self.ports[""]

    @property
    def authorities(self) -> bytes:
        """Who signed the certificates that are wrong in another way than that."""
        return b"".join(certificate(**said)[0] for kind, said in CERTIFICATES.items() if kind != "self-signed")

    def seed_of(self, case: Case) -> str:
        return f"{'https://' if case.tls else ''}{case.host}:{self.ports[case.tls]}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: the Host header says which site it is for."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first = await reader.readexactly(1)
            if first == TLS_HELLO:  # https is tried on every port: a plain server hangs up
                writer.close()
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1] if head[0].count(" ") == 2 else "/"
            hosts = [line[5:].strip() for line in head if line.lower().startswith("host:")]
            host = "".join(hosts).partition(":")[0].lower().removeprefix("www.")
            self.requests.append((host, path))
            good = f"http://{GOOD[0].host}:{self.port}/"
            await self._handle(Exchange(host, path, good, self.asked[host], reader, writer))
        writer.close()

    async def _handle(self, exchange: Exchange) -> None:
        self.asked[exchange.host] += 1
        case = BY_HOST.get(".".join(exchange.host.split(".")[-2:]))
        if case is None or (exchange.path == "/robots.txt" and not case.own_robots):
            await exchange.answer(b"", status="404 Not Found")
        else:
            await case.handler(exchange)

    async def reset(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Break off in the TLS handshake."""
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(1)
            Exchange("", "", "", 0, reader, writer).reset()

    async def silent(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the handshake and say nothing."""
        with suppress(OSError):
            await reader.read()
        writer.close()


def old_tls() -> ssl.SSLContext:
    """TLS 1.0 and nothing newer."""
    context = server_tls(name="tls-1-0.example")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


def zone() -> dict[tuple[str, str], list[str]]:
    """Where the hosts are; some answers are huge, go round in circles, or change (see `turn`)."""
    records: dict[tuple[str, str], list[str]] = {}
    for host in BY_HOST:
        for name in (host, f"www.{host}"):
            records |= {(name, "A"): ["127.0.0.1"], (name, "MX"): [f"10 {host}."]}
    new_hosts = (f"{'x' * hop}{number}.new-hosts.example" for hop in range(7) for number in range(40))
    records |= {(host, "A"): ["127.0.0.1"] for host in new_hosts}
    for name in ("cname-loop.example", "www.cname-loop.example", "cname-chain.example", "www.cname-chain.example"):
        del records[name, "A"]
        records[name, "CNAME"] = ["other.example." if "loop" in name else "0.cname-chain.example."]
    records["other.example", "CNAME"] = ["cname-loop.example."]
    records |= {(f"{n}.cname-chain.example", "CNAME"): [f"{n + 1}.cname-chain.example."] for n in range(500)}
    return records


class HostileDns(RogueDns):
    """Answers also with another loopback address each time (`changing`)."""

    def __init__(self, records: Zone) -> None:
        super().__init__(records)
        self.times = 0

    def answers(self, data: bytes, *, tcp: bool) -> list[bytes]:
        self.times += 1
        self.zone["changing.example", "A"] = ["127.0.0.1", f"127.0.0.{self.times % 200 + 2}"]
        return super().answers(data, tcp=tcp)

    def fill(self, response, name: str, rdtype: dns.rdatatype.RdataType):
        while alias := self.zone.get((name, "CNAME")):
            if len(response.answer) > 20:
                return response
            response.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "CNAME", *alias))
            name = alias[0].rstrip(".")
        if name == "big.example":
            response.additional.append(dns.rrset.from_text("big.example.", 300, "IN", "TXT", *PADDING))
        return super().fill(response, name, rdtype)


@asynccontextmanager
async def hostile() -> AsyncIterator[Hostile]:
    """Serve all cases in the running loop."""
    for make in BOMBS.values():
        make()  # some take a second, in which no site would answer
    tasks: set[asyncio.Task[None]] = set()
    async with AsyncExitStack() as stack:
        web = Hostile(await stack.enter_async_context(rogue_dns(zone(), kind=HostileDns)))
        kinds = {
            "": (web.answer, None),
            **{kind: (web.answer, server_tls(**said)) for kind, said in CERTIFICATES.items()},
            "tls-1.0": (web.answer, old_tls()),
            "reset": (web.reset, None),
            "silent": (web.silent, None),
        }
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))  # and does not listen
        web.ports["refused"] = closed.getsockname()[1]
        servers = []
        for name, (serve, tls) in kinds.items():

            def connected(reader, writer, serve=serve) -> None:
                task = asyncio.get_running_loop().create_task(serve(reader, writer))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            servers.append(await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls))
            web.ports[name] = servers[-1].sockets[0].getsockname()[1]
        try:
            yield web
        finally:
            for server in servers:
                server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def serve_hostile() -> InThread[Hostile]:
    """Serve all cases in a thread: a `with` block, or `start()` and `stop()`."""
    return InThread(hostile)
