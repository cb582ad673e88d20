"""Salesforce: leads by external id, per-record results, converted leads, limits of the org."""

from datetime import timedelta
from pathlib import Path

import pytest

from harvester.crm.exchange import CrmError, TokenRefused
from tests.crm.pushing import fill, open_store, push, settings
from tests.crm.salesforce_server import CLIENT_ID, CLIENT_SECRET, TOKEN, SalesforceServer
from tests.crm.serving import Faults
from tests.sample_companies import NOW


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_SALESFORCE_TOKEN", TOKEN)


def lead_of(crm: SalesforceServer, email: str) -> dict[str, str]:
    return next(lead for lead in crm.leads.values() if lead["Email"] == email)


def test_leads_once_and_then_what_changed(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        fill(store, range(150))
        values = settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)
        assert push(store, "salesforce", values).summary.created == 450
        assert all(lead["LastName"] and lead["Company"] for lead in crm.leads.values())
        assert push(store, "salesforce", values).usage.writes == 0
        lead_of(crm, "anna.berg3@c3.example")["Title"] = "typed by a person"
        fill(store, [3], version=1, seen=NOW + timedelta(days=1))
        changed = push(store, "salesforce", values).summary
        assert (changed.updated, changed.kept, len(crm.leads)) == (3, 1, 450)
        assert lead_of(crm, "anna.berg3@c3.example")["Title"] == "typed by a person"
        assert lead_of(crm, "anna.berg3@c3.example")["LastName"] == "Berg1"


def test_leads_of_others_are_only_filled_and_converted_ones_left_alone(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        crm.leads["00Q1"] = {"Email": "Info1@c1.example", "LastName": "Office", "Company": "Nord"}
        crm.leads["00Q2"] = {"Email": "anna.berg1@c1.example", "LastName": "B", "Company": "N", "IsConverted": True}
        fill(store, [1])
        result = push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)).summary
        assert (len(crm.leads), result.refused) == (3, 0)
        assert (crm.leads["00Q1"]["LastName"], crm.leads["00Q1"]["Phone"]) == ("Office", "+49 6126 000010")
        assert "Phone" not in crm.leads["00Q2"]


def test_a_bad_record_does_not_sink_the_others(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        crm.refuse = "info"
        fill(store, range(10))
        result = push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)).summary
        assert (result.created, result.refused) == (20, 10)
        assert "INVALID_EMAIL_ADDRESS" in result.problems[0]


def test_a_locked_record_is_written_again(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        crm.locked = 2
        fill(store, [1])
        result = push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)).summary
        assert (result.refused, len(crm.leads)) == (0, 3)


def test_what_makes_everything_impossible_is_said_in_one_sentence(tmp_path: Path) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        crm.id_field = "Other__c"
        with pytest.raises(CrmError, match="HARVESTER_SALESFORCE_EXTERNAL_ID"):
            raise (
                push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)).error or AssertionError
            )
        crm.quota = True
        with pytest.raises(CrmError, match="quota is used up"):
            push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url))
        crm.token = "expired"
        with pytest.raises(TokenRefused) as error:
            push(store, "salesforce", settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url))
        assert TOKEN not in str(error.value)
        with pytest.raises(CrmError, match="Set HARVESTER_SALESFORCE_URL"):
            push(store, "salesforce", settings(tmp_path))


def test_tokens_are_fetched_again_when_they_expire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_SALESFORCE_CLIENT_SECRET", CLIENT_SECRET)
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        fill(store, range(200))
        values = settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url, HARVESTER_SALESFORCE_CLIENT_ID=CLIENT_ID)
        crm.expires_after = 3
        result = push(store, "salesforce", values)
        assert (result.error, result.summary.created, len(crm.leads)) == (None, 600, 600)
        assert crm.tokens_given > 1
        monkeypatch.setenv("HARVESTER_SALESFORCE_CLIENT_SECRET", "another-secret")
        with pytest.raises(TokenRefused, match="invalid client credentials") as error:
            push(store, "salesforce", values)
        assert "another-secret" not in str(error.value)
    kept = (tmp_path / "harvester.db").read_bytes()
    assert TOKEN.encode() not in kept
    assert CLIENT_SECRET.encode() not in kept


def test_a_token_that_expires_on_the_way_ends_it_and_another_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SalesforceServer() as crm, open_store(tmp_path) as store:
        fill(store, range(200))
        values = settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)
        crm.expires_after = 5
        first = push(store, "salesforce", values)
        assert isinstance(first.error, TokenRefused)
        assert 0 < len(crm.leads) < 600
        crm.token, crm.expires_after = "00D-new", None
        monkeypatch.setenv("HARVESTER_SALESFORCE_TOKEN", "00D-new")
        second = push(store, "salesforce", values)
        assert (second.error, len(crm.leads), second.summary.kept) == (None, 600, 0)


def test_faults_of_every_kind(tmp_path: Path) -> None:
    with SalesforceServer(Faults(share=0.3, seed=5)) as crm, open_store(tmp_path) as store:
        fill(store, range(200))
        values = settings(tmp_path, HARVESTER_SALESFORCE_URL=crm.url)
        result = push(store, "salesforce", values)
        assert (result.error, len(crm.leads), result.summary.kept) == (None, 600, 0)
        assert push(store, "salesforce", values).usage.writes == 0
