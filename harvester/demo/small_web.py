"""The small web put together, in the running event loop or in a thread of its own."""

from __future__ import annotations

import csv
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from harvester.demo.certificate import self_signed_context
from harvester.demo.companies import SITES, DemoCompany, load_companies, load_records
from harvester.demo.nameserver import Fault, NameServer, serve_names
from harvester.demo.thread import InThread
from harvester.demo.website import WebSites, serve_sites

COLUMNS = ("Company", "Website", "Customer no.", "Note")
# A line of the list that is no seed: it has to turn up in rejected.csv.
NO_SEED = ("Berger (met at the fair)", "ask him for the website", "", "call on Monday")


@dataclass(slots=True)
class SmallWeb:
    """A running small web. `seeds` are `host:port` (or `https://host:port`), in list order."""

    names: NameServer
    sites: WebSites
    closed_port: int

    @property
    def nameserver(self) -> str:
        """`127.0.0.1:PORT`, UDP and TCP: the value of HARVESTER_NAMESERVERS."""
        return self.names.address

    @property
    def seeds(self) -> list[str]:
        """One seed a company."""
        return [self.seed_of(company) for company in load_companies()]

    @property
    def requests(self) -> list[tuple[str, str]]:
        """(host, path) of every request the sites have had, in order."""
        return self.sites.requests

    def seed_of(self, company: DemoCompany) -> str:
        """The seed of one company, with the port that it is (or is not) served on."""
        ports = {"https": self.sites.tls_port, "down": self.closed_port}
        return f"{company.prefix}{company.host}:{ports.get(company.served, self.sites.port)}"

    def write_list(self, path: Path | str) -> Path:
        """Write the seeds: a `.csv` as spreadsheets save it, with other columns and a bad line; else one a line."""
        target = Path(path)
        if target.suffix != ".csv":
            target.write_text("# the demo's companies\n" + "".join(f"{seed}\n" for seed in self.seeds), "utf-8")
            return target
        rows = [(c.company, self.seed_of(c), c.customer, c.note) for c in load_companies()]
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([COLUMNS, *rows, NO_SEED])
        return target


@asynccontextmanager
async def serve_demo_web(*, faults: Mapping[str, Fault] | None = None) -> AsyncIterator[SmallWeb]:
    """Serve the small web in the running event loop for as long as the block lasts. `faults`: see `NameServer`."""
    companies = load_companies()
    redirects = {company.host: company.redirects for company in companies}
    tls = self_signed_context([company.host for company in companies if company.served == "https"])
    with socket.socket() as closed:  # bound, never listening: connections to it are refused
        closed.bind(("127.0.0.1", 0))
        async with (
            serve_names(load_records(), faults) as names,
            serve_sites(WebSites(SITES, redirects), tls) as sites,
        ):
            yield SmallWeb(names, sites, closed.getsockname()[1])


class DemoWeb(InThread[SmallWeb]):
    """The small web in a daemon thread with its own event loop: `start()` and `stop()`, or a `with` block."""

    def __init__(self, *, faults: Mapping[str, Fault] | None = None) -> None:
        super().__init__(lambda: serve_demo_web(faults=faults))
