"""HubSpot: created once, changed where it changed, tied to companies; persons' values stay; limits are waited for."""

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from harvester.crm.exchange import CrmError, TokenRefused
from harvester.model.push import Part
from harvester.store.optouts import OptOut
from harvester.suppression import parse_entry
from tests.crm import hubspot_server
from tests.crm.hubspot_server import TOKEN, HubSpotServer
from tests.crm.pushing import exported, fill, open_store, push, settings
from tests.crm.serving import Faults
from tests.sample_companies import NOW, make_company


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVESTER_HUBSPOT_TOKEN", TOKEN)


def test_contacts_companies_and_their_ties(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, range(80))
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        first = push(store, "hubspot", values)
        assert (first.summary.created, first.summary.refused) == (240, 0)
        assert (len(crm.records["contacts"]), len(crm.records["companies"]), len(crm.ties)) == (240, 80, 240)
        anna = crm.records["contacts"][crm.by_email["anna.berg7@c7.example"]]
        assert (anna["firstname"], anna["lastname"]) == ("Anna", "Berg")
        assert all(record["lastname"] for record in crm.records["contacts"].values())
        writes = crm.writes
        again = push(store, "hubspot", values)
        assert (again.summary.unchanged, crm.writes, again.usage.writes) == (240, writes, 0)


def test_only_what_changed_is_sent_and_a_persons_values_stay(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, range(5))
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        push(store, "hubspot", values)
        anna = crm.records["contacts"][crm.by_email["anna.berg3@c3.example"]]
        anna.update(jobtitle="Our best customer", phone="")
        fill(store, [3], version=1, seen=NOW + timedelta(days=1))
        changed = push(store, "hubspot", values)
        assert (changed.summary.updated, changed.summary.kept, changed.summary.unchanged) == (3, 1, 12)
        assert (anna["jobtitle"], anna["phone"], anna["lastname"]) == ("Our best customer", "", "Berg1")


def test_records_of_others_are_taken_up_and_only_filled(tmp_path: Path) -> None:
    with HubSpotServer(index_lag_s=0) as crm, open_store(tmp_path) as store:
        crm.records["contacts"]["7"] = {"email": "anna.berg1@c1.example", "jobtitle": "CEO", "lastname": "Berg"}
        crm.by_email["anna.berg1@c1.example"] = "7"
        crm.records["companies"]["8"] = {"domain": "c1.example", "name": "Their name", "createdate": "1"}
        fill(store, [1])
        push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        assert (len(crm.records["contacts"]), len(crm.records["companies"])) == (3, 1)
        assert (crm.records["contacts"]["7"]["jobtitle"], crm.records["companies"]["8"]["name"]) == (
            "CEO",
            "Their name",
        )
        assert crm.records["contacts"]["7"]["phone"]
        assert {tie[1] for tie in crm.ties} == {"8"}


def test_what_was_deleted_there_is_not_put_back(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        push(store, "hubspot", values)
        del crm.records["contacts"][crm.by_email.pop("info1@c1.example")]
        fill(store, [1], version=1, seen=NOW + timedelta(days=1))
        assert push(store, "hubspot", values).summary.gone == 1
        fill(store, [1], version=2, seen=NOW + timedelta(days=2))
        push(store, "hubspot", values)
        assert "info1@c1.example" not in crm.by_email


@pytest.mark.parametrize("partly", [False, True])
def test_a_bad_record_does_not_sink_the_others(tmp_path: Path, *, partly: bool) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        crm.refuse, crm.partly = "info", partly
        fill(store, range(10))
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        result = push(store, "hubspot", values).summary
        assert (result.created, result.refused, len(crm.records["contacts"])) == (20, 10, 20)
        assert "is invalid" in result.problems[0]
        crm.refuse = "nobody"
        assert push(store, "hubspot", values).summary.created == 10


def test_a_dry_run_shows_and_writes_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        assert push(store, "hubspot", values, show=lines.append).summary.created == 3
        assert (crm.writes, push(store, "hubspot", values).summary.created) == (0, 3)
        assert any(
            line.startswith("+ contact anna.berg1@c1.example") and "lastname: '' -> 'Berg'" in line for line in lines
        )


def test_only_some_fields(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        push(store, "hubspot", values, fields=["lastname"])
        record = crm.records["contacts"][crm.by_email["anna.berg1@c1.example"]]
        assert (record["lastname"], "jobtitle" in record) == ("Berg", False)
        with pytest.raises(ValueError, match="--fields jobtitel"):
            push(store, "hubspot", values, fields=["jobtitel"])


def test_who_must_not_be_written_to_never_leaves(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1, 2])
        out = OptOut(entry="c2.example", confirmed=True, reason="asked", source="test", added_at=NOW)
        rows = list(exported(store))
        store.add_optouts([out])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        result = push(store, "hubspot", values, rows=rows)  # as if they had objected in the meantime
        assert (result.summary.created, result.summary.withheld) == (3, 3)
        assert sorted(crm.by_email) == ["anna.berg1@c1.example", "einkauf1@c1.example", "info1@c1.example"]


def test_an_expired_token_ends_it_and_shows_nowhere(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        crm.token = "another"
        with pytest.raises(TokenRefused) as error:
            push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        assert TOKEN not in str(error.value)


def test_the_accounts_own_pace_is_learnt(tmp_path: Path) -> None:
    with HubSpotServer(per_10_s=150) as crm, open_store(tmp_path) as store:
        fill(store, range(100))
        result = push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        assert (result.summary.created, crm.over_limit) == (300, 0)
        assert result.usage.limited_s > 0


def test_faults_of_every_kind(tmp_path: Path) -> None:
    with HubSpotServer(Faults(share=0.3, seed=3)) as crm, open_store(tmp_path) as store:
        fill(store, range(100))
        result = push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        assert result.error is None
        assert (len(crm.records["contacts"]), len(crm.records["companies"]), len(crm.ties)) == (300, 100, 300)
        assert result.summary.kept == 0
        assert push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)).usage.writes == 0


def test_the_quota_of_the_day_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with HubSpotServer(Faults(share=1, kinds=("limit",))) as crm, open_store(tmp_path) as store:
        body = {"message": "You have reached your daily limit.", "policyName": "DAILY"}
        monkeypatch.setattr(crm, "limited", lambda headers: web.json_response(body, status=429))
        with pytest.raises(CrmError, match="quota is used up"):
            push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))


def test_what_is_forgotten_is_forgotten_here_too(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        journal = store.journal("hubspot:4711")
        assert journal.load(Part.CONTACTS, ["anna.berg1@c1.example"])
        store.forget([parse_entry("c1.example")], now=NOW)
        assert not journal.load(Part.CONTACTS, ["anna.berg1@c1.example", "info1@c1.example"])
        assert not journal.load(Part.COMPANIES, ["c1.example"])


def test_another_account_has_another_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        fill(store, [1])
        with HubSpotServer() as crm:
            push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url))
        monkeypatch.setattr(hubspot_server, "PORTAL", 4712)
        with HubSpotServer() as other:
            push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=other.url))
            assert len(other.records["contacts"]) == 3


def test_an_address_on_two_sites_is_one_contact(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        store.save_company(make_company("Info@Group.example", "b@group.example", domain="one.example"))
        store.save_company(make_company("info@group.example", domain="two.example"))
        result = push(store, "hubspot", settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)).summary
        assert (result.created, len(crm.records["contacts"]), len(crm.ties)) == (2, 2, 2)


def test_merged_contacts_are_found_by_their_further_address(tmp_path: Path) -> None:
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url)
        push(store, "hubspot", values)
        crm.records["contacts"].pop(crm.by_email["info1@c1.example"])
        merged = {"email": "boss@c1.example", "hs_additional_emails": "info1@c1.example;x@c1.example"}
        crm.records["contacts"]["77"] = merged
        crm.by_email["info1@c1.example"] = "77"
        fill(store, [1], version=1, seen=NOW + timedelta(days=1))
        assert push(store, "hubspot", values).summary.gone == 0
        assert (merged["email"], merged.get("phone")) == ("boss@c1.example", None)
