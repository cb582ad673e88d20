"""The further questions to the DNS: texts, reverse names, one family of addresses, and the policies of a sender."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harvester.verify.policies import find_policies
from harvester.verify.resolver import DnsAnswer, Resolver
from tests.rogue_dns import RogueDns, rogue_dns

ZONE = {
    ("both.example", "TXT"): ['"some=thing"', '"v=spf1 include:x.example" " -all"'],
    ("_dmarc.both.example", "TXT"): ['"v=DMARC1; p=reject"'],
    ("spf.example", "TXT"): ['"V=SPF1 mx -all"'],
    ("none.example", "TXT"): ['"google-site-verification=v=spf1"'],
    ("shop.both.example", "MX"): ["10 mx.both.example."],
    ("slow.example", "A"): ["9.9.9.9"],
    ("4.3.2.127.in-addr.arpa", "PTR"): ["mail.both.example."],
    ("two.example", "A"): ["9.9.9.9"],
    ("two.example", "AAAA"): ["2620:fe::fe"],
    ("six.example", "AAAA"): ["2620:fe::fe"],
}
POLICIES = [
    ("both.example", (True, True)),
    ("shop.both.example", (False, True)),  # the policy of the registrable domain holds below it
    ("spf.example", (True, False)),
    ("none.example", (False, False)),
    ("absent.example", (False, False)),
    ("slow.example", (None, False)),
    ("broken.example", (None, False)),
]


def ask(call: Callable[[Resolver], Awaitable[Any]]) -> tuple[Any, RogueDns]:
    async def run() -> tuple[Any, RogueDns]:
        async with rogue_dns(ZONE) as server:
            resolver = Resolver([server.nameserver], timeout_s=0.4)
            found = await call(resolver)
            await resolver.aclose()
            return found, server

    return asyncio.run(run())


@pytest.mark.parametrize(("domain", "found"), POLICIES)
def test_policies(domain: str, found: tuple[bool | None, bool | None]) -> None:
    assert ask(lambda resolver: find_policies(domain, resolver))[0] == found


def test_the_parts_of_a_text_are_joined() -> None:
    answer, _ = ask(lambda resolver: resolver.texts("both.example"))
    assert set(answer.values) == {"some=thing", "v=spf1 include:x.example -all"}


def test_the_name_of_an_address() -> None:
    assert ask(lambda resolver: resolver.names("127.2.3.4"))[0].values == ("mail.both.example",)
    assert ask(lambda resolver: resolver.names("127.9.9.9"))[0].outcome == "no_such_domain"


def test_a_machine_that_stands_still_is_not_a_silent_nameserver() -> None:
    async def stall(resolver: Resolver) -> DnsAnswer:
        question = asyncio.create_task(resolver.texts("spf.example"))
        for _ in range(5):
            await asyncio.sleep(0)
        time.sleep(0.6)  # longer than all attempts together
        return await question

    assert ask(stall)[0].outcome == "ok"


SOME_ADDRESSES = [
    ("two.example", ("9.9.9.9",), 1),
    ("six.example", ("2620:fe::fe",), 3),
    ("127.0.0.1", ("127.0.0.1",), 0),
    ("localhost", ("127.0.0.1", "::1"), 0),
]


@pytest.mark.parametrize(("host", "values", "questions"), SOME_ADDRESSES)
def test_some_addresses(host: str, values: tuple[str, ...], questions: int) -> None:
    answer, server = ask(lambda resolver: resolver.some_addresses(host))
    assert isinstance(answer, DnsAnswer)
    assert (answer.values, server.asked.total()) == (values, questions)
