"""The tables, and the column types that hold the same values in SQLite and in PostgreSQL.

Rows are found by what they are about (domain, address), not by numbers: saving twice is the same as saving once.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

HEAD = "0001"  # the newest migration; a test holds it against the scripts
VERSION_TABLE = "harvester_version"  # not Alembic's default: a PostgreSQL database may be shared with other programs


class Words(TypeDecorator[str]):
    """Text from the web: NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8 for them) are replaced by U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text without what a database cannot hold."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, UTC: `timestamptz` in PostgreSQL, ISO 8601 text of one width (sorts by time) in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text in SQLite, which has no type for a time with a zone."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """UTC; ValueError for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """UTC, whatever zone the server's session has."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Lists and mappings as JSON text. Escaped to ASCII, which every database takes, whatever the text holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The value as JSON."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The value again."""
        return None if value is None else json.loads(value)


metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list_name", Words, nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("reason", Words),
    Column("complete", Boolean, nullable=False, default=False),
)

companies = Table(
    "companies",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("source_kind", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("name", Words),
    Column("country", Words),
    Column("language", Words),
    Column("phones", Json, nullable=False),
    Column("postal_address", Words),
    Column("contact_form", Words),
    Column("socials", Json, nullable=False),
    Column("website", Words),
    Column("pages", Integer, nullable=False),
    Column("pages_tried", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("dropped", Json, nullable=False),
    Column("visited_at", Moment),  # the done mark: empty as long as no visit has ended
    Column("run_id", Integer, ForeignKey("runs.id")),
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    Column("domain", Words, ForeignKey("companies.domain", ondelete="CASCADE"), primary_key=True),
    Column("address", Words, primary_key=True),
    Column("position", SmallInteger, nullable=False),  # order within the company, best first
    Column("kind", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("person", Words),
    Column("job_title", Words),
    Column("phone", Words),
    Column("reason", Words, nullable=False),
    Column("mail_provider", Words),
    Column("mx", Json, nullable=False),
    Column("checked_at", Moment),
    Column("evidence", Words, nullable=False),
    Column("grade", Words),
    Column("score", SmallInteger),
    Column("why", Words),
    Column("state", Words, nullable=False),
    Column("still_on_page", Boolean),
    Column("first_seen", Moment),
    Column("last_seen", Moment),
    Column("gone_since", Moment),  # the visit that did not find it any more; empty while it is on the list
    Index("contacts_address", "address"),
    sqlite_with_rowid=False,
)

mentions = Table(
    "mentions",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("address", Words, primary_key=True),
    Column("place", String(32), primary_key=True),  # digest of url, method, zone: a URL can be too long for an index
    Column("position", SmallInteger, nullable=False),
    Column("url", Words, nullable=False),
    Column("method", Words, nullable=False),
    Column("zone", Words, nullable=False),
    Column("original", Words, nullable=False),
    Column("context", Words, nullable=False),
    Column("person", Words),
    Column("job_title", Words),
    Column("label", Words, nullable=False),
    Column("phone", Words),
    Column("visible", Boolean, nullable=False),
    Column("first_seen", Moment),
    Column("last_seen", Moment),
    ForeignKeyConstraint(["domain", "address"], ["contacts.domain", "contacts.address"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

verifications = Table(
    "verifications",
    metadata,
    Column("address", Words, primary_key=True),
    Column("checked_at", Moment, primary_key=True),
    Column("reason", Words, primary_key=True),
    Column("evidence", Json, nullable=False),
)

domain_verdicts = Table(
    "domain_verdicts",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("reason", Words, nullable=False),
    Column("mx", Json, nullable=False),
    Column("mail_provider", Words),
    Column("checked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("detail", Words, nullable=False),
    sqlite_with_rowid=False,
)
