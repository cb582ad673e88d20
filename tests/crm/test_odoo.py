"""Odoo over JSON-2 and over XML-RPC: partners with their companies, leads, external ids."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harvester.crm.exchange import Answer, CrmError, TokenRefused
from harvester.crm.odoo_calls import parse_response
from tests.crm.odoo_server import DATABASE, KEY, USER, OdooServer
from tests.crm.pushing import fill, open_store, push, settings
from tests.crm.serving import Faults
from tests.sample_companies import NOW

PROTOCOLS = ("json2", "xmlrpc")
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>
<methodResponse><params><param><value>&b;</value></param></params></methodResponse>"""


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_ODOO_KEY", KEY)


def of(protocol: str, folder: Path, crm: OdooServer, **changes: Any) -> dict[str, Any]:
    user = {"HARVESTER_ODOO_USER": USER} if protocol == "xmlrpc" else {}
    return settings(folder, HARVESTER_ODOO_URL=crm.url, HARVESTER_ODOO_DATABASE=DATABASE, **user, **changes)


def partner(crm: OdooServer, email: str) -> dict[str, Any]:
    return next(record for record in crm.records["res.partner"].values() if record.get("email") == email)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_partners_with_their_companies_once(tmp_path: Path, protocol: str) -> None:
    with OdooServer() as crm, open_store(tmp_path) as store:
        fill(store, range(50))
        values = of(protocol, tmp_path, crm)
        assert push(store, "odoo", values).summary.created == 150
        partners = crm.records["res.partner"]
        companies = {key for key, record in partners.items() if record.get("is_company")}
        assert (len(partners), len(companies)) == (200, 50)
        assert all(record["parent_id"] in companies for key, record in partners.items() if key not in companies)
        assert {partners[key]["country_id"] for key in companies} == {57}
        assert push(store, "odoo", values).usage.writes == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_persons_values_stay(tmp_path: Path, protocol: str) -> None:
    with OdooServer() as crm, open_store(tmp_path) as store:
        crm.records["res.partner"][5] = {"name": "Known before", "email": "info1@c1.example", "phone": "110"}
        fill(store, [1])
        values = of(protocol, tmp_path, crm)
        push(store, "odoo", values)
        partner(crm, "anna.berg1@c1.example")["function"] = False
        fill(store, [1], version=1, seen=NOW + timedelta(days=1))
        changed = push(store, "odoo", values).summary
        assert changed.refused == 0
        assert partner(crm, "anna.berg1@c1.example")["function"] is False
        assert partner(crm, "anna.berg1@c1.example")["name"] == "Anna Berg1"
        assert crm.records["res.partner"][5]["name"] == "Known before"
        assert crm.records["res.partner"][5]["phone"] == "110"
        assert len(crm.records["res.partner"]) == 4


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_leads(tmp_path: Path, protocol: str) -> None:
    with OdooServer() as crm, open_store(tmp_path) as store:
        crm.refuse = "info2"
        fill(store, range(5))
        values = of(protocol, tmp_path, crm, HARVESTER_ODOO_MODEL="crm.lead")
        result = push(store, "odoo", values).summary
        assert (result.created, result.refused, len(crm.records["crm.lead"])) == (14, 1, 14)
        assert {lead["type"] for lead in crm.records["crm.lead"].values()} == {"lead"}
        assert "<" not in str([lead["description"] for lead in crm.records["crm.lead"].values()])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_wrong_key_ends_it_and_shows_nowhere(tmp_path: Path, protocol: str) -> None:
    with OdooServer() as crm, open_store(tmp_path) as store:
        crm.key = "another"
        with pytest.raises(TokenRefused) as error:
            push(store, "odoo", of(protocol, tmp_path, crm))
        assert KEY not in str(error.value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_faults_of_every_kind(tmp_path: Path, protocol: str) -> None:
    with OdooServer(Faults(share=0.25, seed=9)) as crm, open_store(tmp_path) as store:
        fill(store, range(60))
        values = of(protocol, tmp_path, crm)
        result = push(store, "odoo", values)
        assert (result.error, len(crm.records["res.partner"]), result.summary.kept) == (None, 240, 0)
        assert push(store, "odoo", values).usage.writes == 0


@pytest.mark.parametrize("body", [BOMB, b"<html>", b"", b"<methodResponse/>", "…".encode("utf-16")])
def test_what_is_no_xml_rpc_is_refused(body: bytes) -> None:
    with pytest.raises(CrmError, match="no XML-RPC"):
        parse_response(Answer(status=200, body=body))
