"""The small web put together, in the running event loop or in a thread of its own."""

from __future__ import annotations

import asyncio
import csv
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from harvester.demo.certificate import self_signed_context
from harvester.demo.companies import SITES, DemoCompany, load_companies, load_records
from harvester.demo.nameserver import Fault, NameServer, serve_names
from harvester.demo.website import WebSites, serve_sites

START_TIMEOUT_S = 20.0
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


class DemoWeb:
    """The small web in a daemon thread with its own event loop: `start()` and `stop()`, or a `with` block."""

    def __init__(self, *, faults: Mapping[str, Fault] | None = None) -> None:
        self.faults = faults
        self._web: SmallWeb | None = None
        self._error: BaseException | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="demo-web", daemon=True)

    def start(self) -> SmallWeb:
        """Start serving; returns once the ports are known. Raises what went wrong, or TimeoutError."""
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise TimeoutError("the demo web did not start")
        if self._web is None:
            raise RuntimeError("the demo web did not start") from self._error
        return self._web

    def stop(self) -> None:
        """Stop serving and wait for the thread to end."""
        if self._loop is not None and self._done is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(START_TIMEOUT_S)

    def __enter__(self) -> SmallWeb:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - handed to the thread that called start()
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        async with serve_demo_web(faults=self.faults) as web:
            self._web = web
            self._ready.set()
            await self._done.wait()
