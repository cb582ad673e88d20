"""Bodies and headers that never end, trickle, lie about their length, unpack to too much, or are no text."""

from __future__ import annotations

import asyncio
import zlib
from functools import cache

import brotli
from backports import zstd

from tests.hostile.exchange import CHUNK, Exchange, Handler

HUGE = 50 << 20
BOMB = 200 << 20


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


async def many_headers(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(50_000)) + b"\r\n" + x.page)


async def trickle(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for number in range(100_000):
        await x.send(x.page[number % len(x.page) :][:1])
        await asyncio.sleep(0.1)


async def headers_trickle(x: Exchange) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-More: " + b"m" * 10_000:
        await x.send(bytes((byte,)))
        await asyncio.sleep(0.1)


@cache
def gzip_of_spaces(size: int = BOMB) -> bytes:
    """`size` spaces, gzipped: 200 MB in 200 KB."""
    gzip = zlib.compressobj(wbits=31)
    block = b" " * (1 << 20)
    return b"".join(gzip.compress(block) for _ in range(size >> 20)) + gzip.flush()


@cache
def brotli_of_spaces(size: int = BOMB) -> bytes:
    """200 MB in some hundred bytes: a million-fold."""
    packer = brotli.Compressor(quality=5)
    block = b" " * (1 << 20)
    return b"".join(packer.process(block) for _ in range(size >> 20)) + packer.finish()


@cache
def zstd_of_spaces(size: int = BOMB) -> bytes:
    """200 MB in some kilobytes."""
    packer = zstd.ZstdCompressor()
    block = b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


@cache
def nested_gzip() -> bytes:
    """Gzip in gzip: 200 MB in a kilobyte, a layer at a time."""
    return zlib.compress(gzip_of_spaces(), 9, wbits=31)


@cache
def many_layers(layers: int = 30) -> bytes:
    """A page that was gzipped thirty times."""
    body = b"<p>layers</p>"
    for _ in range(layers):
        body = zlib.compress(body, wbits=31)
    return body


BOMBS = {
    "gzip": gzip_of_spaces,
    "br": brotli_of_spaces,
    "zstd": zstd_of_spaces,
    "gzip, gzip": nested_gzip,
    ", ".join(["gzip"] * 30): many_layers,
}


def bomb(encoding: str) -> Handler:
    """A handler that sends what unpacks to far more than anybody wants."""
    return lambda x: x.answer(BOMBS[encoding](), content_encoding=encoding)


async def half_gzip(x: Exchange) -> None:
    await x.answer(zlib.compress(x.page + CHUNK, wbits=31)[:-20], content_encoding="gzip")


async def reset(x: Exchange) -> None:
    x.reset()


async def reset_midway(x: Exchange) -> None:
    await x.answer(CHUNK[:1000], content_length=100_000)
    await asyncio.sleep(0.05)
    x.reset()


async def reset_with_address(x: Exchange) -> None:
    await x.answer(x.page, content_length=100_000)
    await asyncio.sleep(0.05)
    x.reset()


async def reset_after_headers(x: Exchange) -> None:
    await x.answer(b"", content_length=100_000)
    await asyncio.sleep(0.05)
    x.reset()


async def http_0_9(x: Exchange) -> None:
    await x.send(x.page)


async def garbage(x: Exchange) -> None:
    await x.send(bytes(range(256)) * 40)


async def image(x: Exchange) -> None:
    await x.answer(b"\x89PNG\r\n\x1a\n" + bytes(5000), kind="image/png")


async def image_as_page(x: Exchange) -> None:
    await x.answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200)
