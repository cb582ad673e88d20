"""The tables of what came after the crawl: letters, returned mails, objections, exports, what is forgotten."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text

from harvester.store.schema import Moment, Words, metadata

mails = Table(
    "mails",
    metadata,
    Column("key", String(32), primary_key=True),  # digest of the Message-ID, which may hold an address
    Column("kind", Text, nullable=False),
    Column("read_at", Moment, nullable=False),
)

bounces = Table(
    "bounces",
    metadata,
    Column("mail", String(32), ForeignKey("mails.key", ondelete="CASCADE"), primary_key=True),
    Column("address", Words, primary_key=True, index=True),
    Column("bounced_at", Moment, nullable=False, index=True),
    Column("hard", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Words, nullable=False),
    Column("reply", Words, nullable=False),
    Column("diagnostic", Words, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("address", Words, primary_key=True),
    Column("sent_at", Moment, primary_key=True, index=True),
    Column("replied_at", Moment),
    Column("source", Words, nullable=False),
)

# What mail has taught of an address, whether or not a crawl has found it.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("address", Words, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("verdict", Text),  # an own bounce's, which outranks every check
    Column("note", Words, nullable=False),
    Column("retry_at", Moment),
    Column("reset_at", Moment),  # soft bounces up to then count no more
)

optouts = Table(
    "optouts",
    metadata,
    Column("entry", Words, primary_key=True),  # an address key or a domain
    Column("confirmed", Boolean, nullable=False),  # else a suggestion, without effect
    Column("reason", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("added_at", Moment, nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("address", Words, primary_key=True),
    Column("target", Words, primary_key=True),
    Column("exported_at", Moment, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("path", Words, primary_key=True),
    Column("format", Text, nullable=False),
    Column("written_at", Moment, nullable=False),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("forgotten_at", Moment, nullable=False),
)

salts = Table("salts", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
