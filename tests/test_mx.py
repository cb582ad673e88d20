"""What the DNS says about mail: verdicts, their lifetime, and what an address gets from them."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from harvester.data import load_table
from harvester.model import DomainVerdict, Status, StatusReason, Verification
from harvester.verify.mx import DomainChecker, mail_provider, verify_domain
from harvester.verify.resolver import DnsAnswer, Resolver
from harvester.verify.verification import verify_address
from tests.rogue_dns import RogueDns, rogue_dns

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PUBLIC, PRIVATE = "9.9.9.9", "10.0.0.5"
ZONE = {
    ("takes.example", "MX"): ["10 mail.takes.example."],
    ("mail.takes.example", "A"): [PUBLIC],
    ("second.example", "MX"): ["10 gone.second.example.", "20 mail.takes.example."],
    ("null.example", "MX"): ["0 ."],
    ("odd-null.example", "MX"): ["0 .", "10 mail.takes.example."],
    ("implicit.example", "A"): [PUBLIC],
    ("implicit-six.example", "AAAA"): ["2620:fe::fe"],
    ("implicit-private.example", "A"): [PRIVATE],
    ("nothing.example", "TXT"): ['"hello"'],
    ("dead-mx.example", "MX"): ["10 mx1.nowhere.example.", "20 mx2.nowhere.example."],
    ("private.example", "MX"): ["10 mail.private.example."],
    ("mail.private.example", "A"): [PRIVATE],
    ("half-private.example", "MX"): ["10 mail.private.example.", "20 mail.takes.example."],
    ("local.example", "MX"): ["10 localhost."],
    ("literal.example", "MX"): ["10 9.9.9.9."],
    ("slow-mx.example", "MX"): ["10 slow.takes.example."],
    ("broken-mx.example", "MX"): ["10 broken.takes.example."],
    ("parked.example", "MX"): ["10 park-mx.above.com."],
    ("google.example", "MX"): ["1 aspmx.l.google.com.", "5 alt1.aspmx.l.google.com."],
    ("aspmx.l.google.com", "A"): [PUBLIC],
    ("xn--mller-kva.example", "MX"): ["10 mail.takes.example."],
}
VERDICTS = [
    ("takes.example", StatusReason.MX),
    ("second.example", StatusReason.MX),
    ("odd-null.example", StatusReason.MX),
    ("half-private.example", StatusReason.MX),
    ("slow-mx.example", StatusReason.MX),
    ("broken-mx.example", StatusReason.MX),
    ("google.example", StatusReason.MX),
    ("müller.example", StatusReason.MX),
    ("null.example", StatusReason.NULL_MX),
    ("implicit.example", StatusReason.IMPLICIT_MX),
    ("implicit-six.example", StatusReason.IMPLICIT_MX),
    ("implicit-private.example", StatusReason.MX_PRIVATE),
    ("private.example", StatusReason.MX_PRIVATE),
    ("local.example", StatusReason.MX_PRIVATE),
    ("parked.example", StatusReason.PARKED),
    ("nothing.example", StatusReason.NO_MAIL_SERVER),
    ("dead-mx.example", StatusReason.NO_MAIL_SERVER),
    ("literal.example", StatusReason.NO_MAIL_SERVER),
    ("absent.example", StatusReason.NO_SUCH_DOMAIN),
    ("a" * 64 + ".example", StatusReason.NO_SUCH_DOMAIN),
    ("slow.example", StatusReason.TIMEOUT),
    ("broken.example", StatusReason.SERVER_FAILURE),
    ("refused.example", StatusReason.SERVER_FAILURE),
]
NEVER_UNDELIVERABLE = ["slow.example", "broken.example", "refused.example", "slow-mx.example", "broken-mx.example"]


class Memory:
    """A store for verdicts, that counts."""

    def __init__(self) -> None:
        self.saved: dict[str, DomainVerdict] = {}
        self.loads: Counter[str] = Counter()

    def load_verdict(self, domain: str, *, now: datetime) -> DomainVerdict | None:
        self.loads[domain] += 1
        verdict = self.saved.get(domain)
        return verdict if verdict and verdict.expires_at > now else None

    def save_verdict(self, verdict: DomainVerdict) -> None:
        self.saved[verdict.domain] = verdict


def check(
    *domains: str, allow_private: bool = False, memory: Memory | None = None
) -> tuple[list[DomainVerdict], RogueDns]:
    """Ask one checker about all domains at the same time."""

    async def run() -> tuple[list[DomainVerdict], RogueDns]:
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], timeout_s=0.5)
            checker = DomainChecker(resolver, memory, allow_private=allow_private)
            verdicts = await asyncio.gather(*[checker.check(domain, now=NOW) for domain in domains])
            await resolver.aclose()
            return verdicts, server

    return asyncio.run(run())


@pytest.mark.parametrize(("domain", "reason"), VERDICTS)
def test_verdicts(domain: str, reason: StatusReason) -> None:
    [verdict], _ = check(domain)
    assert verdict.reason == reason
    assert reason == StatusReason.MX or verdict.detail


def test_details_name_what_is_wrong() -> None:
    dead, private, literal = check("dead-mx.example", "private.example", "literal.example")[0]
    assert "mx1.nowhere.example, mx2.nowhere.example" in dead.detail
    assert PRIVATE in private.detail
    assert "9.9.9.9" in literal.detail


def test_our_own_trouble_is_never_undeliverable() -> None:
    async def run() -> set[Status]:
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], timeout_s=0.4)
            checker = DomainChecker(resolver)
            found = [await verify_address(f"a@{domain}", checker.check, now=NOW) for domain in NEVER_UNDELIVERABLE]
            await resolver.aclose()
            return {verification.status for verification in found}

    assert asyncio.run(run()) == {Status.UNKNOWN, Status.LIKELY}


def test_private_mail_hosts_where_they_are_allowed() -> None:
    verdicts, _ = check("private.example", "implicit-private.example", "local.example", allow_private=True)
    assert [verdict.reason for verdict in verdicts] == [StatusReason.MX, StatusReason.IMPLICIT_MX, StatusReason.MX]


def test_a_domain_is_asked_once() -> None:
    _, server = check(*["takes.example"] * 20, *["TAKES.example."] * 20, *["slow.example"] * 20)
    assert server.asked["takes.example", "MX"] == 1
    assert server.asked["slow.example", "MX"] == 3, "one question with its attempts"


def test_verdicts_are_stored_and_failures_are_not() -> None:
    memory = Memory()
    check("takes.example", "absent.example", "slow.example", "broken.example", memory=memory)
    assert set(memory.saved) == {"takes.example", "absent.example"}
    _, server = check("takes.example", "absent.example", memory=memory)
    assert not server.asked, "both came from the store"
    assert memory.loads["takes.example"] == 2


def test_failures_are_remembered_in_the_run() -> None:
    async def run() -> tuple[int, list[StatusReason]]:
        async with rogue_dns(ZONE) as server:
            checker = DomainChecker(Resolver([server.nameserver]))
            reasons = [(await checker.check("broken.example", now=NOW)).reason for _ in range(500)]
            return server.asked["broken.example", "MX"], reasons

    asked, reasons = asyncio.run(run())
    assert asked == 1
    assert set(reasons) == {StatusReason.SERVER_FAILURE}


class Answers:
    """A resolver that says what it is told."""

    def __init__(self, ttl: int) -> None:
        self.ttl = ttl

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        return DnsAnswer("ok", ("mail.example",), self.ttl)

    async def addresses(self, host: str) -> DnsAnswer:
        return DnsAnswer("ok", (PUBLIC,), self.ttl)

    some_addresses = addresses


@pytest.mark.parametrize(("ttl", "seconds"), [(0, 3600), (59, 3600), (7200, 7200), (2**31 - 1, 7 * 86400)])
def test_lifetime_is_the_ttl_within_limits(ttl: int, seconds: int) -> None:
    verdict = asyncio.run(verify_domain("some.example", Answers(ttl), now=NOW))
    assert verdict.expires_at - verdict.checked_at == timedelta(seconds=seconds)


def test_an_expired_verdict_is_asked_for_again() -> None:
    async def run() -> list[datetime]:
        checker = DomainChecker(Answers(0))
        moments = [NOW, NOW + timedelta(minutes=59), NOW + timedelta(minutes=61)]
        return [(await checker.check("some.example", now=moment)).checked_at for moment in moments]

    assert asyncio.run(run()) == [NOW, NOW, NOW + timedelta(minutes=61)]


def test_a_renewed_verdict_is_not_the_next_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.verify.mx.REMEMBERED_VERDICTS", 2)

    async def run() -> list[datetime]:
        checker = DomainChecker(Answers(0))  # they live for an hour
        asked = [(0, "a.example"), (1, "b.example"), (61, "a.example"), (62, "c.example"), (63, "a.example")]
        moments = [(NOW + timedelta(minutes=minute), domain) for minute, domain in asked]
        return [(await checker.check(domain, now=moment)).checked_at for moment, domain in moments]

    checked = asyncio.run(run())
    assert checked[4] == checked[2] == NOW + timedelta(minutes=61)


SAMPLED_PROVIDERS = [
    ("aspmx.l.google.com", "google"),
    ("alt1.gmail-smtp-in.l.google.com", "google"),
    ("smtp.google.com", "google"),
    ("firm-example.mail.protection.outlook.com", "microsoft"),
    ("firm-example.r-v1.mx.microsoft", "microsoft"),
    ("mxbiz1.qq.com", "tencent"),
    ("mx1.qiye.aliyun.com", "aliyun"),
    ("mxn.mxhichina.com", "aliyun"),
    ("hzmx01.mxmail.netease.com", "netease"),
    ("qiye163mx01.mxmail.netease.com", "netease"),
    ("mx.yandex.net", "yandex"),
    ("mail.protonmail.ch", "proton"),
    ("mx.zoho.eu", "zoho"),
    ("mx2.zoho.in", "zoho"),
    ("mx00.ionos.de", "ionos"),
    ("mx00.kundenserver.de", "ionos"),
    ("mx1.ovh.net", "ovh"),
    ("spool.mail.gandi.net", "gandi"),
    ("smtpin.rzone.de", "strato"),
    ("mx1.hostinger.com", "hostinger"),
    ("mailstore1.secureserver.net", "godaddy"),
    ("de-smtp-inbound-1.mimecast.com", "mimecast"),
    ("mxa-00000000.gslb.pphosted.com", "proofpoint"),
    ("d1.ess.barracudanetworks.com", "barracuda"),
    ("cluster1.eu.messagelabs.com", "symantec"),
    ("mx1.emailsrvr.com", "rackspace"),
    ("in1-smtp.messagingengine.com", "fastmail"),
    ("mx01.mail.icloud.com", "apple"),
    ("emx.mail.ru", "mailru"),
    ("mx1.naver.com", "naver"),
    ("inbound-smtp.eu-west-1.amazonaws.com", "amazon"),
    ("route1.mx.cloudflare.net", "cloudflare"),
    ("mail.firm.example", "self"),
    ("firm.example", "self"),
]
NOT_THE_PROVIDER = [
    ("notgoogle.com", "other"),
    ("google.com.fake.example", "other"),
    ("mail.hoster.example", "other"),
    ("qq.com.cn", "other"),
    ("com", "other"),
]


@pytest.mark.parametrize(("host", "provider"), SAMPLED_PROVIDERS + NOT_THE_PROVIDER)
def test_mail_provider(host: str, provider: str) -> None:
    assert mail_provider((host, "mx.backup.example"), domain="shop.firm.example") == provider


def test_no_mail_host_has_no_provider() -> None:
    assert mail_provider((), domain="firm.example") is None


def test_provider_table_is_sorted_and_unique() -> None:
    rows = load_table("mail_providers")
    suffixes = [row[0] for row in rows]
    assert suffixes == sorted(set(suffixes))
    assert all(len(row) == 2 and row[0] == row[0].lower() and "." in row[0] for row in rows)


GOOD_SYNTAX = [
    "info@takes.example",
    "Jane.Doe+x@takes.example",
    "用户@takes.example",
    "a@müller.example",
    '"a b"@takes.example',
]
BAD_SYNTAX = [
    "", "info", "info@", "@takes.example", "a b@takes.example", "a..b@takes.example", "a@takes", "a@[9.9.9.9]",
    "a@-takes.example", "a@takes..example", "x" * 65 + "@takes.example", "a@takes.example\nb",
]  # fmt: skip


@pytest.mark.parametrize("address", GOOD_SYNTAX)
def test_good_syntax(address: str) -> None:
    verification = asyncio.run(verify(address))
    assert (verification.reason, verification.mx) == (StatusReason.MX, ("mail.takes.example",))
    assert (verification.checked_at, verification.mail_provider) == (NOW, verification.mail_provider)
    assert verification.mail_provider in ("self", "other")


@pytest.mark.parametrize("address", BAD_SYNTAX)
def test_bad_syntax(address: str) -> None:
    verification = asyncio.run(verify(address))
    assert (verification.status, verification.reason) == (Status.UNDELIVERABLE, StatusReason.SYNTAX)
    assert verification.detail


@pytest.mark.parametrize("address", ["a@b.invalid", "a@b.test", "a@printer.local", "a@b.onion"])
def test_names_that_the_dns_keeps_for_other_uses_do_not_exist(address: str) -> None:
    assert asyncio.run(verify(address)).reason == StatusReason.NO_SUCH_DOMAIN


async def verify(address: str) -> Verification:
    async with rogue_dns(ZONE) as server:
        resolver = Resolver([server.nameserver])
        verification = await verify_address(address, DomainChecker(resolver).check, now=NOW)
        await resolver.aclose()
        return verification
