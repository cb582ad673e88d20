"""Contacts into a CRM: in batches, each read, compared, written down, written, and written down again.

Whenever the process dies, the journal holds either what was settled or what was about to be written; the next push
reads what stands there and goes on. So nothing is written twice, and nothing that a person changed is overwritten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from harvester.crm.comparison import Comparison, compare, digest_of
from harvester.crm.exchange import COMPANY, Crm, CrmError, Outcome, Record, Refused, Remote, Unsettled, Write
from harvester.crm.records import key_of
from harvester.export.rows import Row
from harvester.model.push import Part, Pushed

TRIES = 8  # of one batch, each after a pause
EXAMPLES = 20  # of problems that a summary keeps
GONE = "gone"  # stands for the remote id of a record that somebody deleted there: it is not put back
SINGULAR = {Part.COMPANIES: "company", Part.CONTACTS: "contact"}


class Journal(Protocol):
    """The store's memory of one account of one CRM."""

    def load(self, part: Part, keys: Collection[str]) -> dict[str, Pushed]:
        """What is known of these records."""
        ...

    def save(self, part: Part, lines: Iterable[Pushed]) -> None:
        """Write the lines, in one transaction, for good before it returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a push is done. `contact` and `company` make records of rows; None: not for this CRM."""

    contact: Callable[[Row], Record | None]
    company: Callable[[Row], Record] | None
    find_blocked: Callable[[Collection[str]], Mapping[str, str]]
    pushed: Callable[[Iterable[str]], None]  # told the addresses that were just settled
    now: Callable[[], datetime]
    show: Callable[[str], None] | None = None  # of a dry run: told each difference, and nothing is written


@dataclass(kw_only=True)
class Summary:
    """What a push came to, in contacts; `kept` are those where a person's value stood in the way of ours."""

    contacts: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    gone: int = 0
    refused: int = 0
    withheld: int = 0
    companies_written: int = 0
    problems: list[str] = field(default_factory=list)


class Pusher:
    """One push into one CRM."""

    def __init__(self, crm: Crm, journal: Journal, plan: Plan) -> None:
        self.summary = Summary()
        self._crm, self._journal, self._plan = crm, journal, plan
        self._seen: set[int] = set()  # of addresses, 8 bytes each
        self._one_at_a_time = asyncio.Lock()  # for companies: two batches may share one

    async def push(self, rows: Iterable[Row]) -> Summary:
        """Push the rows, best first: of several rows with one address the first counts. CrmError."""
        batches = self._batches(iter(rows))
        workers = [asyncio.create_task(self._work(batches)) for _ in range(self._crm.writers)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return self.summary

    def _batches(self, rows: Iterator[Row]) -> Iterator[list[Row]]:
        while batch := list(islice((row for row in rows if self._is_first(row)), self._crm.batch)):
            yield batch

    def _is_first(self, row: Row) -> bool:
        digest = hash(key_of(row))
        if digest in self._seen:
            return False
        self._seen.add(digest)
        return True

    async def _work(self, batches: Iterator[list[Row]]) -> None:
        for batch in batches:
            await self._push_batch(batch)

    async def _push_batch(self, batch: list[Row]) -> None:
        blocked = self._plan.find_blocked([row["email"] for row in batch])
        rows = [row for row in batch if row["email"] not in blocked and row["status"] != "undeliverable"]
        self.summary.withheld += len(batch) - len(rows)
        companies: Mapping[str, str] = {}
        if self._plan.company is not None:
            records = {row["domain"]: self._plan.company(row) for row in rows}
            async with self._one_at_a_time:
                companies, _ = await self._settle(Part.COMPANIES, list(records.values()), {})
        made = [self._plan.contact(row) for row in rows]
        contacts = [
            _tied(record, companies, dry_run=self._plan.show is not None) for record in made if record is not None
        ]
        self._note_too_long(rows, made)
        self.summary.contacts += len(contacts)
        _, done = await self._settle(Part.CONTACTS, contacts, companies)
        if self._plan.show is None:
            self._plan.pushed([row["email"] for row in rows if done.get(key_of(row), GONE) != GONE])

    def _note_too_long(self, rows: Sequence[Row], made: Sequence[Record | None]) -> None:
        for row, record in zip(rows, made, strict=True):
            if record is None:
                self._refuse(row["email"], "the address is too long for it")

    async def _settle(
        self, part: Part, records: Sequence[Record], companies: Mapping[str, str]
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Bring the CRM to hold the records: the remote ids, by key, of all that are there, and of those done now."""
        reason = ""
        for _ in range(TRIES):
            known = self._journal.load(part, [record.key for record in records])
            pending = [record for record in records if not _is_settled(record, known.get(record.key))]
            if part is Part.CONTACTS and not reason:
                self.summary.unchanged += len(records) - len(pending)
            try:
                done = await self._settle_pending(part, pending, known, companies) if pending else {}
            except Unsettled as error:
                reason = str(error) or "no answer"
                continue
            ids = {key: line.remote_id for key, line in known.items() if line.remote_id is not None}
            return {**ids, **done}, done
        raise CrmError(f"{self._crm.name} does not answer ({reason}). Start it again later: it goes on where it was.")

    async def _settle_pending(
        self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed], companies: Mapping[str, str]
    ) -> dict[str, str]:
        try:
            remote = await self._crm.read(part, records, known)
        except Refused as error:
            raise CrmError(f"{self._crm.name} cannot be asked what it holds: {error}") from None
        compared = {r.key: compare(r, known.get(r.key), remote.get(r.key)) for r in records}
        if self._plan.show is not None:
            for key, result in compared.items():
                if part is Part.CONTACTS:
                    self._count(result, created=key not in remote and not result.gone, written=bool(result.send))
                if result.send or result.kept:
                    self._plan.show(_difference(part, key, result, remote.get(key)))
            return {key: there.id for key, there in remote.items()}
        writes = [
            Write(
                key=record.key,
                fields=record.fields if self._crm.sends_whole else compared[record.key].send,
                remote_id=remote[record.key].id if record.key in remote else None,
            )
            for record in records
            if compared[record.key].send
        ]
        self._journal.save(part, [_intent(write, compared[write.key], known, remote) for write in writes])
        outcomes = await self._crm.write(part, writes, companies) if writes else {}
        lines = [
            self._line(
                part,
                record,
                compared[record.key],
                known.get(record.key),
                remote.get(record.key),
                outcomes.get(record.key),
            )
            for record in records
        ]
        self._journal.save(part, lines)
        return {line.key: line.remote_id for line in lines if line.remote_id is not None}

    def _line(
        self, part: Part, record: Record, result: Comparison, known: Pushed | None,
        there: Remote | None, outcome: Outcome | None,
    ) -> Pushed:  # fmt: skip
        """The line of a settled record, and its place in the summary."""
        remote_id = there.id if there else None
        if outcome is not None and outcome.remote_id is None:
            self._refuse(record.key, outcome.problem)
            return Pushed(key=record.key, remote_id=remote_id, sent=result.sent)
        if outcome is not None:
            remote_id = outcome.remote_id
            self._note(record.key, outcome.problem)
        # A write whose answer was lost, of this push or of the last one.
        arrived = known is not None and known.intent is not None
        if part is Part.CONTACTS:
            created = not result.gone and (known is None or known.remote_id is None) and (there is None or arrived)
            self._count(result, created=created, written=bool(outcome) or arrived)
        else:
            self.summary.companies_written += bool(outcome) or arrived
        return Pushed(
            key=record.key,
            remote_id=GONE if result.gone else remote_id,
            digest=digest_of(record.fields),
            sent={**result.sent, **result.send},
            pushed_at=self._plan.now(),
        )

    def _count(self, result: Comparison, *, created: bool, written: bool) -> None:
        self.summary.created += created
        self.summary.updated += written and not created and not result.gone
        self.summary.unchanged += not written and not created and not result.gone
        self.summary.kept += bool(result.kept)
        self.summary.gone += result.gone

    def _refuse(self, key: str, problem: str) -> None:
        self.summary.refused += 1
        self._note(key, problem)

    def _note(self, key: str, problem: str) -> None:
        if problem and len(self.summary.problems) < EXAMPLES:
            self.summary.problems.append(f"{key}: {problem}")


def _is_settled(record: Record, known: Pushed | None) -> bool:
    if known is None or known.intent is not None:
        return False
    return known.remote_id == GONE or known.digest == digest_of(record.fields)


def _tied(record: Record, companies: Mapping[str, str], *, dry_run: bool) -> Record:
    """The record without its tie where there is no company to tie it to."""
    company = record.fields.get(COMPANY)
    if company is None or dry_run or companies.get(company, GONE) != GONE:
        return record
    return Record(key=record.key, fields={name: value for name, value in record.fields.items() if name != COMPANY})


def _intent(write: Write, result: Comparison, known: Mapping[str, Pushed], remote: Mapping[str, Remote]) -> Pushed:
    line = known.get(write.key) or Pushed(key=write.key)
    there = remote.get(write.key)
    before = None if there is None else {name: there.fields.get(name, "") for name in write.fields}
    return replace(line, sent=result.sent, intent=dict(write.fields), before=before)


def _difference(part: Part, key: str, result: Comparison, there: Remote | None) -> str:
    old = there.fields if there else {}
    lines = [f"{'~' if there else '+'} {SINGULAR[part]} {key}"]
    lines += [f"    {name}: {old.get(name, '')!r} -> {value!r}" for name, value in result.send.items()]
    lines += [f"    {name}: {value!r} stays: a person's" for name, value in result.kept.items()]
    return "\n".join(lines)
