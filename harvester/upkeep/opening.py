"""What the commands of upkeep share: the store, today, and how they end with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from harvester.address import AddressError, normalize_address
from harvester.bounces.policy import BouncePolicy
from harvester.console.options import ArgumentsError
from harvester.store import Store, StoreError
from harvester.suppression import Entry, EntryError, parse_entry, without_name

T = TypeVar("T")


def open_store(settings: Mapping[str, Any]) -> Store:
    """The store of the settings; ends the command where it cannot be used."""
    return _or_end(Store.open, settings["HARVESTER_DATABASE_URL"], StoreError)


def read_entry(text: str) -> Entry:
    """A mailbox or a domain as a person writes it; ends the command for anything else."""
    return _or_end(parse_entry, text, EntryError)


def read_address(text: str) -> str:
    """A normalized address, which may stand behind its owner's name; ends the command for anything else."""
    return _or_end(normalize_address, without_name(text), AddressError)


def bounce_policy(settings: Mapping[str, Any]) -> BouncePolicy:
    """The numbers of the bounce policy, by the settings."""
    return BouncePolicy(
        waits=settings["HARVESTER_SOFT_BOUNCE_WAITS"],
        limit=settings["HARVESTER_SOFT_BOUNCE_LIMIT"],
        window=settings["HARVESTER_SOFT_BOUNCE_WINDOW"],
    )


def right_now() -> datetime:
    """The time, as exact as anything is written down."""
    return datetime.now(UTC).replace(microsecond=0)


def _or_end(read: Callable[[str], T], text: str, kind: type[ValueError]) -> T:
    try:
        return read(text)
    except kind as error:
        sentence = str(error)
        raise ArgumentsError(sentence if sentence.endswith(".") else f"{sentence}.") from None
