"""The physical limit of a Python client: aiohttp fetches pages and throws them away. The crawl benchmark's other peer.

    python tests/benchmarks/raw_loop.py FILE

FILE has a URL a line. 64 hosts are asked at the same time, each for one page after the other.
"""

import asyncio
import socket
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver

HOSTS_AT_ONCE = 64


class LoopbackResolver(AbstractResolver):
    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self):
        """Nothing to close."""


async def fetch_all(urls):
    hosts = defaultdict(list)
    for url in urls:
        hosts[urlsplit(url).netloc].append(url)
    waiting = iter(hosts.values())
    connector = aiohttp.TCPConnector(resolver=LoopbackResolver(), limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def work():
            for pages in waiting:
                for page in pages:
                    async with session.get(yarl.URL(page, encoded=True)) as answer:
                        await answer.read()

        await asyncio.gather(*(work() for _ in range(HOSTS_AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(fetch_all(Path(sys.argv[1]).read_text("utf-8").splitlines()))
