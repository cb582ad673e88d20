"""Who objected leaves the store in no way, and comes back when the objection is withdrawn."""

from dataclasses import replace

import pytest

from harvester.model import AddressType, Bounce, CompanyStatus, ContactState, MailKind, MailReport, Profile
from harvester.store import Store
from harvester.store.listing import Filter
from harvester.store.optouts import OptOut
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_mention, make_seed

INFO, ANNA = "info@nord.example", "anna.berg@nord.example"


def objection(entry: str, *, confirmed: bool = True) -> OptOut:
    return OptOut(entry=entry, confirmed=confirmed, reason="by phone", source="by hand", added_at=NOW)


def anna(**changes: object):
    return make_contact(ANNA, **{"type": AddressType.PERSON, "person": "Anna Berg", "phone": "+49301234", **changes})


def nord(seen=NOW):
    """A company whose main contact's evidence names Anna, too."""
    text = f"Anna Berg, {ANNA}, oder {INFO}"
    info = make_contact(
        INFO, seen=seen, mentions=(make_mention(INFO, "https://nord.example/", seen=seen, context=text),)
    )
    profile = Profile(name="Nord", phones=("+4961261234", "+49301234"))
    return make_company(info, anna(seen=seen), seen=seen, profile=profile, mentions=info.mentions)


def known_states(store: Store) -> dict[str, str]:
    wanted = Filter(states=list(ContactState))
    return {c.address: c.state.value for company in store.iter_contacts(wanted) for c in company.contacts}


def leaving(store: Store, domain: str = "nord.example") -> set[str]:
    company = store.load_company(make_seed(domain))
    return {contact.address for contact in company.contacts} if company else set()


COVERING = [ANNA, "anna.berg+news@nord.example", "nord.example"]


@pytest.mark.parametrize("entry", COVERING)
def test_who_objected_leaves_in_no_way(store: Store, entry: str) -> None:
    store.save_company(nord())
    assert store.add_optouts([objection(entry)]) == 1
    assert store.add_optouts([objection(entry)]) == 0
    again = store.save_company(nord(NOW + DAY))
    for company in (store.load_company(make_seed()), again, *store.iter_contacts(Filter())):
        assert company is not None
        assert ANNA not in repr(company)
        assert "Anna Berg" not in repr(company)
        assert company.profile.phones in ((), ("+4961261234",)) or entry == "nord.example"
    assert known_states(store)[ANNA] == "opted_out"


def test_an_objection_of_another_changes_nothing(store: Store) -> None:
    store.save_company(nord())
    entries = ("anna@nord.example", "example.nord.example", "ord.example", "nord.example.org")
    assert store.add_optouts(map(objection, entries)) == 4
    assert leaving(store) == {INFO, ANNA}


def test_a_company_that_objected_is_skipped(store: Store) -> None:
    store.save_company(nord())
    store.add_optouts([objection("nord.example")])
    for domain in ("nord.example", "shop.nord.example"):
        skipped = store.load_company(make_seed(domain))
        assert skipped is not None
        assert skipped.status is CompanyStatus.SKIPPED_OPTOUT
        assert skipped.detail == "the company objected (2026-11-23)"
        assert (skipped.contacts, skipped.profile, skipped.stored) == ((), Profile(), True)
    assert store.load_company(make_seed("ord.example")) is None


def test_a_site_that_turns_out_to_be_the_company_that_objected(store: Store) -> None:
    store.add_optouts([objection("nord.example")])
    alias = make_company(INFO, domain="nord-gmbh.example", website="https://www.nord.example/")
    assert store.withhold_objections(alias).status is CompanyStatus.SKIPPED_OPTOUT


def test_a_contact_elsewhere_of_a_domain_that_objected(store: Store) -> None:
    store.add_optouts([objection("nord.example")])
    sued = make_company(INFO, "info@sued.example", domain="sued.example")
    withheld = store.withhold_objections(sued)
    assert [contact.address for contact in withheld.contacts] == ["info@sued.example"]
    assert withheld.dropped == {"placeholder": 1, "opted_out": 1}
    store.save_company(sued)
    assert set(known_states(store)) == {"info@sued.example"}, "it is not even stored"


@pytest.mark.parametrize("visited", [False, True])
@pytest.mark.parametrize("entry", COVERING)
def test_undo_restores_the_former_state(store: Store, entry: str, visited: bool) -> None:
    store.save_company(make_company(anna()))
    store.record_export([ANNA], target="x.csv", now=NOW)
    store.add_optouts([objection(entry)])
    if visited:
        store.save_company(make_company(anna(seen=NOW + DAY), seen=NOW + DAY))
    assert leaving(store) == set()
    assert store.remove_optout(entry.replace("+news", ""), now=NOW + DAY)
    assert known_states(store) == {ANNA: "exported"}
    assert leaving(store) == {ANNA}


def test_what_happens_under_an_objection_is_there_when_it_ends(store: Store) -> None:
    store.save_company(nord())
    store.add_optouts([objection(ANNA), objection("nord.example")])
    bounced = (Bounce(recipient=ANNA, hard=True, reason="userunknown"),)
    store.record_mail(MailReport(key="1", kind=MailKind.BOUNCE, bounces=bounced, date=NOW), now=NOW)
    assert store.remove_optout("nord.example", now=NOW)
    assert known_states(store) == {INFO: "verified", ANNA: "opted_out"}, "one objection of two is left"
    assert store.remove_optout(ANNA, now=NOW)
    assert known_states(store) == {INFO: "verified", ANNA: "suppressed"}
    assert leaving(store) == {INFO}


def test_suggestions_wait_to_be_confirmed(store: Store) -> None:
    store.save_company(nord())
    asked = MailReport(key="1", kind=MailKind.UNSUBSCRIBE, addresses=(ANNA,), date=NOW, subject="Remove me")
    complained = MailReport(key="2", kind=MailKind.COMPLAINT, addresses=(INFO,), date=NOW)
    assert [store.record_mail(report, now=NOW) for report in (asked, complained, asked)] == [True, True, False]
    assert known_states(store) == {INFO: "opted_out", ANNA: "verified"}
    (suggestion,) = store.load_optouts(confirmed=False)
    assert (suggestion.entry, suggestion.reason) == (ANNA, "unsubscribe mail of 2026-11-23: Remove me")
    assert store.confirm_optouts([ANNA, "nobody@nord.example"], now=NOW) == [ANNA]
    assert known_states(store) == {INFO: "opted_out", ANNA: "opted_out"}
    company = store.load_company(make_seed())
    assert company is not None
    assert company.status is CompanyStatus.NO_ADDRESS_PUBLISHED
    assert company.detail == "2 addresses left out: their owners are not to be written to"


def test_a_suggestion_does_not_weaken_an_objection(store: Store) -> None:
    store.add_optouts([objection(ANNA)])
    assert store.add_optouts([objection(ANNA, confirmed=False)]) == 0
    assert [row.confirmed for row in store.load_optouts()] == [True]


def test_many_objections_at_once(store: Store) -> None:
    store.save_company(nord())
    entries = (objection(f"p{number}@nord.example") for number in range(3000))
    assert store.add_optouts([*entries, objection(ANNA)]) == 3001
    assert leaving(store) == {INFO}
    assert store.find_blocked([f"p{number}@nord.example" for number in range(4000)]).keys() == {
        f"p{number}@nord.example" for number in range(3000)
    }


def test_what_is_blocked_since_a_moment(store: Store) -> None:
    store.add_optouts([objection("alt.example"), replace(objection(ANNA), added_at=NOW + DAY)])
    store.add_optouts([replace(objection(INFO, confirmed=False), added_at=NOW + DAY)])
    assert [entry.key for entry in store.blocked_since(NOW + DAY)] == [ANNA]
    assert {entry.key for entry in store.blocked_since(NOW)} == {ANNA, "alt.example"}
