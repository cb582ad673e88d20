"""What servers say, and what it means: texts of real kinds, in words that outrank the codes beside them."""

import re
from pathlib import Path

import pytest

from harvester.bounces.reasons import MEANINGS, OURS, classify_reason, find_reply, find_status, inner_reply
from harvester.data import load_table

HARD = [
    ("550 5.1.1 <a@acme.example>: Recipient address rejected: User unknown in virtual mailbox table", "userunknown"),
    ("550 5.1.1 The email account that you tried to reach does not exist.", "userunknown"),
    ("550 5.4.1 Recipient address rejected: Access denied. [mx.protection.example]", "userunknown"),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "userunknown"),
    ("550 Requested action not taken: mailbox unavailable", "userunknown"),
    ("554 delivery error: dd This user doesn't have a acme.example account (a@acme.example)", "userunknown"),
    ("Sorry, no mailbox here by that name. (#5.1.1)", "userunknown"),
    ("511 5.1.1 unknown address or alias: a@acme.example; unknown user", "userunknown"),
    ("Utilisateur inconnu !", "userunknown"),
    ("User not found: 收件人邮件地址（a@acme.example）不存在", "userunknown"),
    ("550 5.1.2 <a@acme.example>... Host unknown (Name server: host not found)", "hostunknown"),
    ("Host or domain name not found. Name service error for name=acme.example type=A", "hostunknown"),
    ("Unrouteable address", "hostunknown"),
    ("DNS Error: DNS type 'mx' lookup of acme.example responded with code NXDOMAIN", "hostunknown"),
    ("#554 5.4.4 SMTPSEND.DNS.NonExistentDomain; nonexistent domain ##", "hostunknown"),
    ("5.1.2 - Bad destination host 'DNS Hard Error looking up acme.example (MX): NXDomain'", "hostunknown"),
    ("Domain acme.example does not accept mail (nullMX)", "notaccept"),
    ("an MX or SRV record indicated no SMTP service", "notaccept"),
    ("550 5.1.6 recipient no longer on server: a@acme.example", "hasmoved"),
    ("El usuario a no se encuentra en el Directorio de Domino", "userunknown"),
    ("Utilisateur a non répertorié dans l'annuaire Domino", "userunknown"),
    ("DNS lookup failure: host acme.example not found", "hostunknown"),
    ("553 Recipient mailbox is not allowed", "userunknown"),
    ("501 5.1.3 Syntax error in mailbox address", "userunknown"),
    ("550 Użytkownik nieznany", "userunknown"),
    ("550 Ismeretlen felhasználó", "userunknown"),
    ("550 Bilinmeyen kullanıcı", "userunknown"),
    ("550 Okänd mottagare", "userunknown"),
    ("550 Άγνωστος χρήστης", "userunknown"),
    ("550 宛先不明", "userunknown"),
    ("550 사용자를 찾을 수 없습니다", "userunknown"),
    ("550 المستخدم غير موجود", "userunknown"),
    ("550 Ce destinataire n'existe pas", "userunknown"),
    ("550 Dominio inexistente", "hostunknown"),
    ("host antispam.acme.example[192.0.2.3] said: 550 5.1.1 User unknown", "userunknown"),
    ("550 5.1.1 No such user (in reply to end of DATA command)", "userunknown"),
    ("550 mail account does not exist (a@spam.example)", "userunknown"),
    ("550 No one with that email address here", "userunknown"),
    ("556 Invalid account. Tenant or domain not found", "hostunknown"),
]
SOFT = [
    ("550 5.1.1 Mailbox full", "mailboxfull"),
    ("552 5.2.2 The recipient's inbox is out of storage space and inactive.", "mailboxfull"),
    ("550 5.2.1 The email account that you tried to reach is disabled.", "suspend"),
    ("550 5.1.1 Blocked: user unknown to spamhaus policy", "blocked"),
    ("553 http://www.spamhaus.org/query/bl?ip=192.0.2.222", "blocked"),
    ("550 5.1.0 MailFrom domain is listed in Spamhaus", "badreputation"),
    ("550 5.7.25 Reverse DNS validation failed", "requireptr"),
    ("550 5.7.509 Access denied, sending domain [ACME] does not pass DMARC verification", "authfailure"),
    ("550 5.7.1 Relaying denied", "norelaying"),
    ("sorry, that domain isn't in my list of allowed rcpthosts", "norelaying"),
    ("554 5.7.0 Reject, id=20025-09 - SPAM", "spamdetected"),
    ("552 5.3.4 Message size exceeds fixed limit", "mesgtoobig"),
    ("452 4.3.2 Connection rate limit exceeded.", "toomanyconn"),
    ("450 4.2.0 Greylisted, please try again in 300 seconds", "blocked"),
    ("554 5.4.6 Too many hops", "networkerror"),
    ("connect to mx.acme.example[192.0.2.1]:25: Connection timed out", "expired"),
    ("450 Requested action not taken: mailbox unavailable", "onhold"),
    ("550 5.1.8 Sender address rejected: Domain not found", "rejected"),
    ("SMTP error from remote mail server after MAIL FROM:<us@our.example>: 550 No such domain", "rejected"),
    ("Connected to 192.0.2.1 but my name was rejected. 501 5.0.0 Invalid domain name", "blocked"),
    ("5.1.0 - Unknown address error 550-'5.7.1 <us@our.example>... Access denied'", "rejected"),
    ("451 4.3.0 Error: queue file write error", "systemerror"),
    ("550 5.1.1 Too many invalid recipients, 192.0.2.1 is blocked", "blocked"),
    ("554 This IP was blocked: many invalid recipients. IB112", "blocked"),
    ("550 5.1.1 <a@acme.example>... Blocked by a filter of ours", "blocked"),
    ("550 5.1.1 Spam", "spamdetected"),
    ("550 5.1.0 us@our.example refused AUP#CXSMTP", "blocked"),
    ("552 5.1.1 <a@acme.example> Mailbox delivery restricted by policy error", "policyviolation"),
    ("550 5.1.1 Upstream error", "systemerror"),
    ("550 5.1.1 <a@acme.example> account is protected by a challenge", "filtered"),
    ("550 5.1.0 RESOLVER.ADR.BadPrimary; primary address is missing or invalid recipient", "systemerror"),
    ("Amazon SES has suppressed sending to this address: invalid address", "suppressed"),
    ("SMTP error from remote mail server after end of data: 553 us@our.example does not exist", "onhold"),
    ("450 4.4.3 DNS type 'mx' lookup of acme.example responded with code NXDOMAIN", "networkerror"),
    ("550 5.4.5 Daily sending quota exceeded", "speeding"),
    ("553 Sorry, your email address has been blacklisted", "rejected"),
    ("553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)", "rejected"),
    ("550 5.7.1 The user or domain has a policy that prohibited the mail", "policyviolation"),
    ("502 5.5.1 Unrecognized command", "syntaxerror"),
    ("450 4.2.1 The user is receiving mail too quickly", "speeding"),
    ("550 5.1.1 rejected based on geographical location", "blocked"),
    ("554 5.1.1 (RTR:BB) see our postmaster page", "blocked"),
    ("550 5.1.1 mail from us@our.example refused", "blocked"),
    ("550 5.1.1 HELO should be a fully qualified name", "blocked"),
    ("550 5.1.1 could not complete sender verify callout", "rejected"),
    ("550 5.1.1 only subscribers may post", "rejected"),
    ("550 5.1.1 this mail has been rate limited", "speeding"),
    ("550 5.1.1 our.example has exceeded the max defers and failures per hour", "speeding"),
    ("460 5.1.1 too many messages (#4.3.0)", "speeding"),
    ("550 5.1.1 DMARC domain authentication fail", "authfailure"),
    ("550 5.1.1 Please turn on SMTP Authentication", "securityerror"),
    ("550 5.1.1 A URL in this email is on a list of ours", "spamdetected"),
    ("550 5.1.1 mail score (15) over 10", "spamdetected"),
    ("550 5.1.1 server busy", "systemerror"),
    ("550 5.1.1 system config error", "systemerror"),
    ("550 5.1.1 command output: vacation.pl", "mailererror"),
    ("550 5.1.1 message file too big", "mesgtoobig"),
    ("550 5.1.1 Recipient over his quota", "mailboxfull"),
    ("550 5.1.1 Skrzynka odbiorcy jest pełna", "mailboxfull"),
    ("550 5.1.1 Ящик полон", "mailboxfull"),
    ("550 5.1.1 メールボックスの容量オーバー", "mailboxfull"),
    ("550 5.1.1 收件箱已满", "mailboxfull"),
    ("550 5.1.1 Konto des Empfängers gesperrt", "suspend"),
    ("550 5.1.1 Correo detectado como spam", "spamdetected"),
    ("550 5.1.1 Rechazado: lista negra", "blocked"),
    ("550 5.1.1 Zu viele Verbindungen", "toomanyconn"),
    ("550 5.1.1 Se requiere autenticación", "securityerror"),
    ("550 Unknown user (in reply to end of DATA command)", "filtered"),
    ("192.0.2.3 failed after I sent the message. Remote host said: 550 no such user", "filtered"),
    ("550 No such user here (state 17).", "filtered"),
    ("550 5.4.1 All recipient addresses rejected : Access denied", "rejected"),
    ("550 5.1.1 The group may not exist. https://groups.google.com/support/", "rejected"),
    ("something nobody has said before", "onhold"),
    ("", "undefined"),
]


def classified(text: str) -> str:
    said = inner_reply(text)
    return classify_reason(said, status=find_status(said), reply=find_reply(said))


@pytest.mark.parametrize(("text", "reason"), HARD)
def test_hard(text: str, reason: str) -> None:
    assert classified(text) == reason
    assert MEANINGS[reason].hard


@pytest.mark.parametrize(("text", "reason"), SOFT)
def test_soft(text: str, reason: str) -> None:
    assert classified(text) == reason
    assert not MEANINGS[reason].hard


STATUSES = [("5.1.1", "userunknown"), ("4.2.2", "mailboxfull"), ("5.4.7", "expired"), ("5.7.999", "securityerror")]


@pytest.mark.parametrize(("status", "reason"), [*STATUSES, ("5.0.0", "undefined"), ("", "undefined")])
def test_status_alone(status: str, reason: str) -> None:
    assert classify_reason("", status=status) == reason


FOUND = [
    ("550 5.1.1 no", "5.1.1", "550"),
    ("5.0.0 then 552-5.2.2 full", "5.2.2", "552"),
    ("host 192.0.2.25 said: 421 4.7.0 later", "4.7.0", "421"),
    ("250 2.1.5 ok", "", ""),
    ("call 555 1234 or version 5.1.1.2", "", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "status", "reply"), FOUND)
def test_codes_in_a_text(text: str, status: str, reply: str) -> None:
    assert (find_status(text), find_reply(text)) == (status, reply)


def test_every_reason_in_the_tables_has_its_meaning() -> None:
    used = {row[1] for row in load_table("bounce_reasons")} | {row[1] for row in load_table("bounce_statuses")}
    used |= {row[3] for row in load_table("bounce_events")} - {"-"}
    assert used <= MEANINGS.keys()


def test_each_row_can_count() -> None:
    """A phrase behind one that it holds is never the first that a text holds."""
    before: list[str] = []
    for strength, _, phrase in load_table("bounce_reasons"):
        if strength == "text":
            assert not [earlier for earlier in before if "*" not in earlier and earlier in phrase], phrase
            before.append(phrase)


def test_what_is_about_the_sender_says_nothing_of_the_contact() -> None:
    assert all(not meaning.hard and not meaning.status_reason for meaning in MEANINGS.values() if meaning.about in OURS)
    assert all(meaning.status_reason == "hard_bounced" for meaning in MEANINGS.values() if meaning.hard)


README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("reason", MEANINGS)
def test_readme_tells_what_each_reason_makes_of_a_contact(reason: str) -> None:
    (row,) = [
        line
        for line in README.splitlines()
        if re.match(rf"\| `(?:[a-z]+ )*{reason}(?: [a-z]+)*` \| (?:hard|soft) ", line)
    ]
    meaning = MEANINGS[reason]
    _, _, strength, made, _ = map(str.strip, row.split("|"))
    assert strength == ("hard" if meaning.hard else "soft")
    assert made.startswith(f"`{meaning.status_reason}`" if meaning.status_reason else "none")
