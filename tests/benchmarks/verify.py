"""Verification by the DNS alone: how many addresses a second, beside what the libraries can do with the same questions.

    python -m tests.benchmarks.verify [--domains 2000] [--delay-ms 30]           # a name server of our own, that waits
    python -m tests.benchmarks.verify --nameserver 127.0.0.1:5300 [--domains N]  # one that answers at once: NSD, …
    python -m tests.benchmarks.verify --zone FILE [--domains N]                  # write the zone `bench.example` for it
    python -m tests.benchmarks.verify --memory                                   # 100,000 addresses over 20,000 domains

With the waiting server the command is compared with email-validator's synchronous check of deliverability; with one
that answers at once, with dnspython's own asynchronous resolver asking the same questions. Everything on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.asyncresolver
import dns.resolver
from email_validator import validate_email

from harvester.verify.mx import DomainChecker
from harvester.verify.resolver import Resolver
from harvester.verify.verification import verify_address
from tests.benchmarks.processes import Cost, cost_of

ZONE = "bench.example"
MX, A, TXT = b"\0\x0f", b"\0\1", b"\0\x10"
AT_A_TIME = 1_000
SYNCHRONOUS = 50  # addresses that email-validator is timed with: 30 ms and more each


def address(number: int, domains: int) -> str:
    return f"info{number}@firm{number % domains}.{ZONE}"


def zone_text(domains: int) -> str:
    """Each domain with one MX of its own, its address, SPF and DMARC: as many questions as mail of strangers takes."""
    lines = [f"$ORIGIN {ZONE}.", "$TTL 300", "@ SOA ns admin 1 3600 600 86400 900", "@ NS ns", "ns A 127.0.0.1"]
    lines += ['@ TXT "v=spf1 -all"', '_dmarc TXT "v=DMARC1; p=none"']
    for number in range(domains):
        lines += [
            f"firm{number} MX 10 mx.firm{number}",
            f'firm{number} TXT "v=spf1 mx -all"',
            f"mx.firm{number} A 127.0.0.1",
        ]
    return "\n".join(lines) + "\n"


class WaitingServer(asyncio.DatagramProtocol):
    """Answers as the zone would, after a while; made of bytes, so that it is not what is measured."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        asyncio.get_running_loop().call_later(self.delay_s, self.transport.sendto, answer(data), addr)


def answer(query: bytes) -> bytes:
    """The answer of the zone, its name as a pointer to the question's."""
    end = query.index(b"\0", 12) + 5
    question, kind = query[12:end], query[end - 4 : end - 2]
    data = b""
    if kind == MX and not question.startswith(b"\2mx"):
        data = b"\0\x0a\2mx\xc0\x0c"
    elif kind == A and question.startswith(b"\2mx"):
        data = b"\x7f\0\0\1"
    elif kind == TXT:
        text = b"v=DMARC1; p=none" if question.startswith(b"\6_dmarc") else b"v=spf1 mx -all"
        data = bytes((len(text),)) + text
    counts = b"\0\1\0\1\0\0\0\0" if data else b"\0\1\0\0\0\0\0\0"
    record = b"\xc0\x0c" + kind + b"\0\1\0\0\x01\x2c" + len(data).to_bytes(2, "big") + data if data else b""
    return query[:2] + b"\x81\x80" + counts + question + record


def serve(delay_s: float, port: Any) -> None:
    """Serve until killed; the port goes through the pipe."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        made = loop.create_datagram_endpoint(lambda: WaitingServer(delay_s), local_addr=("127.0.0.1", 0))
        transport, _ = await made
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        port.send(transport.get_extra_info("sockname")[1])
        await asyncio.Event().wait()

    asyncio.run(play())


@contextmanager
def waiting_server(delay_s: float) -> Iterator[str]:
    """Runs it in a process of its own; its address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(delay_s, theirs), daemon=True)
    process.start()
    yield f"127.0.0.1:{ours.recv()}"
    process.terminate()


async def bounded(work: Callable[[int], Awaitable[Any]], count: int) -> None:
    places = asyncio.Semaphore(AT_A_TIME)

    async def one(number: int) -> None:
        try:
            await work(number)
        finally:
            places.release()

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await places.acquire()
            group.create_task(one(number))


def time_ours(nameserver: str, domains: int) -> tuple[float, float, int]:
    """Wall and CPU seconds, and questions asked, for one address a domain."""

    async def run() -> int:
        resolver = Resolver([nameserver])
        checker = DomainChecker(resolver, allow_private=True, policies=True)
        now = datetime.now(UTC)
        await bounded(lambda n: verify_address(address(n, domains), checker.check, now=now), domains)
        await resolver.aclose()
        return resolver.questions

    started, cpu = time.perf_counter(), time.process_time()
    questions = asyncio.run(run())
    return time.perf_counter() - started, time.process_time() - cpu, questions


def time_ceiling(nameserver: str, domains: int) -> tuple[float, float]:
    """The same questions asked by dnspython's asynchronous resolver, and nothing else done."""
    host, _, port = nameserver.rpartition(":")

    async def run() -> None:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [host], int(port)

        async def ask(number: int) -> None:
            name = f"firm{number}.{ZONE}"
            await resolver.resolve(name, "MX", search=False, raise_on_no_answer=False)
            questions = [(f"mx.{name}", "A"), (name, "TXT")]
            await asyncio.gather(
                *(resolver.resolve(name, kind, search=False, raise_on_no_answer=False) for name, kind in questions)
            )

        await bounded(ask, domains)

    started, cpu = time.perf_counter(), time.process_time()
    asyncio.run(run())
    return time.perf_counter() - started, time.process_time() - cpu


def time_email_validator(nameserver: str) -> float:
    """Addresses a second by email-validator's synchronous check."""
    resolver = dns.resolver.Resolver(configure=False)
    host, _, port = nameserver.rpartition(":")
    resolver.nameservers, resolver.port = [host], int(port)
    started = time.perf_counter()
    for number in range(SYNCHRONOUS):
        validate_email(address(number, SYNCHRONOUS), dns_resolver=resolver)
    return SYNCHRONOUS / (time.perf_counter() - started)


def run_command(nameserver: str, addresses: int, domains: int) -> Cost:
    """What the whole command costs on a list."""
    with tempfile.TemporaryDirectory() as folder:
        rows = "".join(f"{number},{address(number, domains)}\n" for number in range(addresses))
        Path(folder, "list.csv").write_text("id,email\n" + rows, "utf-8")
        command = [sys.executable, "-m", "harvester.cli", "verify", "list.csv"]
        command += ["-s", f"HARVESTER_NAMESERVERS={nameserver}", "-s", "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1"]
        cost = cost_of(command, Path(folder))
        written = Path(folder, "list.verified.csv").read_text("utf-8")
        if missed := addresses - written.count(",likely,mx,"):
            print(f"{missed} of {addresses} addresses were not verified: the machine is too busy")
    return cost


def compare_with_ceiling(nameserver: str, domains: int) -> None:
    def tell(what: str, wall: float, cpu: float) -> None:
        print(f"{what + ':':<20}{domains / wall:8.0f} addresses/s, {domains / cpu:8.0f} a CPU second")

    wall, cpu, questions = time_ours(nameserver, domains)
    bare_wall, bare_cpu = time_ceiling(nameserver, domains)
    command = run_command(nameserver, domains, domains)
    print(f"{domains} domains, {questions} questions, answered at once")
    tell("ours", wall, cpu)
    tell("dnspython's async", bare_wall, bare_cpu)
    print(f"share of ceiling:   {bare_wall / wall:.2f} by the clock, {bare_cpu / cpu:.2f} by CPU")
    tell("the whole command", command.wall_s, command.cpu_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domains", type=int, default=2_000)
    parser.add_argument("--delay-ms", type=float, default=30)
    parser.add_argument("--nameserver", metavar="HOST:PORT", help="one that serves the zone and answers at once")
    parser.add_argument("--zone", type=Path, metavar="FILE")
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    if options.zone:
        options.zone.write_text(zone_text(options.domains), "utf-8")
        return
    if options.nameserver and not options.memory:
        compare_with_ceiling(options.nameserver, options.domains)
        return
    with waiting_server(options.delay_ms / 1000) as own:
        nameserver = options.nameserver or own
        if options.memory:
            cost = run_command(nameserver, 100_000, 20_000)
            told = f"{cost.wall_s:.0f} s, {cost.cpu_s:.0f} s of CPU, {cost.peak_mb:.0f} MB at most"
            print(f"100,000 addresses over 20,000 domains: {told}")
            return
        theirs = time_email_validator(nameserver)
        wall, cpu, questions = time_ours(nameserver, options.domains)
        command = run_command(nameserver, options.domains, options.domains)
        print(f"answers after {options.delay_ms:g} ms, {options.domains} domains, {questions} questions")
        print(f"email-validator:    {theirs:8.0f} addresses/s")
        for what, seconds, of_cpu in (("ours", wall, cpu), ("the whole command", command.wall_s, command.cpu_s)):
            rate = options.domains / seconds
            told = f"{rate:8.0f} addresses/s, {rate / theirs:.0f} times; {options.domains / of_cpu:.0f} a CPU second"
            print(f"{what + ':':<20}{told}")


if __name__ == "__main__":
    main()
