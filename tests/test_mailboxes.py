"""Asking mail servers about mailboxes: what each answer comes to, and how much is asked of whom."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvester.data import load_table
from harvester.demo.certificate import self_signed_context
from harvester.model import DomainVerdict, Status, StatusReason, Verification
from harvester.verify.mail_hosts import Manners
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.routes import Route
from harvester.verify.syntax import parse_mailbox
from harvester.verify.verification import MailboxAnswer
from tests.mail_server import HANG_UP, NO_SUCH_USER, OK, SAY_NOTHING, MailServer, mail_servers

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MX = "mx.takes.example"
LOCAL = Manners(
    helo="probe.example",
    mail_from="check@probe.example",
    route=Route(timeout_s=1.0),
    host_rate=1000,
    rate=1000,
    greylist_waits_s=(0.01, 0.02),
    allow_private=True,
)
ONE_ADDRESS = pytest.mark.skipif(sys.platform == "darwin", reason="one loopback address only")
pytestmark = ONE_ADDRESS


def verdict(domain: str, mx: Sequence[str], provider: str = "self") -> DomainVerdict:
    expires = NOW + timedelta(days=1)
    return DomainVerdict(
        domain=domain,
        reason=StatusReason.MX,
        mx=tuple(mx),
        mail_provider=provider,
        checked_at=NOW,
        expires_at=expires,
    )


def probe(
    addresses: Sequence[str],
    servers: Mapping[str, MailServer],
    *,
    mx: Callable[[str], Sequence[str]] | None = None,
    manners: Manners = LOCAL,
    provider: str = "self",
    extra_hosts: Mapping[str, str] | None = None,
    one_by_one: bool = False,
    **memory: Any,
) -> list[MailboxAnswer]:
    """Ask about all addresses, at the same time unless `one_by_one`."""

    async def run() -> list[MailboxAnswer]:
        async with mail_servers(servers) as (hosts, port):
            hosts.known |= extra_hosts or {}
            prober = MailboxProber(hosts, replace(manners, route=replace(manners.route, port=port)), **memory)
            jobs = []
            for address in addresses:
                mailbox = parse_mailbox(address)
                exchanges = mx(mailbox.ascii_domain) if mx else list(servers)
                jobs.append(prober.probe(mailbox, verdict(mailbox.ascii_domain, exchanges, provider), now=NOW))
            try:
                return [await job for job in jobs] if one_by_one else list(await asyncio.gather(*jobs))
            finally:
                await prober.aclose()

    return asyncio.run(run())


ANSWERS = [
    ("mailbox", OK, StatusReason.MAILBOX_OK),
    ("forwarded", "251 will forward", StatusReason.MAILBOX_OK),
    ("not looked up", "252 2.0.0 cannot verify", StatusReason.ACCEPT_ALL),
    ("nobody", NO_SUCH_USER, StatusReason.NO_SUCH_MAILBOX),
    ("full", "552 5.2.2 Mailbox full", StatusReason.MAILBOX_FULL),
    ("full for now", "452 4.2.2 Over quota", StatusReason.MAILBOX_FULL),
    ("disabled", "550 5.2.1 Mailbox disabled", StatusReason.MAILBOX_DISABLED),
    ("policy", "550 5.7.1 Message rejected due to content", StatusReason.BLOCKED),
    ("our address", "554 5.7.1 Client host [127.0.0.1] blocked using zen.spamhaus.org", StatusReason.OUR_IP_REFUSED),
    ("held up for good", "451 4.7.1 Greylisted", StatusReason.GREYLISTED),
    ("held up once", ["451 4.7.1 Greylisted", OK], StatusReason.MAILBOX_OK),
    ("held up, nobody", ["450 4.2.0 Greylisted", NO_SUCH_USER], StatusReason.NO_SUCH_MAILBOX),
    ("hangs up", HANG_UP, StatusReason.MX_UNREACHABLE),
]


@pytest.mark.parametrize(("name", "reply", "reason"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_answers(name: str, reply: str | list[str], reason: StatusReason) -> None:
    [answer] = probe(["jane@takes.example"], {MX: MailServer({"jane@takes.example": reply})})
    assert answer.reason == reason
    assert answer.detail or reason is StatusReason.MAILBOX_OK


NEVER_UNDELIVERABLE = [
    "451 4.7.1 Greylisted", "450 4.1.1 unverified address: user unknown", "421 4.3.2 shutting down",
    "550 5.7.1 Access denied", "554 5.7.1 blocked using dnsbl.example", "550 5.1.8 Sender address rejected", HANG_UP,
    "550 no", "500 what?", "999 nonsense",
]  # fmt: skip


@pytest.mark.parametrize("reply", NEVER_UNDELIVERABLE)
def test_what_is_no_statement_about_the_mailbox_never_makes_it_undeliverable(reply: str) -> None:
    [answer] = probe(["jane@takes.example"], {MX: MailServer({"jane@takes.example": reply})})
    assert Verification(reason=answer.reason).status is not Status.UNDELIVERABLE


def test_a_domain_that_takes_anybody_is_asked_once_for_nobody() -> None:
    server = MailServer(other=OK)
    answers = probe([f"user{n}@takes.example" for n in range(5)], {MX: server})
    assert {answer.reason for answer in answers} == {StatusReason.ACCEPT_ALL}
    assert len(server.tries) == 6, "five users and one that nobody has"


def test_what_a_domain_takes_is_remembered() -> None:
    learned: list[tuple[Any, ...]] = []
    jane = {"jane@takes.example": OK}
    probe(["jane@takes.example"], {MX: MailServer(jane)}, learned=lambda *told: learned.append(told))
    assert learned == [("takes.example", False, NOW, NO_SUCH_USER)]
    server = MailServer(jane)
    [answer] = probe(["jane@takes.example"], {MX: server}, known=lambda domain, now: True)
    assert answer.reason is StatusReason.ACCEPT_ALL
    assert list(server.tries) == ["jane@takes.example"]


def test_without_an_answer_about_nobody_a_mailbox_is_not_called_good() -> None:
    server = MailServer({"jane@takes.example": OK}, other="451 4.7.1 Greylisted")
    [answer] = probe(["jane@takes.example"], {MX: server})
    assert answer.reason is StatusReason.GREYLISTED


def test_providers_whose_answer_proves_nothing_are_not_asked() -> None:
    server = MailServer(other=OK)
    for provider, _ in load_table("unverifiable_providers"):
        [answer] = probe(["jane@takes.example"], {MX: server}, provider=provider)
        assert answer.reason is StatusReason.PROVIDER_UNVERIFIABLE
        assert provider in answer.detail
    assert not server.connections
    assert {row[0] for row in load_table("unverifiable_providers")} <= {row[1] for row in load_table("mail_providers")}


def test_one_conversation_serves_many_recipients_and_no_letter_is_sent() -> None:
    server = MailServer()
    addresses = [f"user{n}@takes.example" for n in range(24)]
    server.replies = dict.fromkeys(addresses[:20], "452 4.2.2 full")  # no catch-all question
    probe(addresses, {MX: server}, one_by_one=True)
    assert server.connections == 24 // 8, "a new one after eight refusals, before the server loses patience"
    assert not [line for line in server.log if line.upper().startswith(("DATA", "BDAT", "VRFY"))]
    assert server.log[0] == "EHLO probe.example"
    assert "MAIL FROM:<check@probe.example>" in server.log


def test_few_connections_at_a_time() -> None:
    server = MailServer(other="452 4.2.2 full")
    probe([f"user{n}@takes.example" for n in range(60)], {MX: server}, manners=replace(LOCAL, connections=3))
    assert server.most_open <= 3


def test_questions_are_paced() -> None:
    async def run() -> float:
        started = asyncio.get_running_loop().time()
        await asyncio.to_thread(
            probe,
            [f"user{n}@takes.example" for n in range(6)],
            {MX: MailServer(other="452 4.2.2 full")},
            manners=replace(LOCAL, host_rate=20),
        )
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(run()) >= 5 / 20


def test_a_server_that_closes_is_asked_again_in_a_new_conversation() -> None:
    server = MailServer(dict.fromkeys([f"user{n}@takes.example" for n in range(4)], OK), closes_after=1)
    answers = probe([f"user{n}@takes.example" for n in range(4)], {MX: server}, one_by_one=True)
    assert {answer.reason for answer in answers} == {StatusReason.MAILBOX_OK}


def test_the_second_server_is_asked_where_the_first_is_out_of_reach() -> None:
    [answer] = probe(
        ["jane@takes.example"],
        {MX: MailServer({"jane@takes.example": OK})},
        mx=lambda _: ["gone.example", "off.example", MX],
        extra_hosts={"off.example": "127.0.0.9"},
    )
    assert answer.reason is StatusReason.MAILBOX_OK


def test_starttls_is_used_with_any_certificate() -> None:
    server = MailServer({"jane@takes.example": OK}, tls=self_signed_context(["somebody-else.example"]))
    [answer] = probe(["jane@takes.example"], {MX: server})
    assert answer.reason is StatusReason.MAILBOX_OK
    assert server.encrypted


def test_where_tls_fails_the_server_is_asked_in_the_clear() -> None:
    server = MailServer({"jane@takes.example": OK}, extensions=["STARTTLS"])  # offered, and then "250 Ok"
    [answer] = probe(["jane@takes.example"], {MX: server})
    assert answer.reason is StatusReason.MAILBOX_OK


def test_letters_beyond_ascii_need_a_server_that_knows_them() -> None:
    knows, knows_not = MailServer({"用户@takes.example": OK}), MailServer(extensions=[])
    assert probe(["用户@takes.example"], {MX: knows})[0].reason is StatusReason.MAILBOX_OK
    assert "MAIL FROM:<check@probe.example> SMTPUTF8" in knows.log
    assert probe(["用户@takes.example"], {MX: knows_not})[0].reason is StatusReason.BLOCKED
    assert not knows_not.tries


TURNED_AWAY = [
    ("554 5.7.1 Your IP is on our blacklist", "250 Ok", StatusReason.OUR_IP_REFUSED),
    ("554 No SMTP service here", "250 Ok", StatusReason.BLOCKED),
    ("421 4.7.0 Too busy", "250 Ok", StatusReason.GREYLISTED),
    ("220 Hello", "550 5.1.8 Sender rejected", StatusReason.BLOCKED),
    ("220 Hello", "451 4.7.1 Try again", StatusReason.GREYLISTED),
    (SAY_NOTHING, "250 Ok", StatusReason.MX_UNREACHABLE),
]


@pytest.mark.parametrize(("greeting", "mail", "reason"), TURNED_AWAY)
def test_turned_away_before_any_question(greeting: str, mail: str, reason: StatusReason) -> None:
    server = MailServer(other=OK, greeting=greeting, mail=mail)
    manners = replace(LOCAL, route=replace(LOCAL.route, timeout_s=0.3))
    [answer] = probe(["jane@takes.example"], {MX: server}, manners=manners)
    assert answer.reason is reason
    assert not server.tries
