"""2,000 mails that are no bounces, composed from parts in 15 languages: letters, replies, notices of absence,
newsletters, receipts, reports of delivery and of DMARC, and mails about bounces that quote them in whole or in part.

The same number always gives the same mails. Names and addresses are invented.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from harvester.model.bounce import MailKind


class Words(NamedTuple):
    """What a language says."""

    greeting: str
    sentences: list[str]
    closing: str
    away_subject: str
    away: str
    about_bounce: str
    request: str
    reply_mark: str


FOLDER = Path(__file__).parent
LANGUAGES = {
    language: Words(**words)
    for language, words in tomllib.loads(FOLDER.joinpath("ordinary_words.toml").read_text("utf-8")).items()
}
BOUNCES = [
    bounce["text"] for bounce in tomllib.loads(FOLDER.joinpath("quoted_bounces.toml").read_text("utf-8"))["bounce"]
]
BOUNCE_SUBJECTS = ("Undelivered Mail Returned to Sender", "Delivery Status Notification (Failure)", "failure notice")
COUNT = 2000


class Ordinary(NamedTuple):
    """A mail, what it is like, and what it is."""

    name: str
    raw: bytes
    kind: MailKind


def ordinary_mails(count: int = COUNT, seed: int = 20261125) -> Iterator[Ordinary]:
    """The mails, each language and each sort of mail about as often as any other."""
    chance = random.Random(seed)
    for number in range(count):
        language = list(LANGUAGES)[number % len(LANGUAGES)]
        compose = SORTS[number // len(LANGUAGES) % len(SORTS)]
        mail = EmailMessage()
        mail["Message-ID"] = f"<{number}.{chance.randrange(10**9)}@mail.acme.example>"
        mail["Date"] = f"Mon, {1 + number % 28:02} Jun 2026 10:{number % 60:02}:00 +0200"
        mail["To"] = "Bounces <sales@our-company.example>"
        kind = compose(mail, LANGUAGES[language], chance)
        if "From" not in mail:
            mail["From"] = chance.choice(("Mia Keller <mia.keller@acme.example>", "k.sato@tokyo-parts.example"))
        yield Ordinary(f"{number}-{compose.__name__}-{language}", mail.as_bytes(), kind)


def letter(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = chance.choice(words.sentences)
    mail.set_content(_body(words, chance))
    return MailKind.OTHER


def reply(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = f"{words.reply_mark}: Offer 2026-{chance.randrange(999)}"
    mail["In-Reply-To"] = "<1@our-company.example>"
    mail.set_content(_body(words, chance) + "\n\n> Your offer\n> " + chance.choice(words.sentences))
    return MailKind.REPLY


def reply_with_quoted_bounce(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = f"{words.reply_mark}: {chance.choice(BOUNCE_SUBJECTS)}"
    quoted = "\n".join(f"> {line}" for line in chance.choice(BOUNCES).split("\n"))
    mail.set_content(f"{words.greeting}\n\n{words.about_bounce}\n\n{quoted}\n\n{words.closing}\nMia Keller")
    return MailKind.REPLY


def letter_with_pasted_bounce(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = chance.choice((*BOUNCE_SUBJECTS, "Mail delivery failed", words.about_bounce))
    mail.set_content(f"{words.greeting}\n\n{words.about_bounce}\n\n{chance.choice(BOUNCES)}\n\n{words.closing}\nMia")
    return MailKind.OTHER


def request(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = f"{words.reply_mark}: Offer 2026-{chance.randrange(999)}"
    mail.set_content(f"{words.greeting}\n\n{words.request}\n\n{words.closing}\n\n> {words.sentences[0]}\n")
    return MailKind.UNSUBSCRIBE


def absence(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = words.away_subject
    if chance.random() < 0.7:
        mail["Auto-Submitted"] = "auto-replied"
        mail["Return-Path"] = "<>"
    mail.set_content(f"{words.greeting}\n\n{words.away}\n\n{chance.choice(words.sentences)}\nur@acme.example\n")
    return MailKind.OTHER


def gone(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = words.away_subject
    mail["Auto-Submitted"] = "auto-replied"
    mail["Return-Path"] = "<>"
    mail.set_content(
        f"{words.away}\n\nMy mailbox is no longer read and your message was not delivered to anyone.\n"
        "Please write to:\n\nfollower@acme.example\n"
    )
    return MailKind.OTHER


def ticket(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = "Acme Support <support@acme.example>"
    mail["Subject"] = f"[Ticket #{chance.randrange(99999)}] {chance.choice(words.sentences)}"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail.set_content(f"{words.greeting}\n\nWe have received your message.\n{chance.choice(words.sentences)}\n")
    return MailKind.OTHER


def newsletter(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = "Mailing Weekly <newsletter@mailing-weekly.example>"
    mail["Subject"] = chance.choice(("Undeliverable? Ten reasons why mail bounces", chance.choice(words.sentences)))
    mail["List-Unsubscribe"] = "<https://mailing-weekly.example/u/1>"
    mail["List-Id"] = "<weekly.mailing-weekly.example>"
    mail["Return-Path"] = "<bounce-1@mailing-weekly.example>"
    html = f"<p>{chance.choice(words.sentences)}</p><pre>550 5.1.1 User unknown</pre><p>editor@weekly.example</p>"
    mail.set_content(f"{chance.choice(words.sentences)}\n\n550 5.1.1 <you@acme.example>: User unknown\n")
    mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    return MailKind.OTHER


def parcel(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = chance.choice(("Parcel <no-reply@parcel.example>", "delivery@parcel.example"))
    mail["Subject"] = chance.choice(("Delivery failed: your parcel", "Delivery notification", "Delivery delayed"))
    mail.set_content(
        f"{words.greeting}\n\nYour parcel could not be delivered to: mia.keller@acme.example\n550 Main Street\n"
    )
    return MailKind.OTHER


def quarantine(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = "Postmaster <postmaster@our-company.example>"
    mail["Subject"] = "Quarantine summary: 2 new messages"
    mail.set_content(
        f"{words.greeting}\n\nThe following messages are held for you:\n\n"
        f"offers@spam.example   {chance.choice(words.sentences)}\nnews@acme.example   {words.closing}\n"
    )
    return MailKind.OTHER


def delivered_report(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    action = chance.choice(("delivered", "relayed", "expanded"))
    raw = (
        f"This is the mail system. Your message was successfully delivered.\n\n<lindqvist@acme.example>: {action}\n",
        f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@acme.example\nAction: {action}\nStatus: 2.0.0\n",
    )
    mail["From"] = "Mail Delivery System <MAILER-DAEMON@acme.example>"
    mail["Subject"] = "Successful Mail Delivery Report"
    _as_report(mail, "delivery-status", raw)
    return MailKind.OTHER


def receipt(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mode = chance.choice(("displayed", "deleted"))
    mail["Subject"] = f"{chance.choice(('Read', 'Not read', 'Gelesen'))}: {chance.choice(words.sentences)}"
    fields = f"Final-Recipient: rfc822; lindqvist@acme.example\nDisposition: manual-action/MDN-sent-manually; {mode}\n"
    _as_report(mail, "disposition-notification", (f"{words.greeting}\nThe message was {mode}.\n", fields))
    return MailKind.OTHER


def dmarc_report(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = chance.choice(("noreply-dmarc@acme.example", "postmaster@acme.example"))
    mail["Subject"] = "Report Domain: our-company.example Submitter: acme.example Report-ID: 17"
    mail.set_content(f"DMARC aggregate report. {chance.choice(words.sentences)}\n")
    mail.add_attachment(b"\x1f\x8b\x08\x00report", maintype="application", subtype="gzip", filename="report.xml.gz")
    return MailKind.OTHER


def alarm(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["From"] = "monitor@our-company.example"
    mail["Subject"] = "PROBLEM: SMTP on mx1 is CRITICAL"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{chance.choice(words.sentences)}\n550 5.7.1 relay denied\nContact: root@our-company.example\n")
    return MailKind.OTHER


def challenge(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = "Please confirm your message"
    mail["Auto-Submitted"] = "auto-replied"
    mail["Return-Path"] = "<>"
    mail.set_content(f"{words.greeting}\n\nYour message to lindqvist@acme.example is held until you confirm it.\n")
    return MailKind.OTHER


def forwarded_letter(mail: EmailMessage, words: Words, chance: random.Random) -> MailKind:
    mail["Subject"] = f"Fwd: {chance.choice(words.sentences)}"
    mail.set_content(
        "FYI\n\nBegin forwarded message:\n\n> From: Ben Ito <ben@acme.example>\n> Subject: Offer\n"
        "> To: sales@our-company.example\n>\n"
        f"> {chance.choice(words.sentences)}\n> mail to lindqvist@acme.example could not be delivered\n"
    )
    return MailKind.OTHER


SORTS = (
    letter, reply, request, reply_with_quoted_bounce, letter_with_pasted_bounce, absence, gone, ticket, newsletter,
    parcel, quarantine, delivered_report, receipt, dmarc_report, alarm, challenge, forwarded_letter,
)  # fmt: skip


def _body(words: Words, chance: random.Random) -> str:
    return f"{words.greeting}\n\n{' '.join(chance.sample(words.sentences, 2))}\n\n{words.closing}\nMia Keller\n"


def _as_report(mail: EmailMessage, report_type: str, parts: tuple[str, str]) -> None:
    mail["Auto-Submitted"] = "auto-replied"
    text, fields = parts
    mail.set_content(text)
    mail.make_mixed()
    part = EmailMessage()
    part["Content-Type"] = f"message/{report_type}"
    part.set_payload([message_from_string(block) for block in fields.split("\n\n")])
    mail.attach(part)
    mail.set_type("multipart/report")
    mail.set_param("report-type", report_type)
