"""Who is left alone: objections, suppressions and what is forgotten, looked up by key for many addresses at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from harvester.model import ContactState
from harvester.store.life_tables import forgotten, mailboxes, optouts, salts
from harvester.suppression import SUPPRESSED, keys_of_address, keys_of_company

BATCH = 500  # values of one IN; SQLite takes 32,766, but plans many slowly
OPTED_OUT, FORGOTTEN = "opted_out", "forgotten"

VALUES: BindParameter[Any] = bindparam("among", expanding=True)
SELECT_OPTOUTS = select(optouts.c.entry, optouts.c.added_at).where(optouts.c.entry.in_(VALUES), optouts.c.confirmed)
SELECT_FORGOTTEN = select(forgotten.c.digest, forgotten.c.forgotten_at).where(forgotten.c.digest.in_(VALUES))
SELECT_MAILBOXES = select(mailboxes).where(mailboxes.c.address.in_(VALUES))
SELECT_SALT = select(salts.c.value).where(salts.c.name == "forgotten")


def load_salt(connection: Connection) -> bytes:
    """The database's own salt of what is forgotten."""
    return bytes.fromhex(connection.execute(SELECT_SALT).scalar_one())


def digest_of(salt: bytes, key: str) -> str:
    """What is kept of a forgotten key: 64 hex digits that say nothing without the salt."""
    return blake2b(key.encode("utf-8", "replace"), key=salt, digest_size=32).hexdigest()


def find_objections(connection: Connection, salt: bytes, addresses: Iterable[str]) -> dict[str, str]:
    """Which of the addresses are not to be written to, nor kept, and why: `opted_out` or `forgotten`."""
    keys = {address: keys_of_address(address) for address in set(addresses)}
    reasons = _reasons(connection, salt, {key for of_one in keys.values() for key in of_one})
    return {
        address: next(reasons[key][0] for key in of_one if key in reasons)
        for address, of_one in keys.items()
        if not reasons.keys().isdisjoint(of_one)
    }


def find_blocked(connection: Connection, salt: bytes, addresses: Iterable[str]) -> dict[str, str]:
    """Which of the addresses must leave in no file, and why: those, or `suppressed` by their bounces."""
    wanted = set(addresses)
    suppressed = {
        address: SUPPRESSED
        for address, row in load_mailboxes(connection, wanted).items()
        if row.state == ContactState.SUPPRESSED
    }
    return suppressed | find_objections(connection, salt, wanted)


def company_objection(connection: Connection, salt: bytes, *hosts: str) -> str | None:
    """The sentence that says that a company is not to be visited; None where nobody objected."""
    keys = {key for host in hosts for key in keys_of_company(host)}
    reasons = _reasons(connection, salt, keys)
    for reason, moment in reasons.values():
        what = "the company objected" if reason == OPTED_OUT else "the company is to be forgotten"
        return f"{what} ({moment.date().isoformat()})"
    return None


def load_mailboxes(connection: Connection, addresses: Iterable[str]) -> dict[str, Any]:
    """What mail has taught of those addresses of which it has taught something."""
    rows = (row for part in parts(addresses) for row in connection.execute(SELECT_MAILBOXES, {"among": part}))
    return {row.address: row for row in rows}


def _reasons(connection: Connection, salt: bytes, keys: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
    """Reason and date of each key that somebody objected with."""
    found: dict[str, tuple[str, datetime]] = {}
    for part in parts(keys):
        digests = {digest_of(salt, key): key for key in part}
        for row in connection.execute(SELECT_FORGOTTEN, {"among": list(digests)}):
            found[digests[row.digest]] = (FORGOTTEN, row.forgotten_at)
        for row in connection.execute(SELECT_OPTOUTS, {"among": part}):
            found[row.entry] = (OPTED_OUT, row.added_at)
    return found


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while part := list(islice(remaining, BATCH)):
        yield part
