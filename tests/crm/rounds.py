"""Pushes that are killed (kill -9) at any request, while persons work in the CRM and the list changes; and the proof.

In the end each contact stands there exactly once, tied to its company, every field that a person changed holds what
the person typed, and every other field holds what the list says.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from harvester.crm.comparison import is_same
from harvester.crm.records import contact_record, fields_of, key_of
from harvester.data.texts import load_texts
from harvester.model.push import Part
from tests.crm import hubspot_server, odoo_server, salesforce_server
from tests.crm.odoo_server import OdooServer
from tests.crm.pushing import exported, fill, open_store, settings, start
from tests.crm.serving import CrmServer, Faults
from tests.sample_companies import NOW

COMPANIES, CHANGED_PER_ROUND, EDITS_PER_ROUND = 80, 10, 12
FIRST_WHOLE = 2  # by this round something stands there
PHASES = ("early", "late")
NOT_EDITED = {"email", "Email", "email_from", "type", "is_company"}
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A CRM under test: its server, table of fields, settings, tokens, and how its contacts are found."""

    target: str
    table: str
    server: Callable[[Faults], Any]
    settings: Callable[[Any], Mapping[str, str]]
    environment: Mapping[str, str]
    contacts: Callable[[Any], list[Record]]
    companies: Callable[[Any], list[str]]
    email: str
    requests: int = 12  # of a push that changes something, about: within these it is killed


def _odoo_settings(server: Any) -> dict[str, str]:
    return {"HARVESTER_ODOO_URL": server.url, "HARVESTER_ODOO_DATABASE": odoo_server.DATABASE}


def _partners(server: OdooServer, *, companies: bool) -> Iterator[Record]:
    return (r for r in server.records["res.partner"].values() if bool(r.get("is_company")) is companies)


_ODOO = {
    "target": "odoo", "table": "res.partner", "server": OdooServer, "email": "email",
    "environment": {"HARVESTER_ODOO_KEY": odoo_server.KEY},
    "contacts": lambda server: list(_partners(server, companies=False)),
    "companies": lambda server: [record["website"] for record in _partners(server, companies=True)],
}  # fmt: skip
PLACES = {
    "hubspot": Place(
        target="hubspot", table="hubspot", server=hubspot_server.HubSpotServer, email="email",
        settings=lambda server: {"HARVESTER_HUBSPOT_URL": server.url},
        environment={"HARVESTER_HUBSPOT_TOKEN": hubspot_server.TOKEN},
        contacts=lambda server: list(server.records["contacts"].values()),
        companies=lambda server: [record["domain"] for record in server.records["companies"].values()],
    ),
    "salesforce": Place(
        target="salesforce", table="salesforce", server=salesforce_server.SalesforceServer, email="Email",
        settings=lambda server: {"HARVESTER_SALESFORCE_URL": server.url},
        environment={"HARVESTER_SALESFORCE_TOKEN": salesforce_server.TOKEN},
        contacts=lambda server: list(server.leads.values()), companies=lambda server: [], requests=6,
    ),
    "odoo": Place(**_ODOO, settings=_odoo_settings),
    "odoo-xmlrpc": Place(
        **_ODOO, settings=lambda server: {**_odoo_settings(server), "HARVESTER_ODOO_USER": odoo_server.USER}
    ),
}  # fmt: skip


@dataclass(kw_only=True)
class Tally:
    """What happened: kills, edits by persons, and by (address, field) what the persons typed."""

    rounds: int = 0
    kills: int = 0
    finished: int = 0
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)


def play(place: Place, folder: Path, *, kills: int, seed: int, fault_share: float = 0.1) -> tuple[Tally, list[str]]:
    """Kill so many pushes and let one more come to its end; what happened, and all that is not as it must be."""
    dice, tally = random.Random(seed), Tally()
    faults = Faults(share=fault_share, seed=seed, slow_s=0.02)
    with place.server(faults) as server, open_store(folder) as store:
        fill(store, range(COMPANIES))
        while tally.kills < kills and tally.rounds < 2 * kills:  # a push may end before its turn to be killed
            tally.rounds += 1
            number = tally.rounds
            faults.kill_at, faults.kill_phase = faults.requests + dice.randint(1, place.requests), dice.choice(PHASES)
            _run(place, server, folder, tally)
            if tally.rounds == FIRST_WHOLE and not place.contacts(server):
                _run(place, server, folder, tally)  # persons need something to change
            _edit(place, server, dice, tally)
            chosen = dice.sample(range(COMPANIES), CHANGED_PER_ROUND)
            fill(store, chosen, version=number, seen=NOW + timedelta(days=number))
        faults.kill_at = None
        _run(place, server, folder, tally)
        problems = check(place, server, list(exported(store)), tally)
        writes = server.writes
        _run(place, server, folder, tally)
        if server.writes != writes:
            problems.append(f"a second push of an unchanged list wrote {server.writes - writes} times")
        return tally, problems


def _run(place: Place, server: CrmServer, folder: Path, tally: Tally) -> None:
    process = start(place.target, settings(folder, **place.settings(server)), dict(place.environment))
    server.faults.client = process.pid
    output = process.communicate(timeout=110)[0]
    server.faults.client = None
    tally.kills += process.returncode == -9
    tally.finished += process.returncode == 0
    if process.returncode not in (0, -9):
        tally.outputs.append(output)


def _edit(place: Place, server: Any, dice: random.Random, tally: Tally) -> None:
    """Persons type, or empty, fields of records that they see."""
    names = [f.header for f in fields_of(place.table, Part.CONTACTS) if f.header not in NOT_EDITED]
    records = [record for record in place.contacts(server) if record.get(place.email)]
    for record in dice.sample(records, min(EDITS_PER_ROUND, len(records))):
        name = dice.choice(names)
        required = name in {"LastName", "Company", "name"}
        text = f"typed {dice.randint(0, 999)}" if required or dice.random() < 0.7 else ""
        if not text and not record.get(name):
            continue  # nothing to be emptied: nobody has done anything
        record[name] = text
        tally.typed[record[place.email].lower(), name] = text


def check(place: Place, server: Any, rows: list[Record], tally: Tally) -> list[str]:
    """What is not as it must be."""
    problems = list(tally.outputs)
    found = [str(record[place.email]).lower() for record in place.contacts(server)]
    wanted = {key_of(row): contact_record(place.table, row, load_texts("role", "en"), tied=False) for row in rows}
    if sorted(found) != sorted(wanted):
        problems.append(f"{len(found)} records of {len(set(found))} addresses there, {len(wanted)} wanted")
    if len(set(places := place.companies(server))) != len(places):
        problems.append(f"{len(places)} companies for {len(set(places))} domains")
    for record in place.contacts(server):
        key = str(record[place.email]).lower()
        expected = wanted[key]
        for name, value in (expected.fields if expected else {}).items():
            typed = tally.typed.get((key, name))
            there = str(record.get(name) or "")
            if typed is not None and there != typed:
                problems.append(f"{key}: a person typed {name}={typed!r}, it holds {there!r}")
            elif typed is None and not is_same(there, value):
                problems.append(f"{key}: {name} holds {there!r} instead of {value!r}")
    return problems
