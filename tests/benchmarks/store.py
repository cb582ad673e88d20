"""The store with many contacts: how fast they are written, found and exported, in SQLite and in PostgreSQL.

    python -m tests.benchmarks.store [--contacts 1000000] [--url postgresql://…/bench] [--kept] [--explain]

Companies of five contacts, each with two mentions, are saved as a crawl saves them, 100 a transaction; a tenth of them
once more as a second visit. Then what a user asks for, each query once cold and the median of three; and the ranked
export to CSV in a process of its own, with its peak memory. Prints wall and CPU seconds of this process (the server of
PostgreSQL has its own). The database must be empty, or hold what an earlier call with `--kept` left; `--explain` prints
how the database goes about the queries that took longer than 0.1 s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from harvester.model import Company, ContactState, Grade, Priority, Role
from harvester.store import Store
from harvester.store.listing import Filter
from tests.crawling import ROOT
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_seed

CONTACTS_EACH, BATCH, AGAIN = 5, 100, 10
SLOW_S = 0.1
COUNTRIES = ("DE", "FR", "IT", "PL", "TR", "US", "BR", "IN", "CN", "VN")
ROLES = (Role.PURCHASING, Role.SALES, Role.GENERAL, Role.SUPPORT, Role.HR)
GRADES = (Grade.A, Grade.A, Grade.B, Grade.C, Grade.D)
EXPORT = """
import sys, time
from pathlib import Path
from harvester.exporting import ExportRequest, export_contacts
from harvester.store import Store
from datetime import UTC, datetime
from tests.measured import peak_mb
with Store.open(sys.argv[1]) as store:
    request = ExportRequest(path=Path(sys.argv[2]), record=False)
    done = export_contacts(store, request, now=datetime.now(UTC))
print(done.rows, time.process_time(), peak_mb())
"""


def make_companies(number: int) -> Iterator[Company]:
    """Companies as a crawl hands them to the store."""
    for at in range(number):
        domain = f"firm{at * 7919 % number}.example"
        contacts = [
            make_contact(
                f"{role}{place}@{domain}",
                urls=(f"https://{domain}/", f"https://{domain}/contact"),
                role=role,
                priority=Priority(grade=GRADES[place], score=(at * 31 + place) % 101, why="own domain"),
            )
            for place, role in enumerate(ROLES)
        ]
        company = make_company(*contacts, domain=domain, pages=4)
        yield replace(company, profile=replace(company.profile, country=COUNTRIES[at % len(COUNTRIES)]))


def save(store: Store, companies: Iterable[Company]) -> None:
    companies = iter(companies)
    while batch := [(company, None) for company in islice(companies, BATCH)]:
        store.save_companies(batch)


def queries(store: Store, companies: int) -> dict[str, Callable[[], Any]]:
    """What a user asks, and how."""
    some = f"firm{companies // 2}.example"
    address = f"sales1@{some}"
    weeks = timedelta(days=90)
    return {
        "one company": lambda: store.load_company(make_seed(some)),
        "verdicts of 5 addresses": lambda: store.load_verifications([f"{r}{n}@{some}" for n, r in enumerate(ROLES)]),
        "100 best contacts": lambda: list(islice(store.iter_ranked(Filter()), 100)),
        "100 best of one country": lambda: list(islice(store.iter_ranked(Filter(countries=["VN"])), 100)),
        "100 best, never exported": lambda: list(islice(store.iter_ranked(Filter(not_exported_as="hubspot")), 100)),
        "names of own columns": lambda: store.extra_names(Filter()),
        "all of an address (show)": lambda: store.load_facts(address),
        "to do today (due)": lambda: store.load_due(now=NOW + DAY, silent=weeks, recheck=weeks),
        "1,000 stale addresses": lambda: store.stale_addresses(before=NOW + DAY, after="", limit=1000),
        "1,000 stale companies": lambda: store.stale_companies(before=NOW + DAY, after="", limit=1000),
        "contacts of a state": lambda: list(store.iter_contacts(Filter(states=[ContactState.GONE.value]))),
        "statistics (report)": store.load_statistics,
    }


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--url", default="", help="default: an SQLite file in a temporary folder")
    parser.add_argument("--kept", action="store_true", help="use what the database holds, or leave what is written")
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        url = options.url or f"sqlite:///{scratch}/bench.db"
        with Store.open(url) as store:
            measure(store, url, options, Path(scratch, "contacts.csv"))
        if not options.kept and options.url:
            print("The database is left as it is; drop it when it is not needed.")


def measure(store: Store, url: str, options: argparse.Namespace, target: Path) -> None:
    number = options.contacts // CONTACTS_EACH
    if not sum(store.load_statistics().companies.values()):
        fill(store, number)
    slow: list[str] = []
    for name, ask in queries(store, number).items():
        cold, *warm = (timed(ask)[0] for _ in range(4))
        print(f"{name:28}{sorted(warm)[1] * 1000:10,.1f} ms (cold {cold * 1000:,.1f})")
        slow += [name] if sorted(warm)[1] > SLOW_S else []
    if options.explain:
        for name in slow:
            explain(store, url, name, queries(store, number)[name])
    words = [sys.executable, "-c", EXPORT, url, str(target)]
    began = time.perf_counter()
    said = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True).stdout.split()
    wall = time.perf_counter() - began
    size = target.stat().st_size / 1e6
    print(
        f"export of {int(said[0]):,} rows: {wall:.1f} s, {float(said[1]):.1f} CPU s, {said[2]} MB, file {size:.0f} MB"
    )


def fill(store: Store, number: int) -> None:
    wall, cpu = timed(lambda: save(store, make_companies(number)))
    making = timed(lambda: [None for _ in make_companies(number // 20)])[1] * 20
    contacts = number * CONTACTS_EACH
    print(
        f"{contacts:,} contacts of {number:,} companies written: {wall:.0f} s, {cpu:.0f} CPU s (making them "
        f"{making:.0f}), {contacts / wall:,.0f} contacts/s, {(cpu - making) / number * 1e6:,.0f} CPU µs a company"
    )
    again = number // AGAIN
    wall, cpu = timed(lambda: save(store, islice(make_companies(number), again)))
    cpu -= making / AGAIN
    print(f"{again:,} companies again: {wall:.0f} s, {cpu / again * 1e6:,.0f} CPU µs a company")


def explain(store: Store, url: str, name: str, ask: Callable[[], Any]) -> None:
    """Print the plans of the statements of a query."""
    said: list[tuple[str, Any]] = []
    engine: Engine = store._reading
    listen = lambda *call: said.append((call[2], call[3]))  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    ask()
    event.remove(engine, "before_cursor_execute", listen)
    prefix = "EXPLAIN QUERY PLAN " if url.startswith("sqlite") else "EXPLAIN ANALYZE "
    own = create_engine(url)
    with own.connect() as connection:
        for statement, parameters in said:
            if statement.lstrip().upper().startswith("SELECT"):
                print(f"\n-- {name}: {' '.join(statement.split())[:300]}")
                for row in connection.exec_driver_sql(prefix + statement, parameters):
                    print("   ", row[-1])
    own.dispose()


if __name__ == "__main__":
    main()
