"""Whether a mailbox exists: its mail server is asked as if a letter were to follow (RFC 5321, 3.3), and none does.

What our own side spoils (a closed port, a refused address of ours) takes nothing away from what the DNS has told.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Protocol

from harvester.data import load_table
from harvester.model import DomainVerdict, StatusReason
from harvester.urls import registrable_domain
from harvester.verify.dialogue import BrokenOffError, TurnedAwayError
from harvester.verify.mail_hosts import MailHosts, Manners, UnreachableError
from harvester.verify.mx import DnsResolver
from harvester.verify.replies import Reply, read_recipient_reply, read_refusal
from harvester.verify.syntax import Mailbox
from harvester.verify.verification import MailboxAnswer

HOSTS_TRIED = 3  # of one domain, best first
REFUSALS_TO_STOP, REFUSING_SHARE = 3, 0.1  # so many servers, and so many of all that were reached, refuse our address
UNREACHED_TO_STOP = 5  # so many servers out of reach and none within: the port is closed on our side
REMEMBERED_SERVERS = 10_000  # the last ones reached; the share is of these
REACH_WAIT_S = 5.0  # before a server out of reach is taken for the first of many
REMEMBERED_DOMAINS = 20_000
UNTOLD = "the mailbox was accepted, but whether the domain accepts any is not known"


class AcceptAllMemory(Protocol):
    """Where it outlives the run whether a domain takes any address."""

    def __call__(self, domain: str, *, now: datetime) -> bool | None:
        """What is known of the domain, if anything."""


class Reach:
    """What the servers' behaviour says about our own side: whether we come through, and whether we are welcome."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self._reached: OrderedDict[str, None] = OrderedDict()
        self._unreached: set[str] = set()  # as long as none is reached
        self._refusing: set[str] = set()

    def saw(self, host: str) -> None:
        """A connection came about."""
        owner = registrable_domain(host)
        self._reached[owner] = None
        self._reached.move_to_end(owner)
        if len(self._reached) > REMEMBERED_SERVERS:
            oldest, _ = self._reached.popitem(last=False)
            self._refusing.discard(oldest)
        self._unreached.clear()
        self.first.set()

    def missed(self, host: str) -> None:
        """No connection came about."""
        if not self._reached:
            self._unreached.add(registrable_domain(host))

    def was_refused(self, host: str) -> None:
        """The server refuses our address."""
        self._refusing.add(registrable_domain(host))

    def obstacle(self) -> MailboxAnswer | None:
        """Why no further server should be asked, if there is a reason."""
        refusing = len(self._refusing)
        if refusing >= REFUSALS_TO_STOP and refusing >= REFUSING_SHARE * len(self._reached):
            said = f"not asked: {refusing} mail servers have refused our address; asking on would harm its reputation"
            return MailboxAnswer(reason=StatusReason.OUR_IP_REFUSED, detail=said)
        if not self._reached and len(self._unreached) >= UNREACHED_TO_STOP:
            said = f"not asked: none of {len(self._unreached)} mail servers could be reached from here"
            return MailboxAnswer(reason=StatusReason.PORT_25_CLOSED, detail=said)
        return None


class MailboxProber:
    """Asks mail servers about mailboxes. One object a run: it remembers what it learns of them and of our own side."""

    def __init__(
        self,
        resolver: DnsResolver,
        manners: Manners,
        *,
        known: AcceptAllMemory | None = None,
        learned: Callable[[str, bool, datetime, str], None] | None = None,
    ) -> None:
        """`known` and `learned` (domain, accepts all, when, reply) connect it with what earlier runs have learned."""
        self.reach = Reach()
        self._manners = manners
        self._hosts = MailHosts(resolver, manners, on_reached=self.reach.saw)
        self._known = known
        self._learned = learned
        self._accept_all: OrderedDict[str, asyncio.Task[bool | None]] = OrderedDict()

    async def aclose(self) -> None:
        """End all conversations."""
        for task in self._accept_all.values():
            task.cancel()
        await self._hosts.aclose()

    async def probe(self, mailbox: Mailbox, verdict: DomainVerdict, *, now: datetime) -> MailboxAnswer:
        """What the server says about the mailbox. Never raises for what a server or the network does."""
        if why := _unverifiable().get(verdict.mail_provider or ""):
            said = f"not asked: {why} ({verdict.mail_provider})"
            return MailboxAnswer(reason=StatusReason.PROVIDER_UNVERIFIABLE, detail=said)
        domain = mailbox.ascii_domain
        answer = await self._ask(f"{mailbox.local}@{domain}", verdict.mx)
        if answer.reason is StatusReason.GREYLISTED and self._manners.greylist_waits_s:
            self._accept_all_task(domain, verdict.mx, now)  # it will be held up, too: both wait at the same time
            answer = await self._ask_again(answer, f"{mailbox.local}@{domain}", verdict.mx)
        if answer.reason is not StatusReason.MAILBOX_OK:
            return answer
        accepts_all = await asyncio.shield(self._accept_all_task(domain, verdict.mx, now))
        if accepts_all is None:
            return replace(answer, reason=StatusReason.GREYLISTED, detail=UNTOLD)
        if accepts_all:
            return replace(answer, reason=StatusReason.ACCEPT_ALL, detail="the domain accepts any address")
        return answer

    async def _ask_again(self, answer: MailboxAnswer, address: str, mx: tuple[str, ...]) -> MailboxAnswer:
        """Ask again after each wait as long as the server says "later"."""
        replies = answer.replies
        for wait_s in self._manners.greylist_waits_s:
            if answer.reason is not StatusReason.GREYLISTED:
                break
            await asyncio.sleep(wait_s)
            answer = await self._ask(address, mx)
            replies += answer.replies
        return replace(answer, replies=replies)

    async def _ask(self, address: str, mx: tuple[str, ...]) -> MailboxAnswer:
        """Ask the domain's servers, the best first, until one has something to say."""
        silent: list[tuple[str, Exception]] = []
        for host in mx[:HOSTS_TRIED]:
            if obstacle := self.reach.obstacle():
                return obstacle
            try:
                return await self._ask_host(host, address)
            except (UnreachableError, BrokenOffError) as error:
                if isinstance(error, UnreachableError) and error.reason is StatusReason.MX_UNREACHABLE:
                    self.reach.missed(host)
                silent.append((host, error))
        return await self._explain_silence(silent)

    async def _ask_host(self, host: str, address: str) -> MailboxAnswer:
        try:
            reply = await self._hosts.ask(host, address)
        except TurnedAwayError as error:
            return self._answer(host, error.reply, read_refusal)
        if reply is None:
            said = f"{host} knows no addresses with letters beyond ASCII"
            return MailboxAnswer(reason=StatusReason.BLOCKED, detail=said)
        return self._answer(host, reply, read_recipient_reply)

    def _answer(self, host: str, reply: Reply, read: Callable[[Reply], StatusReason]) -> MailboxAnswer:
        reason = read(reply)
        if reason is StatusReason.OUR_IP_REFUSED:
            self.reach.was_refused(host)
        detail = "" if reason is StatusReason.MAILBOX_OK else f"{host}: {reply}"
        return MailboxAnswer(reason=reason, detail=detail, replies=(str(reply),))

    async def _explain_silence(self, silent: list[tuple[str, Exception]]) -> MailboxAnswer:
        """What it means that no server of a domain said anything; the first tried in vain is the most telling."""
        reasons = [getattr(error, "reason", StatusReason.MX_UNREACHABLE) for _, error in silent]
        if StatusReason.MX_UNREACHABLE not in reasons:
            host, error = silent[0]
            return MailboxAnswer(reason=reasons[0], detail=f"not asked: {error}")
        host, error = silent[reasons.index(StatusReason.MX_UNREACHABLE)]
        if isinstance(error, BrokenOffError):
            return MailboxAnswer(reason=StatusReason.MX_UNREACHABLE, detail=f"{host}: {error}")
        if not self.reach.first.is_set():  # theirs, if any other server can be reached; else ours
            try:
                await asyncio.wait_for(self.reach.first.wait(), REACH_WAIT_S)
            except TimeoutError:
                said = f"{error}; nor could any other mail server be reached from here"
                return MailboxAnswer(reason=StatusReason.PORT_25_CLOSED, detail=said)
        return MailboxAnswer(reason=StatusReason.MX_UNREACHABLE, detail=str(error))

    def _accept_all_task(self, domain: str, mx: tuple[str, ...], now: datetime) -> asyncio.Task[bool | None]:
        """Whether the domain takes an address that nobody has; asked once, None where that cannot be found out."""
        task = self._accept_all.get(domain)
        if task is None:
            task = self._accept_all[domain] = asyncio.create_task(self._find_accept_all(domain, mx, now))
            if len(self._accept_all) > REMEMBERED_DOMAINS:
                self._drop_oldest()
        return task

    def _drop_oldest(self) -> None:
        oldest = next(iter(self._accept_all))
        if self._accept_all[oldest].done():
            del self._accept_all[oldest]

    async def _find_accept_all(self, domain: str, mx: tuple[str, ...], now: datetime) -> bool | None:
        known = self._known(domain, now=now) if self._known else None
        if known is not None:
            return known
        address = f"{nobody()}@{domain}"
        answer = await self._ask_again(await self._ask(address, mx), address, mx)
        if answer.reason in (StatusReason.MAILBOX_OK, StatusReason.ACCEPT_ALL):
            accepts_all = True
        elif answer.replies and answer.replies[-1].startswith("5") and answer.reason is not StatusReason.OUR_IP_REFUSED:
            accepts_all = False
        else:
            return None
        if self._learned:
            self._learned(domain, accepts_all, now, answer.replies[-1] if answer.replies else "")
        return accepts_all


def nobody() -> str:
    """A local part that nobody has."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(18))


@cache
def _unverifiable() -> dict[str, str]:
    return dict(load_table("unverifiable_providers"))  # type: ignore[arg-type]
