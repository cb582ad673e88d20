"""Whether a domain publishes SPF and DMARC: signs of one that really sends mail."""

from __future__ import annotations

import asyncio
from typing import Protocol

from harvester.urls import registrable_domain
from harvester.verify.resolver import DnsAnswer


class TextResolver(Protocol):
    """The question of `resolver.Resolver` that is asked here."""

    async def texts(self, name: str) -> DnsAnswer:
        """TXT records."""


async def find_policies(domain: str, resolver: TextResolver) -> tuple[bool | None, bool | None]:
    """Whether SPF (RFC 7208, 4.5) and DMARC (RFC 7489, 6.6.3) are there; None where nobody answered.

    DMARC is looked for at the registrable domain, whose policy holds for those below it.
    """
    spf, dmarc = await asyncio.gather(
        resolver.texts(domain), resolver.texts(f"_dmarc.{registrable_domain(domain) or domain}")
    )
    return _has(spf, "v=spf1"), _has(dmarc, "v=dmarc1")


def _has(answer: DnsAnswer, version: str) -> bool | None:
    if answer.is_unanswered:
        return None
    return any(text.lower().startswith(version) for text in answer.values)
