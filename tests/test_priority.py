"""Which contact to write to first, and the sentence that says why."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.data.texts import LANGUAGES, load_texts
from harvester.model import (
    AddressKind,
    AddressType,
    Company,
    CompanyStatus,
    Contact,
    Grade,
    Mention,
    Method,
    Role,
    Seed,
    StatusReason,
    Verification,
    Zone,
)
from harvester.priority import (
    FACTORS,
    NOT_WRITTEN_TO,
    RANKING_ORDER,
    is_hidden,
    rank_company,
    rank_contact,
    rank_of_reader,
)

SITE = "acme.example"
CORPORATE, FREE, OTHER, DISPOSABLE = (
    AddressKind.CORPORATE,
    AddressKind.FREE,
    AddressKind.OTHER,
    AddressKind.DISPOSABLE,
)
ROLE, PERSON = AddressType.ROLE, AddressType.PERSON
MX = StatusReason.MX


def mention(path: str = "/contact", method: Method = Method.MAILTO, *, visible: bool = True) -> Mention:
    return Mention(address="", url=f"https://{SITE}{path}", method=method, zone=Zone.MAIN, original="", visible=visible)


def contact(
    address: str,
    role: Role = Role.GENERAL,
    kind: AddressKind = CORPORATE,
    of: AddressType = ROLE,
    *mentions: Mention,
    reason: StatusReason = MX,
    person: str | None = None,
    job_title: str | None = None,
) -> Contact:
    return Contact(
        address=address,
        kind=kind,
        type=of,
        role=role,
        person=person,
        job_title=job_title,
        mentions=mentions or (mention(),),
        verification=Verification(reason=reason),
    )


GRADES = [
    (contact("einkauf@acme.example", Role.PURCHASING), Grade.A),
    (contact("roe@acme.example", Role.PURCHASING, of=PERSON, person="Jane Roe"), Grade.A),
    (contact("sales@acme.example", Role.SALES), Grade.A),
    (contact("export@acme-group.example", Role.EXPORT), Grade.A),
    (contact("ceo@acme.example", Role.MANAGEMENT), Grade.A),
    (contact("sales@acme.example", Role.SALES, reason=StatusReason.NOT_CHECKED), Grade.A),
    (contact("info@acme.example"), Grade.B),
    (contact("jane.roe@acme.example", Role.OTHER, of=PERSON), Grade.B),
    (contact("acme@gmail.com", kind=FREE), Grade.C),
    (contact("sales.acme@gmail.com", Role.SALES, FREE), Grade.C),
    (contact("info@partner.example", kind=OTHER), Grade.C),
    (contact("info@mailinator.com", kind=DISPOSABLE, reason=StatusReason.DISPOSABLE), Grade.C),
    (contact("support@acme.example", Role.SUPPORT), Grade.C),
    (contact("archive@acme.example", Role.OTHER), Grade.C),
    (contact("postmaster@acme.example", Role.POSTMASTER), Grade.C),
    (contact("einkauf@acme.example", Role.PURCHASING, reason=StatusReason.IMPLICIT_MX), Grade.C),
    (contact("sales@acme.example", Role.SALES, CORPORATE, ROLE, mention(visible=False)), Grade.C),
    (contact("noreply@acme.example", Role.NOREPLY), Grade.D),
    (contact("datenschutz@acme.example", Role.PRIVACY), Grade.D),
    (contact("abuse@acme.example", Role.LEGAL), Grade.D),
    (contact("jobs@acme.example", Role.HR), Grade.D),
    (contact("einkauf@acme.example", Role.PURCHASING, reason=StatusReason.NULL_MX), Grade.D),
]


@pytest.mark.parametrize(("one", "grade"), GRADES)
def test_grade(one: Contact, grade: Grade) -> None:
    assert rank_contact(one, domain=SITE).grade is grade


SENTENCES = [
    (
        contact("einkauf@acme.example", Role.PURCHASING),
        "Purchasing address on the company's own domain, linked on the contact page; the domain accepts mail.",
    ),
    (
        contact("roe@acme.example", Role.PURCHASING, of=PERSON, person="Jane Roe", job_title="Head of Purchasing"),
        (
            "Purchasing address of Jane Roe (Head of Purchasing) on the company's own domain, "
            "linked on the contact page; the domain accepts mail."
        ),
    ),
    (
        contact("j.roe@acme.example", Role.OTHER, CORPORATE, PERSON, mention("/"), mention("/team")),
        (
            "Personal address on the company's own domain, linked on the home page, on 2 pages in all; "
            "the domain accepts mail."
        ),
    ),
    (
        contact("acme.shop@gmail.com", Role.GENERAL, FREE, ROLE, mention("/", Method.TEXT)),
        "General address at a free provider, named like the site, shown on the home page; the domain accepts mail.",
    ),
    (
        contact("hr@acme.example", Role.HR, reason=StatusReason.NULL_MX),
        (
            "HR address on the company's own domain, linked on the contact page; "
            "mail cannot be delivered (null_mx); not an address to write to."
        ),
    ),
    (
        contact("info@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/", Method.STRUCTURED, visible=False)),
        (
            "General address on the company's own domain, declared in the site's data for machines; "
            "the domain accepts mail."
        ),
    ),
]


@pytest.mark.parametrize(("one", "why"), SENTENCES)
def test_why(one: Contact, why: str) -> None:
    assert rank_contact(one, domain=SITE).why == why


def test_names_with_braces_do_no_harm() -> None:
    assert "{0}" in rank_contact(contact("roe@acme.example", person="{0}"), domain=SITE).why


# Each list is in the order in which a salesperson should write.
BEST_FIRST = [
    # the ranking order of roles
    [
        contact("roe@acme.example", Role.PURCHASING, of=PERSON),
        contact("einkauf@acme.example", Role.PURCHASING),
        contact("doe@acme.example", Role.MANAGEMENT, of=PERSON),
        contact("sales@acme.example", Role.SALES),
        contact("info@acme.example"),
        contact("j.doe@acme.example", Role.OTHER, of=PERSON),
        contact("reservations@acme.example", Role.RESERVATIONS),
        contact("it@acme.example", Role.IT),
        contact("postmaster@acme.example", Role.POSTMASTER),
        contact("jobs@acme.example", Role.HR),
        contact("abuse@acme.example", Role.LEGAL),
        contact("noreply@acme.example", Role.NOREPLY),
    ],
    # whose domain
    [contact("info@acme.example"), contact("acme@gmail.com", kind=FREE), contact("info@partner.example", kind=OTHER)],
    [contact("info@acme.example"), contact("info@acme-group.example")],
    # what the other side says
    [
        contact("info@acme.example", reason=StatusReason.MAILBOX_OK),
        contact("post@acme.example", reason=StatusReason.MX),
        contact("mail@acme.example", reason=StatusReason.TIMEOUT),
        contact("a@acme.example", reason=StatusReason.IMPLICIT_MX),
        contact("b@acme.example", reason=StatusReason.NO_SUCH_DOMAIN),
    ],
    # how openly it is shown
    [
        contact("post@acme.example", Role.GENERAL, CORPORATE, ROLE, mention()),
        contact("mail@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/contact", Method.TEXT)),
        contact("hello@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/")),
        contact("info@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/about")),
        contact("office@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/news/17")),
        contact("a@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/", visible=False)),
    ],
    # how often
    [
        contact("post@acme.example", Role.GENERAL, CORPORATE, ROLE, mention(), mention("/a"), mention("/b")),
        contact("info@acme.example"),
    ],
    # named like the site, shorter, alphabetical
    [contact("acme2@gmail.com", kind=FREE), contact("a@gmail.com", kind=FREE)],
    [contact("info@acme.example"), contact("office@acme.example")],
    [contact("info@acme.example"), contact("mail@acme.example")],
    # the only contact of a tiny company comes before what nobody should write to
    [contact("acme@gmail.com", kind=FREE), contact("privacy@acme.example", Role.PRIVACY)],
]


@pytest.mark.parametrize("best_first", BEST_FIRST)
def test_best_first(best_first: list[Contact]) -> None:
    shuffled = list(best_first)
    random.Random(7).shuffle(shuffled)
    company = rank_company(
        Company(
            seed=Seed(domain=SITE, host=SITE), status=CompanyStatus.CONTACTS_FOUND, contacts=tuple(reversed(shuffled))
        )
    )
    assert [one.address for one in company.contacts] == [one.address for one in best_first]
    assert all(one.priority for one in company.contacts)


def test_structured_data_is_not_hidden() -> None:
    declared = contact("a@acme.example", Role.GENERAL, CORPORATE, ROLE, mention("/", Method.STRUCTURED, visible=False))
    assert not is_hidden(declared)
    assert is_hidden(replace(declared, mentions=(mention("/", Method.COMMENT, visible=False),)))
    assert not is_hidden(replace(declared, mentions=()))


@given(
    st.sampled_from(Role),
    st.sampled_from(AddressKind),
    st.sampled_from(AddressType),
    st.sampled_from(StatusReason),
    st.lists(st.tuples(st.sampled_from(["/", "/contact", "/x/y"]), st.sampled_from(Method), st.booleans()), max_size=9),
)
def test_every_contact_has_a_rank(
    role: Role, kind: AddressKind, of: AddressType, reason: StatusReason, places: list[tuple[str, Method, bool]]
) -> None:
    mentions = tuple(mention(path, method, visible=visible) for path, method, visible in places)
    one = replace(contact("x@acme.example", role, kind, of, reason=reason), mentions=mentions)
    priority = rank_contact(one, domain=SITE)
    assert 0 <= priority.score <= 100
    assert priority.why.endswith(".")
    assert "{" not in priority.why
    assert (priority.grade is Grade.D) == (role in NOT_WRITTEN_TO or one.verification.status == "undeliverable")


def test_tables_are_sound() -> None:
    assert {role for row in RANKING_ORDER for role, _ in row} == set(Role)
    assert rank_of_reader(Role.PURCHASING, PERSON) < rank_of_reader(Role.PURCHASING, ROLE)
    assert len({factor.name for factor in FACTORS}) == len(FACTORS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_factor_and_reader_has_its_text(language):
    assert {factor.name for factor in FACTORS} - {"reader"} == set(load_texts("why", language))
    assert set(Role) < set(load_texts("reader", language))


def test_why_in_chinese():
    one = contact("einkauf@acme.example", role=Role.PURCHASING, person="Anna Müller", job_title="Einkauf")
    why = rank_contact(one, domain=SITE, language="zh").why
    assert why.startswith("采购部邮箱，联系人 Anna Müller（Einkauf），位于企业自有域名，")
    assert why.endswith("。")
    assert not re.search(r"\{|address|domain|page", why)
