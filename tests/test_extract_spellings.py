"""Addresses that a visitor puts together: look-alike characters, broken lines, marks to replace, words to leave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.data import load_words
from harvester.extract.lookalikes import fold_lookalikes
from harvester.extract.spellings import find_respelled
from harvester.extract.traps import without_trap
from tests.reading import addresses
from tests.test_extract_decoders import ADDRESSES

ADDRESS = "info@acme.example"
LOOKALIKES = [
    "ｉｎｆｏ＠ａｃｍｅ．ｅｘａｍｐｌｅ",
    "𝗶𝗻𝗳𝗼@𝗮𝗰𝗺𝗲.𝗲𝘅𝗮𝗺𝗽𝗹𝗲",
    "ⓘⓝⓕⓞ@acme.example",
    "іnfо@аcmе.example",
    "info@асmе.ехаmрlе",
    "info@acme․example",
    "info﹫acme.example",
]
# Letters of one script only, or of one that looks like no other, stay as they are.
UNLIKE = [
    ("инфо@пример.рф", {"инфо@пример.рф"}),
    ("почта:info@acme.exampleтел", {ADDRESS}),
    ("info@müller.example", {"info@müller.example"}),
    ("мама @ папа.рф", set()),
    ("ооо@", set()),
]
RESPELLED = [
    ("info&amp;#64;acme.example", {ADDRESS}),
    ("info&amp;commat;acme.example", {ADDRESS}),
    ("&amp;#105;nfo&amp;#64;acme&amp;#46;example", {ADDRESS}),
    ("i n f o @ a c m e . e x a m p l e", {ADDRESS}),
    ("info@acme-<br>werk.example", {"info@acme-werk.example"}),
    ("info@acme.<br>example", {ADDRESS}),
    ("{anna, bert}@acme.example", {"anna@acme.example", "bert@acme.example"}),
    ("info★acme.example （★を@に変えてください）", {ADDRESS}),
    ("info◎acme.example ※◎を＠に置き換えて", {ADDRESS}),
    ("info☆acme.example ☆→@", {ADDRESS}),
    ("info#acme.example（请将#换成@）", {ADDRESS}),
    ("info#acme.example (replace # with @)", {ADDRESS}),
    ("info#acme.example (# durch @ ersetzen)", {ADDRESS}),
    ("info*acme.example (remplacer * par @)", {ADDRESS}),
    ("Bitte [ÄÄ] durch @ ersetzen: info[ÄÄ]acme.example", {ADDRESS}),
    ("info%acme.example (заменить % на @)", {ADDRESS}),
]
NOT_RESPELLED = [
    "a &amp;#64; b.example",
    "&amp;#64;acme.example",
    "info@acme.example.<br>example texts",
    "follow @acme.<br>example",
    "a b @ c d",
    "{a,b} @ x",
    "{@media} .example",
    "replace # with @ in names",
    "shop#acme.example is a link (see @acme)",
    "info★acme.example ★★★",
    "rated ★ with @ by shop★acme",
    "x @ y, replace * with @: 5*3.example",
]
TRAPS = [
    ("infoNOSPAM@acme.example", ADDRESS),
    ("info@NOSPAM.acme.example", ADDRESS),
    ("info@acmeREMOVETHIS.example", ADDRESS),
    ("info@acme.NOSPAM.example", ADDRESS),
    ("info-NO-SPAM@acme.example", ADDRESS),
    ("info@REMOVE-THIS.acme.example", ADDRESS),
]
NO_TRAPS = ["nospam@acme.example", "NOSPAM@acme.example", "INFO@NOSPAM.EXAMPLE", "info@nospamproxy.example"]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_lookalikes(text: str) -> None:
    assert addresses(f"<p>Contact {text}</p>") == {ADDRESS}


@pytest.mark.parametrize(("text", "expected"), UNLIKE)
def test_other_scripts_stay(text: str, expected: set[str]) -> None:
    assert addresses(f"<p>{text}</p>") == expected


@pytest.mark.parametrize(("text", "expected"), RESPELLED)
def test_respelled(text: str, expected: set[str]) -> None:
    assert addresses(f"<p>Contact {text}</p>") == expected


@pytest.mark.parametrize("text", NOT_RESPELLED)
def test_not_respelled(text: str) -> None:
    assert addresses(f"<p>{text}</p>") - {ADDRESS} == set()


@pytest.mark.parametrize(("text", "expected"), TRAPS)
def test_words_to_leave_out(text: str, expected: str) -> None:
    assert addresses(f"<p>{text}</p><a href='mailto:{text}'>mail</a>") == {expected}


@pytest.mark.parametrize("text", NO_TRAPS)
def test_words_that_belong(text: str) -> None:
    assert addresses(f"<p>{text}</p>") == {text.lower()}


@given(ADDRESSES)
def test_fullwidth_letters_come_back(address: str) -> None:
    assert fold_lookalikes("".join(chr(ord(c) + 0xFEE0) if c != "-" else c for c in address)) in {
        address,
        address.replace("@", "＠"),
    }


@given(st.text(alphabet="aо@.-\n★{},→ &#64;ⓐ", max_size=200))
def test_nothing_raises_and_folding_keeps_the_length(text: str) -> None:
    assert len(fold_lookalikes(text)) == len(text)
    for found in find_respelled(text):
        assert 0 <= found.start < found.end <= len(text)


@given(ADDRESSES)
def test_without_a_trap_an_address_stays(address: str) -> None:
    assert without_trap(address, address.upper()) == address


def test_replacing_words_are_lower_case() -> None:
    assert all(word == word.lower() for word in load_words("replacing_words"))
