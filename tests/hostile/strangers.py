"""Companies whose names, people, words, URLs, headers and mail hosts are the strings of strangers, served on loopback.

Use: `with serve_strangers() as web: web.nameserver, web.seeds`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from harvester.demo.thread import InThread
from tests.hostile.exchange import Exchange
from tests.hostile.strings import STRINGS
from tests.rogue_dns import rogue_dns

HOSTS = {f"text-{number:02}.example": text for number, text in enumerate(STRINGS)}
TLS_HELLO = b"\x16"
STEER = "\x1b[31m\x9b31m\u202e\rforged [red]x[/red]"
# Sites that say it in another place than their pages: in a header, a status line, a redirect, a file that is no page.
ODD = ("location", "content-type", "status-line", "location-host", "robots", "card", "missing", "script")
ODD_HOSTS = {f"{name}.example": name for name in ODD}


@dataclass(slots=True)
class Strangers:
    """The running sites."""

    nameserver: str
    port: int

    @property
    def seeds(self) -> list[str]:
        return [f"http://{host}:{self.port}" for host in (*HOSTS, *ODD_HOSTS)]


def home(host: str, text: str) -> str:
    """A company that calls itself so, everywhere where a page can say it."""
    shown, name = escape(text, quote=True), f"{text} Nord GmbH"
    data = json.dumps({"@type": "Organization", "name": name, "url": f"http://{host}/", "address": text})
    card = f"<h3>{escape(name)}</h3><p>Hafenstr. 1, 65510 Idstein {shown}</p>"
    return (
        f"<!doctype html><html lang=de><title>{escape(name)}</title>"
        f"<meta property=og:site_name content='{escape(name)}'>"
        f"<script type='application/ld+json'>{data.replace('<', chr(92) + 'u003c')}</script>"
        f"<h1>{escape(name)}</h1><a href='/kontakt?{shown}'>Kontakt {shown}</a>{card}"
        f"<p>{shown} info@{host} {shown}</p><a href='https://www.linkedin.com/company/{shown}'>in</a>"
    )


def contact(host: str, text: str) -> str:
    """A page of people with such names and titles."""
    shown = escape(text, quote=True)
    person = {
        "@type": "Person",
        "name": f"Anna {text} Berg",
        "jobTitle": f"{text} Einkauf",
        "email": f"anna.berg@{host}",
    }
    return (
        f"<!doctype html><title>{shown}</title><script type='application/ld+json'>"
        f"{json.dumps(person).replace('<', chr(92) + 'u003c')}</script>"
        f"<div><h3>Anna {shown} Berg</h3><p>Leiterin Einkauf {shown}</p>"
        f"<a href='mailto:anna.berg@{host}?subject={quote(text, errors='replace')}'>{shown}</a></div>"
        f"<div><h3>Jan {shown}</h3><p>{shown} Vertrieb</p><a href='mailto:jan@{host}'>{shown} jan@{host}</a>"
        f"<p>Tel {shown} +49 6126 1234</p></div>"
    )


async def odd(name: str, x: Exchange) -> None:
    """One answer that carries the orders to a terminal where nobody looks for them."""
    evil = STEER.encode("utf-8")
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    match name:
        case "location":
            await x.send(b"HTTP/1.1 302 Found\r\nLocation: /", evil, b"\r\n\r\n")
        case "location-host":
            await x.send(b"HTTP/1.1 302 Found\r\nLocation: http://", quote(STEER).encode(), b".example/\r\n\r\n")
        case "content-type":
            await x.send(head, b"Content-Type: image/", evil.replace(b"\r", b""), b"\r\n\r\nx")
        case "status-line":
            await x.send(b"HTTP/1.1 500 ", evil, b"\r\n\r\nx")
        case "robots" if x.path == "/robots.txt":
            await x.answer(b"User-agent: *\nDisallow: /" + evil + b"\nCrawl-delay: " + evil, kind="text/plain")
        case "card":
            card = f"BEGIN:VCARD\r\nFN:{STEER}\r\nORG:{STEER}\r\nTITLE:{STEER}\r\nEMAIL:info@{x.host}\r\nEND:VCARD\r\n"
            await x.answer(card.encode(), kind="text/vcard")
        case "missing":
            await x.answer(evil, status="404 " + b"\x1b[31mNot found".decode("latin-1"))
        case _:
            script = f"document.write({json.dumps(f'<b>{STEER} info@{x.host} {STEER}</b>')})"
            await x.answer(f"<title>{STEER}</title><script>{script}</script>".encode())


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, one request."""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        first = await reader.readexactly(1)
        if first == TLS_HELLO:  # where plain HTTP fails https is tried: nobody answers that here
            writer.close()
            return
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ", 2)[1]
        host = head.lower().partition("host:")[2].partition("\r")[0].strip().partition(":")[0].removeprefix("www.")
        exchange = Exchange(host, path, "", 0, reader, writer)
        if host in ODD_HOSTS and (path != "/robots.txt" or host == "robots.example"):
            await odd(ODD_HOSTS[host], exchange)
        elif host in HOSTS and path.partition("?")[0] in {"/", "/kontakt"}:
            make = home if path == "/" else contact
            await exchange.answer(make(host, HOSTS[host]).encode("utf-8", "surrogatepass"))
        else:
            await exchange.answer(b"", status="404 Not Found")
    writer.close()


@asynccontextmanager
async def strangers() -> AsyncIterator[Strangers]:
    """Serve them in the running loop."""
    zone: dict[tuple[str, str], list[str]] = {}
    for host in (*HOSTS, *ODD_HOSTS):
        zone |= {(name, "A"): ["127.0.0.1"] for name in (host, f"www.{host}")}
        zone[host, "MX"] = ["10 \\027[31m\\155\\226\\128\\174.mail.example."]
    async with rogue_dns(zone) as names:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        try:
            yield Strangers(names.nameserver, server.sockets[0].getsockname()[1])
        finally:
            server.close()


def serve_strangers() -> InThread[Strangers]:
    """Serve them in a thread: a `with` block."""
    return InThread(strangers)
