"""Bounces of many programs and shapes, and mails that are none."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.bounces import MailError, read_mail
from harvester.bounces.mail import MAX_BYTES, parse_mail
from harvester.model.bounce import MailKind
from tests.ordinary_mails import Ordinary, ordinary_mails

FOLDER = Path(__file__).parent / "bounces"
EXPECTED = [json.loads(line) for line in FOLDER.joinpath("expected.jsonl").read_text("utf-8").splitlines()]
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>\nSubject: Undelivered Mail Returned to Sender\n"


@pytest.mark.parametrize("mail", EXPECTED, ids=lambda mail: mail["file"])
def test_own_bounces(mail: dict) -> None:
    report = read_mail((FOLDER / mail["file"]).read_bytes())
    found = [{"recipient": bounce.recipient.lower(), "hard": bounce.hard} for bounce in report.bounces]
    assert found == mail["results"]
    assert report.kind is MailKind.BOUNCE


def test_every_own_bounce_is_expected() -> None:
    assert {path.name for path in FOLDER.glob("*.eml")} == {mail["file"] for mail in EXPECTED}


def test_line_ends_do_not_matter() -> None:
    for mail in EXPECTED:
        raw = (FOLDER / mail["file"]).read_bytes()
        assert read_mail(raw.replace(b"\n", b"\r\n")).bounces == read_mail(raw).bounces


def test_what_a_bounce_tells() -> None:
    report = read_mail((FOLDER / "report-unknown.eml").read_bytes())
    bounce = report.bounces[0]
    assert (bounce.reason, bounce.status, bounce.reply) == ("userunknown", "5.1.1", "550")
    assert bounce.diagnostic == "550 5.1.1 <info@acme.example>: User unknown"
    assert report.subject == "Undelivered Mail Returned to Sender"


def test_key_and_date() -> None:
    report = read_mail(b"Message-ID: <1@acme.example>\nDate: Mon, 1 Jun 2026 10:00:00 +0200\n\nx")
    assert (report.key, report.date) == ("<1@acme.example>", datetime(2026, 6, 1, 8, tzinfo=UTC))
    assert read_mail(b"\n\nx").key == read_mail(b"\n\nx").key != read_mail(b"\n\ny").key


# Most of the 2,000: the same sentences over and over are for the accuracy gate.
@pytest.mark.parametrize("mail", list(ordinary_mails(300)), ids=lambda mail: mail.name)
def test_ordinary_mails_are_what_they_are(mail: Ordinary) -> None:
    assert read_mail(mail.raw).kind is mail.kind


ARF = """From: complaints@provider.example
Subject: Fw: Offer
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
Version: 1
{rcpt}
--b
Content-Type: message/rfc822

From: us@our.example
To: reader@acme.example
Subject: Offer

Hello
--b--
"""
MICROSOFT = """From: staff@hotmail.com
Subject: complaint about message
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: message/rfc822

X-HmXmrOriginalRecipient: reader@acme.example
To: reader@acme.example

--b--
"""
COMPLAINTS = [
    (ARF.format(kind="abuse", rcpt="Original-Rcpt-To: <reader@acme.example>\n"), ("reader@acme.example",)),
    (ARF.format(kind="abuse", rcpt=""), ("reader@acme.example",)),
    (ARF.format(kind="opt-out", rcpt="Removal-Recipient: rfc822; x@acme.example\n"), ("x@acme.example",)),
    (MICROSOFT, ("reader@acme.example",)),
]
NO_COMPLAINTS = [ARF.format(kind=kind, rcpt="") for kind in ("auth-failure", "dmarc", "not-spam", "")]


@pytest.mark.parametrize(("raw", "addresses"), COMPLAINTS)
def test_complaints(raw: str, addresses: tuple[str, ...]) -> None:
    report = read_mail(raw.encode())
    assert (report.kind, report.addresses, report.bounces) == (MailKind.COMPLAINT, addresses, ())


@pytest.mark.parametrize("raw", NO_COMPLAINTS)
def test_reports_about_signatures_are_no_complaints(raw: str) -> None:
    assert read_mail(raw.encode()).kind is MailKind.OTHER


PERSON = "From: Mia Keller <Mia@Acme.example>\nContent-Type: text/plain; charset=utf-8\n"
PEOPLE = [
    ("Subject: unsubscribe\n\n", MailKind.UNSUBSCRIBE),
    ("Subject: Re: Offer\n\nPlease remove me from your list.\n\n> Hello\n", MailKind.UNSUBSCRIBE),
    ("Subject: AW: Angebot\n\nHallo,\n\nbitte keine weiteren Mails.\n", MailKind.UNSUBSCRIBE),
    ("Subject: STOP\n\nstop", MailKind.UNSUBSCRIBE),
    ("Subject: 退订\n\n", MailKind.UNSUBSCRIBE),
    ("Subject: Re: Offer\n\nThank you, we are interested.\n", MailKind.REPLY),
    ("Subject: 回复：报价\n\n谢谢\n", MailKind.REPLY),
    ("Subject: Offer\nIn-Reply-To: <1@our.example>\n\nYes\n", MailKind.REPLY),
    ("Subject: Question\n\nHow do I unsubscribe a pump from the maintenance plan of the machine?\n", MailKind.OTHER),
    ("Subject: Re: Offer\n\nWe do not stop the machine.\n\n> unsubscribe\n", MailKind.REPLY),
    ("Subject: Re: Offer\nAuto-Submitted: auto-replied\n\nunsubscribe\n", MailKind.OTHER),
    ("Subject: Re: Offer\nPrecedence: list\nList-Id: <x>\n\nunsubscribe\n", MailKind.OTHER),
    ("Subject: Automatic reply: Offer\n\nI am away.\n", MailKind.OTHER),
    ("Subject: AW: Abwesenheitsnotiz\n\nIch bin nicht da.\n", MailKind.OTHER),
]


@pytest.mark.parametrize(("rest", "kind"), PEOPLE)
def test_people(rest: str, kind: MailKind) -> None:
    report = read_mail((PERSON + rest).encode())
    assert report.kind is kind
    assert report.addresses == (() if kind is MailKind.OTHER else ("mia@acme.example",))


NOT_FAILED = ["delivered", "relayed", "expanded"]


@pytest.mark.parametrize("action", NOT_FAILED)
def test_reports_of_success_are_no_bounces(action: str) -> None:
    fields = f"Final-Recipient: rfc822; a@acme.example\nAction: {action}\nStatus: 2.0.0\n"
    head = f"{DAEMON}Content-Type: multipart/report; boundary=b\n\n--b\n"
    raw = f"{head}Content-Type: message/delivery-status\n\n{fields}\n--b--"
    assert read_mail(raw.encode()).bounces == ()


def test_two_reports_in_one_mail() -> None:
    fields = "Final-Recipient: rfc822; {0}@acme.example\nAction: failed\nStatus: 5.1.1"
    part = f"--b\nContent-Type: message/delivery-status\n\n{fields}\n\n"
    raw = f"{DAEMON}Content-Type: multipart/mixed; boundary=b\n\n{part.format('a')}{part.format('b')}--b--\n"
    assert [bounce.recipient for bounce in read_mail(raw.encode()).bounces] == ["a@acme.example", "b@acme.example"]


def test_a_report_inside_the_returned_letter_is_not_this_mails() -> None:
    inner = "Final-Recipient: rfc822; other@acme.example\nAction: failed\nStatus: 5.1.1\n"
    raw = (
        "From: a@acme.example\nSubject: look\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain\n\nsee\n--b\nContent-Type: message/rfc822\n\n{DAEMON}"
        "Content-Type: multipart/report; boundary=c\n\n--c\n"
        f"Content-Type: message/delivery-status\n\n{inner}\n--c--\n--b--\n"
    )
    assert read_mail(raw.encode()).kind is MailKind.OTHER


ENCODED = [
    ("iso-2022-jp", "ディレクトリのリストにありません"),
    ("utf-8", "адрес не существует"),
    ("windows-1251", "адрес не существует"),
    ("gb2312", "用户不存在"),
]


@pytest.mark.parametrize(("charset", "words"), ENCODED)
def test_character_sets(charset: str, words: str) -> None:
    head = f"{DAEMON}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    raw = head.encode() + f"could not be delivered\n\n<a@acme.example>:\n{words}\n".encode(charset)
    assert read_mail(raw).bounces[0].reason == "userunknown"


BUGS_CAUGHT = [
    b"Subject: =?utf-8?b?!!!!A?=\n\n",  # found by tests/fuzz: the standard library cannot decode it
    b"From: " + b"(" * 5000 + b"\n\n",
]


@pytest.mark.parametrize("raw", BUGS_CAUGHT)
def test_once_raised(raw: bytes) -> None:
    assert read_mail(raw).kind is MailKind.OTHER


ALIAS_AND_TARGET = (
    b"From: MAILER-DAEMON@a.example\nSubject: Undeliverable\n\nCould not be delivered:\n\n  old@acme.example\n"
    b"    (generated from info@acme.example)\n    Unrouteable address\n\n  info@acme.example\n    550 5.1.1 unknown\n"
)


def test_an_alias_and_what_it_stands_for_are_one_recipient() -> None:  # found by tests/fuzz: two, one soft, one hard
    assert [bounce.recipient for bounce in read_mail(ALIAS_AND_TARGET).bounces] == ["info@acme.example"]


def test_too_long_and_too_many_parts_are_refused() -> None:
    with pytest.raises(MailError, match="bytes"):
        read_mail(b"x" * (MAX_BYTES + 1))
    nested = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(10_000))
    with pytest.raises(MailError, match="more than 1,000 parts"):
        read_mail(b"Content-Type: multipart/mixed; boundary=b0\n\n" + nested)


def test_parts() -> None:
    mail = parse_mail((FOLDER / "report-wrong-boundary.eml").read_bytes())
    assert [part.content_type for part in mail.parts if part.body.strip()][:2] == [
        "text/plain",
        "message/delivery-status",
    ]


SEVERAL = """Message from acme.example.
Unable to deliver message to the following address(es).

<a@acme.example>:
This account has been disabled.

<b@acme.example>:
Something new.

<c@acme.example>:
<d@acme.example>:
No such user here.
"""


def test_what_is_said_of_one_recipient_is_not_said_of_another() -> None:
    report = read_mail(f"{DAEMON}\n{SEVERAL}".encode())
    found = [(bounce.recipient[0], bounce.reason) for bounce in report.bounces]
    assert found == [("a", "suspend"), ("b", "onhold"), ("c", "userunknown"), ("d", "userunknown")]


def test_the_person_behind_postmaster_replies() -> None:
    text = "Mails to\ninfo@acme.example\nwere rejected (550 5.1.1 user unknown). It works now."
    raw = f"From: Postmaster <postmaster@acme.example>\nSubject: Re: your delivery failed\n\n{text}\n"
    assert read_mail(raw.encode()).bounces == ()


ADMIN = "From: System Administrator <{0}@acme.example>\nReturn-Path: <>\n"
NOTICES = [
    ADMIN.format("admin")
    + "Subject: Mail delivery maintenance on Sunday\n\nMail is delayed. Ask\nhelpdesk@acme.example\n",
    ADMIN.format("it") + "Subject: Mail delivery failed on Friday\n\nThe server is repaired.\nhelpdesk@acme.example\n",
    ADMIN.format("postmaster") + "Subject: Undelivered messages in quarantine\n\nnot delivered:\noffers@spam.example\n",
    ADMIN.format("postmaster") + "Subject: Welcome\n\nYour new mailbox is\nmia@acme.example\n",
    ADMIN.format("postmaster") + "Subject: Ihr Postfach\n\nDas Postfach ist voll:\nmia@acme.example\n",
    ADMIN.format("postmaster") + "Subject: Su cuenta\n\nSu buzón está casi lleno. Escriba a\nhelp@acme.example\n",
    ADMIN.format("postmaster") + "Subject: Wartung\n\nMails werden später zugestellt. Fragen an\nit@acme.example\n",
    ADMIN.format("postmaster") + "Subject: お知らせ\n\n迷惑メールの設定について\nit@acme.example\n",
    ADMIN.format("postmaster") + "Subject: Новый адрес\n\nЯщик переполнен? Пишите:\nit@acme.example\n",
]


@pytest.mark.parametrize("raw", NOTICES)
def test_notices_of_administrators_are_no_bounces(raw: str) -> None:
    assert read_mail(raw.encode()).kind is MailKind.OTHER
