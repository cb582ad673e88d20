"""Calls: how long is waited, what is asked again, what is not, and that no secret is shown."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.configuration import SettingError, load_overrides
from harvester.crm.calling import LONGEST_WAIT_S, TRIES, Caller, Pace, World, is_limit, retry_after
from harvester.crm.choices import SECRETS
from harvester.crm.exchange import Answer, CrmError, NotSent, Request, TokenRefused, Unsettled
from harvester.crm.tokens import find_token
from harvester.options.crm import parse_base_url
from tests.crm.hubspot_server import TOKEN, HubSpotServer
from tests.crm.pushing import fill, open_store, settings, start

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
OK = Answer(status=200, body=b"{}")


class Script:
    """Answers in their order, and a clock that only sleeping moves."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.time, self.sent = list(answers), 0.0, list[Request]()

    async def send(self, request: Request) -> Answer:
        self.sent.append(request)
        answer = self.answers.pop(0) if self.answers else OK
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    def caller(self) -> Caller:
        world = World(
            send=self.send, sleep=self.sleep, monotonic=lambda: self.time, now=lambda: NOW, chance=lambda: 1.0
        )
        return Caller(world, "The CRM", "https://crm.example", {"Authorization": "Bearer s3cret"}, secrets=["s3cret"])


def call(script: Script, *, writes: bool = False) -> tuple[Answer, Caller]:
    caller = script.caller()
    return asyncio.run(caller.post("/x", {}, writes=writes)), caller


RETRY_AFTER = [
    ("7", 7.0), ("0", 0.0), ("Wed, 25 Nov 2026 12:01:00 GMT", 60.0), ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
    ("", None), ("soon", None), ("-1", None), ("1.5", None), ("٣", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), RETRY_AFTER)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after(Answer(status=429, headers={"retry-after": text}), NOW) == seconds


@pytest.mark.parametrize("writes", [False, True])
def test_a_limit_is_waited_for_and_counted(*, writes: bool) -> None:
    script = Script(Answer(status=429, headers={"retry-after": "7"}))
    answer, caller = call(script, writes=writes)
    assert (answer.status, caller.usage.requests, caller.usage.retries) == (200, 2, 1)
    assert script.time == caller.usage.limited_s == 7.25


@pytest.mark.parametrize(("status", "seconds"), [(423, 2.0), (477, 0.5), (429, 0.5)])
def test_a_limit_that_does_not_say_how_long(status: int, seconds: float) -> None:
    script = Script(Answer(status=status))
    answer, caller = call(script, writes=True)
    assert (answer.status, caller.usage.writes, script.time) == (200, 2, seconds)


def test_a_write_that_may_have_been_done_is_not_repeated_blindly() -> None:
    for fault in (Answer(status=500), NotSent("cut", reached=True)):
        with pytest.raises(Unsettled):
            call(Script(fault), writes=True)
    assert call(Script(NotSent("refused", reached=False)), writes=True)[0] is OK
    assert call(Script(Answer(status=500), NotSent("cut", reached=True)))[0] is OK


def test_tries_are_bounded() -> None:
    script = Script(*[Answer(status=502, body=b"s3cret is down")] * 20)
    with pytest.raises(CrmError, match=r"does not answer \(502: \*\*\* is down\)"):
        call(script)
    assert len(script.sent) == TRIES
    assert script.time < 120


def test_a_wait_of_hours_is_not_waited() -> None:
    with pytest.raises(CrmError, match="quota"):
        call(Script(Answer(status=429, headers={"retry-after": str(int(LONGEST_WAIT_S) + 1)})))


def test_a_pace_is_kept_by_all_callers_together() -> None:
    script = Script()
    caller, pace = script.caller(), Pace(interval=0.5)

    async def run() -> None:
        await asyncio.gather(*(caller.post("/x", {}, pace=pace) for _ in range(5)))

    asyncio.run(run())
    assert script.time >= 2.0
    assert caller.usage.limited_s == pytest.approx(2.0)


NOT_LIMITS = [
    Answer(status=503),
    Answer(status=403, body=b'[{"errorCode": "API_DISABLED_FOR_ORG"}]'),
    Answer(status=400),
]


@pytest.mark.parametrize("answer", NOT_LIMITS, ids=lambda a: str(a.status))
def test_not_a_limit(answer: Answer) -> None:
    assert not is_limit(answer)


def test_requests_do_not_show_their_headers() -> None:
    script = Script()
    call(script)
    assert "s3cret" not in repr(script.sent[0])
    assert repr(Request(method="POST", url="https://hooks.example/s3cret", body=b"s3cret")) == "Request(method='POST')"


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "…"])
def test_tokens_that_are_none(token: str) -> None:
    with pytest.raises(TokenRefused, match="HARVESTER_HUBSPOT_TOKEN") as error:
        find_token("HARVESTER_HUBSPOT_TOKEN", {"HARVESTER_HUBSPOT_TOKEN": token})
    assert not token.strip() or token not in str(error.value)


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_not_read_from_the_file(tmp_path: Path, name: str) -> None:
    config = tmp_path / "harvester.toml"
    config.write_text(f'[settings]\n{name} = "s3cret"\n', "utf-8")
    with pytest.raises(SettingError, match="environment or the keyring") as error:
        load_overrides({}, config)
    assert "s3cret" not in str(error.value)
    assert load_overrides({name: "s3cret"}, tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    "url", ["http://crm.example", "http://10.0.0.1", "https://", "crm.example", "https://a@b.example"]
)
def test_urls_that_no_token_is_sent_to(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        parse_base_url(url)


@pytest.mark.parametrize("answer_with", ["401", "500"])
def test_no_token_in_output_logs_or_the_store(tmp_path: Path, answer_with: str) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    with HubSpotServer() as crm, open_store(tmp_path) as store:
        fill(store, [1])
        crm.token = "another" if answer_with == "401" else TOKEN  # its 401 shows the headers that it got
        crm.faults.share, crm.faults.kinds = (0.2, ("error", "late_error", "cut")) if answer_with == "500" else (0, ())
        values = settings(tmp_path, HARVESTER_HUBSPOT_URL=crm.url, LOG_LEVEL="DEBUG")
        process = start("hubspot", values, {"HARVESTER_HUBSPOT_TOKEN": TOKEN, "PYTHONASYNCIODEBUG": "1"})
        output = process.communicate(timeout=100)[0]
        assert process.returncode == (3 if answer_with == "401" else 0), output
    assert TOKEN not in output
    assert all(TOKEN.encode() not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
