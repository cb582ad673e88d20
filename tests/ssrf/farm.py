"""Sites that lead to a forbidden address, each by one way, with the DNS that helps them. The first hop looks public.

A site's name says it all: `<way>-<number>.ssrf.example`, where the number is that of the spelling or of the address.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address

from harvester.demo.nameserver import serve_names
from tests.rogue_web import answer
from tests.ssrf.spellings import ADDRESSES, SPELLINGS

PUBLIC = "9.9.9.9"  # what the first hops are said to have; nothing is sent there
OTHER_PUBLIC = "9.9.9.10"  # where each way leads once, to see that it leads somewhere
ZONE = "ssrf.example"
HOST = re.compile(rf"(?:(?P<sub>[a-z0-9]+)\.)?(?P<way>[a-z]+)-(?P<number>\d+|c)\.{re.escape(ZONE)}")
CONTROL = "c"

# A URL of the target stands where a site may name one.
BY_URL = ("redirect", "refresh", "robots")
# A name of the site's own that the DNS leads to the target.
BY_NAME = ("link", "frame", "script", "sitemap", "redirect", "refresh", "robots")
# The DNS alone, for the site itself: it, beside a public one, at the second look, behind an alias.
BY_DNS = ("address", "mixed", "rebinding", "alias")
# The same for a mail domain; and the address itself as the name of its mail host.
BY_MX = ("mx", "mxrebinding", "mxliteral")
SOCKS_REFUSED = b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"  # RFC 1928, 6


def site(way: str, number: int | str) -> str:
    return f"{way}-{number}.{ZONE}"


def sites(ways: tuple[str, ...], targets: list[str], *, ending: str = "") -> list[str]:
    """The hosts that lead by each way to each target, after one that leads to a public one."""
    return [site(way + ending, number) for way in ways for number in (CONTROL, *range(len(targets)))]


def seeds() -> list[str]:
    """Every way to every target; and the targets themselves."""
    hosts = [
        *sites(BY_URL, SPELLINGS, ending="url"),
        *sites(BY_NAME, ADDRESSES[::3], ending="name"),
        *sites(BY_DNS, ADDRESSES),
    ]
    return [*(f"http://{host}/" for host in hosts), *SPELLINGS, *ADDRESSES]


def target_of(host: str) -> str:
    """The authority that a site leads to."""
    match = HOST.fullmatch(host)
    assert match is not None
    if match["way"].endswith("name"):
        return f"deep.{host}"
    return OTHER_PUBLIC if match["number"] == CONTROL else SPELLINGS[int(match["number"])]


@dataclass
class Names(Mapping[str, Mapping[str, list[str]]]):
    """The DNS: every name there is leads to loopback, except as the ways want it."""

    asked: Counter[str] = field(default_factory=Counter)
    moved: bool = False  # whether what was public is so no more

    def __getitem__(self, name: str) -> Mapping[str, list[str]]:
        match = HOST.fullmatch(name)
        if match is None:
            return {"A": ["127.0.0.1"], "AAAA": ["::1"], "MX": [f"10 {name}."]}
        number, is_control = match["number"], match["number"] == CONTROL
        every = 3 if match["way"].endswith("name") else 1
        target = OTHER_PUBLIC if is_control else ADDRESSES[int(number) * every % len(ADDRESSES)]
        kind = "AAAA" if ":" in target else "A"
        self.asked[name] += 1
        match match["way"]:
            case "address" | "mx":
                return {kind: [target], "MX": [f"10 {name}."]}
            case "mixed":
                if self.moved:
                    return {kind: [target]}
                return {"A": [PUBLIC]} | {kind: [target, *([PUBLIC] if kind == "A" else [])]}
            case "rebinding":  # looked up once: A and AAAA
                return {"A": [PUBLIC]} if self.asked[name] <= 2 else {kind: [target]}
            case "mxrebinding":  # MX and A of the first look
                return {"A": [PUBLIC], "MX": [f"10 {name}."]} if self.asked[name] <= 2 else {kind: [target]}
            case "mxliteral":
                return {"MX": [f"10 {target}."]}
            case "alias":
                return {"CNAME": [f"{target}."], kind: [target]}
        return {kind: [target]} if match["sub"] or self.moved else {"A": [PUBLIC]}

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def respond(host: str, path: str) -> bytes:
    """What a site says to one request."""
    match = HOST.fullmatch(host)
    if match is None or match["sub"]:
        return answer(b"<p>secret@inside.example</p>")
    way = match["way"].removesuffix("url").removesuffix("name")
    url = f"http://{target_of(host)}/contact/{match['way']}"
    if path == "/robots.txt":
        return _moved(url, "301 Moved Permanently") if way == "robots" else answer(status="404 Not Found")
    match way:
        case "redirect":
            return _moved(url, "302 Found")
        case "refresh":
            return answer(f"<meta http-equiv=refresh content='0; url={url}'>".encode())
        case "sitemap" if path.endswith(".xml"):
            body = f"<urlset><url><loc>{url}</loc></url></urlset>"
            return answer(body.encode(), content_type="application/xml")
        case "sitemap":
            return answer(b"<p>Nothing here.</p>")
        case "script":
            return answer(f"<p>E-Mail: <span id=mail></span></p><script src='{url}/mail.js'></script>".encode())
        case "link":
            return answer(f"<a href='{url}'>Contact</a>".encode())
        case "frame":
            return answer(f"<iframe src='{url}'></iframe><frameset><frame src='{url}'></frameset>".encode())
    return answer(f"<p>Welcome.</p><a href='/contact'>Contact</a><p>info@{host}</p>".encode())


def _moved(url: str, status: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: ".encode()
    return head + url.encode().replace(b"\r", b"").replace(b"\n", b"") + b"\r\n\r\n"


@dataclass
class Farm:
    """The running farm: where somebody connected, the URLs asked for, where the proxy was to connect."""

    nameserver: str = ""
    http_port: int = 0
    smtp_port: int = 0
    proxy_port: int = 0
    names: Names = field(default_factory=Names)
    reached: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    proxied: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One web connection."""
        self.reached[writer.get_extra_info("sockname")[0]] += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                host = (re.search(r"(?im)^host: ([^:\r]+)", head) or ["", ""])[1].lower()
                path = head.split(" ", 2)[1]
                self.asked.add(host + path)
                writer.write(respond(host, path))
                await writer.drain()
        writer.close()

    async def greet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One mail connection, turned away."""
        self.reached[writer.get_extra_info("sockname")[0]] += 1
        writer.write(b"554 5.7.1 not you\r\n")
        writer.close()

    async def proxy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client of the SOCKS5 proxy (RFC 1928), which goes nowhere."""
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        target = await reader.readexactly(length)
        self.proxied.append(str(ip_address(target)) if kind in (1, 4) else target.decode())
        writer.write(SOCKS_REFUSED)
        writer.close()


@asynccontextmanager
async def serve_farm(hosts: tuple[str, ...] = ("127.0.0.1",), *, http: int = 0, smtp: int = 0) -> AsyncIterator[Farm]:
    """The farm's web and mail servers on `hosts`, its nameserver on 127.0.0.1."""
    farm = Farm()
    async with AsyncExitStack() as stack:
        for host in hosts:
            web = await asyncio.start_server(farm.serve, host, http, backlog=1024)
            mail = await asyncio.start_server(farm.greet, host, smtp)
            stack.callback(web.close)
            stack.callback(mail.close)
            farm.http_port, farm.smtp_port = (each.sockets[0].getsockname()[1] for each in (web, mail))
        proxy = await asyncio.start_server(farm.proxy, "127.0.0.1", 0)
        stack.callback(proxy.close)
        farm.proxy_port = proxy.sockets[0].getsockname()[1]
        names = await stack.enter_async_context(serve_names(farm.names, {}))
        farm.nameserver = names.address
        yield farm
