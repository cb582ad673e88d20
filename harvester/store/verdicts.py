"""Answers of the DNS about mail domains, kept until they expire."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from harvester.model import DomainVerdict
from harvester.store import rows
from harvester.store.schema import domain_verdicts

SELECT_VERDICT = select(domain_verdicts).where(
    domain_verdicts.c.domain == bindparam("of_domain"), domain_verdicts.c.expires_at > bindparam("now")
)


def load_verdict(connection: Connection, domain: str, now: datetime) -> DomainVerdict | None:
    """The verdict, unless it has expired."""
    row = connection.execute(SELECT_VERDICT, {"of_domain": domain, "now": now}).first()
    return None if row is None else rows.verdict_from(row)
