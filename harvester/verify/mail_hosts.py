"""Mail servers and the conversations with them: few at a time, slowly, each for as many questions as it is good for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from harvester.model import StatusReason
from harvester.verify.dialogue import CLOSING, BrokenOffError, Session, TlsError, TurnedAwayError
from harvester.verify.ip_addresses import is_public
from harvester.verify.latest import Latest
from harvester.verify.mx import DnsResolver
from harvester.verify.pacing import Pace
from harvester.verify.replies import Reply
from harvester.verify.routes import Route, RouteError

ADDRESSES_TRIED = 3  # of one host
IDLE_S = 3.0  # an open conversation waits so long for its next question
REMEMBERED_REFUSALS = 10_000
ATTEMPTS = 2  # the first may meet a conversation that the server has just ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we show ourselves to mail servers, and how much we ask of them."""

    helo: str
    mail_from: str
    route: Route
    connections: int = 2  # to one host
    host_rate: float = 2.0  # questions a second to one host
    rate: float = 20.0  # to all together
    greylist_waits_s: tuple[float, ...] = (30.0, 300.0)
    allow_private: bool = False


class UnreachableError(Exception):
    """No conversation came about; the message says why, `reason` what that leaves of what the DNS has told."""

    def __init__(self, message: str, reason: StatusReason = StatusReason.MX_UNREACHABLE) -> None:
        super().__init__(message)
        self.reason = reason


class MailHost:
    """One mail server."""

    def __init__(self, name: str, manners: Manners) -> None:
        self.name = name
        self.pace = Pace(manners.host_rate)
        self.slots = asyncio.Semaphore(manners.connections)
        self.idle: list[tuple[Session, asyncio.TimerHandle]] = []
        self.users = 0


class MailHosts:
    """`ask` gives a server's reply about an address, over conversations that are kept for the next question."""

    def __init__(self, resolver: DnsResolver, manners: Manners, *, on_reached: Callable[[str], None]) -> None:
        """`on_reached` is told the name of each server that a connection came about with."""
        self._resolver = resolver
        self._manners = manners
        self._on_reached = on_reached
        self._pace = Pace(manners.rate)
        self._hosts: dict[str, MailHost] = {}  # those in use
        # Of those that turned us away for good: they are not asked again.
        self._refusals = Latest[str, Reply](REMEMBERED_REFUSALS)
        self._closing: set[asyncio.Task[None]] = set()

    async def ask(self, name: str, address: str) -> Reply | None:
        """The reply to RCPT; None where the server knows no addresses with such letters.

        Raises `UnreachableError`, `TurnedAwayError` and `BrokenOffError`.
        """
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = MailHost(name, self._manners)
        host.users += 1
        try:
            async with host.slots:
                return await self._ask(host, address)
        except TurnedAwayError as error:
            if error.reply.code >= 500:
                self._refusals[name] = error.reply
            raise
        finally:
            host.users -= 1
            self._forget(host)

    async def aclose(self) -> None:
        """End all conversations."""
        for host in self._hosts.values():
            for session, timer in host.idle:
                timer.cancel()
                self._close(session)
            host.idle.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _ask(self, host: MailHost, address: str) -> Reply | None:
        if refusal := self._refusals.get(host.name):
            raise TurnedAwayError(refusal)
        for attempt in range(1, ATTEMPTS + 1):
            await self._pace.turn()
            await host.pace.turn()
            session = await self._session(host)
            try:
                if not session.can_ask(address):
                    return None
                reply = await session.ask(address)
                if reply.code != CLOSING or attempt == ATTEMPTS:
                    return reply
            except BrokenOffError:
                if attempt == ATTEMPTS:
                    raise
            finally:
                self._put_back(host, session)
        raise AssertionError("the last attempt returns or raises")

    async def _session(self, host: MailHost) -> Session:
        while host.idle:
            session, timer = host.idle.pop()
            timer.cancel()
            if not session.is_worn:
                return session
            self._close(session)
        return await self._open(host)

    def _put_back(self, host: MailHost, session: Session) -> None:
        if session.is_worn:
            self._close(session)
            return
        timer = asyncio.get_running_loop().call_later(IDLE_S, self._end, host, session)
        host.idle.append((session, timer))

    def _end(self, host: MailHost, session: Session) -> None:
        host.idle = [(other, timer) for other, timer in host.idle if other is not session]
        self._close(session)
        self._forget(host)

    def _forget(self, host: MailHost) -> None:
        if not host.users and not host.idle:
            self._hosts.pop(host.name, None)

    def _close(self, session: Session) -> None:
        task = asyncio.create_task(session.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _open(self, host: MailHost) -> Session:
        said = f"{host.name} has no public address, and others are not connected to"
        failure: Exception = UnreachableError(said, StatusReason.MX_PRIVATE)
        for address in await self._addresses(host.name):
            for tls in (True, False):
                try:
                    return await self._greet(host, address, tls=tls)
                except TlsError:
                    continue
                except RouteError as error:
                    raise UnreachableError(str(error), StatusReason.PORT_25_CLOSED) from None
                except TimeoutError:
                    failure = UnreachableError(f"{host.name} [{address}] does not answer on port {self._port}")
                except OSError as error:
                    failure = UnreachableError(f"{host.name} [{address}]: {error.strerror or error}")
                except BrokenOffError as error:
                    failure = error
                break
        raise failure

    async def _greet(self, host: MailHost, address: str, *, tls: bool) -> Session:
        manners = self._manners
        connection = await manners.route.connect(address)
        self._on_reached(host.name)
        return await Session.open(
            connection,
            host.name,
            helo=manners.helo,
            mail_from=manners.mail_from,
            timeout_s=manners.route.timeout_s,
            tls=tls,
        )

    async def _addresses(self, name: str) -> list[str]:
        """The addresses that may be connected to; they are connected to as they stand here, without another look-up."""
        answer = await self._resolver.addresses(name)
        if answer.outcome != "ok":
            raise UnreachableError(f"the address of {name} is not known: {answer.detail}", StatusReason.MX)
        allowed = [ip for ip in answer.values if self._manners.allow_private or is_public(ip)]
        return allowed[:ADDRESSES_TRIED]

    @property
    def _port(self) -> int:
        return self._manners.route.port
