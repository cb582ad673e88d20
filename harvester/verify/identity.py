"""Whether the name and the sender that we show to mail servers make sense: what is wrong here, they hold against us."""

from __future__ import annotations

from typing import Protocol

from harvester.verify.mx import NULL_MX
from harvester.verify.resolver import DnsAnswer


class IdentityResolver(Protocol):
    """The questions of `resolver.Resolver` that are asked here."""

    async def addresses(self, host: str) -> DnsAnswer:
        """IPv4 and IPv6 addresses."""

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        """MX hosts."""

    async def names(self, address: str) -> DnsAnswer:
        """The names of an IP address."""


async def check_identity(helo: str, mail_from: str, resolver: IdentityResolver) -> list[str]:
    """A sentence for each thing that mail servers will frown upon. What cannot be looked up now is passed over."""
    return [*await _check_helo(helo, resolver), *await _check_sender(mail_from, resolver)]


async def _check_helo(helo: str, resolver: IdentityResolver) -> list[str]:
    answer = await resolver.addresses(helo)
    if answer.is_unanswered:
        return []
    if answer.outcome != "ok":
        return [f"HARVESTER_SMTP_HELO {helo} has no address in the DNS ({answer.detail}): many mail servers refuse it."]
    without: list[str] = []
    for address in answer.values:
        names = await resolver.names(address)
        if helo.lower() in names.values or names.is_unanswered:
            return []
        without.append(f"{address} is {names.values[0] if names.values else 'without a name'}")
    told = ", ".join(without)
    return [f"The reverse DNS does not lead to HARVESTER_SMTP_HELO {helo} ({told}): some mail servers refuse it."]


async def _check_sender(mail_from: str, resolver: IdentityResolver) -> list[str]:
    domain = mail_from.rpartition("@")[2]
    answer = await resolver.mail_hosts(domain)
    if answer.is_unanswered or (answer.outcome == "ok" and answer.values != NULL_MX):
        return []
    if answer.outcome == "no_data":
        implicit = await resolver.addresses(domain)
        if implicit.is_unanswered or implicit.outcome == "ok":
            return []
    return [f"The domain of HARVESTER_SMTP_MAIL_FROM {mail_from} takes no mail: many mail servers refuse such senders."]
