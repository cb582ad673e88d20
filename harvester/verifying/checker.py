"""Addresses by the thousand: what the store knows and is fresh is not asked again, all else is asked and saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from types import TracebackType
from typing import Any, Self

from harvester.model import DomainVerdict, Status, StatusReason, Verification
from harvester.store import Store
from harvester.store.merge import OWN_BOUNCES
from harvester.verify.identity import check_identity
from harvester.verify.mail_hosts import Manners
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.mx import DomainChecker
from harvester.verify.resolver import Resolver
from harvester.verify.syntax import SyntaxProblem, parse_mailbox
from harvester.verify.verification import verify_address
from harvester.verifying.setup import make_prober

AT_A_TIME = 500  # looked up in the store together
IN_FLIGHT = 1_000
IN_FLIGHT_SMTP = 5_000  # most of them wait: for their turn, or for greylisting to pass
SAVED_TOGETHER, SAVED_AFTER_S = 500, 2.0
EXPECTED_VERDICTS = 2 * IN_FLIGHT_SMTP
# What the DNS or our own side left open: with a mail server to ask there is more to learn.
ASKED_AGAIN_BY_SMTP = frozenset(
    {StatusReason.MX, StatusReason.GREYLISTED, StatusReason.PORT_25_CLOSED, StatusReason.OUR_IP_REFUSED}
)


class VerdictBatch:
    """The store's verdicts about domains, read and written by the hundred: `DomainChecker` asks for one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, DomainVerdict] = {}
        self._found: list[DomainVerdict] = []

    def expect(self, domains: Iterable[str], *, now: datetime) -> None:
        """Read what is stored about the domains that will be asked for next."""
        self._known |= self._store.load_verdicts(list(domains), now=now)
        while len(self._known) > EXPECTED_VERDICTS:  # of domains that `DomainChecker` remembered itself
            del self._known[next(iter(self._known))]

    def load_verdict(self, domain: str, *, now: datetime) -> DomainVerdict | None:
        """What was stored when it was expected; it is handed out once."""
        verdict = self._known.pop(domain, None)
        return verdict if verdict is not None and verdict.expires_at > now else None

    def save_verdict(self, verdict: DomainVerdict) -> None:
        """Keep it for the next `save`."""
        self._found.append(verdict)

    def save(self) -> None:
        """Write what was found since."""
        found, self._found = self._found, []
        if found:
            self._store.save_verdicts(found)


class AddressChecker:
    """Use as an asynchronous context manager. `refresh` brings the store up to date, `known` says what it holds."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        store: Store,
        *,
        max_age: timedelta,
        manners: Manners | None = None,
        ask: bool = True,
    ) -> None:
        """With `manners` mail servers are asked, too. What is known for longer than `max_age` is asked again.

        Without `ask` nobody is asked: what the store knows is all there is.
        """
        self._ask = ask
        self._store = store
        self._max_age = max_age
        self._manners = manners
        self.resolver = Resolver(settings["HARVESTER_NAMESERVERS"])
        self._verdicts = VerdictBatch(store)
        self._domains = DomainChecker(
            self.resolver,
            self._verdicts,
            allow_private=settings["HARVESTER_ALLOW_PRIVATE_ADDRESSES"],
            policies=True,
            not_before=datetime.now(UTC) - max_age,
        )
        self.prober: MailboxProber | None = None
        self._places = asyncio.Semaphore(IN_FLIGHT_SMTP if manners else IN_FLIGHT)
        self._open: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._found: dict[str, Verification] = {}
        self._saved_at = 0.0

    async def __aenter__(self) -> Self:
        if self._manners is not None:
            save, max_age = self._store.save_accept_all, self._max_age
            self.prober = make_prober(self.resolver, self._manners, self._store, save=save, max_age=max_age)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._save()
        if self.prober is not None:
            await self.prober.aclose()
        await self.resolver.aclose()

    async def warnings(self) -> list[str]:
        """What mail servers will not like about us."""
        if self._manners is None:
            return []
        return await check_identity(self._manners.helo, self._manners.mail_from, self.resolver)

    def obstacle(self) -> str | None:
        """Why some mail servers were not asked, if our own side was the reason."""
        answer = self.prober.reach.obstacle() if self.prober else None
        return answer.detail if answer else None

    def known(self, addresses: Iterable[str]) -> dict[str, Verification]:
        """What is known of these addresses (in their normalized form)."""
        return self._store.load_verifications(list(addresses))

    async def refresh(self, texts: Iterable[str], on_done: Callable[[int], None]) -> None:
        """Find out about addresses as they are written, and save it; `on_done` is told how many more are done."""
        stream = iter(texts if self._ask else ())
        while chunk := list(islice(stream, AT_A_TIME)):
            keys = self._keys(chunk)
            known = self.known(keys)
            now = datetime.now(UTC)
            stale = [key for key in keys if not self._is_fresh(known.get(key), now)]
            left_alone = self._store.find_blocked(stale)  # who objected is not asked about, either
            stale = [key for key in stale if key not in left_alone]
            self._verdicts.expect({parse_mailbox(keys[key]).ascii_domain for key in stale}, now=now)
            on_done(len(chunk) - len(stale))
            for key in stale:
                await self._places.acquire()
                self._start(key, keys[key], on_done)
        while self._tasks:
            await asyncio.wait(self._tasks, timeout=SAVED_AFTER_S)
            self._save()
        self._save()

    def _keys(self, texts: Iterable[str]) -> dict[str, str]:
        """The addresses among the texts, by their normalized form, without those that are just being asked about."""
        keys: dict[str, str] = {}
        for text in texts:
            try:
                key = parse_mailbox(text).address
            except SyntaxProblem:
                continue
            if key not in self._open and key not in self._found:
                keys.setdefault(key, text)
        return keys

    def _is_fresh(self, known: Verification | None, now: datetime) -> bool:
        if known is None or known.checked_at is None or known.status is Status.UNKNOWN:
            return False
        if known.reason in OWN_BOUNCES:  # it outranks whatever could be found out
            return True
        if self._manners is not None and known.reason in ASKED_AGAIN_BY_SMTP:
            return False
        return now - known.checked_at < self._max_age

    def _start(self, key: str, text: str, on_done: Callable[[int], None]) -> None:
        self._open.add(key)
        task = asyncio.create_task(self._verify(key, text))
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._open.discard(key)
            self._places.release()
            on_done(1)

        task.add_done_callback(ended)

    async def _verify(self, key: str, text: str) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        probe = self.prober.probe if self.prober else None
        self._found[key] = await verify_address(text, self._domains.check, now=now, probe=probe)
        loop = asyncio.get_running_loop()
        if len(self._found) >= SAVED_TOGETHER or loop.time() - self._saved_at > SAVED_AFTER_S:
            self._saved_at = loop.time()
            self._save()

    def _save(self) -> None:
        self._verdicts.save()
        found, self._found = self._found, {}
        if found:
            self._store.save_verifications(found)
