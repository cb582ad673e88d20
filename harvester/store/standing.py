"""Who is left alone: objections, suppressions and what is forgotten, looked up by key for many addresses at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, literal, select, union_all

from harvester.model import ContactState
from harvester.store.life_tables import forgotten, mailboxes, optouts, salts
from harvester.suppression import SUPPRESSED, keys_of_address, keys_of_company

BATCH = 500  # values of one IN; SQLite takes 32,766, but plans many slowly
OPTED_OUT, FORGOTTEN = "opted_out", "forgotten"


def _values(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


# One question, as it is asked for every company of a crawl.
LOOK_UP = union_all(
    select(literal(OPTED_OUT).label("reason"), optouts.c.entry.label("key"), optouts.c.added_at.label("moment")).where(
        optouts.c.entry.in_(_values("of_keys")), optouts.c.confirmed
    ),
    select(literal(FORGOTTEN), forgotten.c.digest, forgotten.c.forgotten_at).where(
        forgotten.c.digest.in_(_values("of_digests"))
    ),
    select(literal(SUPPRESSED), mailboxes.c.address, mailboxes.c.since).where(
        mailboxes.c.address.in_(_values("of_addresses")), mailboxes.c.state == ContactState.SUPPRESSED.value
    ),
)
SELECT_MAILBOXES = select(mailboxes).where(mailboxes.c.address.in_(_values("among")))
SELECT_SALT = select(salts.c.value).where(salts.c.name == "forgotten")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of some addresses and companies: reason and date of each key that somebody objected with."""

    objections: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()

    def objected(self, addresses: Iterable[str]) -> dict[str, str]:
        """Which of the addresses are not to be written to, nor kept, and why: `opted_out` or `forgotten`."""
        if not self.objections:
            return {}
        reasons = ((address, self._reason(keys_of_address(address))) for address in addresses)
        return {address: reason for address, reason in reasons if reason}

    def blocked(self, addresses: Collection[str]) -> dict[str, str]:
        """Which of the addresses must leave in no file, and why: those, or `suppressed` by their bounces."""
        return dict.fromkeys(self.suppressed.intersection(addresses), SUPPRESSED) | self.objected(addresses)

    def of_company(self, *hosts: str) -> str | None:
        """The sentence that says that a company is not to be visited; None where nobody objected."""
        for key in (key for host in hosts for key in keys_of_company(host)):
            if key in self.objections:
                reason, moment = self.objections[key]
                what = "the company objected" if reason == OPTED_OUT else "the company is to be forgotten"
                return f"{what} ({moment.date().isoformat()})"
        return None

    def _reason(self, keys: Iterable[str]) -> str | None:
        return next((self.objections[key][0] for key in keys if key in self.objections), None)


def load_salt(connection: Connection) -> bytes:
    """The database's own salt of what is forgotten."""
    return bytes.fromhex(connection.execute(SELECT_SALT).scalar_one())


def digest_of(salt: bytes, key: str) -> str:
    """What is kept of a forgotten key: 64 hex digits that say nothing without the salt."""
    return blake2b(key.encode("utf-8", "replace"), key=salt, digest_size=32).hexdigest()


def is_anybody_blocked(connection: Connection) -> bool:
    """Whether anybody must be left out of files: else nobody need be looked up."""
    suppressed = select(mailboxes.c.address).where(mailboxes.c.state == ContactState.SUPPRESSED.value)
    anybody = (select(optouts.c.entry).where(optouts.c.confirmed), select(forgotten.c.digest), suppressed)
    return any(connection.execute(statement.limit(1)).first() for statement in anybody)


def look_up(connection: Connection, salt: bytes, addresses: Collection[str], hosts: Iterable[str] = ()) -> Standing:
    """What is known of normalized addresses, and of companies by their hosts."""
    keys = {key for host in hosts for key in keys_of_company(host)}
    keys.update(key for address in addresses for key in keys_of_address(address))
    objections: dict[str, tuple[str, datetime]] = {}
    suppressed: set[str] = set()
    for part in parts({*keys, *addresses}):
        digests = {digest_of(salt, key): key for key in part if key in keys}
        values = {"of_keys": list(digests.values()), "of_digests": list(digests), "of_addresses": part}
        for reason, key, moment in connection.execute(LOOK_UP, values):
            if reason == SUPPRESSED:
                suppressed.add(key)
            else:
                objections[digests.get(key, key)] = (reason, moment)
    return Standing(objections, frozenset(suppressed))


def load_mailboxes(connection: Connection, addresses: Iterable[str]) -> dict[str, Any]:
    """What mail has taught of those addresses of which it has taught something."""
    rows = (row for part in parts(addresses) for row in connection.execute(SELECT_MAILBOXES, {"among": part}))
    return {row.address: row for row in rows}


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    """The values by as many as go into one question."""
    remaining = iter(values)
    while part := list(islice(remaining, BATCH)):
        yield part
