"""The invented companies: what the list says of each, how it is served, and what a crawl must find there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from harvester.model import CompanyStatus, Grade, StatusReason

FOLDER = Path(__file__).parent
SITES = FOLDER / "sites"
Served = Literal["http", "https", "down", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedContact:
    """What a crawl must say about one address."""

    priority: Grade
    status_reason: StatusReason
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCompany:
    """One company of the list. `served` says what answers: a site, a closed port, or not even the DNS."""

    host: str
    company: str
    customer: str
    note: str
    served: Served
    prefix: str
    redirects: Mapping[str, str]
    status: CompanyStatus
    contacts: Mapping[str, ExpectedContact]


@cache
def load_table() -> dict[str, Any]:
    """companies.toml as it stands."""
    return tomllib.loads((FOLDER / "companies.toml").read_text("utf-8"))


@cache
def load_companies() -> tuple[DemoCompany, ...]:
    """All companies, in list order."""
    return tuple(_company(row) for row in load_table()["company"])


def _company(row: Mapping[str, Any]) -> DemoCompany:
    return DemoCompany(
        host=row["host"],
        company=row["company"],
        customer=row["customer"],
        note=row["note"],
        served=row.get("served", "http"),
        prefix=row.get("prefix", ""),
        redirects=row.get("redirects", {}),
        status=CompanyStatus(row["status"]),
        contacts={address: _contact(expected) for address, expected in row.get("contacts", {}).items()},
    )


def _contact(row: Mapping[str, str]) -> ExpectedContact:
    return ExpectedContact(
        priority=Grade(row["priority"]),
        status_reason=StatusReason(row["reason"]),
        person=row.get("person"),
    )


def load_records() -> dict[str, dict[str, list[str]]]:
    """What the small web's DNS knows: an A record for each served host, the mail hosts of [mail], and theirs."""
    table = load_table()
    hosts = [company.host for company in load_companies() if company.served != "unknown"] + table["other_hosts"]
    records: dict[str, dict[str, list[str]]] = {}
    for host in hosts:
        records[host] = {"A": ["127.0.0.1"]}
        records[f"www.{host}"] = {"A": ["127.0.0.1"]}
    for domain, mail_hosts in table["mail"].items():
        records.setdefault(domain, {})["MX"] = [f"{10 * rank} {host}." for rank, host in enumerate(mail_hosts, 1)]
        for host in mail_hosts:
            records.setdefault(host, {})["A"] = ["127.0.0.1"]
    for domain in table["null_mx"]:
        records.setdefault(domain, {})["MX"] = ["0 ."]
    return records
