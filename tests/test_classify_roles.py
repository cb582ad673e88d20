"""What local parts, labels and titles say of the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.classify import Tags, classify_address
from harvester.classify.roles import (
    is_name_shape,
    is_no_name,
    role_of_label,
    role_of_local,
    role_of_title,
)
from harvester.model import (
    AddressKind,
    AddressType,
    Role,
)

# --- role words ---

ROLES = [
    ("einkauf", Role.PURCHASING),
    ("achats", Role.PURCHASING),
    ("compras", Role.PURCHASING),
    ("acquisti", Role.PURCHASING),
    ("inkoop", Role.PURCHASING),
    ("zakup", Role.PURCHASING),
    ("закупки", Role.PURCHASING),
    ("caigou", Role.PURCHASING),
    ("procurement", Role.PURCHASING),
    ("supply.chain", Role.PURCHASING),
    ("sales", Role.SALES),
    ("vertrieb", Role.SALES),
    ("ventas", Role.SALES),
    ("sprzedaz", Role.SALES),
    ("prodaja", Role.SALES),
    ("sales2", Role.SALES),
    ("sales.manager", Role.SALES),
    ("salesmanager", Role.SALES),
    ("export", Role.EXPORT),
    ("waimao", Role.EXPORT),
    ("export-sales", Role.EXPORT),
    ("international-sales", Role.EXPORT),
    ("ceo", Role.MANAGEMENT),
    ("geschaeftsfuehrung", Role.MANAGEMENT),
    ("direktion", Role.MANAGEMENT),
    ("md", Role.MANAGEMENT),
    ("info", Role.GENERAL),
    ("infodesk", Role.GENERAL),
    ("moreinfo", Role.GENERAL),
    ("infokirkland", Role.GENERAL),
    ("office", Role.GENERAL),
    ("kanzlei", Role.GENERAL),
    ("segreteria", Role.GENERAL),
    ("office-roe-doe", Role.GENERAL),
    ("reservations", Role.RESERVATIONS),
    ("front.desk", Role.RESERVATIONS),
    ("customerservice", Role.SUPPORT),
    ("customer-service", Role.SUPPORT),
    ("retailsupport", Role.SUPPORT),
    ("service", Role.SERVICE),
    ("versand", Role.LOGISTICS),
    ("werbung", Role.MARKETING),
    ("presse", Role.PRESS),
    ("jobs", Role.HR),
    ("hr", Role.HR),
    ("hr.berlin", Role.HR),
    ("bewerbung", Role.HR),
    ("buchhaltung", Role.FINANCE),
    ("ap", Role.FINANCE),
    ("abuse", Role.LEGAL),
    ("datenschutz", Role.PRIVACY),
    ("rgpd", Role.PRIVACY),
    ("webmaster", Role.TECHNICAL),
    ("it", Role.IT),
    ("postmaster", Role.POSTMASTER),
    ("no-reply", Role.NOREPLY),
    ("donotreply", Role.NOREPLY),
    ("sales-noreply", Role.NOREPLY),
    ("archives", Role.OTHER),
    ("offers", Role.SALES),
    ("hrhelponline", Role.HR),
    ("igrc", Role.LEGAL),
    ("valves", Role.TECHNICAL),
    ("firma", Role.GENERAL),
]
NO_ROLE = [
    "jane.roe",
    "pressman",
    "borders",
    "saleh",
    "martin",
    "jobson",
    "smith.it",
    "md.rahman",
    "marketa",
    "hrvoje",
    "infa",
    "kim",
    "postma",
    "",
]


@pytest.mark.parametrize(("local", "role"), ROLES)
def test_role_word_in_local_part(local: str, role: Role) -> None:
    assert role_of_local(local) is role


@pytest.mark.parametrize("local", NO_ROLE)
def test_names_are_no_role_words(local: str) -> None:
    assert role_of_local(local) is None


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Einkauf:", Role.PURCHASING),
        ("Sales department", Role.SALES),
        ("Head of Purchasing", Role.PURCHASING),
        ("Geschäftsführer", Role.MANAGEMENT),
        ("Director of Sales", Role.SALES),
        ("отдел закупок", Role.PURCHASING),
        ("采购部", Role.PURCHASING),
        ("外贸部经理", Role.EXPORT),
        ("Office Manager", Role.GENERAL),
        ("Human Resources", Role.HR),
    ],
)
def test_role_of_label(label: str, role: Role) -> None:
    assert role_of_label(label) is role


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Head of Purchasing, Asia and Pacific", Role.PURCHASING),
        ("Sales Director", Role.SALES),
        ("Director", Role.MANAGEMENT),
        ("Owner / Sales", Role.MANAGEMENT),
        ("Founder & Marketing Director", Role.MANAGEMENT),
        ("Owner, purchasing", Role.PURCHASING),
        ("Geschäftsführende Gesellschafterin", Role.MANAGEMENT),
        ("Welder", None),
        ("", None),
    ],
)
def test_role_of_title(title: str, role: Role | None) -> None:
    assert role_of_title(title) is role


@pytest.mark.parametrize(
    "label", ["", "Jane Roe", "We are proud of the service that our sales people give to every customer"]
)
def test_sentences_and_names_are_no_labels(label: str) -> None:
    assert role_of_label(label) is None


@pytest.mark.parametrize("local", ["jane.roe", "j.roe", "jroe.d", "jane_roe", "jane-roe", "jane.roe.97110", "j.m.roe"])
def test_name_shapes(local: str) -> None:
    assert is_name_shape(local)


@pytest.mark.parametrize("local", ["jane", "yx2041", "okbest88", "a1.b2", "", "1234", "acme"])
def test_not_name_shapes(local: str) -> None:
    assert not is_name_shape(local)


@pytest.mark.parametrize("local", ["solutions", "community", "technology", "Beach", "ccdpr"])
def test_words_that_are_in_no_name(local: str) -> None:
    assert is_no_name(local)
    assert classify_address(f"{local}@acme.example", domain="acme.example") == Tags(CORPORATE, ROLE, Role.OTHER)


@pytest.mark.parametrize(
    "local", ["kim", "matt", "meissner", "schmidt", "indranilroe", "jroe", "xrc", "dk", "carolina", "jane.roe", ""]
)
def test_words_that_may_be_names(local: str) -> None:
    assert not is_no_name(local)


# --- tags ---

CORPORATE, FREE, OTHER, DISPOSABLE = (
    AddressKind.CORPORATE,
    AddressKind.FREE,
    AddressKind.OTHER,
    AddressKind.DISPOSABLE,
)
ROLE, PERSON = AddressType.ROLE, AddressType.PERSON

TAGS = [
    ("info@acme.example", "acme.example", Tags(CORPORATE, ROLE, Role.GENERAL)),
    ("info@mail.acme.example", "shop.acme.example", Tags(CORPORATE, ROLE, Role.GENERAL)),
    ("einkauf@acme.example", "acme.example", Tags(CORPORATE, ROLE, Role.PURCHASING)),
    ("jane.roe@acme.example", "acme.example", Tags(CORPORATE, PERSON, Role.OTHER)),
    ("kim@acme.example", "acme.example", Tags(CORPORATE, PERSON, Role.OTHER)),
    ("acmesteel@acme-steel.example", "acme-steel.example", Tags(CORPORATE, ROLE, Role.GENERAL)),
    ("acmesteel@gmail.com", "acme-steel.example", Tags(FREE, ROLE, Role.GENERAL)),
    ("acme.steel.berlin@gmail.com", "acme-steel.example", Tags(FREE, ROLE, Role.GENERAL)),
    ("yx2041@vip.163.com", "acme.example", Tags(FREE, ROLE, Role.GENERAL)),
    ("jane.roe@gmail.com", "acme.example", Tags(FREE, PERSON, Role.OTHER)),
    ("info@other.example", "acme.example", Tags(OTHER, ROLE, Role.GENERAL)),
    ("info@other.example", None, Tags(CORPORATE, ROLE, Role.GENERAL)),
    ("info@gmail.com", None, Tags(FREE, ROLE, Role.GENERAL)),
    ("kim@mailinator.com", "acme.example", Tags(DISPOSABLE, PERSON, Role.OTHER)),
    ("info@free.fr", "free.fr", Tags(CORPORATE, ROLE, Role.GENERAL)),
    ("acme@free.fr", "acme.free.fr", Tags(FREE, ROLE, Role.GENERAL)),
    ("jane_roe@pec.provider.example", "acme.example", Tags(OTHER, ROLE, Role.LEGAL)),
    ("info@y.github.io", "x.github.io", Tags(OTHER, ROLE, Role.GENERAL)),
    ("info@acme.example", "facebook.com/acme", Tags(OTHER, ROLE, Role.GENERAL)),
    ("kontakt@bücher.example", "xn--bcher-kva.example", Tags(CORPORATE, ROLE, Role.GENERAL)),
]


@pytest.mark.parametrize(("address", "domain", "tags"), TAGS)
def test_tags(address: str, domain: str | None, tags: Tags) -> None:
    assert classify_address(address, domain=domain) == tags


def test_vouched_domain_is_corporate() -> None:
    tags = classify_address("info@acme-group.example", domain="acme.example", vouched={"acme-group.example"})
    assert tags.kind is CORPORATE


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_gets_tags(local: str, host: str) -> None:
    assert isinstance(classify_address(f"{local}@{host}", domain="acme.example"), Tags)
