"""The store: what the program remembers, in SQLite or PostgreSQL. All SQL is in this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from harvester.export.rows import Row
from harvester.model import Company, DomainVerdict, KeptPage, Seed, Verification
from harvester.store import checks, contacts, overview, pages, ranked, rechecks, rows, runs, standing, verdicts
from harvester.store.database import WRITE, StoreError, open_engine
from harvester.store.life import LifeMethods
from harvester.store.listing import Filter
from harvester.store.overview import Statistics
from harvester.store.pushes import PushJournal
from harvester.store.runs import Run, RunNumbers
from harvester.store.schema import domain_verdicts
from harvester.store.writing import upserting

__all__ = ["Run", "RunNumbers", "Store", "StoreError"]


class Store(LifeMethods):
    """An open database. Every method is one transaction; all are safe beside other processes on the same database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, engine.execution_options(**WRITE))
        self._contacts = contacts.ContactWriters(engine.dialect)
        self._checks = checks.CheckWriters(engine.dialect)
        self._verdicts = upserting(engine.dialect, domain_verdicts)

    @classmethod
    def open(cls, url: str) -> Self:
        """The database at an SQLAlchemy URL, created and brought to the newest schema. StoreError in one sentence."""
        return cls(open_engine(url))

    def close(self) -> None:
        """Close all connections; SQLite then folds its -wal file into the database."""
        self._reading.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def begin_run(self, list_name: str, *, now: datetime) -> Run:
        """The list's last run when it never came to its end, else a new one."""
        with self._writing.begin() as connection:
            return runs.begin_run(connection, list_name, now)

    def finish_run(
        self, run_id: int, *, now: datetime, reason: str, complete: bool, numbers: RunNumbers | None = None
    ) -> None:
        """How the run ended; `complete` means that every seed of the list is done."""
        with self._writing.begin() as connection:
            runs.finish_run(connection, run_id, now, reason, complete=complete, numbers=numbers)

    def load_company(self, seed: Seed) -> Company | None:
        """The company as known, `stored=True`, with the contacts that are on its list and may be written to.

        None when never visited; `skipped_optout` when the company objected.
        """
        return self.load_companies([seed]).get(seed.domain)

    def load_companies(self, seeds: Sequence[Seed]) -> dict[str, Company]:
        """Those of some hundred companies that `load_company` knows, by domain."""
        with self._reading.begin() as connection:
            return contacts.load_companies(connection, self.salt, seeds)

    def load_known(self, unvisited: Sequence[Company]) -> list[Company]:
        """Some hundred companies that were not visited, as `load_company` knows them, else as they are given.

        Without anybody who is not to be written to, also in the columns that came with them.
        """
        with self._reading.begin() as connection:
            return contacts.load_known(connection, self.salt, unvisited)

    def save_company(self, company: Company, *, run_id: int | None = None) -> Company:
        """Merge one visit into what is known, its rows and its done mark together.

        Returns the company as known now, without the contacts that must not be written to.
        """
        return self.save_companies([(company, run_id)])[0]

    def save_companies(
        self, given: Sequence[tuple[Company, int | None]], found: Sequence[DomainVerdict] = ()
    ) -> list[Company]:
        """Save some hundred visits, each with its run, and verdicts, in one transaction: all or none of them."""
        with self._writing.begin() as connection:
            self._verdicts.write(connection, [rows.verdict_values(verdict) for verdict in found])
            saved: dict[int, Company] = {}
            for places in contacts.rounds([company.domain for company, _ in given]):
                visits = [given[place] for place in places]
                done = contacts.save_companies(connection, self._contacts, self.salt, visits)
                saved.update(zip(places, done, strict=True))
            return [saved[place] for place in range(len(given))]

    def save_extra(self, seed: Seed) -> None:
        """Keep the other columns of the list that came with a company which is not visited this time.

        Where they are what is kept already, no transaction waits for other processes that write.
        """
        if not seed.extra:
            return
        with self._reading.begin() as connection:
            is_news = contacts.has_other_extra(connection, seed)
        if is_news:
            with self._writing.begin() as connection:
                contacts.save_extra(connection, seed)

    def load_kept_pages(self, domain: str, *, since: datetime) -> list[KeptPage]:
        """What is kept of the pages of a company that were read in full since then, by this version."""
        with self._reading.begin() as connection:
            return pages.load_kept_pages(connection, domain, since)

    def iter_ranked(
        self, wanted: Filter, *, limit_per_company: int | None = None, with_mentions: bool = False
    ) -> Iterator[Row]:
        """The contacts wanted as rows of contacts.csv, best first, read as they are asked for."""
        with self._reading.begin() as connection:
            yield from ranked.iter_ranked(connection, self.salt, wanted, limit_per_company, with_mentions=with_mentions)

    def extra_names(self, wanted: Filter) -> tuple[str, ...]:
        """The names of the lists' own columns among the companies of the contacts wanted."""
        with self._reading.begin() as connection:
            return ranked.extra_names(connection, wanted)

    def journal(self, target: str) -> PushJournal:
        """The memory of one account of a CRM."""
        return PushJournal(self._reading, self._writing, target)

    def load_statistics(self) -> Statistics:
        """The store in numbers."""
        with self._reading.begin() as connection:
            return overview.load_statistics(connection)

    def load_verdict(self, domain: str, *, now: datetime) -> DomainVerdict | None:
        """What the DNS said about mail for the domain, unless that has expired."""
        with self._reading.begin() as connection:
            return verdicts.load_verdict(connection, domain, now)

    def load_verdicts(self, domains: Sequence[str], *, now: datetime) -> dict[str, DomainVerdict]:
        """What the DNS said about each of some hundred domains, as far as it has not expired."""
        with self._reading.begin() as connection:
            return verdicts.load_verdicts(connection, domains, now)

    def save_verdicts(self, found: Sequence[DomainVerdict]) -> None:
        """Keep them until they expire."""
        with self._writing.begin() as connection:
            self._verdicts.write(connection, [rows.verdict_values(verdict) for verdict in found])

    def save_verdict(self, verdict: DomainVerdict) -> None:
        """Keep it until it expires."""
        with self._writing.begin() as connection:
            self._verdicts.write(connection, [rows.verdict_values(verdict)])

    def load_verifications(self, addresses: Sequence[str]) -> dict[str, Verification]:
        """The best evidence about each address (an own bounce before all); some hundred addresses at a time."""
        with self._reading.begin() as connection:
            return checks.load_verifications(connection, addresses)

    def save_verifications(self, found: Mapping[str, Verification]) -> dict[str, Verification]:
        """Merge with what is known of the addresses, and of contacts that have them; the best evidence about each.

        Nothing is kept of those who objected.
        """
        with self._writing.begin() as connection:
            objections = standing.look_up(connection, self.salt, list(found)).objected(found)
            kept = {address: verification for address, verification in found.items() if address not in objections}
            return checks.save_verifications(connection, self._checks, self._contacts, kept)

    def load_accept_all(self, domain: str) -> checks.AcceptAll | None:
        """Whether the mail domain takes any address, and since when that is known."""
        with self._reading.begin() as connection:
            return checks.load_accept_all(connection, domain)

    def save_accept_all(self, learned: checks.AcceptAll) -> None:
        """Remember it."""
        with self._writing.begin() as connection:
            self._checks.accept_all.write(connection, [learned._asdict()])

    def stale_addresses(self, *, before: datetime, after: str, limit: int) -> list[str]:
        """Addresses last checked before a moment, sorted, from the one that follows `after` on."""
        with self._reading.begin() as connection:
            return rechecks.stale_addresses(connection, before, after, limit)

    def stale_companies(self, *, before: datetime, after: str, limit: int) -> list[str]:
        """Domains of companies with such addresses that were last looked for on their pages before it, too; sorted."""
        with self._reading.begin() as connection:
            return rechecks.stale_companies(connection, before, after, limit)

    def load_pages(self, domain: str) -> dict[str, frozenset[str]]:
        """The pages of a company that showed contacts, and which; gone contacts too."""
        with self._reading.begin() as connection:
            return rechecks.load_pages(connection, domain)

    def save_still_on_page(self, domain: str, found: Mapping[str, bool], *, now: datetime) -> dict[str, str]:
        """Keep which contacts still stand on their pages; what has changed, in a word or two for each address."""
        with self._writing.begin() as connection:
            return rechecks.save_still_on_page(connection, self._contacts, domain, found, now)
