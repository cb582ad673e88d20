"""A request and its answer, what can go wrong with them, and what a CRM's module has to offer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from harvester.model.push import NOTHING, News, Part, Pushed

COMPANY = "@company"  # the field that stands for a contact's tie to its company; holds the company's key


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. All but its method may hold secrets (a webhook's URL, XML-RPC's body): never shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Send = Callable[[Request], Awaitable[Answer]]


class NotSent(Exception):  # noqa: N818 - it names what happened
    """The request did not reach the other side, or no whole answer came back. `reached`: it may have got there."""

    def __init__(self, reason: str, *, reached: bool) -> None:
        super().__init__(reason)
        self.reached = reached


class Unsettled(Exception):  # noqa: N818
    """A write whose outcome nobody knows: read again what stands there before anything is written again."""


class Refused(Exception):  # noqa: N818
    """The CRM takes none of this batch; its reason as the message."""


class CrmError(Exception):
    """Ends a push or pull: one sentence for a person, without secrets."""


class TokenRefused(CrmError):  # noqa: N818
    """The token is missing, wrong or expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What we want a CRM to hold of one contact or company: its fields by the CRM's names, none of them empty."""

    key: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """What stands in the CRM. A field that cannot be read there is not in `fields`; an empty one is ""."""

    id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Fields to be written: into the record `remote_id`, or (None) into a new one."""

    key: str
    fields: Mapping[str, str]
    remote_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one write: the record's id, or the CRM's reason why not."""

    remote_id: str | None = None
    problem: str = ""


class Crm(Protocol):
    """A CRM as the push sees it. `writers` batches may be under way at a time.

    `sends_whole`: a record of which anything changes is written with all its fields.
    """

    name: str
    batch: int
    writers: int
    sends_whole: bool
    parts: tuple[Part, ...]

    async def account(self) -> str:
        """Which account the token opens: its journal is kept apart from others'. TokenRefused."""
        ...

    async def read(self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed]) -> dict[str, Remote]:
        """What stands there of these records, by key; those that are not there are left out."""
        ...

    async def write(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:
        """Write; the outcome of each, by key. `companies` are remote ids by key. Unsettled where nobody knows."""
        ...


class NewsSource(Protocol):
    """A CRM as the pull sees it."""

    name: str

    async def account(self) -> str:
        """Which account the token opens."""
        ...

    def news(self, since: datetime | None) -> AsyncIterator[tuple[datetime, Sequence[News]]]:
        """What became known from `since` on, in pages; each with the moment up to which all is told."""
        ...
