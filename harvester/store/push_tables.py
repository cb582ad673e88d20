"""The tables of what was handed to CRMs and how far their news were read."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from harvester.store.schema import Json, Moment, Words, metadata

pushes = Table(
    "pushes",
    metadata,
    Column("target", Words, primary_key=True),  # a CRM's account
    Column("part", Text, primary_key=True),
    Column("key", Words, primary_key=True),  # an address or a domain, as the CRM is told
    Column("remote_id", Words),
    Column("digest", String(32)),
    Column("sent", Json, nullable=False),
    Column("intent", Json),
    Column("before", Json),
    Column("pushed_at", Moment),
    sqlite_with_rowid=False,
)

pulls = Table(
    "pulls",
    metadata,
    Column("target", Words, primary_key=True),
    Column("told_until", Moment, nullable=False),
)
