"""Whatever the bytes: reading a mail raises only to refuse it, gives well-formed reports, and takes linear time."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.bounces import MEANINGS, MailError, read_mail
from harvester.bounces.events import read_event
from harvester.model.bounce import MailReport

PIECES = st.sampled_from(
    [
        b"From: MAILER-DAEMON@a.example\n", b"Subject: Undeliverable\n", b"Subject: Fwd: failure notice\n", b"\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", b"--b\n", b"--b--\n", b"\r\n",
        b"Content-Type: message/delivery-status\n", b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n",
        b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"=\n", b"=E9",
        b"Final-Recipient: rfc822; <x@y.example>\n", b"Action: failed\n", b"Status: 5.1.1\n", b"<a@b.example>:\n",
        b"550 5.1.1 <a@b.example>... User unknown\n", b">>> RCPT TO:<a@b.example>\n", b"(generated from a@b.example)\n",
        b"could not be delivered", b"X-Failed-Recipients: a@b.example\n", b"charset=utf-16", b"charset=zlib",
        b"=?utf-8?B?",
        b"((((((((", b"\xff\xfe", b"\x1b$B", b"\x00",
    ]
)  # fmt: skip
MAILS = st.one_of(
    st.binary(max_size=2000), st.lists(st.one_of(PIECES, st.binary(max_size=30)), max_size=60).map(b"".join)
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=15), inner, max_size=4)),
    max_leaves=15,
)
KEYS = st.sampled_from(
    [
        "event",
        "email",
        "recipient",
        "reason",
        "type",
        "status",
        "notificationType",
        "bounce",
        "timestamp",
        "Message",
        "created",
    ]
)
VALUES = st.one_of(JSON, st.sampled_from(["bounce", "a@b.example", "Bounce", "failed", "blocked", "hard_bounce"]))


def check(report: MailReport) -> None:
    assert report.key
    assert all(bounce.reason in MEANINGS for bounce in report.bounces)
    assert all(bounce.hard is MEANINGS[bounce.reason].hard for bounce in report.bounces)
    assert all("\n" not in bounce.diagnostic for bounce in report.bounces)
    assert len({bounce.recipient.lower() for bounce in report.bounces}) == len(report.bounces)
    assert report.date is None or report.date.tzinfo is not None


@settings(max_examples=300, deadline=None)
@given(MAILS)
def test_any_bytes(raw: bytes) -> None:
    check(read_mail(raw))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.one_of(KEYS, st.text(max_size=10)), VALUES, max_size=8))
def test_any_event(event: dict) -> None:
    report = read_event(event)
    if report is not None:
        check(report)


HEAD = b"From: MAILER-DAEMON@a.example\nSubject: Undeliverable\n"
REPEATED = {
    "addresses": (HEAD + b"\n", b"<a@b.example>: no such user\n"),
    "one line": (HEAD + b"\n", b"a@b.example "),
    "no spaces": (HEAD + b"\n", b"aaaaaaaaaaaaaaaaaaaaaaaa"),
    "at signs": (HEAD + b"\n", b"@@@@a@"),
    "leads": (HEAD + b"\n", b"message to a@b.example\n"),
    "dialogue": (HEAD + b"\n", b">>> RCPT TO:<a@b.example>\n<<< 550 no\n"),
    "fields": (
        HEAD + b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
        b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n",
    ),
    "boundaries": (HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n", b"--x\n"),
    "headers": (HEAD, b"X-A: b\n"),
    "encoded words": (HEAD + b"To: ", b"=?utf-8?q?a?= "),
    "comments": (b"Subject: Undeliverable\nFrom: ", b"("),
    "folded": (HEAD + b"X-A: b", b"\n c"),
    "html": (HEAD + b"Content-Type: text/html\n\n", b"<div><b>a@b.example</b>"),
}
SECONDS = 2.0  # of processor time for a megabyte: slow machines and busy ones get their share


@pytest.mark.parametrize("name", REPEATED)
def test_cost_is_linear(name: str) -> None:
    head, unit = REPEATED[name]
    raw = head + unit * (1_000_000 // len(unit))
    started = time.process_time()
    with suppress(MailError):
        check(read_mail(raw))
    assert time.process_time() - started < SECONDS
