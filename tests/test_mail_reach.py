"""What the behaviour of mail servers says about our own side, and from where to where we connect."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from harvester.model import StatusReason
from harvester.verify.dialogue import TurnedAwayError
from harvester.verify.mail_hosts import MailHosts
from harvester.verify.mailboxes import MailboxProber, Reach
from harvester.verify.syntax import parse_mailbox
from tests.mail_server import OK, Hosts, MailServer, mail_servers
from tests.test_mailboxes import LOCAL, MX, NOW, ONE_ADDRESS, probe, verdict

pytestmark = ONE_ADDRESS


def test_asking_stops_when_servers_refuse_our_address() -> None:
    refusing = {f"mx.firm{n}.example": MailServer(greeting="554 5.7.1 Your IP is blacklisted") for n in range(3)}
    willing = {f"mx.open{n}.example": MailServer(other=OK) for n in range(3)}
    domains = [host.partition(".")[2] for host in (*refusing, *willing)]
    answers = probe(
        [f"jane@{domain}" for domain in domains], refusing | willing, mx=lambda d: [f"mx.{d}"], one_by_one=True
    )
    assert {answer.reason for answer in answers} == {StatusReason.OUR_IP_REFUSED}
    assert not any(server.connections for server in willing.values())
    assert "3 mail servers have refused" in answers[-1].detail


def test_one_refusal_stops_nothing() -> None:
    servers = {"mx.firm.example": MailServer(greeting="554 5.7.1 Your IP is blacklisted"), MX: MailServer(other=OK)}
    answers = probe(["jane@firm.example", "jane@takes.example"], servers, mx=lambda d: [f"mx.{d}"], one_by_one=True)
    assert [answer.reason for answer in answers] == [StatusReason.OUR_IP_REFUSED, StatusReason.ACCEPT_ALL]


def test_the_last_servers_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.verify.mailboxes.REMEMBERED_SERVERS", 20)
    reach = Reach()
    for number in range(300):  # one in fifteen refuses us
        reach.missed(f"mx.absent{number}.example")
        reach.saw(f"mx.firm{number}.example")
        if number % 15 == 0:
            reach.was_refused(f"mx.firm{number}.example")
        assert reach.obstacle() is None
    assert (len(reach._reached), len(reach._unreached)) == (20, 0)
    for number in (1, 2, 3):
        reach.saw(f"mx.other{number}.example")
        reach.was_refused(f"mx.other{number}.example")
    obstacle = reach.obstacle()
    assert obstacle is not None
    assert obstacle.reason is StatusReason.OUR_IP_REFUSED


@pytest.mark.parametrize(("remembered", "connections"), [(2, 1), (1, 2)])
def test_who_turned_us_away_is_not_asked_again_while_it_is_remembered(
    monkeypatch: pytest.MonkeyPatch, remembered: int, connections: int
) -> None:
    monkeypatch.setattr("harvester.verify.mail_hosts.REMEMBERED_REFUSALS", remembered)
    servers = {f"mx.firm{number}.example": MailServer(greeting="554 No SMTP service here") for number in (1, 2)}

    async def run() -> int:
        async with mail_servers(servers) as (hosts, port):
            manners = replace(LOCAL, route=replace(LOCAL.route, port=port))
            mail_hosts = MailHosts(hosts, manners, on_reached=lambda _: None)
            for name in ("mx.firm1.example", "mx.firm1.example", "mx.firm2.example", "mx.firm1.example"):
                with pytest.raises(TurnedAwayError):
                    await mail_hosts.ask(name, "jane@firm.example")
            await mail_hosts.aclose()
            return len(mail_hosts._hosts)

    assert asyncio.run(run()) == 0
    assert servers["mx.firm1.example"].connections == connections


def test_a_closed_port_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.verify.mailboxes.REACH_WAIT_S", 0.05)
    closed = {f"mx.firm{n}.example": "127.0.0.9" for n in range(8)}
    answers = probe(
        [f"jane@firm{n}.example" for n in range(8)],
        {MX: MailServer()},
        mx=lambda d: [f"mx.{d}"],
        extra_hosts=closed,
        one_by_one=True,
    )
    assert {answer.reason for answer in answers} == {StatusReason.PORT_25_CLOSED}
    assert "none of 5 mail servers" in answers[-1].detail


def test_a_server_out_of_reach_is_theirs_where_others_are_within() -> None:
    answers = probe(
        ["jane@takes.example", "jane@firm.example"],
        {MX: MailServer(other=OK)},
        mx=lambda d: [f"mx.{d}"],
        extra_hosts={"mx.firm.example": "127.0.0.9"},
    )
    assert [answer.reason for answer in answers] == [StatusReason.ACCEPT_ALL, StatusReason.MX_UNREACHABLE]


def test_private_addresses_are_not_connected_to() -> None:
    server = MailServer(other=OK)
    [answer] = probe(["jane@takes.example"], {MX: server}, manners=replace(LOCAL, allow_private=False))
    assert answer.reason is StatusReason.MX_PRIVATE
    assert not server.connections


def test_a_name_that_cannot_be_looked_up_takes_nothing_away() -> None:
    [answer] = probe(["jane@takes.example"], {MX: MailServer()}, mx=lambda _: ["gone.example"])
    assert answer.reason is StatusReason.MX


def test_the_source_address_is_used() -> None:
    seen: list[str] = []

    class Noting(MailServer):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(writer.get_extra_info("peername")[0])
            await super().serve(reader, writer)

    manners = replace(LOCAL, route=replace(LOCAL.route, source_address="127.0.0.77"))
    probe(["jane@takes.example"], {MX: Noting(other=OK)}, manners=manners)
    assert set(seen) == {"127.0.0.77"}


def test_a_source_address_that_is_not_ours_says_so() -> None:
    manners = replace(LOCAL, route=replace(LOCAL.route, source_address="192.0.2.1"))
    [answer] = probe(["jane@takes.example"], {MX: MailServer(other=OK)}, manners=manners)
    assert answer.reason is StatusReason.PORT_25_CLOSED
    assert "HARVESTER_SMTP_SOURCE_ADDRESS" in answer.detail


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6() -> None:
    async def run() -> StatusReason:
        server = MailServer({"jane@takes.example": OK})
        try:
            listening = await asyncio.start_server(server.serve, "::1", 0)
        except OSError:
            pytest.skip("no IPv6 here")
        port = listening.sockets[0].getsockname()[1]
        prober = MailboxProber(Hosts({MX: "::1"}), replace(LOCAL, route=replace(LOCAL.route, port=port)))
        answer = await prober.probe(parse_mailbox("jane@takes.example"), verdict("takes.example", [MX]), now=NOW)
        await prober.aclose()
        listening.close()
        return answer.reason

    assert asyncio.run(run()) is StatusReason.MAILBOX_OK
