"""Sites that do everything wrong, one host each (`redirect-loop.badinput.example`), on one port, with their DNS.

`CASES` says what each does and which ends are right for its company; `good` sites stand between them. Use:

    with serve_bad_input() as web:
        web.nameserver, web.seed_of(case), web.requests
"""

import asyncio
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

from harvester.demo.nameserver import NameServer, serve_names
from harvester.demo.thread import InThread
from harvester.model import CompanyStatus as Status

DOMAIN = "badinput.example"
CHUNK = b"<p>" + b"lorem ipsum " * 5400 + b"</p>\n"  # 64 KB
HUGE = 50 << 20
TLS_HELLO = b"\x16"
ADDRESS = f"info@good.{DOMAIN}"
Handler = Callable[["Exchange"], Awaitable[None]]
NETWORK = frozenset({Status.UNREACHABLE, Status.TIMED_OUT, Status.ROBOTS_UNAVAILABLE, Status.SERVER_ERROR})
TOO_MUCH = frozenset({Status.LIMIT_REACHED, Status.TIMED_OUT})
ROBOTS = frozenset({Status.ROBOTS_UNAVAILABLE})
NOTHING = frozenset({Status.NO_ADDRESS_PUBLISHED, Status.JAVASCRIPT_ONLY, Status.NOT_HTML})
ABSURD = frozenset({Status.SERVER_ERROR})
FOUND = frozenset({Status.CONTACTS_FOUND})


@dataclass(slots=True)
class Exchange:
    """One request and the connection to answer on."""

    host: str
    path: str
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
    """One bad site. `statuses` are the ends that are right; `contacts_found` alone means its `address`.

    `own_robots`: the handler answers for robots.txt too; otherwise that is an ordinary 404.
    """

    name: str
    handler: Handler
    statuses: frozenset[Status]
    own_robots: bool = False

    @property
    def host(self) -> str:
        return f"{self.name}.{DOMAIN}"

    @property
    def address(self) -> str | None:
        """The address that has to be found, if any."""
        return f"info@{self.host}" if self.statuses == FOUND else None


async def huge_announced(x: Exchange) -> None:
    await x.answer(CHUNK, content_length=HUGE)
    for _ in range(HUGE // len(CHUNK)):
        await x.send(CHUNK)


async def endless_headers(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await x.send(b"X-More: " + b"m" * 4000 + b"\r\n")


async def huge_header(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=" + b"c" * (1 << 20) + b"\r\n\r\n" + x.page)


async def trickle(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for number in range(100_000):
        await x.send(x.page[number % len(x.page) :][:1])
        await asyncio.sleep(0.1)


async def redirect_loop(x: Exchange) -> None:
    await x.redirect("/there" if x.path == "/" else "/")


async def redirect_chain(x: Exchange) -> None:
    await x.redirect(f"/{int('0' + x.path[1:]) + 1}" if x.path[1:].isdigit() or x.path == "/" else "/1")


async def three_redirects(x: Exchange) -> None:
    following = {"/": "/a", "/a": "/b/", "/b/": "/c"}.get(x.path)
    await (x.redirect(following) if following else x.answer(x.page))


async def wrong_charset(x: Exchange) -> None:
    text = f"<!doctype html><meta charset=utf-8><title>Käserei</title><p>Grüße! {x.address} Straße</p>"
    await x.answer(text.encode("latin-1"))


async def utf_16(x: Exchange) -> None:
    await x.answer(x.page.decode().encode("utf-16"), kind="text/html")


async def broken_html(x: Exchange) -> None:
    start = b'\0<html><table><tr><p><b <a href=x"<div id=a id=a></span></html><script>if (a</script'
    await x.answer(start + b"><!-- <body><style>p{</style></body></html>" + b"--><td>\xff\xfe\0 " + x.address.encode())


async def deep(x: Exchange) -> None:
    await x.answer(b"<div>" * 100_000 + x.address.encode())


async def at_signs(x: Exchange) -> None:
    traps = b"a@" * 200_000 + b" " + b"@" * 200_000 + b" " + b"a." * 200_000 + b"a" * 500_000
    await x.answer(x.page + b"<p>" + traps + b"</p>")


async def many_links(x: Exchange) -> None:
    links = b"".join(b"<li><a href=/p%d>Page %d</a>" % (number, number) for number in range(50_000))
    await x.answer(b"<title>Links</title><ul>" + links if x.path == "/" else b"<title>Page</title><p>Nothing.")


async def frames(x: Exchange) -> None:
    name = x.path.strip("/") or "0"
    await x.answer(f"<title>F</title><iframe src=/{int(name) + 1 if name.isdigit() else 1}></iframe>".encode())


async def refresh(x: Exchange) -> None:
    await x.answer(b"<title>Wait</title><meta http-equiv=refresh content='0; url=/'>")


async def http_0_9(x: Exchange) -> None:
    await x.send(x.page)


async def garbage(x: Exchange) -> None:
    await x.send(bytes(range(256)) * 40)


async def reset(x: Exchange) -> None:
    x.reset()


async def reset_midway(x: Exchange) -> None:
    await x.answer(CHUNK[:1000], content_length=100_000)
    await asyncio.sleep(0.05)
    x.reset()


async def image(x: Exchange) -> None:
    await x.answer(b"\x89PNG\r\n\x1a\n" + bytes(5000), kind="image/png")


async def image_as_page(x: Exchange) -> None:
    await x.answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200)


@cache
def bomb(size: int = 200 << 20) -> bytes:
    """`size` spaces, gzipped: 200 MB in 200 KB."""
    gzip = zlib.compressobj(wbits=31)
    block = b" " * (1 << 20)
    return b"".join(gzip.compress(block) for _ in range(size >> 20)) + gzip.flush()


async def gzip_bomb(x: Exchange) -> None:
    await x.answer(bomb(), content_encoding="gzip")


async def robots_flood(x: Exchange) -> None:
    lines = b"User-agent: *\nDisallow: /private/\n" + b"Disallow: /x\n" * 100_000
    await (x.answer(lines, kind="text/plain") if x.path == "/robots.txt" else x.answer(x.page))


async def robots_hang(x: Exchange) -> None:
    await (x.hang() if x.path == "/robots.txt" else x.answer(x.page))


async def robots_error(x: Exchange) -> None:
    await (x.answer(b"", status="500 Oops") if x.path == "/robots.txt" else x.answer(x.page))


def status(line: str) -> Handler:
    """A handler that answers everything with one status, and a page that must not be taken for the company's."""

    async def handler(x: Exchange) -> None:
        await x.answer(b"<title>Error</title><h1>" + line.encode() + b"</h1>", status=line)

    return handler


CASES = (
    Case("good", lambda x: x.answer(x.page), FOUND),
    # too much
    Case("huge", lambda x: x.chunks(CHUNK, HUGE // len(CHUNK)), TOO_MUCH),
    Case("huge-announced", huge_announced, TOO_MUCH),
    Case("endless", lambda x: x.chunks(CHUNK, None, pause_s=0.01), TOO_MUCH),
    Case("gzip-bomb", gzip_bomb, TOO_MUCH | {Status.SERVER_ERROR}),
    Case("endless-headers", endless_headers, NETWORK),
    Case("huge-header", huge_header, NETWORK),
    Case("many-links", many_links, NOTHING | {Status.LIMIT_REACHED}),
    Case("frames", frames, NOTHING | {Status.LIMIT_REACHED}),
    Case("at-signs", at_signs, FOUND),
    Case("deep", deep, FOUND),
    # too slow
    Case("trickle", trickle, frozenset({Status.TIMED_OUT})),
    Case("silent", lambda x: x.hang(), frozenset({Status.TIMED_OUT})),
    # round in circles
    Case("redirect-loop", redirect_loop, frozenset({Status.SERVER_ERROR, Status.LIMIT_REACHED})),
    Case("redirect-chain", redirect_chain, frozenset({Status.SERVER_ERROR, Status.LIMIT_REACHED})),
    Case("redirect-file", lambda x: x.redirect("file:///etc/passwd"), ABSURD),
    Case("redirect-nowhere", lambda x: x.redirect(f"http://gone.{DOMAIN}/"), ABSURD),
    Case("redirect-absurd", lambda x: x.redirect("http://[::1/"), ABSURD),
    Case("redirect-no-host", lambda x: x.redirect("http://"), ABSURD),
    Case("redirect-no-port", lambda x: x.redirect("http://good.badinput.example:port/"), ABSURD),
    Case("redirect-long", lambda x: x.redirect("/" + "a" * 20_000), ABSURD | NETWORK),
    Case("redirect-script", lambda x: x.redirect("javascript:alert(1)"), ABSURD),
    Case("redirect-empty", lambda x: x.redirect(""), ABSURD | NOTHING),
    Case("three-redirects", three_redirects, FOUND),
    Case("refresh", refresh, NOTHING),
    # not what it says
    Case("wrong-charset", wrong_charset, FOUND),
    Case("unknown-charset", lambda x: x.answer(x.page, kind="text/html; charset=klingon"), FOUND),
    Case("utf-16", utf_16, FOUND),
    Case("no-content-type", lambda x: x.answer(x.page, content_type=None), FOUND),
    Case("broken-html", broken_html, FOUND),
    Case("image", image, frozenset({Status.NOT_HTML})),
    Case("image-as-page", image_as_page, NOTHING),
    Case("length-too-long", lambda x: x.answer(x.page, content_length=100_000), FOUND),
    Case("length-too-short", lambda x: x.answer(x.page + CHUNK, content_length=len(x.page)), FOUND | NETWORK),
    Case("no-gzip", lambda x: x.answer(x.page, content_encoding="gzip"), NOTHING | NETWORK | FOUND),
    Case("unknown-encoding", lambda x: x.answer(x.page, content_encoding="zopfli"), NOTHING | NETWORK | FOUND),
    # nothing
    Case("empty", lambda x: x.answer(b""), NOTHING),
    Case("no-content", lambda x: x.answer(b"", status="204 No Content", content_length=None), NOTHING),
    Case("closed", lambda x: x.send(), NETWORK, own_robots=True),
    Case("reset", reset, NETWORK, own_robots=True),
    Case("reset-midway", reset_midway, NETWORK | NOTHING),
    Case("garbage", garbage, NETWORK, own_robots=True),
    Case("http-0-9", http_0_9, NETWORK),
    # errors
    Case("status-500", status("500 Internal Server Error"), frozenset({Status.SERVER_ERROR})),
    Case("status-503", status("503 Service Unavailable"), frozenset({Status.SERVER_ERROR})),
    Case("status-403", status("403 Forbidden"), frozenset({Status.BLOCKED}), own_robots=True),
    Case("status-404", status("404 Not Found"), frozenset({Status.SERVER_ERROR}), own_robots=True),
    Case("status-999", status("999 Request denied"), frozenset({Status.SERVER_ERROR, Status.BLOCKED})),
    Case("all-500", status("500 Oops"), ROBOTS, own_robots=True),
    Case("robots-error", robots_error, ROBOTS, own_robots=True),
    Case("robots-hang", robots_hang, frozenset({Status.ROBOTS_UNAVAILABLE, Status.TIMED_OUT}), own_robots=True),
    Case("robots-flood", robots_flood, FOUND, own_robots=True),
)


@dataclass(slots=True)
class BadInput:
    """The running sites. `requests` is (host, path) of all requests, in order."""

    names: NameServer
    port: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def nameserver(self) -> str:
        return self.names.address

    def seed_of(self, case: Case) -> str:
        return f"{case.host}:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: the Host header says which site it is for."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first = await reader.readexactly(1)
            if first == TLS_HELLO:  # https is tried on every port: a plain server hangs up
                writer.close()
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1] if head[0].count(" ") == 2 else "/"
            hosts = [line[5:].strip() for line in head if line.lower().startswith("host:")]
            host = "".join(hosts).partition(":")[0].lower().removeprefix("www.")
            self.requests.append((host, path))
            await self._handle(Exchange(host, path, reader, writer))
        writer.close()

    async def _handle(self, exchange: Exchange) -> None:
        case = next((case for case in CASES if case.host == exchange.host), None)
        if case is None or (exchange.path == "/robots.txt" and not case.own_robots):
            await exchange.answer(b"", status="404 Not Found")
        else:
            await case.handler(exchange)


@asynccontextmanager
async def bad_input() -> AsyncIterator[BadInput]:
    """Serve all cases in the running loop."""
    bomb()  # takes a second, in which no site would answer
    hosts = [case.host for case in CASES]
    records = {name: {"A": ["127.0.0.1"], "MX": [f"10 {name}."]} for host in hosts for name in (host, f"www.{host}")}
    async with serve_names(records) as names:
        web = BadInput(names)
        tasks: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(web.answer(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        web.port = server.sockets[0].getsockname()[1]
        try:
            yield web
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def serve_bad_input() -> InThread[BadInput]:
    """Serve all cases in a thread: a `with` block, or `start()` and `stop()`."""
    return InThread(bad_input)
