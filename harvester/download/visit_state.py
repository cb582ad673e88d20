"""What the requests of one visit share: it lives as long as the visit, in `request.meta["harvester_visit"]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harvester.download.connections import Connections
from harvester.download.site_resolver import HostsLookedUp
from harvester.model import KeptPage

if TYPE_CHECKING:
    from harvester.download.robots import Robots


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitState:
    """The hosts counted so far, the open connections, the robots.txt of each origin, and what is kept of the pages.

    `kept` is by URL; None where every page is to be read and nothing kept.
    """

    hosts: HostsLookedUp
    connections: Connections = field(default_factory=Connections)
    robots: dict[str, asyncio.Future[Robots]] = field(default_factory=dict)
    kept: Mapping[str, KeptPage] | None = None


def no_visit() -> VisitState:
    """What requests share that belong to no visit, those of `scrapy fetch` and `scrapy shell`: any number of hosts."""
    return VisitState(hosts=HostsLookedUp(sys.maxsize))
