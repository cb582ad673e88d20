"""Answers of the DNS about mail domains, kept until they expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, select

from harvester.model import DomainVerdict
from harvester.store import rows
from harvester.store.schema import domain_verdicts

SELECT_VERDICT = select(domain_verdicts).where(
    domain_verdicts.c.domain == bindparam("of_domain"), domain_verdicts.c.expires_at > bindparam("now")
)

DOMAINS: BindParameter[str] = bindparam("domains", expanding=True)
SELECT_VERDICTS = select(domain_verdicts).where(
    domain_verdicts.c.domain.in_(DOMAINS), domain_verdicts.c.expires_at > bindparam("now")
)


def load_verdicts(connection: Connection, domains: Sequence[str], now: datetime) -> dict[str, DomainVerdict]:
    """The verdicts about some hundred domains that have not expired."""
    rows_found = connection.execute(SELECT_VERDICTS, {"domains": domains, "now": now})
    return {row.domain: rows.verdict_from(row) for row in rows_found}


def load_verdict(connection: Connection, domain: str, now: datetime) -> DomainVerdict | None:
    """The verdict, unless it has expired."""
    row = connection.execute(SELECT_VERDICT, {"of_domain": domain, "now": now}).first()
    return None if row is None else rows.verdict_from(row)
