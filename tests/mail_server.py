"""A mail server on loopback that says what it is told, and keeps a log of what was said to it."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from harvester.verify.resolver import DnsAnswer

OK = "250 2.1.5 Ok"
NO_SUCH_USER = "550 5.1.1 No such user"
HANG_UP, SAY_NOTHING = "hang up", "say nothing"


class MailServer:
    """`replies` to RCPT by address, each a reply or several for one try after the other (the last one stays)."""

    def __init__(
        self,
        replies: Mapping[str, str | Sequence[str]] | None = None,
        *,
        other: str = NO_SUCH_USER,
        greeting: str = "220 mx.example ESMTP",
        mail: str = "250 2.1.0 Ok",
        extensions: Sequence[str] = ("PIPELINING", "SMTPUTF8"),
        tls: ssl.SSLContext | None = None,
        closes_after: int | None = None,
    ) -> None:
        self.replies, self.other, self.greeting, self.mail = dict(replies or {}), other, greeting, mail
        self.extensions, self.tls, self.closes_after = extensions, tls, closes_after
        self.tries: Counter[str] = Counter()
        self.log: list[str] = []
        self.connections = self.open = self.most_open = self.encrypted = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.greeting == SAY_NOTHING:
            await asyncio.sleep(30)
        writer.write(f"{self.greeting}\r\n".encode())
        asked = 0
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.log.append(line)
            verb = line.partition(" ")[0].upper()
            if verb == "STARTTLS" and self.tls is not None:
                writer.write(b"220 Go ahead\r\n")
                await writer.start_tls(self.tls)
                self.encrypted += 1
                continue
            asked += verb == "RCPT"
            if self.closes_after is not None and asked > self.closes_after:
                return
            reply = self.reply(verb, line, encrypted=writer.get_extra_info("sslcontext") is not None)
            if reply == HANG_UP:
                return
            writer.write(f"{reply}\r\n".encode())
            if verb == "QUIT" or reply.startswith("421"):
                return

    def reply(self, verb: str, line: str, *, encrypted: bool) -> str:
        match verb:
            case "EHLO":
                offered = [*self.extensions, *(["STARTTLS"] if self.tls and not encrypted else [])]
                return "\r\n".join([*("250-" + name for name in ["mx.example", *offered]), "250 HELP"])
            case "MAIL":
                return self.mail
            case "RCPT":
                return self.recipient(line.partition("<")[2].rpartition(">")[0])
            case "DATA":
                raise AssertionError("a letter was about to be sent")
        return "221 Bye" if verb == "QUIT" else "250 Ok"

    def recipient(self, address: str) -> str:
        replies = self.replies.get(address, self.other)
        self.tries[address] += 1
        if isinstance(replies, str):
            return replies
        return replies[min(self.tries[address], len(replies)) - 1]


class Hosts:
    """A resolver that knows the hosts it is told."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.known = dict(addresses)

    async def addresses(self, host: str) -> DnsAnswer:
        if host in self.known:
            return DnsAnswer("ok", (self.known[host],), 300)
        return DnsAnswer("no_such_domain", detail="NXDOMAIN")

    some_addresses = addresses

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        return DnsAnswer("no_data")

    async def texts(self, name: str) -> DnsAnswer:
        return DnsAnswer("no_data")


@asynccontextmanager
async def mail_servers(servers: Mapping[str, MailServer]) -> AsyncIterator[tuple[Hosts, int]]:
    """Each server under its host name, on an address of its own and all on one port; the names and the port."""
    addresses: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        port = 0
        for number, (host, server) in enumerate(servers.items(), 1):
            addresses[host] = f"127.0.0.{number}"
            listening = await asyncio.start_server(server.serve, addresses[host], port)
            stack.callback(listening.close)
            port = listening.sockets[0].getsockname()[1]
        yield Hosts(addresses), port
