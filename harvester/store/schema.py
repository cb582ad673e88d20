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

HEAD = "0006"  # the newest migration; a test holds it against the scripts
VERSION_TABLE = "harvester_version"  # not Alembic's default: a PostgreSQL database may be shared with other programs


def clean_text(text: str | None) -> str | None:
    """Text that every database holds: NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8) become U+FFFD."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def utc(moment: datetime | None) -> datetime | None:
    """The moment in UTC. ValueError without a time zone."""
    if moment is None or moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"a datetime without a time zone cannot be stored: {moment!r}")
    return moment.astimezone(UTC)


def utc_text(moment: datetime | None) -> str | None:
    """ISO 8601 of one width, so that text sorts as time."""
    moment = utc(moment)
    return None if moment is None else moment.isoformat(timespec="microseconds")


def moment_from_text(text: str | None) -> datetime | None:
    """What `utc_text` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def json_text(value: Any) -> str | None:
    """JSON, escaped to ASCII: no database minds what it holds."""
    return None if value is None else json.dumps(value)


def value_from_json(text: str | None) -> Any:
    """What `json_text` wrote."""
    return None if text is None else json.loads(text)


class Words(TypeDecorator[str]):
    """Text from the web. Columns of our own words are plain `Text`."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002
        """To the driver."""
        return clean_text


class Moment(TypeDecorator[datetime]):
    """An aware datetime, UTC: `timestamptz` in PostgreSQL, text in SQLite, which has no type for it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in the database."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Any:
        """To the driver."""
        return utc_text if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:  # noqa: ARG002
        """From the driver; PostgreSQL answers in the session's zone."""
        return moment_from_text if dialect.name == "sqlite" else utc


class Json(TypeDecorator[Any]):
    """Lists and mappings, as JSON text."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ARG002
        """To the driver."""
        return json_text

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:  # noqa: ARG002
        """From the driver."""
        return value_from_json


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
    Column("numbers", Json, nullable=False, default={}),  # of its visits, for the report
)

companies = Table(
    "companies",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("source_kind", Text, nullable=False),
    Column("status", Text, nullable=False),
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
    Column("extra", Json, nullable=False, default={}),  # the other columns of the list that named it last
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    Column("domain", Words, ForeignKey("companies.domain", ondelete="CASCADE"), primary_key=True),
    Column("address", Words, primary_key=True),
    Column("position", SmallInteger, nullable=False),  # order within the company, best first
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Words),
    Column("job_title", Words),
    Column("phone", Words),
    Column("reason", Text, nullable=False),
    Column("mail_provider", Words),
    Column("mx", Json, nullable=False),
    Column("checked_at", Moment),
    Column("evidence", Words, nullable=False),
    Column("grade", Text),
    Column("score", SmallInteger),
    Column("why", Words),
    Column("state", Text, nullable=False),
    Column("still_on_page", Boolean),
    Column("first_seen", Moment),
    Column("last_seen", Moment),
    Column("gone_since", Moment),  # the visit that did not find it any more; empty while it is on the list
    Column("source_url", Words),  # of the mention that stands for the contact: exports show it without the mentions
    Column("method", Text),
    Column("sources", Integer, nullable=False, default=0),
    Column("opted_out", Boolean, nullable=False, default=False),  # an objection lies over the state
    Index("contacts_address", "address"),
    sqlite_with_rowid=False,
)

RANKED = (contacts.c.grade, contacts.c.score.desc(), contacts.c.domain, contacts.c.position)
Index("contacts_ranked", *RANKED)

mentions = Table(
    "mentions",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("address", Words, primary_key=True),
    Column("place", String(32), primary_key=True),  # digest of url, method, zone: a URL can be too long for an index
    Column("position", SmallInteger, nullable=False),
    Column("url", Words, nullable=False),
    Column("method", Text, nullable=False),
    Column("zone", Text, nullable=False),
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

# What pages said that a server may call unchanged at the next visit. A cache: without a row the page is read again.
kept_pages = Table(
    "kept_pages",
    metadata,
    Column("domain", Words, ForeignKey("companies.domain", ondelete="CASCADE"), primary_key=True),
    Column("place", String(32), primary_key=True),  # digest of the URL
    Column("url", Words, nullable=False),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("read_at", Moment, nullable=False),
    Column("version", Text, nullable=False),  # of the program: another one may see more on the page
    Column("findings", Json, nullable=False),
    sqlite_with_rowid=False,
)

verifications = Table(
    "verifications",
    metadata,
    Column("address", Words, primary_key=True),
    Column("checked_at", Moment, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("evidence", Json, nullable=False),
)

domain_verdicts = Table(
    "domain_verdicts",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("mx", Json, nullable=False),
    Column("mail_provider", Words),
    Column("checked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("detail", Words, nullable=False),
    Column("spf", Boolean),
    Column("dmarc", Boolean),
    sqlite_with_rowid=False,
)

# Whether a mail domain takes any address: learned by asking its server for one that nobody has.
accept_all_domains = Table(
    "accept_all_domains",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("accepts_all", Boolean, nullable=False),
    Column("checked_at", Moment, nullable=False),
    Column("reply", Words, nullable=False),
    sqlite_with_rowid=False,
)
