"""Which addresses are public, and that nothing is ever sent to the others."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.download.guard import AddressRefusedError, is_public, make_socket_factory
from harvester.download.site_resolver import SiteResolver
from harvester.verify.resolver import Resolver
from tests.rogue_dns import rogue_dns
from tests.rogue_web import RogueWeb, answer, rogue_web

IS_PUBLIC = [
    "9.9.9.9", "1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
    "169.253.1.1",
    "223.255.255.255", "2620:fe::fe", "2001:4860:4860::8888", "2a00:1450:4001::1",
    "::ffff:9.9.9.9", "64:ff9b::909:909", "2002:909:909::1", "2a00:1450:4001::5efe:909:909",
    "168.63.129.17", "192.0.1.1", "192.88.98.1", "2001:200::1", "3ffe::1",
]  # fmt: skip
NOT_PUBLIC = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "100.127.255.255", "169.254.169.254", "169.254.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1",
    "192.0.0.192", "192.0.0.9", "192.88.99.1", "168.63.129.16", "100.100.100.200",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "ff0e::1", "2001:db8::1",
    "2001:10::1", "2001:1ff::1", "3fff::1", "3fff:fff::1", "5f00::1", "fd00:ec2::254", "::ffff:0:127.0.0.1",
    "2a00:1450:4001::5efe:7f00:1", "2a00:1450:4001::200:5efe:a00:1",
    "100::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "2002:a9fe:a9fe::1",
    "2001:0:909:909::f5ff:fffe", "2001:0:7f00:1::f6f6:f6f6",
    "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "host.example", "1.2.3.4:80", "[::1]",
]  # fmt: skip


@pytest.mark.parametrize("address", IS_PUBLIC)
def test_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_as_public_as_itself(address: ipaddress.IPv4Address) -> None:
    number, plain = int(address), is_public(str(address))
    for embedding in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(str(ipaddress.IPv6Address(embedding | number))) == plain
    assert is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1))) == plain


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert is_public(text) in (True, False)


class Sockets:
    """A socket factory that records what was asked of the guard and what it made."""

    def __init__(self, *, allow_private: bool) -> None:
        self.refused: list[str] = []
        self.made: list[str] = []
        guarded = make_socket_factory(allow_private, self.refused.append)

        def make(address_info: aiohttp.connector.AddrInfoType) -> socket.socket:
            made = guarded(address_info)
            self.made.append(str(address_info[4][0]))
            return made

        self.make = make


ZONE = {
    ("private.example", "A"): ["127.0.0.1"],
    ("private.example", "AAAA"): ["::1"],
    ("many.example", "A"): [f"127.0.0.{last}" for last in range(1, 9)],
    ("mapped.example", "AAAA"): ["::ffff:127.0.0.1"],
}


def fetch(host: str, *, allow_private: bool) -> tuple[Exception | int, Sockets, RogueWeb]:
    """Get a page of a loopback server by a host's name or address, through aiohttp with our factory and resolver."""

    async def run() -> tuple[Exception | int, Sockets, RogueWeb]:
        sockets = Sockets(allow_private=allow_private)
        async with rogue_dns(ZONE) as dns, rogue_web({"/": answer(b"secret")}) as web:
            resolver = Resolver([dns.nameserver])
            connector = aiohttp.TCPConnector(
                resolver=SiteResolver(resolver, allow_private=allow_private),
                use_dns_cache=False,
                socket_factory=sockets.make,
            )
            async with aiohttp.ClientSession(connector=connector) as session:
                try:
                    async with session.get(web.url("/", host)) as response:
                        result: Exception | int = response.status
                except aiohttp.ClientError as error:
                    result = error
            await resolver.aclose()
            return result, sockets, web

    return asyncio.run(run())


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "private.example", "many.example", "mapped.example"],
)
def test_loopback_is_refused_before_there_is_a_socket(host: str) -> None:
    result, sockets, web = fetch(host, allow_private=False)
    assert isinstance(result, aiohttp.ClientConnectorError)
    assert isinstance(result.os_error, AddressRefusedError), "unambiguous, however many addresses were refused"
    assert sockets.refused
    assert not sockets.made
    assert (web.connections, web.requests) == (0, [])


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "017700000001"])
def test_other_spellings_of_loopback_reach_nothing(host: str) -> None:
    result, sockets, web = fetch(host, allow_private=False)
    assert isinstance(result, aiohttp.ClientError)
    assert not sockets.made
    assert web.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "private.example", "many.example"])
def test_loopback_where_it_is_allowed(host: str) -> None:
    result, sockets, _ = fetch(host, allow_private=True)
    assert result == 200
    assert sockets.made
    assert not sockets.refused


def test_of_mixed_answers_only_the_public_ones_are_tried() -> None:
    zone = {("mixed.example", "A"): ["127.0.0.1", "9.9.9.9"], ("private.example", "A"): ["127.0.0.1"]}

    async def run(*, allow_private: bool, host: str) -> list[str]:
        async with rogue_dns(zone) as dns:
            resolver = Resolver([dns.nameserver])
            found = await SiteResolver(resolver, allow_private=allow_private).resolve(host, 80)
            await resolver.aclose()
            return sorted(result["host"] for result in found)

    assert asyncio.run(run(allow_private=False, host="mixed.example")) == ["9.9.9.9"]
    assert asyncio.run(run(allow_private=True, host="mixed.example")) == ["127.0.0.1", "9.9.9.9"]
    assert asyncio.run(run(allow_private=False, host="private.example")) == ["127.0.0.1"], (
        "left to the factory to refuse"
    )
