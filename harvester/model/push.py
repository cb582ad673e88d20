"""What was handed to a CRM and what it tells in return: the types between `crm/` (speaks to it) and `store/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


class Part(StrEnum):
    """What a record of a CRM is about."""

    COMPANIES = "companies"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A line of the journal: one record of one CRM, by our key (an address, a domain).

    `sent` are the values that stand in the CRM because we put them there. `intent` is what a write was about to put
    there whose answer is not known (None: no such write), and `before` what stood there then (None: no record).
    `digest` stands for all that we wanted the CRM to hold when this record was last settled; None: never.
    """

    key: str
    remote_id: str | None = None
    digest: str | None = None
    sent: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    intent: Mapping[str, str] | None = None
    before: Mapping[str, str] | None = None
    pushed_at: datetime | None = None


class NewsKind(StrEnum):
    """What a CRM can know of an address."""

    OPTOUT = "optout"
    BOUNCE = "bounce"
    SENT = "sent"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that a CRM knows of an address. `at`: when it happened, or was noted.

    Of a bounce: `reason` in Sisimai's vocabulary, `detail` in the CRM's words, and `key` by which it is known again.
    """

    kind: NewsKind
    address: str
    at: datetime
    reason: str = "undefined"
    detail: str = ""
    hard: bool = False
    key: str = ""
