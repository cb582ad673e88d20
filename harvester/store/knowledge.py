"""All that is known of one address, for whom it belongs to (GDPR Art. 14 and 15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from harvester.export.rows import format_moment
from harvester.store import optouts, pages, standing
from harvester.store.life_tables import bounces, exports, forgotten, letters, mailboxes
from harvester.store.schema import contacts, mentions, verifications
from harvester.suppression import keys_of_address

Facts = dict[str, Any]


def load_facts(connection: Connection, salt: bytes, address: str) -> Facts:
    """Everything, as JSON would hold it: lists of rows by where they are from; times in ISO 8601, UTC."""
    of_address = {
        "contacts": (contacts, "domain"),
        "mentions": (mentions, "last_seen"),
        "verdicts": (verifications, "checked_at"),
        "letters": (letters, "sent_at"),
        "bounces": (bounces, "bounced_at"),
        "exports": (exports, "exported_at"),
        "mail_history": (mailboxes, "since"),
    }
    facts: Facts = {"address": address}
    for name, (table, order) in of_address.items():
        facts[name] = _rows(connection, table, address, order)
    facts["kept_pages"] = [
        {"domain": row.domain, "url": row.url, "read_at": _plain(row.read_at)}
        for row in pages.pages_with(connection, address)
    ]
    covering = optouts.covering(connection, address)
    facts["optouts"] = [{name: _plain(getattr(row, name)) for name in row.__slots__} for row in covering]
    facts["forgotten_at"] = _forgotten_at(connection, salt, address)
    return facts


def is_anything_known(facts: Facts) -> bool:
    """Whether there is anything beside the address itself."""
    return any(value for name, value in facts.items() if name != "address")


def _rows(connection: Connection, table: Table, address: str, order: str) -> list[Facts]:
    found = connection.execute(select(table).where(table.c.address == address).order_by(table.c[order]))
    left_out = {"address", "place", "position", "mail"}
    return [{name: _plain(value) for name, value in row._mapping.items() if name not in left_out} for row in found]  # noqa: SLF001


def _forgotten_at(connection: Connection, salt: bytes, address: str) -> str | None:
    digests = [standing.digest_of(salt, key) for key in keys_of_address(address)]
    moment = connection.execute(select(forgotten.c.forgotten_at).where(forgotten.c.digest.in_(digests))).scalar()
    return None if moment is None else str(_plain(moment))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_moment(value)
    return value
