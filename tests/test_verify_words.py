"""The tables of verification: replies, suggestions, signs, confidence, other services' words, headers of columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.data import load_table
from harvester.model import STATUS_OF_REASON, Status, StatusReason, Verification
from harvester.verify.confidence import LIMITS, START, rate_confidence
from harvester.verify.replies import Reply, enhanced_code, read_recipient_reply, read_refusal
from harvester.verify.signs import is_gibberish, is_given_to_nobody, mailbox_name
from harvester.verify.suggestions import suggest_domain
from harvester.verify.syntax import SyntaxProblem, parse_mailbox, repair
from harvester.verify.vocabularies import SERVICES, result_columns, translate_from, translate_to
from harvester.verifying.cells import describe
from harvester.verifying.columns import ColumnError, find_layout

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")

# Codes and words as servers send them; addresses invented.
SAMPLED_REPLIES = [
    (250, "2.1.5 Ok", "mailbox_ok"),
    (550, "5.1.1 The email account that you tried to reach does not exist.", "no_such_mailbox"),
    (
        550,
        "5.1.1 <x@firm.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "no_such_mailbox",
    ),
    (550, "No such user here", "no_such_mailbox"),
    (550, "Requested action not taken: mailbox unavailable", "no_such_mailbox"),
    (550, "5.7.1 No such user!", "no_such_mailbox"),
    (550, "#5.1.0 Address rejected.", "blocked"),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "no_such_mailbox"),
    (551, "User not local", "no_such_mailbox"),
    (552, "5.2.2 The email account that you tried to reach is over quota", "mailbox_full"),
    (452, "4.2.2 The email account that you tried to reach is over quota", "mailbox_full"),
    (550, "mailbox for jane@firm.example is full", "mailbox_full"),
    (550, "5.2.1 The email account that you tried to reach is disabled", "mailbox_disabled"),
    (550, "This account has been suspended", "mailbox_disabled"),
    (450, "4.2.0 <x@firm.example>: Recipient address rejected: Greylisted, see http://postgrey.example", "greylisted"),
    (451, "4.7.1 Greylisting in action, please come back later", "greylisted"),
    (421, "4.7.0 Try again later, closing connection", "greylisted"),
    (452, "4.5.3 Too many recipients", "greylisted"),
    (452, "4.3.1 Insufficient system storage", "greylisted"),
    (450, "4.1.1 <x@firm.example>: Recipient address rejected: unverified address: user unknown", "greylisted"),
    (554, "5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.spamhaus.org", "our_ip_refused"),
    (550, "5.7.1 Our system has detected that your IP has a low reputation", "our_ip_refused"),
    (550, "5.7.25 The IP address sending this message does not have a PTR record", "our_ip_refused"),
    (450, "4.7.1 Client host rejected: cannot find your hostname, [127.0.0.1]", "our_ip_refused"),
    (554, "5.7.1 <x@firm.example>: Relay access denied", "blocked"),
    (550, "5.1.8 <me@probe.example>: Sender address rejected: Domain not found", "blocked"),
    (550, "5.7.1 <x@firm.example>: Recipient address rejected: Access denied", "blocked"),
    (550, "5.7.1 <info@marbles.example>: rejected by policy", "blocked"),  # "rbl" only in the address
    (550, "", "blocked"),
    (554, "Transaction failed", "blocked"),
]


@pytest.mark.parametrize(("code", "text", "reason"), SAMPLED_REPLIES, ids=[row[1][:40] for row in SAMPLED_REPLIES])
def test_replies(code: int, text: str, reason: str) -> None:
    assert read_recipient_reply(Reply(code, text)) == reason


@given(st.integers(400, 499), st.text())
def test_a_passing_failure_is_never_undeliverable(code: int, text: str) -> None:
    assert Verification(reason=read_recipient_reply(Reply(code, text))).status is not Status.UNDELIVERABLE


@given(st.integers(0, 999), st.text())
def test_a_refusal_of_us_says_nothing_about_a_mailbox(code: int, text: str) -> None:
    assert Verification(reason=read_refusal(Reply(code, text))).status is Status.LIKELY


CODES = [("5.1.1 no", "5.1.1"), ("#5.1.10 no", "5.1.10"), ("(4.2.2)", "4.2.2"), ("5.1.1", "5.1.1")]
NO_CODES = ["127.5.1.1", "version 5.10", "3.1.1 odd", "host[5.1.1.1]", ""]


@pytest.mark.parametrize(("text", "code"), CODES)
def test_enhanced_codes(text: str, code: str) -> None:
    assert enhanced_code(text) == code


@pytest.mark.parametrize("text", NO_CODES)
def test_no_enhanced_codes(text: str) -> None:
    assert enhanced_code(text) is None


MISSPELT = [
    ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmail.con", "gmail.com"), ("gmaill.com", "gmail.com"),
    ("gmail.co", "gmail.com"), ("hotmial.com", "hotmail.com"), ("hotmal.com", "hotmail.com"), ("yaho.com", "yahoo.com"),
    ("yahooo.com", "yahoo.com"), ("outlok.com", "outlook.com"), ("iclod.com", "icloud.com"),
    ("googlemail.con", "googlemail.com"), ("protonmial.com", "protonmail.com"), ("yahoo.co.ku", None),
]  # fmt: skip
MISSPELT_WITHOUT_MAIL = [("gnail.com", "gmail.com"), ("jmail.com", "gmail.com"), ("wanado.fr", "wanadoo.fr")]
NO_SLIPS = [
    "gmail.com", "mail.com", "email.com", "ymail.com", "gmx.com", "web.com", "line.com", "live.net", "libro.it",
    "naver.net", "orange.com", "hotel.com", "acme.example", "gmail.acme.example", "outlook.example", "firm.co",
    "jmail.com", "cmail.com", "qq.net", "proton.com", "aol.de",
]  # fmt: skip


@pytest.mark.parametrize(("domain", "meant"), MISSPELT)
def test_slips_of_well_known_domains(domain: str, meant: str | None) -> None:
    assert suggest_domain(domain, takes_mail=True) == meant


@pytest.mark.parametrize(("domain", "meant"), MISSPELT_WITHOUT_MAIL)
def test_slips_where_no_mail_is_taken(domain: str, meant: str) -> None:
    assert suggest_domain(domain, takes_mail=False) == meant


@pytest.mark.parametrize("domain", NO_SLIPS)
def test_other_domains_are_no_slips(domain: str) -> None:
    assert suggest_domain(domain, takes_mail=True) is None


GIBBERISH = ["asdfgh", "qwertz", "xkjqwzrt", "a8f3k2d9", "poiuyt", "wlkptgbr", "1a2b3c4d"]
NAMES = [
    "jsmith", "schwarzkopf", "angstschweiss", "power24", "typewriter", "rhythm", "info", "h.schmidtbauer", "24-7",
    "krzysztof", "vandenberg", "ngozi", "pvc2go", "sales-de1", "szczepan", "property", "mkt01", "用户",
]  # fmt: skip


@pytest.mark.parametrize("local", GIBBERISH)
def test_gibberish(local: str) -> None:
    assert is_gibberish(local)


@pytest.mark.parametrize("local", NAMES)
def test_names_are_no_gibberish(local: str) -> None:
    assert not is_gibberish(local)


def test_spellings_of_one_mailbox() -> None:
    assert mailbox_name("J.Roe+shop", "gmail.com") == "jroe"
    assert mailbox_name("j.roe+shop", "outlook.com") == "j.roe"
    assert mailbox_name("j.roe+shop", "firm.example") == "j.roe+shop"


GIVEN = [("jane.roe", "gmail.com"), ("j.a.n.e.r.o.e+x", "gmail.com"), ("ab", "firm.example"), ("12345678", "qq.com")]
GIVEN_TO_NOBODY = [("jroe", "gmail.com"), ("jane_roe", "gmail.com"), ("x" * 31, "gmail.com"), ("ab", "163.com")]


@pytest.mark.parametrize(("local", "domain"), GIVEN)
def test_names_that_providers_give(local: str, domain: str) -> None:
    assert not is_given_to_nobody(local, domain)


@pytest.mark.parametrize(("local", "domain"), GIVEN_TO_NOBODY)
def test_names_that_providers_give_to_nobody(local: str, domain: str) -> None:
    assert is_given_to_nobody(local, domain)


REPAIRED = [
    ("info @acme.example", "info@acme.example"), ("info@acme,example", "info@acme.example"),
    ("info@acme..example", "info@acme.example"), ("in\u200bfo@acme.example", "info@acme.example"),
    ("info@acme.example.", "info@acme.example"), ("“info@acme.example”", None), ("info", None),
    ("a@b.example, c@d.example", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), REPAIRED)
def test_slips_of_typing_are_repaired(text: str, meant: str | None) -> None:
    with pytest.raises(SyntaxProblem):
        parse_mailbox(text)
    assert repair(text) == meant


@given(st.text())
def test_nothing_raises_on_any_text(text: str) -> None:
    try:
        address = parse_mailbox(text).address
    except SyntaxProblem:
        address = repair(text) or "jane@firm.example"
    assert parse_mailbox(address).address == address
    assert describe(text, Verification())


def test_every_reason_has_its_confidence_and_stands_in_the_readme() -> None:
    told = dict(re.findall(r"`(\w+)` \| (\d+) \|", README))
    for reason in StatusReason:
        if STATUS_OF_REASON[reason] is Status.UNDELIVERABLE:
            assert rate_confidence(reason) <= 1
        else:
            assert told[reason] == str(START[reason])


@given(st.sampled_from(StatusReason), *[st.sampled_from([None, True, False])] * 2, *[st.booleans()] * 3)
def test_confidence_stays_within_the_limits_of_its_status(reason, spf, dmarc, gibberish, misspelt, nobody) -> None:
    confidence = rate_confidence(
        reason, spf=spf, dmarc=dmarc, gibberish=gibberish, misspelt=misspelt, given_to_nobody=nobody
    )
    low, high = LIMITS.get(STATUS_OF_REASON[reason], (0, 1))
    assert low <= confidence <= high


IMPORTED = [
    ("hunter", "valid", [], "mailbox_ok"),
    ("hunter", "accept_all", [], "accept_all"),
    ("hunter", "Invalid", [], "no_such_mailbox"),
    ("zerobounce", "invalid", ["mailbox_quota_exceeded"], "mailbox_full"),
    ("zerobounce", "catch-all", [""], "accept_all"),
    ("zerobounce", "do_not_mail", ["role_based"], "mailbox_ok"),
    ("zerobounce", "invalid", ["something new"], "no_such_mailbox"),
    ("zerobounce", "spamtrap", [], "not_checked"),
    ("neverbounce", "catchall", [], "accept_all"),
    ("neverbounce", "0", [], "mailbox_ok"),
    ("reacher", "safe", [], "mailbox_ok"),
    ("reacher", "risky", ["not is_disabled", "is_catch_all"], "accept_all"),
    ("reacher", "invalid", ["not is_valid_syntax"], "syntax"),
    ("reacher", "invalid", ["is_disabled"], "mailbox_disabled"),
]
NOT_IMPORTED = [("hunter", "", []), ("hunter", "catchall", []), ("neverbounce", "5", []), ("reacher", "valid", [])]


@pytest.mark.parametrize(("service", "status", "details", "reason"), IMPORTED)
def test_words_of_other_services(service: str, status: str, details: list[str], reason: str) -> None:
    assert translate_from(service, status, details) == reason


@pytest.mark.parametrize(("service", "status", "details"), NOT_IMPORTED)
def test_words_that_a_service_does_not_use(service: str, status: str, details: list[str]) -> None:
    assert translate_from(service, status, details) is None


@pytest.mark.parametrize("service", SERVICES)
def test_every_reason_can_be_said_and_comes_back_no_better(service: str) -> None:
    assert result_columns(service).status
    for reason in StatusReason:
        status, sub_status = translate_to(service, reason)
        back = translate_from(service, status, [sub_status])
        assert back is not None
        good = {STATUS_OF_REASON[back], STATUS_OF_REASON[reason]}
        assert good != {Status.DELIVERABLE, Status.UNDELIVERABLE}
        assert STATUS_OF_REASON[back] is not Status.DELIVERABLE or reason is StatusReason.MAILBOX_OK


def test_replies_have_their_meanings() -> None:
    assert {StatusReason(meaning) for _, _, meaning in load_table("smtp_replies")}


LAYOUTS = [
    ([["name", "Email"], ["A", "a@b.example"]], 1), ([["E-Mail-Adresse"], ["x"]], 0),
    ([["Work Email", "Email status"], ["a@b.example", "valid"]], 0), ([["a@b.example", "x"]], 0),
    ([["n", "who"], ["a@b.example", "x"], ["x", "c@d.example"], ["y", "e@f.example"]], 1),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "column"), LAYOUTS)
def test_the_column_of_addresses(sample: list[list[str]], column: int) -> None:
    assert find_layout(sample, name="list").column == column


def test_a_table_without_addresses_has_no_such_column() -> None:
    with pytest.raises(ColumnError, match="it has name, city"):
        find_layout([["name", "city"], ["A", "B"]], name="list")
