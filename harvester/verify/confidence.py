"""`confidence`: how likely a letter to the address arrives, 0 to 100. One table, shown in the README."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harvester.model import STATUS_OF_REASON, Status, StatusReason

# Where each reason starts: what is left to doubt when nothing else is known. Values that a test holds to the README.
START: Mapping[StatusReason, int] = MappingProxyType(
    {
        StatusReason.MAILBOX_OK: 97,
        StatusReason.MX: 70,
        StatusReason.ACCEPT_ALL: 65,
        StatusReason.PROVIDER_UNVERIFIABLE: 70,
        StatusReason.GREYLISTED: 70,
        StatusReason.BLOCKED: 60,
        StatusReason.PORT_25_CLOSED: 70,
        StatusReason.OUR_IP_REFUSED: 65,
        StatusReason.IMPLICIT_MX: 25,
        StatusReason.DISPOSABLE: 30,
        StatusReason.MAILBOX_FULL: 25,
        StatusReason.SOFT_BOUNCED: 30,
        StatusReason.PARKED: 10,
        StatusReason.MX_PRIVATE: 10,
        StatusReason.TIMEOUT: 40,
        StatusReason.SERVER_FAILURE: 35,
        StatusReason.MX_UNREACHABLE: 25,
        StatusReason.NOT_CHECKED: 50,
    }
)
UNDELIVERABLE = 1  # the other side may be wrong about itself; syntax is not
# What the signs add, and within which limits they may move each status.
SPF, NO_SPF, DMARC, GIBBERISH, MISSPELT, GIVEN_TO_NOBODY = 5, -15, 5, -20, -30, -40
LIMITS: Mapping[Status, tuple[int, int]] = MappingProxyType(
    {
        Status.DELIVERABLE: (90, 99),
        Status.LIKELY: (20, 89),
        Status.UNKNOWN: (5, 60),
        Status.RISKY: (5, 40),
    }
)


def rate_confidence(
    reason: StatusReason,
    *,
    spf: bool | None = None,
    dmarc: bool | None = None,
    gibberish: bool = False,
    misspelt: bool = False,
    given_to_nobody: bool = False,
) -> int:
    """How likely a letter arrives, in percent. `spf` and `dmarc` are None where nobody looked.

    `misspelt`: the domain is one slip away from a well-known one; `given_to_nobody`: its provider has no such names.
    """
    status = STATUS_OF_REASON[reason]
    if status is Status.UNDELIVERABLE:
        return 0 if reason is StatusReason.SYNTAX else UNDELIVERABLE
    signs = (
        (spf is True, SPF),
        (spf is False, NO_SPF),
        (dmarc is True, DMARC),
        (gibberish, GIBBERISH),
        (misspelt, MISSPELT),
        (given_to_nobody, GIVEN_TO_NOBODY),
    )
    low, high = LIMITS[status]
    return min(high, max(low, START[reason] + sum(points for holds, points in signs if holds)))
