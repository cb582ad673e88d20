"""Forgetting: the bytes are gone, the others stay, and no crawl brings it back. Retention; all that is known."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from harvester.model import AddressType, Bounce, CompanyStatus, KeptPage, Letter, MailKind, MailReport, Profile
from harvester.store import Store
from harvester.store.listing import Filter
from harvester.store.optouts import OptOut
from harvester.store.schema import metadata
from harvester.suppression import Entry
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_mention, make_seed
from tests.test_store_optouts import ANNA, INFO, anna, known_states

HIDDEN = "anna.berg [at] nord [dot] example"


def fill(store: Store) -> None:
    """Two companies; Anna stands in every table."""
    contexts = f"Anna Berg ({ANNA.upper()}), {HIDDEN}, Tel. 030 1234; {INFO}"
    info = make_contact(
        INFO, mentions=(make_mention(INFO, f"https://nord.example/?to={ANNA.replace('@', '%40')}", context=contexts),)
    )
    person = anna(mentions=(make_mention(ANNA, "https://nord.example/team", original=HIDDEN, person="Anna Berg"),))
    profile = Profile(
        name="Nord",
        phones=("+49301234", "+4961261234"),
        postal_address=f"Hafenstr. 1, {ANNA}",
        socials={"x": f"x.com/{ANNA}"},
    )
    page = KeptPage(
        url=f"https://nord.example/team?of={ANNA}", etag='"1"', read_at=NOW, mentions=person.mentions, profile=profile
    )
    store.save_company(make_company(info, person, profile=profile, detail=f"see {ANNA}", pages=1, kept=(page,)))
    sued = make_contact(
        "info@sued.example",
        mentions=(make_mention("info@sued.example", "https://sued.example/", context=f"with {ANNA}"),),
    )
    page = KeptPage(url="https://sued.example/", etag='"2"', read_at=NOW, mentions=sued.mentions)
    store.save_company(make_company(sued, domain="sued.example", pages=1, kept=(page,)))
    store.record_letters([Letter(address=ANNA, sent_at=NOW), Letter(address=INFO, sent_at=NOW)], source="s.csv")
    bounces = tuple(
        Bounce(recipient=r, hard=False, reason="mailboxfull", diagnostic=f"<{ANNA}> full") for r in (ANNA, INFO)
    )
    store.record_mail(
        MailReport(key=f"<1.{ANNA}>", kind=MailKind.BOUNCE, bounces=bounces, date=NOW + DAY), now=NOW + DAY
    )
    store.record_export([ANNA, INFO], target="x.csv", now=NOW)
    store.add_optouts([OptOut(entry=ANNA, confirmed=False, reason=f"mail of {ANNA}", source="mailbox", added_at=NOW)])
    store.begin_run(f"/lists/{ANNA}.txt", now=NOW)


def dump(url: str) -> str:
    """Every value of every table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [connection.execute(text(f"SELECT * FROM {table.name}")).all() for table in metadata.sorted_tables]
    engine.dispose()
    return repr(rows).lower()


SAYING_ANNA = [ANNA, ANNA.replace("@", "%40"), HIDDEN, "anna berg", "+49301234"]


def test_everything_about_an_address_is_removed(store: Store, url: str) -> None:
    fill(store)
    before = dump(url)
    assert all(said in before for said in SAYING_ANNA), "else this test shows nothing"
    store.forget([Entry(ANNA)], now=NOW)
    after = dump(url)
    assert [said for said in SAYING_ANNA if said in after] == []
    assert known_states(store) == {INFO: "bounced_soft", "info@sued.example": "verified"}
    facts = store.load_facts(INFO)
    assert [len(facts[name]) for name in ("contacts", "mentions", "letters", "bounces", "exports")] == [1] * 5
    assert facts["mentions"][0]["context"] == f"(…) ((…)), (…), Tel. 030 1234; {INFO}"


def test_everything_about_a_domain_is_removed(store: Store, url: str) -> None:
    fill(store)
    assert "nord.example" in dump(url)
    store.forget([Entry("nord.example")], now=NOW)
    after = dump(url)
    assert "nord.example" not in after
    assert "nord [dot]" not in after
    assert known_states(store) == {"info@sued.example": "verified"}


def test_the_bytes_are_gone(tmp_path: Path) -> None:
    file = tmp_path / "harvester.db"
    with Store.open(f"sqlite:///{file}") as store:
        fill(store)
        wal = Path(f"{file}-wal")
        assert ANNA.encode() in file.read_bytes() + wal.read_bytes()
        store.forget([Entry(ANNA)], now=NOW)
        assert store.empty_freed_pages() == ""
        for left in (file, wal, Path(f"{file}-shm")):
            content = left.read_bytes().lower() if left.exists() else b""
            assert [said for said in SAYING_ANNA if said.encode() in content] == []
    assert {path.name for path in tmp_path.iterdir()} == {"harvester.db"}


def test_a_reader_at_work_is_told_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/harvester.db"
    with Store.open(url) as store, Store.open(url) as other:
        fill(store)
        reading = other.iter_contacts(Filter())
        next(reading)
        store.forget([Entry(ANNA)], now=NOW)
        assert "Another process" in store.empty_freed_pages()
        reading.close()
        assert store.empty_freed_pages() == ""


def test_no_crawl_and_no_mail_brings_it_back(store: Store, url: str) -> None:
    fill(store)
    store.forget([Entry(ANNA)], now=NOW)
    seen = NOW + 30 * DAY
    again = make_company(INFO, anna(seen=seen), seen=seen)
    withheld = store.withhold_objections(again)
    assert [contact.address for contact in withheld.contacts] == [INFO]
    assert withheld.dropped["forgotten"] == 1
    store.save_company(again)
    store.record_letters([Letter(address=ANNA, sent_at=NOW)], source="s.csv")
    bounce = Bounce(recipient=ANNA, hard=True, reason="userunknown")
    store.record_mail(MailReport(key="2", kind=MailKind.BOUNCE, bounces=(bounce,)), now=seen)
    store.record_mail(MailReport(key="3", kind=MailKind.REPLY, addresses=(ANNA,)), now=seen)
    assert ANNA not in dump(url)
    assert store.load_facts(ANNA)["forgotten_at"] == "2026-11-23T02:45:51Z"


def test_a_forgotten_company_is_skipped(store: Store) -> None:
    fill(store)
    store.forget([Entry("nord.example")], now=NOW)
    company = store.load_company(make_seed())
    assert company is not None
    assert (company.status, company.contacts) == (CompanyStatus.SKIPPED_OPTOUT, ())


def test_the_digest_says_nothing_without_the_salt(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        url = f"sqlite:///{tmp_path}/{name}.db"
        with Store.open(url) as store:
            store.forget([Entry(ANNA)], now=NOW)
        engine = create_engine(url)
        with engine.connect() as connection:
            digests |= set(connection.execute(text("SELECT digest FROM forgotten")).scalars())
        engine.dispose()
    assert len(digests) == 2


NEIGHBOURS = [
    "joanna.berg@nord.example",
    "anna.berg@nord.example.org",
    "anna.bergson@nord.example",
    "anna.berg@ord.example",
]


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_neighbours_are_left_alone(store: Store, neighbour: str) -> None:
    store.save_company(make_company(INFO, make_contact(neighbour, type=AddressType.PERSON)))
    store.forget([Entry(ANNA)], now=NOW)
    assert neighbour in known_states(store)
    assert neighbour in store.load_facts(neighbour)["mentions"][0]["context"]


# --- retention ---


def unused(store: Store, years: float, now=NOW + 730 * DAY) -> set[str]:
    wanted = Filter(unused_since=now - years * 365 * DAY)
    return {c.address for company in store.iter_contacts(wanted) for c in company.contacts}


def test_unused_contacts_are_listed_and_removed(store: Store, url: str) -> None:
    store.save_company(make_company(INFO, ANNA, "sales@nord.example", "alt@nord.example"))
    store.record_letters([Letter(address=INFO, sent_at=NOW + 700 * DAY)], source="s.csv")
    store.record_export(["sales@nord.example"], target="x.csv", now=NOW + 700 * DAY)
    hard = (Bounce(recipient="alt@nord.example", hard=True, reason="userunknown"),)
    store.record_mail(MailReport(key="1", kind=MailKind.BOUNCE, bounces=hard, date=NOW), now=NOW)
    assert unused(store, 3) == set()
    assert unused(store, 1) == {ANNA, "alt@nord.example"}
    pairs = [("nord.example", ANNA), ("nord.example", "alt@nord.example")]
    assert store.remove_contacts(pairs) == 2
    assert unused(store, 1) == set()
    assert ANNA not in dump(url)
    assert store.find_blocked(["alt@nord.example", ANNA]) == {"alt@nord.example": "suppressed"}, "still not written to"


def test_a_contact_that_another_company_has_keeps_its_letters(store: Store) -> None:
    store.save_company(make_company(ANNA))
    store.save_company(make_company(ANNA, domain="sued.example"))
    store.record_letters([Letter(address=ANNA, sent_at=NOW)], source="s.csv")
    assert store.remove_contacts([("nord.example", ANNA)]) == 1
    assert len(store.load_facts(ANNA)["letters"]) == 1
    assert store.remove_contacts([("sued.example", ANNA)]) == 1
    assert store.load_facts(ANNA)["letters"] == []


# --- listing ---

FILTERS = [
    ({}, {INFO, "info@sued.example"}),
    ({"states": ["bounced_soft"]}, {INFO, ANNA}),
    ({"states": ["verified", "sent"]}, {"info@sued.example"}),
    ({"priorities": ["b"]}, {INFO, "info@sued.example"}),
    ({"priorities": ["A"]}, set()),
    ({"countries": ["de"]}, {"info@sued.example"}),
    ({"statuses": ["risky"]}, {INFO}),
    ({"statuses": ["likely", "unknown"]}, {"info@sued.example"}),
    ({"roles": ["general"]}, {INFO, "info@sued.example"}),
    ({"roles": ["sales"]}, set()),
    ({"domains": ["www.SUED.example"]}, {"info@sued.example"}),
    ({"domains": ["ost.example"]}, set()),
]


@pytest.mark.parametrize(("columns", "found"), FILTERS)
def test_contacts_by_what_they_are(store: Store, columns: dict, found: set[str]) -> None:
    fill(store)
    store.confirm_optouts([], now=NOW)
    if "states" not in columns:
        store.confirm_optouts([ANNA], now=NOW)
    assert {c.address for company in store.iter_contacts(Filter(**columns)) for c in company.contacts} == found


def test_all_that_is_known(store: Store) -> None:
    fill(store)
    facts = store.load_facts(ANNA)
    filled = {name for name, value in facts.items() if value}
    assert filled == set(facts) - {"forgotten_at"}
    assert facts["mentions"][0]["original"] == HIDDEN
    assert facts["letters"] == [{"sent_at": "2026-11-23T02:45:51Z", "replied_at": None, "source": "s.csv"}]
    assert [verdict["reason"] for verdict in facts["verdicts"]] == ["mx", "mailbox_full"]
