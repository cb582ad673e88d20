"""A store full of contacts, and pushes of it: in this process, or in one of their own that can be killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from harvester.handover.push import Pushed, Pushing, push_contacts
from harvester.model import AddressType, Company, Role
from harvester.options import OPTIONS
from harvester.store import Store
from harvester.store.listing import Filter
from tests.sample_companies import NOW, make_company, make_contact

PER_COMPANY = 3
TITLES = ("Einkaufsleiter", "Head of Purchasing", "Sales Manager", "Geschäftsführerin", "Buyer")


def company(number: int, *, version: int = 0, seen: datetime = NOW) -> Company:
    """A company with its contacts; another `version` has other titles and names."""
    domain = f"c{number}.example"
    contacts = [
        make_contact(
            f"{name}{number}@{domain}",
            seen=seen,
            type=AddressType.PERSON if name == "anna.berg" else AddressType.ROLE,
            role=Role.PURCHASING if name == "einkauf" else Role.GENERAL,
            person=f"Anna Berg{version or ''}" if name == "anna.berg" else None,
            job_title=TITLES[(number + version) % len(TITLES)] if name != "info" else None,
            phone=f"+496126{number:05d}{version}",
        )
        for name in ("anna.berg", "einkauf", "info")
    ]
    made = make_company(*contacts, domain=domain, seen=seen)
    return replace(
        made, profile=replace(made.profile, name=f"Nord {number} GmbH {version or ''}".strip(), country="DE")
    )


def fill(store: Store, numbers: Iterable[int], *, version: int = 0, seen: datetime = NOW) -> None:
    """Let the store know these companies."""
    for number in numbers:
        store.save_company(company(number, version=version, seen=seen))


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    with Store.open(database(folder)) as store:
        yield store


def database(folder: Path) -> str:
    return f"sqlite:///{folder}/harvester.db"


def settings(folder: Path, **changes: Any) -> dict[str, Any]:
    """All settings at their defaults, and the database there."""
    return {option.name: option.default for option in OPTIONS} | {"HARVESTER_DATABASE_URL": database(folder)} | changes


def exported(store: Store) -> Iterator[dict[str, Any]]:
    """The rows of all contacts, best first."""
    return store.iter_ranked(Filter())


def push(store: Store, target: str, values: dict[str, Any], *, rows: Any = None, **asked: Any) -> Pushed:
    """Push all that the store would export, or these rows."""
    given = exported(store) if rows is None else rows
    return asyncio.run(push_contacts(store, given, Pushing(target=target, **asked), values))


def start(target: str, values: dict[str, Any], environment: dict[str, str]) -> subprocess.Popen[str]:
    """A push in a process of its own."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("HARVESTER_")}
    given = {
        name: str(value) for name, value in values.items() if name.startswith("HARVESTER_") and value != _default(name)
    }
    command = [sys.executable, "-m", "harvester.cli", "push", target]
    return subprocess.Popen(
        command, env=plain | given | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _default(name: str) -> Any:
    return next(option.default for option in OPTIONS if option.name == name)
