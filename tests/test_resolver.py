"""The resolver against a nameserver in the same process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import dns.rdatatype
import dns.resolver
import pytest
from aiohttp.abc import ResolveResult
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.download.site_resolver import SiteResolver
from harvester.verify import resolver as resolver_module
from harvester.verify.ip_addresses import read_ip
from harvester.verify.nameservers import QUESTIONS_PER_SOCKET, parse_nameserver
from harvester.verify.resolver import CACHED_ANSWERS, DnsAnswer, Resolver, join_families, wire_name
from tests.rogue_dns import RogueDns, rogue_dns

ZONE = {
    ("both.example", "A"): ["192.0.2.7", "192.0.2.8"],
    ("both.example", "AAAA"): ["2001:db8::7"],
    ("four.example", "A"): ["192.0.2.4"],
    ("six.example", "AAAA"): ["2001:db8::6"],
    ("alias.example", "CNAME"): ["four.example."],
    ("dangling.example", "CNAME"): ["nowhere.example."],
    ("loop.example", "CNAME"): ["loop.example."],
    ("mail.example", "MX"): ["20 Second.mail.example.", "10 first.mail.example.", "20 another.mail.example."],
    ("null.example", "MX"): ["0 ."],
    ("xn--mller-kva.example", "A"): ["192.0.2.9"],
    ("forged.example", "A"): ["192.0.2.66"],
    ("garbage.example", "A"): ["192.0.2.67"],
    ("big.example", "A"): [f"198.51.100.{last}" for last in range(1, 201)],
    ("big.example", "MX"): [f"{last} mx{last}.mail.example." for last in range(1, 101)],
    ("broken.aaaa.example", "A"): ["192.0.2.5"],
    ("under_score.example", "A"): ["192.0.2.10"],
}


def ask(*calls: Callable[[Resolver], Awaitable[DnsAnswer]], **options: Any) -> tuple[list[DnsAnswer], RogueDns]:
    """Make the calls one after the other with one resolver."""

    async def run() -> tuple[list[DnsAnswer], RogueDns]:
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], **options)
            try:
                return [await call(resolver) for call in calls], server
            finally:
                await resolver.aclose()

    return asyncio.run(run())


ADDRESSES = [
    ("both.example", "ok", ("192.0.2.7", "192.0.2.8", "2001:db8::7")),
    ("BOTH.Example.", "ok", ("192.0.2.7", "192.0.2.8", "2001:db8::7")),
    ("four.example", "ok", ("192.0.2.4",)),
    ("six.example", "ok", ("2001:db8::6",)),
    ("alias.example", "ok", ("192.0.2.4",)),
    ("müller.example", "ok", ("192.0.2.9",)),
    ("MÜLLER.example", "ok", ("192.0.2.9",)),
    ("under_score.example", "ok", ("192.0.2.10",)),
    ("forged.example", "ok", ("192.0.2.66",)),
    ("mail.example", "no_data", ()),
    ("nowhere.example", "no_such_domain", ()),
    ("dangling.example", "no_such_domain", ()),
    ("loop.example", "server_failure", ()),
    ("broken.example", "server_failure", ()),
    ("refused.example", "server_failure", ()),
    ("garbage.example", "server_failure", ()),
]
WITHOUT_A_QUESTION = [
    ("192.0.2.1", "ok", ("192.0.2.1",)),
    ("[2001:DB8::1]", "ok", ("2001:db8::1",)),
    ("::1", "ok", ("::1",)),
    ("localhost", "ok", ("127.0.0.1", "::1")),
    ("LocalHost.", "ok", ("127.0.0.1", "::1")),
    ("shop.localhost", "ok", ("127.0.0.1", "::1")),
    ("", "no_such_domain", ()),
    (".", "no_such_domain", ()),
    ("..", "no_such_domain", ()),
    ("a..example", "no_such_domain", ()),
    (".a.example", "no_such_domain", ()),
    ("a" * 64 + ".example", "no_such_domain", ()),
    (".".join(["a" * 60] * 5), "no_such_domain", ()),
    ("spaced host.example", "no_such_domain", ()),
    ("back\\slash.example", "no_such_domain", ()),
    ("tab\t.example", "no_such_domain", ()),
    ("ä" * 64 + ".example", "no_such_domain", ()),
    ("\ud800.example", "no_such_domain", ()),
    ("bücher\0.example", "no_such_domain", ()),
    ("0x7f.1/", "no_such_domain", ()),
]
MAIL_HOSTS = [
    ("mail.example", "ok", ("first.mail.example", "another.mail.example", "second.mail.example")),
    ("null.example", "ok", (".",)),
    ("four.example", "no_data", ()),
    ("nowhere.example", "no_such_domain", ()),
    ("broken.example", "server_failure", ()),
    ("192.0.2.1", "no_data", ()),
]


@pytest.mark.parametrize(("host", "outcome", "values"), ADDRESSES)
def test_addresses(host: str, outcome: str, values: tuple[str, ...]) -> None:
    [answer], _ = ask(lambda resolver: resolver.addresses(host))
    in_order = tuple(sorted(answer.values, key=lambda value: (":" in value, value)))
    assert (answer.outcome, in_order) == (outcome, values)
    assert [":" in value for value in answer.values] == [":" in value for value in values], "IPv4 first"
    assert bool(answer.detail) == (outcome != "ok")


@pytest.mark.parametrize(("host", "outcome", "values"), WITHOUT_A_QUESTION)
def test_addresses_that_need_no_question(host: str, outcome: str, values: tuple[str, ...]) -> None:
    [answer], server = ask(lambda resolver: resolver.addresses(host))
    assert (answer.outcome, answer.values, sum(server.asked.values())) == (outcome, values, 0)
    assert outcome == "ok" or "bad name" in answer.detail


@pytest.mark.parametrize(("domain", "outcome", "values"), MAIL_HOSTS)
def test_mail_hosts(domain: str, outcome: str, values: tuple[str, ...]) -> None:
    [answer], _ = ask(lambda resolver: resolver.mail_hosts(domain))
    assert (answer.outcome, answer.values) == (outcome, values)


def test_silence_is_a_timeout_in_time() -> None:
    start = time.monotonic()
    [answer, again], server = ask(
        lambda resolver: resolver.addresses("slow.example"),
        lambda resolver: resolver.addresses("slow.example"),
        timeout_s=0.5,
    )
    assert (answer.outcome, again) == ("timeout", answer)
    assert 0.4 < time.monotonic() - start < 2
    assert server.asked["slow.example", "A"] == 3, "asked again within its time, and not again by the second caller"


def test_one_family_fails_and_the_other_answers() -> None:
    [answer], _ = ask(lambda resolver: resolver.addresses("broken.aaaa.example"))
    assert answer.outcome == "server_failure", "both families are broken here"
    denied, unknown = DnsAnswer("no_data"), DnsAnswer("timeout", detail="late")
    address = DnsAnswer("ok", ("192.0.2.1",), 60)
    assert join_families([address, unknown]).outcome == "ok"
    assert join_families([denied, unknown]).outcome == "timeout", "not known to have none"
    assert join_families([denied, denied]).outcome == "no_data"
    assert join_families([DnsAnswer("no_such_domain"), unknown]).outcome == "no_such_domain"


def test_a_cut_answer_is_asked_for_over_tcp() -> None:
    [addresses, hosts], server = ask(
        lambda resolver: resolver.addresses("big.example"), lambda resolver: resolver.mail_hosts("big.example")
    )
    assert server.tcp == 3
    assert all(value.startswith("198.51.100.") for value in addresses.values)
    assert len(addresses.values) == len(hosts.values) == 32, "a flood of records is cut"
    assert hosts.values[0] == "mx1.mail.example"


def test_equal_questions_share_one_exchange() -> None:
    async def run() -> RogueDns:
        async with rogue_dns(ZONE) as server:
            server.delay_s = 0.05
            resolver = Resolver([server.nameserver])
            answers = await asyncio.gather(*[resolver.addresses("both.example") for _ in range(50)])
            assert len(set(answers)) == 1
            await resolver.addresses("both.example")
            await resolver.aclose()
            return server

    assert asyncio.run(run()).asked == {("both.example", "A"): 1, ("both.example", "AAAA"): 1}


def test_a_caller_that_gives_up_does_not_take_the_answer_from_the_others() -> None:
    async def run() -> tuple[DnsAnswer, int]:
        async with rogue_dns(ZONE) as server:
            server.delay_s = 0.1
            resolver = Resolver([server.nameserver])
            impatient = asyncio.create_task(resolver.addresses("both.example"))
            patient = asyncio.create_task(resolver.addresses("both.example"))
            await asyncio.sleep(0.02)
            impatient.cancel()
            answer = await patient
            await resolver.aclose()
            return answer, server.asked["both.example", "A"]

    answer, asked = asyncio.run(run())
    assert (answer.outcome, asked) == ("ok", 1)


def test_answers_are_kept_for_their_ttl_within_limits() -> None:
    now = 1000.0

    async def run() -> list[int]:
        nonlocal now
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], clock=lambda: now)
            counts = []
            for seconds in (0, 299, 2):  # the records live 300 s
                now += seconds
                await resolver.mail_hosts("mail.example")
                counts.append(server.asked["mail.example", "MX"])
            await resolver.aclose()
            return counts

    assert asyncio.run(run()) == [1, 1, 2]


def test_failures_are_kept_shortly() -> None:
    now = 1000.0

    async def run() -> list[int]:
        nonlocal now
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], clock=lambda: now)
            counts = []
            for seconds in (0, 29, 2):
                now += seconds
                await resolver.mail_hosts("broken.example")
                counts.append(server.asked["broken.example", "MX"])
            await resolver.aclose()
            return counts

    assert asyncio.run(run()) == [1, 1, 2]


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CACHED_ANSWERS <= 50_000
    monkeypatch.setattr(resolver_module, "CACHED_ANSWERS", 5)

    async def run() -> Resolver:
        resolver = Resolver(["127.0.0.1:9"])
        for number in range(12):
            await resolver.addresses(f"bad name {number}")
        await resolver.aclose()
        return resolver

    assert len(asyncio.run(run())._cache) == 5


def test_a_renewed_answer_is_not_the_next_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver_module, "CACHED_ANSWERS", 2)
    now = 1000.0

    async def run() -> int:
        nonlocal now
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], clock=lambda: now)
            for seconds, domain in (
                (0, "mail"),
                (1, "null"),
                (300, "mail"),
                (1, "big"),
                (1, "mail"),
            ):  # they live 300 s
                now += seconds
                await resolver.mail_hosts(f"{domain}.example")
            await resolver.aclose()
            return server.asked["mail.example", "MX"]

    assert asyncio.run(run()) == 2


def test_questions_in_flight_are_bounded() -> None:
    async def run() -> tuple[float, int]:
        async with rogue_dns(ZONE) as server:
            server.delay_s = 0.05
            resolver = Resolver([server.nameserver], max_in_flight=10)
            start = time.monotonic()
            await asyncio.gather(*[resolver.mail_hosts(f"host{number}.example") for number in range(40)])
            await resolver.aclose()
            return time.monotonic() - start, sum(server.asked.values())

    seconds, asked = asyncio.run(run())
    assert asked == 40
    assert seconds > 0.19, "four rounds of ten"


OF_MAIL: list[Callable[[Resolver, str], Awaitable[DnsAnswer]]] = [
    Resolver.mail_hosts,
    Resolver.some_addresses,
    Resolver.addresses,
    Resolver.texts,
]


@pytest.mark.parametrize("of_mail", OF_MAIL, ids=lambda method: method.__name__)
def test_silent_mail_domains_hold_up_no_site(of_mail: Callable[[Resolver, str], Awaitable[DnsAnswer]]) -> None:
    async def run() -> tuple[list[ResolveResult], bool, int]:
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], max_in_flight=8, kept_for_sites=2, timeout_s=60)
            names = [f"slow.{number}.example" for number in range(40)]
            silent = [asyncio.ensure_future(of_mail(resolver, name)) for name in names]
            async with asyncio.timeout(20):
                while server.asked.total() < 6:
                    await asyncio.sleep(0.01)
                found = await SiteResolver(resolver, allow_private=True).resolve("both.example")
            answered = any(one.done() for one in silent)
            await resolver.aclose()
            await asyncio.gather(*silent, return_exceptions=True)
            return found, answered, len({name for name, _ in server.asked if name != "both.example"})

    found, answered, asked = asyncio.run(run())
    assert (len(found), answered) == (3, False)
    assert 3 <= asked <= 6, "what is not kept is used"


def test_source_ports_change_and_old_sockets_are_closed() -> None:
    async def run() -> tuple[int, int]:
        async with rogue_dns(ZONE) as server:
            ports = set()
            original = server.datagram_received
            server.datagram_received = lambda data, addr: (ports.add(addr[1]), original(data, addr))  # type: ignore[method-assign]
            resolver = Resolver([server.nameserver])
            for start in range(0, QUESTIONS_PER_SOCKET * 5, 50):
                await asyncio.gather(*[resolver.mail_hosts(f"h{start + i}.example") for i in range(50)])
            await asyncio.sleep(0.05)
            still_open = sum(not udp.closed for udp in resolver.nameservers[0]._sockets)
            await resolver.aclose()
            return len(ports), still_open

    ports, still_open = asyncio.run(run())
    assert 5 <= ports <= 10
    assert still_open <= 2


def test_the_next_nameserver_is_asked_and_preferred_from_then_on() -> None:
    async def run() -> tuple[list[str], list[float]]:
        async with rogue_dns(ZONE) as dead, rogue_dns(ZONE) as good:
            dead.answers = lambda *_, **__: []  # type: ignore[method-assign]
            resolver = Resolver([dead.nameserver, good.nameserver], timeout_s=1.0)
            outcomes, seconds = [], []
            for host in ("four.example", "six.example", "both.example"):
                start = time.monotonic()
                outcomes.append((await resolver.addresses(host)).outcome)
                seconds.append(time.monotonic() - start)
            await resolver.aclose()
            return outcomes, seconds

    outcomes, seconds = asyncio.run(run())
    assert outcomes == ["ok"] * 3
    assert seconds[0] > 0.3
    assert max(seconds[1:]) < 0.3


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_at_the_nameserver_is_a_failure_of_ours() -> None:
    async def run() -> DnsAnswer:
        resolver = Resolver([f"127.0.0.1:{free_port()}"], timeout_s=1)
        answer = await resolver.mail_hosts("mail.example")
        await resolver.aclose()
        return answer

    answer = asyncio.run(run())
    assert answer.outcome == "server_failure"
    assert "cannot be asked" in answer.detail


def test_a_system_without_nameservers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", refuse)

    async def run() -> DnsAnswer:
        resolver = Resolver()
        assert (await resolver.addresses("localhost")).outcome == "ok"
        return await resolver.addresses("four.example")

    answer = asyncio.run(run())
    assert answer.outcome == "server_failure"
    assert "no nameserver" in answer.detail


def test_no_threads() -> None:
    before = threading.active_count()
    ask(*[lambda resolver, host=host: resolver.addresses(host) for host, *_ in ADDRESSES])  # type: ignore[misc]
    assert threading.active_count() == before


NAMESERVERS = [
    ("127.0.0.1", ("127.0.0.1", 53)),
    (" 127.0.0.1:5353 ", ("127.0.0.1", 5353)),
    ("::1", ("::1", 53)),
    ("[::1]", ("::1", 53)),
    ("[2001:DB8::1]:5353", ("2001:db8::1", 5353)),
    ("fe80::1%eth0", ("fe80::1%eth0", 53)),
]
NOT_NAMESERVERS = [
    "", " ", "dns.example", "dns.example:53", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x",
    "127.0.0.1:-1", "127.1", "[::1", "[::1]53", "[::1]:", "::1]:53", "1.2.3.4:5:6", "127.0.0.1:٥٣", "127.0.0.1/24",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMESERVERS)
def test_parse_nameserver(text: str, expected: tuple[str, int]) -> None:
    assert parse_nameserver(text) == expected


@pytest.mark.parametrize("text", NOT_NAMESERVERS)
def test_not_nameservers(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The .*\.$"):
        parse_nameserver(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_no_name_raises(text: str) -> None:
    wire = wire_name(text)
    assert wire is None or len(wire) <= 255
    read_ip(text)
    join_families([])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_answer_raises(data: bytes) -> None:
    header = b"\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
    question = b"\x04four\x07example\x00\x00\x01\x00\x01"
    for wire in (data, header + data, header + question + data):
        assert resolver_module.read_answer(wire, dns.rdatatype.A).outcome in (
            "ok",
            "no_data",
            "server_failure",
            "no_such_domain",
        )
