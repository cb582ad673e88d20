"""The store in numbers, for the report: counts only, no address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Select, case, cast, distinct, func, null, select

from harvester.model import CompanyStatus, ContactState
from harvester.model.words import STATUS_OF_REASON, Status
from harvester.store.life_tables import bounces, exports, letters
from harvester.store.listing import Filter, conditions
from harvester.store.schema import companies, contacts, runs

NOT_READ = frozenset(
    status
    for status in CompanyStatus
    if status
    not in {CompanyStatus.CONTACTS_FOUND, CompanyStatus.CONTACT_FORM_ONLY, CompanyStatus.NO_ADDRESS_PUBLISHED,
            CompanyStatus.JAVASCRIPT_ONLY, CompanyStatus.LIMIT_REACHED}
)  # fmt: skip
MAIL_ARRIVES = (Status.DELIVERABLE, Status.LIKELY)
WORTH_WRITING = ("A", "B")
Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The letters sent in the week that begins on `monday`, and how many of their addresses bounced in it."""

    monday: date
    sent: int
    hard: int
    soft: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedRun:
    """A run that has ended: the visits by how they ended, the addresses that they found."""

    list_name: str
    started_at: datetime
    finished_at: datetime
    sites: Counter[str]
    addresses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of companies by status; of contacts that may be written to by pairs and words; of mail by week."""

    companies: Counter[str]
    by_priority_and_status: Counter[Pair]
    by_provider: Counter[str]
    by_country: Counter[str]
    by_language: Counter[str]
    by_state: Counter[str]
    companies_with_good: int
    exported: int
    exported_companies: int
    written: int
    replied: int
    weeks: Sequence[Week]
    runs: Sequence[EndedRun]

    @property
    def contacts(self) -> int:
        """All contacts that may be written to."""
        return self.by_priority_and_status.total()

    @property
    def sites_read(self) -> int:
        """The companies whose site could be read."""
        return sum(count for status, count in self.companies.items() if status not in NOT_READ)

    def count(self, *, statuses: Sequence[str] = (), priorities: Sequence[str] = ()) -> int:
        """The contacts of some statuses and priorities; all where none is named."""
        return sum(
            count
            for (priority, status), count in self.by_priority_and_status.items()
            if (not statuses or status in statuses) and (not priorities or priority in priorities)
        )


# The grade, but not as the column that an index holds: SQLite would walk the ranking and look up each row, which took
# 15 s of a million contacts; all statistics take 6 now (2026-11-26).
GRADE = func.coalesce(contacts.c.grade, null())


def load_statistics(connection: Connection) -> Statistics:
    """All counts, read in one transaction."""
    may_be_written_to = list(conditions(Filter()))
    joined = contacts.join(companies, companies.c.domain == contacts.c.domain)

    def by(*columns: Any) -> Counter[Any]:
        statement = select(*columns, func.count()).select_from(joined).where(*may_be_written_to).group_by(*columns)
        return _counter(connection, statement)

    reasons = by(GRADE, contacts.c.reason)
    pairs: Counter[Pair] = Counter()
    for (grade, reason), count in reasons.items():
        pairs[grade, STATUS_OF_REASON[reason].value] += count
    good = select(func.count(distinct(contacts.c.domain))).select_from(joined)
    return Statistics(
        companies=_counter(connection, select(companies.c.status, func.count()).group_by(companies.c.status)),
        by_priority_and_status=pairs,
        by_provider=by(contacts.c.mail_provider),
        by_country=by(companies.c.country),
        by_language=by(companies.c.language),
        by_state=_states(connection),
        companies_with_good=_scalar(connection, good.where(*may_be_written_to, GRADE.in_(WORTH_WRITING))),
        exported=_scalar(connection, select(func.count(distinct(exports.c.address)))),
        exported_companies=_scalar(connection, _exported_companies()),
        written=_scalar(connection, select(func.count(distinct(letters.c.address)))),
        replied=_scalar(
            connection, select(func.count(distinct(letters.c.address))).where(letters.c.replied_at.is_not(None))
        ),
        weeks=_weeks(connection),
        runs=_runs(connection),
    )


def _counter(connection: Connection, statement: Select[Any]) -> Counter[Any]:
    return Counter({row[0] if len(row) == 2 else tuple(row[:-1]): row[-1] for row in connection.execute(statement)})


def _scalar(connection: Connection, statement: Select[Any]) -> int:
    return int(connection.execute(statement).scalar() or 0)


def _states(connection: Connection) -> Counter[str]:
    state = case((contacts.c.opted_out, ContactState.OPTED_OUT.value), else_=contacts.c.state)
    return _counter(connection, select(state, func.count()).group_by(state))


def _exported_companies() -> Select[Any]:
    return select(func.count(distinct(contacts.c.domain))).where(
        contacts.c.address.in_(select(exports.c.address).distinct())
    )


def _weeks(connection: Connection) -> list[Week]:
    """Weeks in which letters were sent or bounced, without a hole between the first and the last."""
    sent = _by_day(connection, letters.c.sent_at)
    hard = _by_day(connection, bounces.c.bounced_at, bounces.c.hard)
    soft = _by_day(connection, bounces.c.bounced_at, ~bounces.c.hard)
    mondays = {_monday(day) for counts in (sent, hard, soft) for day in counts}
    if not mondays:
        return []
    span = (max(mondays) - min(mondays)).days // 7
    all_mondays = [min(mondays) + timedelta(weeks=number) for number in range(span + 1)]
    weekly = [_weekly(counts) for counts in (sent, hard, soft)]
    return [
        Week(monday=monday, sent=weekly[0][monday], hard=weekly[1][monday], soft=weekly[2][monday])
        for monday in all_mondays
    ]


def _by_day(connection: Connection, moment: Any, *wanted: Any) -> Counter[date]:
    is_sqlite = connection.dialect.name == "sqlite"
    day = func.substr(moment, 1, 10) if is_sqlite else cast(moment, Date)
    counts = _counter(connection, select(day, func.count()).where(*wanted).group_by(day))
    return Counter({date.fromisoformat(str(key)): count for key, count in counts.items()})


def _weekly(days: Counter[date]) -> Counter[date]:
    weekly: Counter[date] = Counter()
    for day, count in days.items():
        weekly[_monday(day)] += count
    return weekly


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _runs(connection: Connection) -> list[EndedRun]:
    found = connection.execute(select(runs).where(runs.c.finished_at.is_not(None)).order_by(runs.c.started_at))
    return [
        EndedRun(
            list_name=row.list_name,
            started_at=row.started_at,
            finished_at=row.finished_at,
            sites=Counter(row.numbers.get("sites", {})),
            addresses=row.numbers.get("addresses", 0),
        )
        for row in found
        if row.numbers
    ]
