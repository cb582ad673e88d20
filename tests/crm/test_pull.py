"""News of CRMs: opt-outs of everybody, bounces and letters of those we know, each once, since the last pull."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvester.bounces.policy import BouncePolicy
from harvester.crm.exchange import CrmError, TokenRefused
from harvester.crm.pull import bounce_reason
from harvester.handover.pull import Pulled, pull_news
from harvester.store import Store
from tests.crm import hubspot_server, odoo_server, salesforce_server
from tests.crm.hubspot_server import HubSpotServer
from tests.crm.odoo_server import OdooServer
from tests.crm.pushing import exported, fill, open_store, push, settings
from tests.crm.salesforce_server import SalesforceServer

SENT = "2026-11-24T10:00:00Z"


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_HUBSPOT_TOKEN", hubspot_server.TOKEN)
    monkeypatch.setenv("HARVESTER_SALESFORCE_TOKEN", salesforce_server.TOKEN)
    monkeypatch.setenv("HARVESTER_ODOO_KEY", odoo_server.KEY)


def pull(store: Store, target: str, values: dict[str, Any]) -> Pulled:
    return asyncio.run(pull_news(store, target, values, BouncePolicy()))


def states(store: Store) -> dict[str, str]:
    return {row["email"]: row["state"] for row in exported(store)}


def stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_hubspot(tmp_path: Path) -> None:
    with HubSpotServer(index_lag_s=0) as crm, open_store(tmp_path) as store:
        fill(store, [1, 2])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        push(store, "hubspot", values)
        record = {email: crm.records["contacts"][key] for email, key in crm.by_email.items()}
        record["info1@c1.example"]["hs_email_optout"] = "true"
        record["info2@c2.example"]["hs_email_hard_bounce_reason_enum"] = "UNKNOWN_USER"
        record["einkauf2@c2.example"]["hs_email_hard_bounce_reason"] = "SPAM"
        record["anna.berg1@c1.example"]["hs_email_last_send_date"] = SENT
        record["anna.berg2@c2.example"]["hs_email_last_send_date"] = "1795341600000"
        record["anna.berg2@c2.example"]["hs_sales_email_last_replied"] = stamp()
        stranger = {
            "email": "stranger@s.example",
            "hs_email_optout": "true",
            "hs_object_id": "9",
            "lastmodifieddate": SENT,
        }
        crm.records["contacts"]["9"] = stranger
        other = {"hs_object_id": "10", "email": "x@s.example", "hs_email_optout": "", "hs_email_last_send_date": SENT}
        crm.records["contacts"]["10"] = stranger | other
        pulled = pull(store, "hubspot", values)
        assert (pulled.optouts, pulled.bounces, pulled.letters) == (2, 2, 3)
        assert store.find_blocked(["info1@c1.example", "stranger@s.example", "info2@c2.example"]) == {
            "info1@c1.example": "opted_out", "stranger@s.example": "opted_out", "info2@c2.example": "suppressed",
        }  # fmt: skip
        assert states(store) == {
            "anna.berg1@c1.example": "sent", "einkauf1@c1.example": "exported",
            "anna.berg2@c2.example": "replied", "einkauf2@c2.example": "exported",
        }  # fmt: skip
        again = pull(store, "hubspot", values)
        assert (again.optouts, again.bounces, again.letters) == (0, 0, 0)
        writes = crm.writes
        assert push(store, "hubspot", values).summary.unchanged == 4
        assert crm.writes == writes


def test_hubspot_asks_only_for_what_is_new(tmp_path: Path) -> None:
    with HubSpotServer(index_lag_s=0) as crm, open_store(tmp_path) as store:
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        old = {"hs_email_optout": "true", "lastmodifieddate": "2026-11-01T00:00:00.000Z"}
        crm.records["contacts"] = {
            str(n): {**old, "email": f"a{n}@s.example", "hs_object_id": str(n)} for n in range(1, 451)
        }
        assert pull(store, "hubspot", values).optouts == 450
        searches = sum("search" in line for line in crm.log)
        assert searches == 3 + 1  # and one for letters
        crm.records["contacts"]["3"]["lastmodifieddate"] = "2026-11-02T00:00:00.000Z"
        for n in range(4, 451):
            crm.records["contacts"][str(n)]["lastmodifieddate"] = "2026-10-01T00:00:00.000Z"
        pull(store, "hubspot", values)
        assert sum("search" in line for line in crm.log) == searches + 2


def test_salesforce(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)
        push(store, "salesforce", values)
        plain = {"HasOptedOutOfEmail": False, "EmailBouncedDate": None, "SystemModstamp": SENT}
        crm.news["Lead"] = [{**plain, "Email": "info1@c1.example", "HasOptedOutOfEmail": True}]
        crm.news["Contact"] = [
            {
                **plain,
                "Email": "einkauf1@c1.example",
                "EmailBouncedDate": SENT,
                "EmailBouncedReason": "550 5.1.1 unknown",
            }
        ]
        crm.news["EmailMessage"] = [
            {"Incoming": False, "ToAddress": "Anna.Berg1@c1.example; other@s.example", "FromAddress": "me@us.example",
             "MessageDate": SENT, "SystemModstamp": SENT},
        ]  # fmt: skip
        pulled = pull(store, "salesforce", values)
        assert (pulled.optouts, pulled.bounces, pulled.letters) == (1, 1, 1)
        assert states(store) == {"anna.berg1@c1.example": "sent"}
        crm.news["EmailMessage"] = None  # type: ignore[assignment]  # an org without it
        assert pull(store, "salesforce", values).letters == 0
        crm.hidden = "HasOptedOutOfEmail"
        with pytest.raises(CrmError, match=r"No such column 'HasOptedOutOfEmail'.*right to see that field"):
            pull(store, "salesforce", values)


@pytest.mark.parametrize("user", ["", odoo_server.USER])
def test_odoo(tmp_path: Path, user: str) -> None:
    with OdooServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(
            tmp_path, HARVESTER_ODOO_URL=crm.url, HARVESTER_ODOO_DATABASE="nord", HARVESTER_ODOO_USER=user
        )
        push(store, "odoo", values)
        day = "2026-11-24 10:00:00"
        crm.records["mail.blacklist"] = {
            1: {"email": "info1@c1.example", "active": True, "write_date": day},
            2: {"email": "back@c1.example", "active": False, "write_date": day},
        }
        trace = {"sent_datetime": day, "reply_datetime": False, "failure_type": False, "write_date": day}
        crm.records["mailing.trace"] = {
            1: {**trace, "email": "anna.berg1@c1.example", "trace_status": "sent"},
            2: {**trace, "email": "einkauf1@c1.example", "trace_status": "bounce", "failure_type": "mail_bounce"},
        }
        pulled = pull(store, "odoo", values)
        assert (pulled.optouts, pulled.bounces, pulled.letters) == (1, 1, 2)
        assert states(store) == {"anna.berg1@c1.example": "sent", "einkauf1@c1.example": "bounced_soft"}
        crm.models.discard("mailing.trace")  # the app is not installed
        assert pull(store, "odoo", values) == Pulled()


def test_an_expired_token(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        crm.token = "another"
        with pytest.raises(TokenRefused):
            pull(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))


def test_what_a_search_shows_late_is_not_missed(tmp_path: Path) -> None:
    """A record that was changed before the last one that a pull saw, and was not in the index then."""
    with HubSpotServer(index_lag_s=0) as crm, open_store(tmp_path) as store:
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        out = {"hs_email_optout": "true"}
        seen = {**out, "email": "a@s.example", "hs_object_id": "1", "lastmodifieddate": "2026-11-02T10:00:30.000Z"}
        late = {**out, "email": "b@s.example", "hs_object_id": "2", "lastmodifieddate": "2026-11-02T10:00:00.000Z"}
        crm.records["contacts"] = {"1": seen}
        assert pull(store, "hubspot", values).optouts == 1
        crm.records["contacts"]["2"] = late
        assert pull(store, "hubspot", values).optouts == 1


def test_the_last_moment_is_asked_for_again(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        journal = store.journal("hubspot:1")
        assert journal.told_until() is None
        moment = datetime.now(UTC) - timedelta(days=1)
        journal.save_told_until(moment)
        assert store.journal("hubspot:1").told_until() == moment
        assert store.journal("hubspot:2").told_until() is None


@pytest.mark.parametrize("word", ["UNKNOWN_USER", "SPAM"])
def test_words_of_bounces(word: str) -> None:
    assert bounce_reason("hubspot", word)
    assert bounce_reason("odoo", word) is None
