"""What letters and returned mails do to contacts, on SQLite and (where one is given) on PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from harvester.bounces.policy import SENDER_REASONS, BouncePolicy
from harvester.model import Bounce, ContactState, Letter, MailKind, MailReport, StatusReason, Verification
from harvester.store import Store
from harvester.store.due import Due, Task
from harvester.store.listing import Filter
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_seed

HOUR = timedelta(hours=1)
INFO, SALES = "info@nord.example", "sales@nord.example"
DUE = {"silent": 90 * DAY, "recheck": 91 * DAY}


def bounce(
    recipient: str = INFO, *, hard: bool = False, reason: str = "mailboxfull", at: datetime = NOW + HOUR
) -> MailReport:
    returned = Bounce(recipient=recipient, hard=hard, reason=reason, status="4.2.2", diagnostic=f"<{recipient}> no")
    return MailReport(
        key=f"<{at.isoformat()}.{reason}.{recipient}@mx>", kind=MailKind.BOUNCE, bounces=(returned,), date=at
    )


def hard_bounce(recipient: str = INFO, at: datetime = NOW + HOUR) -> MailReport:
    return bounce(recipient, hard=True, reason="userunknown", at=at)


def mail(kind: MailKind, *addresses: str, at: datetime = NOW + HOUR) -> MailReport:
    return MailReport(key=f"{kind}{at}{addresses}", kind=kind, addresses=addresses, date=at, subject="Bitte austragen")


def record(store: Store, *reports: MailReport) -> list[bool]:
    return [store.record_mail(report, now=(report.date or NOW) + HOUR) for report in reports]


def standing(store: Store, address: str = INFO) -> tuple[str, str]:
    """State and verdict of a contact, whatever they are."""
    wanted = Filter(states=list(ContactState))
    found = [c for company in store.iter_contacts(wanted) for c in company.contacts if c.address == address]
    return found[0].state.value, found[0].verification.reason.value


def leaving(store: Store) -> list[str]:
    """The addresses that the store gives to a crawl's files."""
    company = store.load_company(make_seed())
    return [contact.address for contact in company.contacts] if company else []


@pytest.fixture
def known(store: Store) -> Store:
    """A store that knows one company with two contacts."""
    store.save_company(make_company(INFO, SALES))
    return store


def test_each_mail_counts_once(known: Store) -> None:
    assert record(known, bounce(), bounce(), hard_bounce()) == [True, False, True]


def test_a_hard_bounce_suppresses_at_once_and_for_good(known: Store) -> None:
    record(known, hard_bounce())
    assert standing(known) == ("suppressed", "hard_bounced")
    assert leaving(known) == [SALES]
    again = known.save_company(make_company(INFO, SALES, seen=NOW + 30 * DAY))
    assert [contact.address for contact in again.contacts] == [SALES]
    assert again.dropped["suppressed"] == 1
    assert leaving(known) == [SALES]
    assert standing(known) == ("suppressed", "hard_bounced")


def test_an_address_that_bounced_before_any_crawl_found_it(store: Store) -> None:
    record(store, hard_bounce())
    saved = store.save_company(make_company(INFO, SALES, seen=NOW + DAY))
    assert [contact.address for contact in saved.contacts] == [SALES]
    assert standing(store) == ("suppressed", "hard_bounced")


def test_soft_bounces_wait_longer_each_time_and_suppress_at_the_fifth(known: Store) -> None:
    waits = [timedelta(hours=4), DAY, 3 * DAY, 3 * DAY]
    for number, wait in enumerate(waits):
        at = NOW + (number + 1) * 2 * DAY
        record(known, bounce(at=at))
        assert standing(known) == ("bounced_soft", "mailbox_full")
        assert known.load_due(now=at + wait - HOUR, **DUE) == []
        (retry,) = known.load_due(now=at + wait, **DUE)
        assert (retry.task, retry.email, retry.since) == (Task.RETRY, INFO, at + wait)
        assert INFO in leaving(known)
    record(known, bounce(at=NOW + 10 * DAY))
    assert standing(known) == ("suppressed", "mailbox_full")
    assert known.load_due(now=NOW + 20 * DAY, **DUE) == []


def test_five_soft_bounces_over_months_are_not_too_many(known: Store) -> None:
    record(known, *(bounce(at=NOW + number * 10 * DAY) for number in range(1, 8)))
    assert standing(known)[0] == "bounced_soft"


@pytest.mark.parametrize("sign", ["seen", "delivered", "replied"])
def test_a_sign_of_life_resets_the_count(known: Store, sign: str) -> None:
    record(known, *(bounce(at=NOW + number * DAY) for number in range(1, 5)))
    if sign == "seen":
        known.save_company(make_company(INFO, seen=NOW + 5 * DAY))
    elif sign == "delivered":
        known.record_letters([Letter(address=INFO, sent_at=NOW + 5 * DAY)], source="s.csv")
    else:
        known.record_letters([Letter(address=INFO, sent_at=NOW + 4 * DAY)], source="s.csv")
        record(known, mail(MailKind.REPLY, INFO, at=NOW + 5 * DAY))
    record(known, bounce(at=NOW + 12 * DAY))
    assert standing(known)[0] == "bounced_soft"


def test_the_numbers_of_the_policy_can_be_set(known: Store) -> None:
    policy = BouncePolicy(waits=(HOUR,), limit=2)
    for at in (NOW + HOUR, NOW + DAY):
        known.record_mail(bounce(at=at), now=at, policy=policy)
    assert standing(known)[0] == "suppressed"


@pytest.mark.parametrize("reason", sorted(SENDER_REASONS))
@pytest.mark.parametrize("hard", [True, False])
def test_what_is_about_the_sender_changes_nothing_about_the_address(store: Store, reason: str, hard: bool) -> None:
    store.save_company(make_company(INFO))
    store.record_letters([Letter(address=INFO, sent_at=NOW), Letter(address=SALES, sent_at=NOW)], source="s.csv")
    before = standing(store)
    assert record(store, bounce(hard=hard, reason=reason)) == [True]
    assert standing(store) == before
    assert store.find_blocked([INFO]) == {}
    (trouble,) = store.sender_trouble(since=NOW - DAY)
    assert (trouble.reason, trouble.bounces, trouble.letters) == (reason, 1, 2)


def test_bounces_told_in_any_order_come_to_the_same(store: Store) -> None:
    store.save_company(make_company(INFO))
    record(store, hard_bounce(at=NOW + 2 * DAY))
    store.record_letters([Letter(address=INFO, sent_at=NOW + DAY)], source="s.csv")
    assert standing(store)[0] == "suppressed"
    store.save_company(make_company(SALES, domain="sued.example"))
    store.record_letters([Letter(address=SALES, sent_at=NOW + 3 * DAY)], source="s.csv")
    record(store, hard_bounce(SALES, at=NOW + 2 * DAY))
    assert standing(store, SALES)[0] == "suppressed", "a letter is no sign of life"


def test_a_reply_brings_a_bounced_address_back(known: Store) -> None:
    record(known, hard_bounce())
    record(known, mail(MailKind.REPLY, INFO, at=NOW + DAY))
    assert standing(known) == ("replied", "mailbox_ok")
    assert INFO in leaving(known)
    record(known, hard_bounce(at=NOW + 2 * HOUR))
    assert standing(known)[0] == "replied", "an older bounce that is read later"


def test_other_peoples_mail_is_not_kept(known: Store) -> None:
    record(known, mail(MailKind.REPLY, "mother@family.example"))
    facts = known.load_facts("mother@family.example")
    assert not any(value for name, value in facts.items() if name != "address")


def test_a_suppression_can_be_lifted(known: Store) -> None:
    record(known, hard_bounce())
    assert known.remove_optout(INFO, now=NOW + DAY)
    assert standing(known) == ("sent", "mx")
    assert leaving(known) == [INFO, SALES]
    assert not known.remove_optout(INFO, now=NOW + DAY)


NO_RECIPIENTS = ['"|/usr/bin/procmail"', "/var/mail/joe", "joe", "", "@", "a@b@c"]


@pytest.mark.parametrize("recipient", NO_RECIPIENTS)
def test_a_recipient_that_is_no_address_changes_nothing(known: Store, recipient: str) -> None:
    assert record(known, hard_bounce(recipient)) == [True]
    assert leaving(known) == [INFO, SALES]


# --- letters and what is due ---


def test_letters_are_written_down_once(known: Store) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    letters = [Letter(address=INFO, sent_at=midnight), Letter(address=INFO, sent_at=NOW)]
    assert known.record_letters(letters, source="s.csv") == 2
    assert known.record_letters(letters, source="again.csv") == 0
    assert len(known.load_facts(INFO)["letters"]) == 1, "the day and the moment are one letter"
    assert standing(known)[0] == "sent"


def due(store: Store, now: datetime) -> list[Due]:
    return [entry for entry in store.load_due(now=now, **DUE) if entry.task is Task.OTHER_CHANNEL]


CHANNELS = [
    ({}, (SALES,), ("second address", SALES)),
    ({}, (), ("phone", "+4961261234")),
    ({"phones": (), "socials": {"whatsapp": "+49301"}}, (), ("whatsapp", "+49301")),
    ({"phones": ()}, (), ("linkedin", "https://www.linkedin.com/company/nord-werkzeuge")),
    ({"phones": (), "socials": {}, "contact_form": "https://nord.example/k"}, (), ("contact_form", "https://nord.example/k")),
    ({"phones": (), "socials": {}}, (), (None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "others", "channel"), CHANNELS)
def test_the_next_channel_of_who_is_silent(
    store: Store, profile: dict, others: tuple[str, ...], channel: tuple
) -> None:
    company = make_company(INFO, *others)
    store.save_company(replace(company, profile=replace(company.profile, **profile)))
    store.record_letters([Letter(address=INFO, sent_at=NOW)], source="s.csv")
    assert due(store, NOW + 89 * DAY) == []
    (entry,) = due(store, NOW + 92 * DAY)
    assert (entry.email, entry.since, entry.channel, entry.via) == (INFO, NOW, *channel)
    assert entry.recheck_first


def test_who_answered_bounced_or_objected_is_not_silent(known: Store) -> None:
    known.record_letters([Letter(address=INFO, sent_at=NOW), Letter(address=SALES, sent_at=NOW)], source="s.csv")
    record(known, mail(MailKind.REPLY, SALES, at=NOW + DAY))
    assert due(known, NOW + 100 * DAY) == [], "somebody of the company answered"
    record(known, hard_bounce(SALES, at=NOW + 2 * DAY), mail(MailKind.COMPLAINT, INFO, at=NOW + 2 * DAY))
    assert known.load_due(now=NOW + 365 * DAY, **DUE) == []


def test_a_second_letter_to_the_company_is_not_silence(known: Store) -> None:
    known.record_letters([Letter(address=INFO, sent_at=NOW)], source="s.csv")
    known.record_letters([Letter(address=SALES, sent_at=NOW + 80 * DAY)], source="s.csv")
    assert due(known, NOW + 100 * DAY) == []
    (entry,) = due(known, NOW + 171 * DAY)
    assert (entry.email, entry.channel) == (SALES, "phone")


def test_old_checks_are_due_and_fresh_ones_not(store: Store) -> None:
    old = make_contact(INFO)
    fresh = make_contact(SALES, verification=Verification(reason=StatusReason.MX, checked_at=NOW + 50 * DAY))
    store.save_company(make_company(old, fresh))
    assert store.load_due(now=NOW + 90 * DAY, **DUE) == []
    (entry,) = store.load_due(now=NOW + 92 * DAY, **DUE)
    assert (entry.task, entry.email, entry.checked_at) == (Task.RECHECK, INFO, NOW)
