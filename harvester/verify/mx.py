"""What the DNS says about mail for a domain, and from that and its syntax about an address.

`undeliverable` only by the other side's own statement: silence and failures of servers stay unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from harvester.data import load_table
from harvester.model import DomainVerdict, StatusReason
from harvester.urls import registrable_domain
from harvester.verify.ip_addresses import is_public, read_ip
from harvester.verify.latest import Latest
from harvester.verify.policies import TextResolver, find_policies
from harvester.verify.resolver import DnsAnswer

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=7)
EXCHANGES_ASKED = 5  # of one domain; the others are taken on trust
REMEMBERED_VERDICTS = 20_000
UNKNOWN = frozenset({StatusReason.TIMEOUT, StatusReason.SERVER_FAILURE})
NULL_MX = (".",)
PARKING = "parking"


class DnsResolver(TextResolver, Protocol):
    """The questions of `resolver.Resolver` that are asked here."""

    async def addresses(self, host: str) -> DnsAnswer:
        """IPv4 and IPv6 addresses."""

    async def some_addresses(self, host: str) -> DnsAnswer:
        """IPv4 addresses, or IPv6 addresses where there are none."""

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        """MX hosts, best first."""


class VerdictCache(Protocol):
    """Where verdicts outlive the run: the store."""

    def load_verdict(self, domain: str, *, now: datetime) -> DomainVerdict | None:
        """The verdict that has not expired, if any."""

    def save_verdict(self, verdict: DomainVerdict) -> None:
        """Keep a verdict until its `expires_at`."""


@dataclass(frozen=True, slots=True)
class _Finding:
    reason: StatusReason
    ttl: int = 0
    mx: tuple[str, ...] = ()
    detail: str = ""


async def verify_domain(
    domain: str, resolver: DnsResolver, *, now: datetime, allow_private: bool = False, policies: bool = False
) -> DomainVerdict:
    """Ask the DNS how mail for a domain is delivered (RFC 5321, 5.1; RFC 7505). Never raises for what it answers.

    With `policies` a domain that takes mail is also asked for SPF and DMARC: two more questions.
    """
    finding = await _find(domain, resolver, allow_private=allow_private)
    spf = dmarc = None
    if policies and finding.reason is StatusReason.MX:
        spf, dmarc = await find_policies(domain, resolver)
    lifetime = min(max(timedelta(seconds=finding.ttl), SHORTEST), LONGEST)
    return DomainVerdict(
        domain=domain,
        reason=finding.reason,
        mx=finding.mx,
        mail_provider=mail_provider(finding.mx, domain=domain),
        checked_at=now,
        expires_at=now + lifetime,
        detail=finding.detail,
        spf=spf,
        dmarc=dmarc,
    )


async def _find(domain: str, resolver: DnsResolver, *, allow_private: bool) -> _Finding:
    answer = await resolver.mail_hosts(domain)
    match answer.outcome:
        case "ok" if answer.values == NULL_MX:
            return _Finding(StatusReason.NULL_MX, answer.ttl, detail="the domain says that it takes no mail (null MX)")
        case "ok":
            mx = tuple(host for host in answer.values if host != ".")
            return await _find_exchange(mx, answer.ttl, resolver, allow_private=allow_private)
        case "no_data":
            return await _find_implicit(domain, resolver, allow_private=allow_private)
        case "no_such_domain":
            return _Finding(StatusReason.NO_SUCH_DOMAIN, answer.ttl, detail=answer.detail)
        case "timeout":
            return _Finding(StatusReason.TIMEOUT, detail=answer.detail)
        case _:
            return _Finding(StatusReason.SERVER_FAILURE, detail=answer.detail)


async def _find_exchange(mx: tuple[str, ...], ttl: int, resolver: DnsResolver, *, allow_private: bool) -> _Finding:
    """Whether one of the exchanges has an address. One that cannot be asked for now counts: the MX is there."""
    if _provider_of_host(mx[0]) == PARKING:
        return _Finding(StatusReason.PARKED, ttl, mx, f"{mx[0]} belongs to a parking service")
    private: list[str] = []
    for host in mx[:EXCHANGES_ASKED]:
        if read_ip(host) is not None:  # RFC 5321, 5.1: an exchange is a name
            continue
        answer = await resolver.some_addresses(host)
        if answer.outcome == "ok" and not (allow_private or any(map(is_public, answer.values))):
            answer = await resolver.addresses(host)
        if answer.is_unanswered:
            return _Finding(StatusReason.MX, ttl, mx, f"the address of {host} is not known: {answer.detail}")
        if answer.outcome == "ok" and (allow_private or any(map(is_public, answer.values))):
            return _Finding(StatusReason.MX, ttl, mx)
        private.extend(answer.values)
    if len(mx) > EXCHANGES_ASKED:
        return _Finding(StatusReason.MX, ttl, mx, f"none of the first {EXCHANGES_ASKED} exchanges has a public address")
    if private:
        return _Finding(StatusReason.MX_PRIVATE, ttl, mx, f"mail goes to a private address: {private[0]}")
    return _Finding(StatusReason.NO_MAIL_SERVER, ttl, mx, f"no address for the mail host: {', '.join(mx)}")


async def _find_implicit(domain: str, resolver: DnsResolver, *, allow_private: bool) -> _Finding:
    answer = await resolver.addresses(domain)
    match answer.outcome:
        case "ok" if allow_private or any(map(is_public, answer.values)):
            return _Finding(StatusReason.IMPLICIT_MX, answer.ttl, detail="no MX record: mail would go to the web host")
        case "ok":
            detail = f"no MX record, and the host's address is private: {answer.values[0]}"
            return _Finding(StatusReason.MX_PRIVATE, answer.ttl, detail=detail)
        case "timeout":
            return _Finding(StatusReason.TIMEOUT, detail=answer.detail)
        case "server_failure":
            return _Finding(StatusReason.SERVER_FAILURE, detail=answer.detail)
        case _:
            return _Finding(StatusReason.NO_MAIL_SERVER, answer.ttl, detail="neither MX nor address record")


@cache
def _providers() -> dict[str, str]:
    return {suffix: provider for suffix, provider, *_ in load_table("mail_providers")}


def _provider_of_host(host: str) -> str | None:
    labels = host.split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_providers()[name] for name in names if name in _providers()), None)


def mail_provider(mx: Sequence[str], *, domain: str) -> str | None:
    """Who runs the best mail host: a name of `data/mail_providers.tsv`, `self` or `other`; None without a mail host."""
    if not mx:
        return None
    own = registrable_domain(mx[0]) == registrable_domain(domain)
    return _provider_of_host(mx[0]) or ("self" if own else "other")


class DomainChecker:
    """Verdicts with each domain asked once: from this run's memory, then the store, then the DNS."""

    def __init__(
        self,
        resolver: DnsResolver,
        verdicts: VerdictCache | None = None,
        *,
        allow_private: bool = False,
        policies: bool = False,
        not_before: datetime | None = None,
    ) -> None:
        """`policies` as in `verify_domain`; stored verdicts from before `not_before` do not count."""
        self._resolver = resolver
        self._verdicts = verdicts
        self._allow_private = allow_private
        self._policies = policies
        self._not_before = not_before
        self._remembered = Latest[str, DomainVerdict](REMEMBERED_VERDICTS)
        self._in_flight: dict[str, asyncio.Task[DomainVerdict]] = {}

    async def check(self, domain: str, *, now: datetime) -> DomainVerdict:
        """The verdict about a domain. A failure is remembered for this run only, and not stored."""
        domain = domain.lower().removesuffix(".")
        verdict = self._remembered.get(domain)
        if verdict is not None and verdict.expires_at > now:
            return verdict
        task = self._in_flight.get(domain)
        if task is None:
            task = self._in_flight[domain] = asyncio.create_task(self._look_up(domain, now))
        return await asyncio.shield(task)

    async def _look_up(self, domain: str, now: datetime) -> DomainVerdict:
        try:
            verdict = self._load(domain, now)
            if verdict is None:
                verdict = await verify_domain(
                    domain, self._resolver, now=now, allow_private=self._allow_private, policies=self._policies
                )
                if self._verdicts and verdict.reason not in UNKNOWN:
                    self._verdicts.save_verdict(verdict)
        finally:
            del self._in_flight[domain]
        self._remembered[domain] = verdict
        return verdict

    def _load(self, domain: str, now: datetime) -> DomainVerdict | None:
        verdict = self._verdicts.load_verdict(domain, now=now) if self._verdicts else None
        if verdict and self._not_before and verdict.checked_at < self._not_before:
            return None
        return verdict
