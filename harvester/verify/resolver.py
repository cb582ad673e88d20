"""Names to addresses and mail hosts over DNS: asynchronous, without threads, each question asked once.

All that the DNS or the network may do comes back as a value: `Resolver` raises nothing for a name or a nameserver.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Literal

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.reversename
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from harvester.verify.ip_addresses import read_ip
from harvester.verify.latest import Latest
from harvester.verify.nameservers import Nameserver, parse_nameserver, system_nameservers

Outcome = Literal["ok", "no_such_domain", "no_data", "timeout", "server_failure"]

TIMEOUT_S = 5.0  # for one question, all attempts together; dnspython's own default
ATTEMPTS = 2.5  # a nameserver gets timeout / 2.5 before the next one is asked: 2 s of 5
SECOND_ROUND_AFTER_S = 0.2  # when every nameserver refused at once
OTHER_FAMILY_WAIT_S = 0.25  # for AAAA once A is there: some servers never answer AAAA (RFC 8305, 3: 50 ms)
QUESTIONS_IN_FLIGHT = 128  # dnsmasq, in many home routers, refuses above 150
CACHED_ANSWERS = 8_192
CACHE_TTL_S = (60, 3600)  # shortest and longest
FAILURE_TTL_S = 30  # a silent nameserver is not waited for again by each page of the same site
VALUES_KEPT = 32
LOOPBACK = ("127.0.0.1", "::1")
LABEL = re.compile(rb"[a-z0-9_-]{1,63}")


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What the DNS said. `values` only where `outcome` is `ok`; `ttl` in seconds; `detail` says why not, in words."""

    outcome: Outcome
    values: tuple[str, ...] = ()
    ttl: int = 0
    detail: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Whether nobody could say: no verdict about the name."""
        return self.outcome in ("timeout", "server_failure")


def wire_name(host: str) -> bytes | None:
    """The name as the DNS carries it (RFC 1035, 3.1), IDN encoded (UTS 46); None where it can be no host's name."""
    host = host.removesuffix(".")
    try:
        labels = host.encode("ascii").lower().split(b".") if host.isascii() else _encode_idn(host)
    except (UnicodeError, dns.exception.DNSException):
        return None
    if not all(LABEL.fullmatch(label) for label in labels):
        return None
    wire = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    return wire if len(wire) <= 255 else None


def _encode_idn(host: str) -> list[bytes]:
    name = dns.name.from_unicode(host, idna_codec=dns.name.IDNA_2008_Practical)
    return [label.lower() for label in name.labels[:-1]]


def read_answer(wire: bytes, rdtype: dns.rdatatype.RdataType) -> DnsAnswer:
    """A response in wire form as a value. Anything but an answer or a denial is `server_failure`."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        if not isinstance(message, dns.message.QueryMessage):
            return DnsAnswer("server_failure", detail="an answer that is none")
        if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return DnsAnswer("server_failure", detail=dns.rcode.to_text(message.rcode()))
        chain = message.resolve_chaining()
    except (dns.exception.DNSException, ValueError, IndexError) as error:
        return DnsAnswer("server_failure", detail=f"an answer that cannot be read ({type(error).__name__})")
    ttl = min(chain.minimum_ttl, CACHE_TTL_S[1] * 24 * 7)
    if chain.answer is None:
        if message.rcode() == dns.rcode.NXDOMAIN:
            return DnsAnswer("no_such_domain", ttl=ttl, detail="NXDOMAIN")
        return DnsAnswer("no_data", ttl=ttl, detail=f"no {dns.rdatatype.to_text(rdtype)} record")
    if rdtype == dns.rdatatype.MX:
        found = sorted((data.preference, _host_text(data.exchange)) for data in chain.answer if isinstance(data, MX))
        values = tuple(dict.fromkeys(host for _, host in found))
    elif rdtype == dns.rdatatype.TXT:
        joined = (b"".join(data.strings) for data in chain.answer if isinstance(data, TXT))
        values = tuple(text.decode("utf-8", "replace") for text in joined)
    elif rdtype == dns.rdatatype.PTR:
        values = tuple(_host_text(data.target) for data in chain.answer if isinstance(data, PTR))
    else:
        values = tuple(data.to_text() for data in chain.answer)
    return DnsAnswer("ok", values[:VALUES_KEPT], ttl)


def _host_text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


class Resolver:
    """One object for site hosts and mail domains. Equal questions at the same time share one exchange."""

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        timeout_s: float = TIMEOUT_S,
        max_in_flight: int = QUESTIONS_IN_FLIGHT,
        kept_for_sites: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`nameservers` as `parse_nameserver` reads them (raises its `ValueError`); none means the system's.

        Of `max_in_flight` questions so many are `kept_for_sites`: a site waits for 10 s at most, a mail domain longer.
        """
        found = [parse_nameserver(text) for text in nameservers] or system_nameservers()
        self.nameservers = [Nameserver(address, port) for address, port in found]
        self.questions = 0
        self._timeout_s = timeout_s
        self._slots = asyncio.Semaphore(max_in_flight)
        self._slots_of_others = asyncio.Semaphore(max_in_flight - kept_for_sites)
        self._clock = clock
        self._cache = Latest[tuple[str, str], tuple[float, DnsAnswer]](CACHED_ANSWERS)
        self._in_flight: dict[tuple[str, str], asyncio.Task[DnsAnswer]] = {}

    async def addresses(self, host: str, *, for_site: bool = False) -> DnsAnswer:
        """IPv4 and then IPv6 addresses of a host. An IP address is its own answer, `localhost` is loopback.

        `for_site`: it may be asked in the places kept for sites.
        """
        literal = read_ip(host)
        if literal is not None:
            return DnsAnswer("ok", (literal,), CACHE_TTL_S[1])
        name = host.lower().removesuffix(".")
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
            return DnsAnswer("ok", LOOPBACK, CACHE_TTL_S[1])
        return await self._once(("addresses", name), lambda: self._look_up_addresses(name, for_site=for_site))

    async def some_addresses(self, host: str) -> DnsAnswer:
        """IPv4 addresses of a host, IPv6 addresses only where it has none: mostly one question instead of two."""
        name = host.lower().removesuffix(".")
        if read_ip(host) is None and name != "localhost" and not name.endswith(".localhost"):
            answer = await self._once(("ipv4", name), lambda: self._look_up(name, dns.rdatatype.A))
            if answer.outcome == "ok":
                return answer
        return await self.addresses(host)

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        """The MX hosts of a domain, best first, lower case, without the final dot (`.` alone is a null MX)."""
        if read_ip(domain) is not None:
            return DnsAnswer("no_data", detail="an IP address has no MX record")
        name = domain.lower().removesuffix(".")
        return await self._once(("mail_hosts", name), lambda: self._look_up(name, dns.rdatatype.MX))

    async def texts(self, name: str) -> DnsAnswer:
        """The TXT records of a name, each with its parts joined."""
        name = name.lower().removesuffix(".")
        return await self._once(("texts", name), lambda: self._look_up(name, dns.rdatatype.TXT))

    async def names(self, address: str) -> DnsAnswer:
        """The names that an IP address has in the reverse DNS. Raises `ValueError` for what is no IP address."""
        name = dns.reversename.from_address(address).to_text(omit_final_dot=True)
        return await self._once(("names", name), lambda: self._look_up(name, dns.rdatatype.PTR))

    async def aclose(self) -> None:
        """Stop what is being asked and close the sockets."""
        tasks = list(self._in_flight.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for nameserver in self.nameservers:
            nameserver.close()

    async def _once(self, key: tuple[str, str], look_up: Callable[[], Awaitable[DnsAnswer]]) -> DnsAnswer:
        expires, answer = self._cache.get(key, (0.0, None))
        if answer is not None and expires > self._clock():
            self._cache.move_to_end(key)
            return answer
        task = self._in_flight.get(key)
        if task is None:
            task = self._in_flight[key] = asyncio.create_task(self._look_up_and_keep(key, look_up))
        return await asyncio.shield(task)

    async def _look_up_and_keep(self, key: tuple[str, str], look_up: Callable[[], Awaitable[DnsAnswer]]) -> DnsAnswer:
        try:
            answer = await look_up()
        finally:
            del self._in_flight[key]
        shortest, longest = CACHE_TTL_S
        known = not answer.is_unanswered
        seconds = min(max(answer.ttl, shortest), longest) if known else FAILURE_TTL_S
        self._cache[key] = self._clock() + seconds, answer
        return answer

    async def _look_up_addresses(self, name: str, *, for_site: bool) -> DnsAnswer:
        ipv4 = asyncio.create_task(self._look_up(name, dns.rdatatype.A, for_site=for_site))
        ipv6 = asyncio.create_task(self._look_up(name, dns.rdatatype.AAAA, for_site=for_site))
        try:
            done, waiting = await asyncio.wait((ipv4, ipv6), return_when=asyncio.FIRST_COMPLETED)
            if waiting:
                enough = any(task.result().outcome in ("ok", "no_such_domain") for task in done)
                await asyncio.wait(waiting, timeout=OTHER_FAMILY_WAIT_S if enough else None)
            return join_families([task.result() for task in (ipv4, ipv6) if task.done()])
        finally:
            ipv4.cancel()
            ipv6.cancel()

    async def _look_up(self, name: str, rdtype: dns.rdatatype.RdataType, *, for_site: bool = False) -> DnsAnswer:
        wire = wire_name(name)
        if wire is None:
            return DnsAnswer("no_such_domain", ttl=CACHE_TTL_S[1], detail="bad name: no host can be called this")
        if not self.nameservers:
            return DnsAnswer("server_failure", detail="no nameserver is configured on this system")
        question = wire + rdtype.to_bytes(2, "big") + dns.rdataclass.IN.to_bytes(2, "big")
        async with nullcontext() if for_site else self._slots_of_others, self._slots:
            return await self._ask(question, rdtype)

    async def _ask(self, question: bytes, rdtype: dns.rdatatype.RdataType) -> DnsAnswer:
        """Go round the nameservers until one answers or denies, or the time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout_s
        servers = list(self.nameservers)
        failure = DnsAnswer("timeout", detail=f"no answer in {self._timeout_s:g} s")
        for attempt in range(2 * len(servers) + 2):
            remaining = deadline - loop.time()
            server = servers[attempt % len(servers)]
            if remaining <= 0:
                break
            self.questions += 1
            asked_at, patience_s = loop.time(), min(remaining, self._timeout_s / ATTEMPTS)
            try:
                wire = await server.ask(question, timeout_s=patience_s)
            except TimeoutError:
                # What we were late ourselves (a busy machine, a slow disk) is not the nameserver's silence.
                deadline += max(0.0, loop.time() - asked_at - patience_s)
                failure = DnsAnswer("timeout", detail=f"{server} did not answer in {self._timeout_s:g} s")
                continue
            except OSError as error:
                failure = DnsAnswer("server_failure", detail=f"{server} cannot be asked: {error.strerror or error}")
            else:
                answer = read_answer(wire, rdtype)
                if answer.outcome != "server_failure":
                    self._prefer(server)
                    return answer
                failure = replace(answer, detail=f"{answer.detail} from {server}")
                servers = [other for other in servers if other is not server]
            if not servers:
                break
            if attempt % len(servers) == len(servers) - 1:
                await asyncio.sleep(min(SECOND_ROUND_AFTER_S, max(0.0, deadline - loop.time())))
        return failure

    def _prefer(self, server: Nameserver) -> None:
        """Ask the one that answers first from now on, so that a dead one in front costs its timeout once."""
        if self.nameservers[0] is not server:
            self.nameservers.remove(server)
            self.nameservers.insert(0, server)


def join_families(found: Sequence[DnsAnswer]) -> DnsAnswer:
    """One answer of the A and the AAAA answer: any address is `ok`, a denial stands only where nothing is unknown."""
    good = [answer for answer in found if answer.outcome == "ok"]
    if good:
        values = tuple(value for answer in good for value in answer.values)
        return DnsAnswer("ok", values, min(answer.ttl for answer in good))
    for outcome in ("no_such_domain", "timeout", "server_failure", "no_data"):
        for answer in found:
            if answer.outcome == outcome:
                return replace(answer, detail="no A or AAAA record") if outcome == "no_data" else answer
    return DnsAnswer("timeout", detail="no answer")
