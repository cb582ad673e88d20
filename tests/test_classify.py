"""Whose address it is: what becomes of the mentions of a company."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.classify import classify_company
from harvester.classify.belonging import EVIDENCE
from harvester.classify.owners import foreign_owner
from harvester.classify.roles import (
    NARROWEST_FIRST,
    role_of_local,
)
from harvester.data import load_table, load_words
from harvester.data.phrases import plain
from harvester.model import (
    AddressKind,
    AddressType,
    Company,
    CompanyStatus,
    Contact,
    Mention,
    Method,
    Role,
    Seed,
    Zone,
)

SEEN = datetime(2026, 11, 3, tzinfo=UTC)
CORPORATE, FREE = AddressKind.CORPORATE, AddressKind.FREE
ROLE, PERSON = AddressType.ROLE, AddressType.PERSON

PROSE = ["come and visit us@hotel.example today", "Besuchen Sie uns@hotel.example"]
NO_PROSE = ["E-mail: us@hotel.example", "us@hotel.example", "Visit the hotel: us@hotel.example"]


@pytest.mark.parametrize("context", PROSE)
def test_sentences_that_look_like_an_address_are_dropped(context: str) -> None:
    address = next(word for word in context.split() if "@" in word)
    shown = mention(address, method=Method.TEXT, context=context)
    assert classified(shown).dropped == {"prose": 1}
    assert classified(replace(shown, method=Method.MAILTO)).contacts


@pytest.mark.parametrize("context", NO_PROSE)
def test_what_stands_after_a_label_is_an_address(context: str) -> None:
    shown = mention("us@hotel.example", method=Method.TEXT, context=context)
    assert classified(shown).contacts


def test_user_names_and_glued_words_are_dropped() -> None:
    company = classified(
        mention("info@acme-steel.example"),
        mention("emailinfo@acme-steel.example", context="Emailinfo@acme-steel.example", method=Method.TEXT),
        mention("steel@acme-steel.example", context="Skype: steel@acme-steel.example", method=Method.TEXT),
        mention("roe@acme-steel.example", context="Skype: roe. E-mail: roe@acme-steel.example", method=Method.TEXT),
    )
    assert [one.address for one in company.contacts] == ["info@acme-steel.example", "roe@acme-steel.example"]
    assert company.dropped == {"glued": 1, "messenger": 1}


def test_whole_invented_companies_live_under_example() -> None:
    assert not any(word.endswith(".example") or word == "@example" for word in load_words("placeholders"))


# --- companies ---


def mention(
    address: str,
    path: str = "/contact",
    *,
    context: str = "",
    zone: Zone = Zone.MAIN,
    method: Method = Method.MAILTO,
    person: str | None = None,
    job_title: str | None = None,
    label: str = "",
    visible: bool = True,
) -> Mention:
    return Mention(
        address=address,
        url=f"https://www.acme-steel.example{path}",
        method=method,
        zone=zone,
        original=address,
        context=context or address,
        seen=SEEN,
        person=person,
        job_title=job_title,
        label=label,
        visible=visible,
    )


def classified(*mentions: Mention, domain: str = "acme-steel.example") -> Company:
    seed = Seed(domain=domain, host=domain)
    return classify_company(Company(seed=seed, status=CompanyStatus.NO_ADDRESS_PUBLISHED, mentions=mentions))


def contact(*mentions: Mention) -> Contact:
    company = classified(*mentions)
    assert len(company.contacts) == 1, company.dropped
    return company.contacts[0]


OWNERS = [
    ("Web design by Studio Roe, studio@roe.example", "agency"),
    ("© 2026 Acme Steel | Réalisation : studio@roe.example", "agency"),
    ("Hébergeur : Roe Hosting, studio@roe.example", "hosting"),
    ("Aufsichtsbehörde: Landesamt, studio@roe.example", "privacy_authority"),
    ("Autorité de contrôle : CNIL, studio@roe.example", "privacy_authority"),
    ("Schlichtungsstelle der Kammer, studio@roe.example", "authority"),
    ("网站建设：studio@roe.example", "agency"),
]
NO_OWNERS = [
    "E-mail: studio@roe.example",
    "studio@roe.example | Web design by Studio Doe",
    "Web design by doe@doe.example. E-mail: studio@roe.example",
    "Website by Studio Doe. You can reach our office in the old town any day at studio@roe.example",
]


@pytest.mark.parametrize(("context", "owner"), OWNERS)
def test_words_before_name_another_owner(context: str, owner: str) -> None:
    assert foreign_owner(mention("studio@roe.example", context=context)) == owner


@pytest.mark.parametrize("context", NO_OWNERS)
def test_words_elsewhere_name_nobody(context: str) -> None:
    assert foreign_owner(mention("studio@roe.example", context=context)) is None


# The address, the path it stands on, what stands before it: kept as this kind.
BELONGS = [
    (mention("info@acme-steel.example", "/news/2020/fair"), CORPORATE),
    (mention("info@acme-steel.example", "/", visible=False), CORPORATE),
    (mention("acmesteel@gmail.com"), FREE),
    (mention("yx2041@163.com", "/lxwm.html"), FREE),
    (mention("roe-family@t-online.de", "/impressum.htm"), FREE),
    (mention("okbest@gmail.com", "/", zone=Zone.FOOTER), FREE),
    (mention("info@acmesteelgroup.example", "/about"), CORPORATE),
    (mention("info@holding.example", "/contact", zone=Zone.FOOTER), CORPORATE),
    (mention("acmesteel@pec.provider.example", "/contact"), CORPORATE),
]
DOES_NOT_BELONG = [
    (mention("info@holding.example", "/news/2020/fair"), "third_party"),
    (mention("jane.roe@gmail.com", "/blog/post-17"), "third_party"),
    (mention("studio@roe.example", "/", context="Web design by studio@roe.example", zone=Zone.FOOTER), "agency"),
    (mention("roe@gmail.com", "/contact", context="Site by Roe: roe@gmail.com", zone=Zone.FOOTER), "agency"),
    (mention("mail@lda.example", "/privacy", context="Supervisory authority: mail@lda.example"), "privacy_authority"),
    (mention("info@theme.example", "/", visible=False, zone=Zone.COMMENT, method=Method.COMMENT), "third_party"),
    (mention("you@holding.example", "/contact"), "placeholder"),
    (mention("dpo@duty.example", "/contact"), "third_party"),
    (mention("roe@roe.example", "/contact", zone=Zone.CODE), "third_party"),
    (mention("acme@agency.example", "/contact"), "third_party"),
]


@pytest.mark.parametrize(("one", "kind"), BELONGS)
def test_belongs(one: Mention, kind: AddressKind) -> None:
    assert contact(one).kind is kind


@pytest.mark.parametrize(("one", "reason"), DOES_NOT_BELONG)
def test_does_not_belong(one: Mention, reason: str) -> None:
    company = classified(one, mention("info@acme-steel.example"))
    assert [c.address for c in company.contacts] == ["info@acme-steel.example"]
    assert company.dropped == {reason: 1}


def test_directory_of_other_organisations_is_none_of_ours() -> None:
    company = classified(*(mention(f"info@member{n}.example", "/members/list.html") for n in range(9)))
    assert company.contacts == ()
    assert company.dropped == {"third_party": 9}
    assert company.status is CompanyStatus.NO_ADDRESS_PUBLISHED


def test_site_below_the_mail_domain() -> None:
    company = classified(
        mention("office.roe@notare.example", "/team", zone=Zone.MAIN), domain="roe.linz.notare.example"
    )
    assert [c.kind for c in company.contacts] == [CORPORATE]


def test_mentions_make_one_contact_best_first() -> None:
    hidden = mention("info@acme-steel.example", "/", visible=False, method=Method.SCRIPT)
    footer = mention("info@acme-steel.example", "/products/pipes", method=Method.TEXT, zone=Zone.FOOTER)
    linked = mention("info@acme-steel.example", "/contact")
    found = contact(hidden, footer, linked)
    assert found.mentions == (linked, footer, hidden)
    assert (found.first_seen, found.last_seen) == (SEEN, SEEN)


@pytest.mark.parametrize(
    ("one", "kind", "role"),
    [
        (mention("roe@acme-steel.example", person="Jane Roe", job_title="Head of Purchasing"), PERSON, Role.PURCHASING),
        (mention("roe@acme-steel.example", label="Einkauf"), PERSON, Role.PURCHASING),
        (mention("roe@acme-steel.example", label="Contact"), PERSON, Role.OTHER),
        (mention("roe@acme-steel.example", person="Jane Roe"), PERSON, Role.OTHER),
        (mention("yx2041@163.com", label="外贸部"), ROLE, Role.EXPORT),
        (mention("solutions@acme-steel.example"), ROLE, Role.OTHER),
        (mention("solutions@acme-steel.example", label="Sales"), ROLE, Role.SALES),
        (mention("solutions@acme-steel.example", person="Jane Roe"), PERSON, Role.OTHER),
        (mention("janeroe@gmail.com", person="Jane Roe", job_title="Owner"), PERSON, Role.MANAGEMENT),
        (mention("info@acme-steel.example", person="Jane Roe", job_title="Owner"), ROLE, Role.GENERAL),
        (mention("sales@acme-steel.example", label="Support"), ROLE, Role.SALES),
    ],
)
def test_labels_help_where_the_local_part_is_silent(one: Mention, kind: AddressType, role: Role) -> None:
    found = contact(one)
    assert (found.type, found.role) == (kind, role)
    assert found.person == one.person


@given(
    st.lists(
        st.builds(
            mention,
            st.from_regex(
                r"[a-z.]{1,9}@(acme-steel\.example|gmail\.com|other[0-9]\.example|[a-z]{1,9}\.[a-z]{2,4})",
                fullmatch=True,
            ),
            st.sampled_from(["/", "/contact", "/privacy", "/a/b/c.html", "[", "/%"]),
            context=st.text(max_size=60),
            label=st.text(max_size=30),
            zone=st.sampled_from(Zone),
            method=st.sampled_from(Method),
            visible=st.booleans(),
        ),
        max_size=12,
    )
)
def test_every_address_becomes_a_contact_or_is_counted(mentions: list[Mention]) -> None:
    company = classified(*mentions)
    assert len(company.contacts) + sum(company.dropped.values()) == len({one.address for one in mentions})
    assert classify_company(company) == company


def test_order_of_mentions_does_not_matter() -> None:
    mentions = [one for one, _ in BELONGS + DOES_NOT_BELONG]  # type: ignore[operator]
    there, back = classified(*mentions), classified(*reversed(mentions))
    assert (there.contacts, there.dropped) == (back.contacts, back.dropped)


# --- tables ---


def test_tables_are_sound() -> None:
    roles = {row[0] for row in load_table("role_words")}
    assert roles <= set(Role)
    assert set(NARROWEST_FIRST) == set(Role)
    words = [row[2] for row in load_table("role_words")]
    assert len(words) == len(set(words))
    assert {role_of_local(word) for word in load_words("role_affixes")} <= set(Role)
    assert all(len(row) == 2 for row in load_table("third_party"))
    assert load_words("free_providers").isdisjoint(row[0] for row in load_table("third_party"))
    assert not any(f"@{domain}" in load_words("placeholders") for domain in load_words("free_providers"))
    management = {plain(row[2]) for row in load_table("role_words") if row[0] == Role.MANAGEMENT}
    assert load_words("rank_words") <= management
    assert len({evidence.name for evidence in EVIDENCE}) == len(EVIDENCE)
    assert all(evidence.name == evidence.holds.__name__ for evidence in EVIDENCE)


def test_a_company_that_has_moved_is_at_home_where_it_went() -> None:
    seed = Seed(domain="acme-steel.example", host="acme-steel.example")
    article = mention("office@newname.example", "/news/1")
    own = mention("info@acme-steel.example")
    company = Company(seed=seed, status=CompanyStatus.MOVED, mentions=(article, own))
    assert [c.address for c in classify_company(company).contacts] == [own.address]
    moved = classify_company(replace(company, website="https://www.newname.example/"))
    assert {c.address: c.kind for c in moved.contacts} == {own.address: CORPORATE, article.address: CORPORATE}
