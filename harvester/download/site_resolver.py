"""The crawl's one `Resolver`, and how aiohttp asks it."""

from __future__ import annotations

import socket
from weakref import WeakKeyDictionary

from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import signals
from scrapy.crawler import Crawler

from harvester.download.guard import is_public
from harvester.verify.resolver import DnsAnswer, Resolver

KEPT_FOR_SITES = 32  # questions; 500 mail domains whose nameservers are silent held a site up for 15 s (2026-11-30)
_RESOLVERS: WeakKeyDictionary[Crawler, Resolver] = WeakKeyDictionary()


def resolver_of(crawler: Crawler) -> Resolver:
    """The resolver of a crawl, made at the first call from `HARVESTER_NAMESERVERS`, closed when the engine stops.

    Raises `ValueError` where a nameserver is not written as one.
    """
    resolver = _RESOLVERS.get(crawler)
    if resolver is None:
        names = [name for name in crawler.settings.getlist("HARVESTER_NAMESERVERS") if name.strip()]
        resolver = _RESOLVERS[crawler] = Resolver(names, kept_for_sites=KEPT_FOR_SITES)
        crawler.signals.connect(resolver.aclose, signals.engine_stopped)
    return resolver


class HostNotResolvedError(OSError):
    """No address for a host; `answer` says why. aiohttp passes it on as `ClientConnectorDNSError.os_error`."""

    def __init__(self, host: str, answer: DnsAnswer) -> None:
        super().__init__(f"{host}: {answer.detail or answer.outcome}")
        self.answer = answer


class HostsLookedUp:
    """How many hosts one visit has had looked up, each once; a site whose every page is on another host is a trap."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hosts: set[str] = set()

    def add(self, host: str) -> bool:
        """Count a host; return False where it is one too many."""
        if host not in self._hosts and len(self._hosts) >= self._most:
            return False
        self._hosts.add(host)
        return True

    @property
    def sentence(self) -> str:
        """For the company's row."""
        return f"stopped at the limit of {self._most} hosts looked up (HARVESTER_MAX_HOST_LOOKUPS)"


class SiteResolver(AbstractResolver):
    """aiohttp's resolver interface over ours. It is never asked about IP addresses: the socket factory sees these."""

    def __init__(self, resolver: Resolver, *, allow_private: bool) -> None:
        self._resolver = resolver
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host. Where only some are public, only these: a refusal then always means all of them."""
        answer = await self._resolver.addresses(host, for_site=True)
        if answer.outcome != "ok":
            raise HostNotResolvedError(host, answer)
        values = [address for address in answer.values if self._allow_private or is_public(address)] or answer.values
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in values
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if ":" in address else socket.AF_INET)
        ]

    async def close(self) -> None:
        """Nothing to do: the resolver belongs to the crawl."""
