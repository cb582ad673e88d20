"""The user's own allow and deny lists: which pattern fits which address, and what becomes of a company's contacts."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest
from scrapy.utils.test import get_crawler

from harvester.classify import AddressLists, classify_company, drop_reasons, junk_reasons, parse_pattern, without_denied
from harvester.model import Company, CompanyStatus, Mention, Method, Profile, Seed, Zone
from harvester.pipelines.account import AccountPipeline
from harvester.pipelines.classify import ClassifyPipeline

ADDRESS = "jane@mail.acme.example"
FITS = ["jane@mail.acme.example", "JANE@Mail.Acme.example", "@mail.acme.example", "mail.acme.example", "acme.example"]
FITS += ["jane@"]
FITS_NOT = ["john@mail.acme.example", "ane@mail.acme.example", "@acme.example", "cme.example", "acme.com", "ja@"]
NARROWER = [  # allow, deny, whether the address is allowed
    ("jane@mail.acme.example", "acme.example", True),
    ("acme.example", "jane@mail.acme.example", False),
    ("@mail.acme.example", "acme.example", True),
    ("mail.acme.example", "jane@", True),
    ("acme.example", "acme.example", False),
]


@pytest.mark.parametrize("pattern", FITS)
def test_patterns_that_fit(pattern):
    assert AddressLists.of(allow=[], deny=[parse_pattern(pattern)]).denies(ADDRESS)
    assert AddressLists.of(allow=[parse_pattern(pattern)], deny=[]).allows(ADDRESS)


@pytest.mark.parametrize("pattern", FITS_NOT)
def test_patterns_that_do_not(pattern):
    assert not AddressLists.of(allow=[], deny=[parse_pattern(pattern)]).denies(ADDRESS)
    assert not AddressLists.of(allow=[parse_pattern(pattern)], deny=[]).allows(ADDRESS)


@pytest.mark.parametrize(("allow", "deny", "is_allowed"), NARROWER)
def test_the_narrower_pattern_counts_and_of_equals_deny(allow, deny, is_allowed):
    lists = AddressLists.of(allow=[allow], deny=[deny])
    assert (lists.allows(ADDRESS), lists.denies(ADDRESS)) == (is_allowed, not is_allowed)


@pytest.mark.parametrize("text", ["", "@", "acme", "*.acme.example", "a b@", "a@b@c.example", "https://acme.example"])
def test_what_is_no_pattern(text):
    with pytest.raises(ValueError, match="write an address, a domain, @domain or name@, not"):
        parse_pattern(text)


def mention(address, **given):
    return Mention(
        **{
            "address": address,
            "url": "https://acme.example/",
            "method": Method.TEXT,
            "zone": Zone.MAIN,
            "original": address,
            "context": address,
        }
        | given
    )


SHOWN = ("info@acme.example", "jane@acme.example", "you@example.com", "key@sentry.io", "studio@agency.example")
COMPANY = Company(
    seed=Seed(domain="acme.example", host="acme.example"),
    status=CompanyStatus.NO_ADDRESS_PUBLISHED,
    mentions=tuple(
        mention(address, context=f"Web design: {address}" if "studio" in address else address) for address in SHOWN
    ),
)


def contacts(company):
    return [contact.address for contact in company.contacts]


def test_without_lists():
    company = classify_company(COMPANY)
    assert contacts(company) == ["info@acme.example", "jane@acme.example"]
    assert company.dropped == {"agency": 1, "error_tracker": 1, "placeholder": 1}


def test_what_is_denied_is_dropped_and_counted():
    lists = AddressLists.of(allow=[], deny=["jane@acme.example", "sentry.io"])
    company = classify_company(COMPANY, lists)
    assert contacts(company) == ["info@acme.example"]
    assert company.dropped == {"agency": 1, "denied": 2, "placeholder": 1}
    assert junk_reasons(COMPANY, lists)["jane@acme.example"] == "denied"


def test_what_is_allowed_is_kept_whatever_the_rules_say():
    lists = AddressLists.of(allow=["you@", "agency.example"], deny=[])
    company = classify_company(COMPANY, lists)
    assert contacts(company) == ["info@acme.example", "jane@acme.example", "studio@agency.example", "you@example.com"]
    assert drop_reasons(COMPANY, lists) == {"key@sentry.io": "error_tracker"}


def test_a_stored_company_loses_what_is_denied_since():
    known = replace(classify_company(COMPANY), stored=True)
    some = without_denied(known, AddressLists.of(allow=[], deny=["jane@acme.example"]))
    assert (contacts(some), some.status) == (["info@acme.example"], CompanyStatus.CONTACTS_FOUND)
    none = without_denied(known, AddressLists.of(allow=[], deny=["acme.example"]))
    assert (contacts(none), none.status) == ([], CompanyStatus.NO_ADDRESS_PUBLISHED)
    assert none.dropped["denied"] == 2
    assert without_denied(known, AddressLists()) is known


AFTER_DENIAL = [  # status in the store, contact form, status when all contacts are denied
    (CompanyStatus.CONTACTS_FOUND, None, CompanyStatus.NO_ADDRESS_PUBLISHED),
    (CompanyStatus.CONTACTS_FOUND, "https://acme.example/form", CompanyStatus.CONTACT_FORM_ONLY),
    (CompanyStatus.TIMED_OUT, "https://acme.example/form", CompanyStatus.TIMED_OUT),
    (CompanyStatus.LIMIT_REACHED, None, CompanyStatus.LIMIT_REACHED),
]


@pytest.mark.parametrize(("status", "form", "after"), AFTER_DENIAL)
def test_a_stored_company_without_contacts_says_why(status, form, after):
    known = replace(classify_company(COMPANY), stored=True, status=status, profile=Profile(contact_form=form))
    none = without_denied(replace(known, dropped={"denied": 3}), AddressLists.of(allow=[], deny=["acme.example"]))
    assert none.status is after
    assert none.dropped == {"denied": 5}


def test_the_pipeline_takes_the_lists_from_the_settings_and_counts():
    settings = {"HARVESTER_ALLOW_ADDRESSES": "agency.example", "HARVESTER_DENY_ADDRESSES": ["@acme.example"]}
    crawler = get_crawler(settings_dict=settings)
    pipeline = ClassifyPipeline.from_crawler(crawler)
    crawler._apply_settings()
    assert contacts(pipeline.process_item(COMPANY)) == ["studio@agency.example"]
    assert crawler.stats.get_value("harvester/classify/dropped/denied") == 2
    known = replace(classify_company(COMPANY), stored=True)
    assert contacts(pipeline.process_item(known)) == []


def test_what_a_stopped_run_did_not_come_to_is_without_the_denied(monkeypatch):
    known = replace(classify_company(COMPANY), stored=True)
    store = SimpleNamespace(load_known=lambda unvisited: [known for each in unvisited if each.seed == COMPANY.seed])
    monkeypatch.setattr("harvester.pipelines.account.store_of", lambda crawler: store)
    crawler = get_crawler(settings_dict={"HARVESTER_DENY_ADDRESSES": "jane@"})
    handed_on = []
    monkeypatch.setattr(crawler.signals, "send_catch_log", lambda signal, item, **_: handed_on.append(item))
    crawler.spider = SimpleNamespace(unvisited=lambda: iter([COMPANY.seed]))
    asyncio.run(AccountPipeline.from_crawler(crawler).close_spider())
    assert [contacts(item) for item in handed_on] == [["info@acme.example"]]
