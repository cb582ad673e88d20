"""`harvester push`: contacts of the store into a CRM."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harvester.crm.calling import Usage
from harvester.crm.exchange import CrmError, Record
from harvester.crm.push import Plan, Pusher, Summary
from harvester.crm.records import WEBHOOK_COLUMNS, company_record, contact_record, fields_of, restrict, webhook_record
from harvester.data.texts import load_texts
from harvester.export.rows import Row
from harvester.extensions.wording import count, duration, number, printable
from harvester.handover.targets import Target, account_of, caller_of, open_target
from harvester.model.push import Part
from harvester.store import Store

Say = Callable[[str], None]
TOLD_EVERY = 5000  # contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """What a push is asked for. `fields`: only these, by the CRM's names. `show`: a dry run, told each difference.

    `say` is told now and then how far it is.
    """

    target: str
    fields: Collection[str] = ()
    show: Say | None = None
    say: Say | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push came to. `error`: the sentence why it did not come to its end; the rest is settled all the same."""

    summary: Summary
    usage: Usage
    seconds: float
    error: CrmError | None = None


async def push_contacts(store: Store, rows: Iterable[Row], asked: Pushing, settings: Mapping[str, Any]) -> Pushed:
    """Push rows as `harvester export` reads them, best first. CrmError, or ValueError, before anything was sent."""
    started = time.monotonic()
    async with open_target(asked.target, settings) as crm:
        table = settings["HARVESTER_ODOO_MODEL"] if asked.target == "odoo" else asked.target
        _check_fields(asked.fields, table)
        account = await account_of(crm)
        plan = _plan(store, crm, account, table, asked, settings["HARVESTER_LANGUAGE"])
        pusher = Pusher(crm, store.journal(account), plan)
        error = None
        try:
            await pusher.push(_told(rows, asked.say))
        except CrmError as reason:
            error = reason
        seconds = time.monotonic() - started
        return Pushed(summary=pusher.summary, usage=caller_of(crm).usage, seconds=seconds, error=error)


def told(pushed: Pushed, *, dry_run: bool) -> Iterator[str]:
    """The lines about a push for a person."""
    summary, usage = pushed.summary, pushed.usage
    verb = "would be " if dry_run else ""
    parts = [f"{number(summary.created)} {verb}created", f"{number(summary.updated)} {verb}updated"]
    parts += [f"{number(summary.unchanged)} unchanged"]
    more = {
        "deleted there and not put back": summary.gone,
        "refused": summary.refused,
        "held back (not to be written to)": summary.withheld,
    }
    parts += [f"{number(value)} {what}" for what, value in more.items() if value]
    yield f"{count(summary.contacts, 'contact')}: {', '.join(parts)}."
    if summary.kept:
        yield f"{count(summary.kept, 'contact')} with fields that a person changed there: those stay."
    rate, share = usage.requests / max(pushed.seconds, 0.001), usage.limited_s / max(pushed.seconds, 0.001)
    yield (
        f"{count(usage.requests, 'request')} ({number(usage.writes)} to write, {number(usage.retries)} again) "
        f"in {duration(pushed.seconds)}: {rate:.1f} a second, {min(share, 1):.0%} of the time waiting for rate limits."
    )
    yield from (f"  {printable(problem, 200)}" for problem in summary.problems)


def _told(rows: Iterable[Row], say: Say | None) -> Iterator[Row]:
    for done, row in enumerate(rows, 1):
        yield row
        if say is not None and done % TOLD_EVERY == 0:
            say(f"{number(done)} contacts compared or sent …")


def _plan(store: Store, crm: Target, account: str, table: str, asked: Pushing, language: str) -> Plan:
    titles = load_texts("role", language)
    tied = Part.COMPANIES in crm.parts

    def contact(row: Row) -> Record | None:
        record = webhook_record(row) if table == "webhook" else contact_record(table, row, titles, tied=tied)
        return record if record is None or not asked.fields else restrict(record, _kept(table, asked.fields))

    def company(row: Row) -> Record:
        return company_record(table, row, titles)

    def pushed(addresses: Iterable[str]) -> None:
        store.record_export(addresses, target=account, now=datetime.now(UTC))

    return Plan(
        contact=contact,
        company=company if tied else None,
        find_blocked=store.find_blocked,
        pushed=pushed,
        now=lambda: datetime.now(UTC),
        show=asked.show,
    )


# What a CRM does not make a record without, whatever fields are asked for.
ALWAYS = {
    "hubspot": ("email",),
    "salesforce": ("Email", "LastName", "Company"),
    "res.partner": ("email", "name"),
    "crm.lead": ("email_from", "name", "type"),
    "webhook": ("email",),
}


def _kept(table: str, fields: Collection[str]) -> set[str]:
    return {*ALWAYS[table], *fields}


def _check_fields(fields: Collection[str], table: str) -> None:
    known = WEBHOOK_COLUMNS if table == "webhook" else [field.header for field in fields_of(table, Part.CONTACTS)]
    for name in fields:
        if name not in known:
            raise ValueError(f"--fields {name}: there is no such field; known are {', '.join(known)}.")
