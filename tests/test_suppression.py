"""What an objection names and covers, and texts without it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.suppression import (
    Entry,
    EntryError,
    Erasure,
    address_key,
    clear_company,
    clear_texts,
    keys_of_address,
    keys_of_company,
    parse_entry,
)
from tests.sample_companies import make_company, make_contact, make_mention

ENTRIES = [
    ("anna@acme.example", "anna@acme.example"),
    (" Anna@ACME.Example ", "anna@acme.example"),
    ("Anna Berg <anna@acme.example>", "anna@acme.example"),
    ("mailto:anna@acme.example", "anna@acme.example"),
    ("anna+shop@acme.example", "anna@acme.example"),
    ("+shop@acme.example", "+shop@acme.example"),
    ("anna@xn--bcher-kva.example", "anna@bücher.example"),
    ("acme.example", "acme.example"),
    ("@acme.example", "acme.example"),
    ("*.acme.example", "acme.example"),
    ("https://www.ACME.example/contact?x=1", "acme.example"),
    ("www.acme.example:8080", "acme.example"),
    ("shop.acme.example", "shop.acme.example"),
    ("xn--bcher-kva.example", "bücher.example"),
    ("BÜCHER.example", "bücher.example"),
    ("https://www.facebook.com/acme.tools/", "facebook.com/acme.tools"),
    ("acme.en.alibaba.com", "acme.en.alibaba.com"),
    ("'acme.example',", "acme.example"),
]
NOT_ENTRIES = [
    "",
    "  ",
    "acme",
    "hello world",
    "com",
    "co.uk",
    "github.io",
    "gmail.com",
    "@web.de",
    "anna@",
    "anna@acme",
    "127.0.0.1",
    "facebook.com",
    "https://www.facebook.com/",
    "a b@acme.example",
    "anna@@acme.example",
]


@pytest.mark.parametrize(("text", "key"), ENTRIES)
def test_entries(text: str, key: str) -> None:
    assert parse_entry(text) == Entry(key)
    assert parse_entry(key) == Entry(key)
    assert parse_entry(text).is_domain is ("@" not in key)


@pytest.mark.parametrize("text", NOT_ENTRIES)
def test_not_entries(text: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_entry(text)
    assert str(caught.value).endswith(".")


@given(st.text(max_size=60))
def test_any_text_is_an_entry_or_refused(text: str) -> None:
    with suppress(EntryError):
        assert parse_entry(text).key


# entry, address, whether it covers it
COVERS_ADDRESS = [
    ("anna@acme.example", "anna@acme.example", True),
    ("anna@acme.example", "anna+x@acme.example", True),
    ("acme.example", "anna@acme.example", True),
    ("acme.example", "anna@mail.acme.example", True),
    ("mail.acme.example", "anna@acme.example", False),
    ("acme.example", "anna@notacme.example", False),
    ("acme.example", "anna@acme.example.org", False),
    ("anna@acme.example", "anna@mail.acme.example", False),
    ("anna@acme.example", "joanna@acme.example", False),
    ("bücher.example", "info@bücher.example", True),
]
COVERS_COMPANY = [
    ("acme.example", "acme.example", True),
    ("acme.example", "shop.acme.example", True),
    ("shop.acme.example", "acme.example", False),
    ("acme.example", "notacme.example", False),
    ("facebook.com/acme", "facebook.com/acme", True),
    ("facebook.com/acme", "facebook.com/acme2", False),
    ("acme.example", "www.acme.example", True),
    ("anna@acme.example", "acme.example", False),
]


@pytest.mark.parametrize(("entry", "address", "covers"), COVERS_ADDRESS)
def test_which_addresses_are_covered(entry: str, address: str, covers: bool) -> None:
    assert (entry in keys_of_address(address)) is covers
    assert Erasure([Entry(entry)]).covers_address(address) is covers


@pytest.mark.parametrize(("entry", "domain", "covers"), COVERS_COMPANY)
def test_which_companies_are_covered(entry: str, domain: str, covers: bool) -> None:
    assert (entry in keys_of_company(domain)) is covers


def test_a_key_is_its_own_key() -> None:
    assert address_key(address_key("Anna+x+y@ACME.example")) == "anna@acme.example"


SCRUBBED = [
    ("anna@acme.example", "write to Anna@Acme.example, please", "write to (…), please"),
    ("anna@acme.example", "https://x.example/?to=anna%40acme.example&s=1", "https://x.example/?to=(…)&s=1"),
    ("anna@acme.example", "anna+shop@acme.example", "(…)"),
    ("anna@acme.example", "anna@acme.example.Telefon 1", "(…).Telefon 1"),
    ("anna@acme.example", "joanna@acme.example", None),
    ("anna@acme.example", "anna@acme.example.org", None),
    ("anna@acme.example", "j.anna@acme.example", None),
    ("anna@acme.example", "info@acme.example", None),
    ("info@bücher.example", "info@xn--bcher-kva.example or INFO@BÜCHER.EXAMPLE", "(…) or (…)"),
    ("acme.example", "info@acme.example, www.acme.example/x", "(…), (…)/x"),
    ("acme.example", "notacme.example acme.example.org acme-example", None),
    ("acme.example", "/lists/acme.example.txt", "/lists/(…).txt"),
]


@pytest.mark.parametrize(("entry", "text", "scrubbed"), SCRUBBED)
def test_texts_are_scrubbed(entry: str, text: str, scrubbed: str | None) -> None:
    assert Erasure([Entry(entry)]).scrub(text) == (text if scrubbed is None else scrubbed)


def test_words_are_scrubbed_only_where_asked() -> None:
    erasure = Erasure([Entry("anna@acme.example")], words=["Anna Berg", "Li", "anna (at) acme"])
    text = "Anna Berg, Li: anna (at) acme"
    assert erasure.scrub(text) == text
    assert erasure.scrub(text, words=True) == "(…), Li: (…)"
    assert erasure.scrub_value({"a": [text, 1, None]}, words=True) == {"a": ["(…), Li: (…)", 1, None]}


@given(st.text(max_size=200))
def test_scrubbing_is_idempotent(text: str) -> None:
    erasure = Erasure([Entry("anna@acme.example"), Entry("sued.example")])
    assert erasure.scrub(erasure.scrub(text)) == erasure.scrub(text)


def test_clearing_takes_out_every_spelling_known() -> None:
    hidden = make_mention("anna@nord.example", "https://nord.example/", original="anna [at] nord.example")
    context = "Anna Berg: anna [at] nord.example, ANNA@nord.example, info@nord.example"
    info = make_contact(
        "info@nord.example", mentions=(make_mention("info@nord.example", "https://nord.example/", context=context),)
    )
    anna = make_contact("anna@nord.example", mentions=(hidden,), person="Anna Berg")
    company = make_company(info, anna, mentions=(hidden,))
    cleared = clear_company(company, {"anna@nord.example": "opted_out"})
    assert cleared.contacts[0].mentions[0].context == "(…): (…), (…), info@nord.example"
    assert cleared.mentions == ()
    suppressed = clear_company(company, {"anna@nord.example": "suppressed"})
    assert suppressed.contacts[0].mentions[0].context.startswith("Anna Berg: (…)"), "who bounced did not object"
    assert clear_company(company, {}) is company


def test_clearing_of_list_columns_and_rejected_lines() -> None:
    assert clear_texts(["Joe <joe@sued.example>; x", "none"], {"joe@sued.example": "suppressed"}) == [
        "Joe <(…)>; x",
        "none",
    ]
