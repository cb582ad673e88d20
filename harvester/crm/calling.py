"""Calls of an API: at its pace, patient with rate limits, bounded, and silent about secrets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from harvester.crm.exchange import Answer, CrmError, NotSent, Request, Send, TokenRefused, Unsettled

TRIES = 8  # of one call; with the longest pauses together about two minutes
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
LONGEST_WAIT_S = 900.0  # that an API may ask for; more than this is a quota of the day: better to come back
REASON_CHARACTERS = 300
MESSAGES = ("errorCode", "statusCode", "message", "error", "error_description")  # the last two: RFC 6749 5.2
# Nothing was done, come back later: 423 is HubSpot's lock of two seconds after too much at once, 477 its move of an
# account to another place. Source: https://developers.hubspot.com/docs/api-reference/error-handling
NOT_NOW = frozenset({423, 429, 477})
LOCK_S = 2.0
UNAVAILABLE, UNAUTHORIZED, AUTHORIZATION = 503, 401, "Authorization"


@dataclass(kw_only=True)
class Pace:
    """At most one call every `interval` seconds."""

    interval: float = 0.0
    next_at: float = 0.0


@dataclass(kw_only=True)
class Usage:
    """What calling has cost. `limited_s`: seconds in which nothing could be sent because of rate limits."""

    requests: int = 0
    writes: int = 0
    retries: int = 0
    limited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is injected: the transport, the clocks, the pause, and chance (0 to 1)."""

    send: Send
    sleep: Callable[[float], Awaitable[None]]
    monotonic: Callable[[], float]
    now: Callable[[], datetime]
    chance: Callable[[], float]


class Caller:
    """Calls one API. `secrets` are taken out of whatever is shown of its answers.

    `log_in` fetches a token, at first and again when it has expired; without it the headers hold one.
    """

    def __init__(
        self, world: World, name: str, url: str, headers: Mapping[str, str], *, secrets: Collection[str] = (),
        log_in: Callable[[], Awaitable[str]] | None = None,
    ) -> None:  # fmt: skip
        self.world, self.name, self.usage = world, name, Usage()
        self._url, self._headers, self._log_in = url, dict(headers), log_in
        self._secrets = [secret for secret in secrets if secret]
        self._not_before = 0.0
        self._logging_in = asyncio.Lock()

    async def post(self, path: str, value: Any, *, writes: bool = False, pace: Pace | None = None) -> Answer:
        """POST a value as JSON; see `call`."""
        return await self.call("POST", path, json_body(value), writes=writes, pace=pace)

    async def call(
        self, method: str, path: str, body: bytes = b"", *, writes: bool = False, pace: Pace | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """The answer, whatever its status but 401, 429 and 5xx: these are waited for and asked again.

        A write that may have been done is not repeated: Unsettled, after a pause. CrmError when nothing helps.
        """
        url = self._url.rstrip("/") + path if path else self._url
        used = ""
        for _ in range(2):
            used = await self._authorization(used)
            given = {**self._headers, **(headers or {})}
            answer = await self._send(Request(method=method, url=url, headers=given, body=body), pace, writes=writes)
            if answer.status != UNAUTHORIZED:
                return answer
            if self._log_in is None:
                break
        raise TokenRefused(f"{self.name} refuses the token: it is wrong or has expired.")

    async def _authorization(self, used: str) -> str:
        """The header that stands for us; a new one where `used` was refused, whoever gets it first."""
        async with self._logging_in:
            if self._log_in is not None and self._headers.get(AUTHORIZATION, "") == used:
                token = await self._log_in()
                self._secrets.append(token)
                self._headers[AUTHORIZATION] = f"Bearer {token}"
        return self._headers.get(AUTHORIZATION, "")

    async def _send(self, request: Request, pace: Pace | None, *, writes: bool) -> Answer:
        """See `call`; a 401 is handed on."""
        reason = ""
        for tried in range(TRIES):
            await self._wait_for_turn(pace)
            self.usage.requests += 1
            self.usage.writes += writes
            self.usage.retries += tried > 0
            try:
                answer = await self.world.send(request)
            except NotSent as error:
                reason = self.shown(str(error))
                await self.world.sleep(self._pause(tried))
                if writes and error.reached:
                    raise Unsettled(reason) from None
                continue
            if is_limit(answer):
                reason = f"{answer.status}: {self.reason_of(answer)}"
                self._hold(self._asked_wait(answer, tried))
                continue
            if answer.status < 500:
                return answer
            reason = f"{answer.status}: {self.reason_of(answer)}"
            await self.world.sleep(self._pause(tried))
            if writes:
                raise Unsettled(reason)
        raise CrmError(f"{self.name} does not answer ({reason}). Start it again later: it goes on where it was.")

    def shown(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def reason_of(self, answer: Answer) -> str:
        """What an answer says for itself, short and without secrets."""
        return self.shown(message_in(answer.json()) or answer.body.decode("utf-8", "replace"))[:REASON_CHARACTERS]

    async def _wait_for_turn(self, pace: Pace | None) -> None:
        now = self.world.monotonic()
        turn = max(now, self._not_before)
        if pace is not None:
            turn = max(turn, pace.next_at)
            pace.next_at = turn + pace.interval
            if turn > max(now, self._not_before):
                self._count_limited(now, turn)
        while (left := max(turn, self._not_before) - self.world.monotonic()) > 0:
            await self.world.sleep(left)

    def _hold(self, seconds: float) -> None:
        """Nobody calls for so long."""
        now = self.world.monotonic()
        self._count_limited(now, now + seconds)
        self._not_before = max(self._not_before, now + seconds)

    _limited_until = 0.0

    def _count_limited(self, since: float, until: float) -> None:
        """Count the time once, however many wait in it."""
        self.usage.limited_s += max(0.0, until - max(since, self._limited_until))
        self._limited_until = max(self._limited_until, until)

    def _asked_wait(self, answer: Answer, tried: int) -> float:
        asked = retry_after(answer, self.world.now())
        if is_quota(answer) or (asked is not None and asked > LONGEST_WAIT_S):
            raise CrmError(
                f"{self.name}'s quota is used up ({self.reason_of(answer)}). "
                "Start it again when there is a new one: it goes on where it was."
            )
        # A limit is shared by all who wait for it: some chance keeps them from coming back at one moment.
        if asked is None:
            return max(self._pause(tried), LOCK_S if answer.status == 423 else 0.0)
        return asked + self.world.chance() * 0.25

    def _pause(self, tried: int) -> float:
        """Exponential, with full jitter in the upper half."""
        longest: float = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**tried)
        return longest * (0.5 + 0.5 * self.world.chance())


def json_body(value: Any) -> bytes:
    """A value as the body of a request."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def is_limit(answer: Answer) -> bool:
    """Whether an answer says: not now. Nothing was done then."""
    if answer.status == UNAVAILABLE:
        return "retry-after" in answer.headers
    return answer.status in NOT_NOW or (answer.status == 403 and "REQUEST_LIMIT_EXCEEDED" in _codes(answer))


def is_quota(answer: Answer) -> bool:
    """Whether a limit is one of the day: HubSpot's policy DAILY, Salesforce's total of 24 hours."""
    value = answer.json()
    if isinstance(value, dict):
        return value.get("policyName") == "DAILY"
    return answer.status == 403 and "TotalRequests" in str(value)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds that `Retry-After` (RFC 9110 10.2.3: seconds or a date) asks for; None without a usable one."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def message_in(value: Any) -> str:
    """The sentence in an error of one of these APIs: an object with `message` or such, or a list of them."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(message_in, value[:3])))
    if not isinstance(value, dict):
        return ""
    parts = [str(value[name]) for name in MESSAGES if isinstance(value.get(name), str)]
    return ": ".join(parts)


def _codes(answer: Answer) -> set[str]:
    value = answer.json()
    return {str(e.get("errorCode")) for e in value if isinstance(e, dict)} if isinstance(value, list) else set()
