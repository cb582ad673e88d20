"""Each layer finds out its part, and here the parts become one verification."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harvester.classify.tags import is_disposable
from harvester.model import DomainVerdict, StatusReason, Verification
from harvester.verify.syntax import Mailbox, SyntaxProblem, parse_mailbox

TAKES_MAIL = frozenset({StatusReason.MX, StatusReason.IMPLICIT_MX})


class CheckDomain(Protocol):
    """`mx.DomainChecker.check`."""

    def __call__(self, domain: str, *, now: datetime) -> Awaitable[DomainVerdict]:
        """What the DNS says about mail for a domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAnswer:
    """What became of asking a mail server about one address; `replies` are the server's own words."""

    reason: StatusReason
    detail: str = ""
    replies: tuple[str, ...] = ()


class ProbeMailbox(Protocol):
    """`mailboxes.MailboxProber.probe`."""

    def __call__(self, mailbox: Mailbox, verdict: DomainVerdict, *, now: datetime) -> Awaitable[MailboxAnswer]:
        """What the domain's mail server says about a mailbox."""


async def verify_address(
    text: str, check: CheckDomain, *, now: datetime, probe: ProbeMailbox | None = None
) -> Verification:
    """What syntax, DNS and, with `probe`, the mail server say about an address. Never raises for what they say."""
    try:
        mailbox = parse_mailbox(text)
    except SyntaxProblem as problem:
        return Verification(reason=problem.reason, checked_at=now, detail=str(problem))
    verdict = await check(mailbox.ascii_domain, now=now)
    disposable = is_disposable(mailbox.ascii_domain)
    answer = None
    if probe and verdict.reason is StatusReason.MX and not disposable:
        answer = await probe(mailbox, verdict, now=now)
    return combine(verdict, answer, disposable=disposable, now=now)


def combine(verdict: DomainVerdict, answer: MailboxAnswer | None, *, disposable: bool, now: datetime) -> Verification:
    """The one verification that the layers come to.

    The domain's own statement stands before all: without a way for mail there is no mailbox. Then comes what the mail
    server said. A throw-away mailbox may well exist, so that it stays a risk and is not asked for.
    """
    reason, detail, checked_at = verdict.reason, verdict.detail, verdict.checked_at
    replies: tuple[str, ...] = ()
    if disposable and verdict.reason in TAKES_MAIL:
        reason, detail = StatusReason.DISPOSABLE, "the domain gives out throw-away mailboxes"
    elif answer is not None and verdict.reason is StatusReason.MX:
        reason, detail, replies, checked_at = answer.reason, answer.detail, answer.replies, now
    return Verification(
        reason=reason,
        mail_provider=verdict.mail_provider,
        mx=verdict.mx,
        checked_at=checked_at,
        detail=detail,
        spf=verdict.spf,
        dmarc=verdict.dmarc,
        replies=replies,
    )
