"""Addresses in words, and prose that looks like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.data import load_words
from harvester.extract.worded import find_worded

SAMPLED = [
    ("info [at] acme [dot] example", "info@acme.example"),
    ("info(at)acme(dot)co.example", "info@acme.co.example"),
    ("Write to info (at) acme.example.", "info@acme.example"),
    ("info{at}acme.example", "info@acme.example"),
    ("info <at> acme.example", "info@acme.example"),
    ("info [@] acme.example", "info@acme.example"),
    ("info [ät] müller.example", "info@müller.example"),
    ("info [arroba] acme [punto] example", "info@acme.example"),
    ("info (chiocciola) acme.example", "info@acme.example"),
    ("info [arobase] acme [point] example", "info@acme.example"),
    ("info (собака) acme (точка) example", "info@acme.example"),
    ("info（アット）acme.example", "info@acme.example"),
    ("info (małpa) acme (kropka) example", "info@acme.example"),
    ("info (zavináč) acme.example", "info@acme.example"),
    ("info(a)acme.example", "info@acme.example"),
    ("info AT acme.example", "info@acme.example"),
    ("anna [dot] muster [at] acme [dot] example", "anna.muster@acme.example"),
    ("nobody at nowhere dot example", "nobody@nowhere.example"),
    ("info @ acme.example", "info@acme.example"),
    ("info@\nacme.example", "info@acme.example"),
    ("info_at_acme_dot_example", "info@acme.example"),
    ("info*at*acme.example", "info@acme.example"),
    ("info [at] acme . example", "info@acme.example"),
    ("user [at] domain [dot] tld", "user@domain.tld"),
    ("anna [dash] muster [at] acme [dash] werk [dot] example", "anna-muster@acme-werk.example"),
    ("anna [underscore] muster [at] acme [dot] example", "anna_muster@acme.example"),
    ("info (at) acme (minus) werk (punkt) example", "info@acme-werk.example"),
    ("Anna DOT Muster AT acme DOT example", "anna.muster@acme.example"),
    ("info [a t] acme.example", "info@acme.example"),
    ("info {-at-} acme.example", "info@acme.example"),
    ("info (@-Zeichen) acme.example", "info@acme.example"),
    ("info (insert @) acme.example", "info@acme.example"),
    ("info（＠）acme.example", "info@acme.example"),
    ("info「at」acme.example", "info@acme.example"),
    ("info ＠ acme.example", "info@acme.example"),
    ("infoⓐacme.example", "info@acme.example"),
    ("info(ad)acme.example", "info@acme.example"),
    ("info (a) acme (dot) example", "info@acme.example"),
    ("info (at)\nacme.example", "info@acme.example"),
    ("info\n(at)\nacme.example", "info@acme.example"),
    ("info\n@\nacme.example", "info@acme.example"),
    ("info_AT_acme.example", "info@acme.example"),
    ("info -at- acme.example", "info@acme.example"),
    ("info -at- acme -dot- example", "info@acme.example"),
    ("info/at/acme.example", "info@acme.example"),
    ("info+at+acme.example", "info@acme.example"),
    ("info'at'acme.example", "info@acme.example"),
    ("INFO at ACME dot EXAMPLE", "info@acme.example"),
    ("info at acme period example", "info@acme.example"),
    ("info ät acme punkt example", "info@acme.example"),
    ("info arroba acme punto example", "info@acme.example"),
    ("info chiocciola acme.example", "info@acme.example"),
    ("info собака acme.example", "info@acme.example"),
    ("info 골뱅이 acme.example", "info@acme.example"),
    ("infoアットマークacme.example", "info@acme.example"),
    ("info艾特acme.example", "info@acme.example"),
    ("E-Mail: info at acme.example, or call", "info@acme.example"),
    ("Email: info_at_acme.example", "info@acme.example"),
    ("info@acme[.]example", "info@acme.example"),
    ("info@acme(dot)example", "info@acme.example"),
    ("info@acme dot example", "info@acme.example"),
    ("info(at)acme [d0t] example", "info@acme.example"),
]
NOT_WORDED = [
    "reach us at info for help",
    "meet us at hotel.berlin",
    "meet us @ hotel.berlin",
    "look at the dot in the middle",
    "we met at acme.example",
    "SALE AT SHOP.EXAMPLE",
    "stay-at-home.mom",
    "photo_at_home.jpg",
    "Tom Ford @tomford.example",
    "Jane\n@jane.example",
    "the first option (a) shop.example",
    "see (at) once",
    "5 apples at 3 dot 50 each",
    "Starting at 9.30 am",
    "price @ 12.50",
    "follow us @acme.example",
    "E-Mail geschützt vor Spambots (at)",
    "Email us at acme.example",
    "Email: look at acme.example",
    "email at (a) low price. More",
    "Jazz and music at acme.example",
    "Follow us\n@\nacme.example",
    "see report (ad) acme.example",
    "note (follow @acme) shop.example",
    "Купить собака acme.example",
    "собака-центр.example",
    "El signo arroba y el punto",
    'the word "at" acme.example',
    "stay -at- home.example",
    "shop.example/info/at/acme.example",
    "photo_at_home.example",
    "foo@bar (see .example)",
    "user@host dot",
    "10*at*2.5",
    "part A) at.example",
    "vu (et) approuvé.fr",
    "open at 9 dot 30",
    "at.com",
]


@pytest.mark.parametrize(("text", "expected"), SAMPLED)
def test_worded_addresses_are_found(text: str, expected: str) -> None:
    assert [worded.address for worded in find_worded(text)] == [expected]


@pytest.mark.parametrize("text", NOT_WORDED)
def test_prose_is_left_alone(text: str) -> None:
    assert list(find_worded(text)) == []


@pytest.mark.parametrize("word", sorted(load_words("at_words")))
def test_every_word_for_the_at_sign(word: str) -> None:
    assert [worded.address for worded in find_worded(f"info [{word}] acme.example")] == ["info@acme.example"]


@pytest.mark.parametrize("word", sorted(load_words("dot_words")))
def test_every_word_for_the_dot(word: str) -> None:
    assert [worded.address for worded in find_worded(f"info [at] acme [{word}] example")] == ["info@acme.example"]


def test_other_dots_do_not_lengthen_a_complete_address() -> None:
    assert [worded.address for worded in find_worded("info(at)shop.com point de vente")] == ["info@shop.com"]


@given(st.text(alphabet="at do.@()[]_-*x\n", max_size=200))
def test_nothing_raises(text: str) -> None:
    list(find_worded(text))


@pytest.mark.parametrize(
    "unit", [" at ", "a [at] ", "(at)", " @ ", "a at b dot c ", "(", "a (at) b.com", "[at", "a.b (dot) "]
)
def test_time_grows_with_length(unit: str) -> None:
    begin = time.process_time()
    list(find_worded(unit * (100_000 // len(unit))))
    assert time.process_time() - begin < 20, "endless, not slow"
