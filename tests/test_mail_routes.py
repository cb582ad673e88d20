"""How mail servers are reached (a SOCKS5 proxy), what they see of us (name, sender), and the crawl that asks them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.configuration import SettingError, load_overrides
from harvester.console.options import load_settings
from harvester.demo import SmallWeb
from harvester.model import StatusReason
from harvester.verify.identity import check_identity
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.resolver import DnsAnswer
from harvester.verify.syntax import parse_mailbox
from harvester.verifying.setup import read_manners
from tests.crawling import crawl
from tests.mail_server import OK, MailServer, mail_servers
from tests.test_mailboxes import LOCAL, MX, NOW, verdict

PROBE = ["HARVESTER_SMTP_HELO=mail.probe.example", "HARVESTER_SMTP_MAIL_FROM=me@probe.example"]


class Proxy:
    """A SOCKS5 server (RFC 1928) that connects to IPv4 addresses; `asked` are those that it was asked for."""

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers
        self.asked: list[tuple[str, int]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        assert kind == 1, "an address, never a name: what was checked is what is connected to"
        host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append((host, port))
        if not self.answers:
            writer.write(b"\x05\x05\x00\x01" + bytes(6))  # connection refused
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(4096):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


def ask_through(proxy: Proxy | None, monkeypatch: pytest.MonkeyPatch) -> tuple[StatusReason, str, int]:
    """Reason, detail, and the port of the mail server."""
    monkeypatch.setattr("harvester.verify.mailboxes.REACH_WAIT_S", 0.05)

    async def run() -> tuple[StatusReason, str, int]:
        async with mail_servers({MX: MailServer({"jane@takes.example": OK})}) as (hosts, port):
            socks_port = 9
            if proxy is not None:
                listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
                socks_port = listening.sockets[0].getsockname()[1]
            route = replace(LOCAL.route, port=port, proxy=f"socks5://127.0.0.1:{socks_port}")
            prober = MailboxProber(hosts, replace(LOCAL, route=route))
            answer = await prober.probe(parse_mailbox("jane@takes.example"), verdict("takes.example", [MX]), now=NOW)
            await prober.aclose()
            return answer.reason, answer.detail, port

    return asyncio.run(run())


def test_a_proxy_is_asked_for_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy()
    reason, _, port = ask_through(proxy, monkeypatch)
    assert reason is StatusReason.MAILBOX_OK
    assert set(proxy.asked) == {("127.0.0.1", port)}


def test_a_proxy_that_cannot_be_reached_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, detail, _ = ask_through(None, monkeypatch)
    assert reason is StatusReason.PORT_25_CLOSED
    assert "HARVESTER_SMTP_PROXY" in detail


def test_a_server_that_the_proxy_cannot_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, detail, _ = ask_through(Proxy(answers=False), monkeypatch)
    assert reason is StatusReason.PORT_25_CLOSED, "no server was reached"
    assert "the proxy says" in detail


HOSTS = {"mail.probe.example": ("9.9.9.9",), "other.example": ("9.9.9.10",), "probe.example": ("9.9.9.9",)}
MAIL = {"probe.example": ("mail.probe.example",), "nomail.example": (".",)}
REVERSE = {"9.9.9.9": ("mail.probe.example",), "9.9.9.10": ("pool-10.isp.example",)}


class Names:
    """A resolver of names, mail hosts and reverse names."""

    def __init__(self, failure: DnsAnswer | None = None) -> None:
        self.failure = failure

    def answer(self, values: tuple[str, ...] | None) -> DnsAnswer:
        return self.failure or (DnsAnswer("ok", values) if values else DnsAnswer("no_such_domain", detail="NXDOMAIN"))

    async def addresses(self, host: str) -> DnsAnswer:
        return self.answer(HOSTS.get(host))

    async def mail_hosts(self, domain: str) -> DnsAnswer:
        return self.answer(MAIL.get(domain))

    async def names(self, address: str) -> DnsAnswer:
        return self.answer(REVERSE.get(address))


IDENTITIES = [
    ("mail.probe.example", "me@probe.example", []),
    ("nowhere.example", "me@probe.example", ["HELO nowhere.example has no address"]),
    ("other.example", "me@probe.example", ["9.9.9.10 is pool-10.isp.example"]),
    ("mail.probe.example", "me@nomail.example", ["MAIL_FROM me@nomail.example takes no mail"]),
    ("nowhere.example", "me@nowhere.example", ["HELO nowhere.example", "MAIL_FROM me@nowhere.example"]),
]


@pytest.mark.parametrize(("helo", "mail_from", "warnings"), IDENTITIES)
def test_what_mail_servers_frown_upon_is_told(helo: str, mail_from: str, warnings: list[str]) -> None:
    told = asyncio.run(check_identity(helo, mail_from, Names()))
    assert len(told) == len(warnings)
    assert all(warning in sentence for warning, sentence in zip(warnings, told, strict=True))


def test_no_warning_where_nobody_answers() -> None:
    assert asyncio.run(check_identity("x.example", "me@x.example", Names(DnsAnswer("timeout")))) == []


BAD_SETTINGS = [
    ("HARVESTER_SMTP_HELO", "-mail.example"),
    ("HARVESTER_SMTP_HELO", "a b.example"),
    ("HARVESTER_SMTP_MAIL_FROM", "me"),
    ("HARVESTER_SMTP_MAIL_FROM", "me@probe.example\r\nDATA"),
    ("HARVESTER_SMTP_PORT", "0"),
    ("HARVESTER_SMTP_GREYLIST_WAITS", "soon"),
    ("HARVESTER_SMTP_GREYLIST_WAITS", "-1"),
    ("HARVESTER_SMTP_PROXY", "http://127.0.0.1:1080"),
    ("HARVESTER_SMTP_PROXY", "socks5://127.0.0.1"),
    ("HARVESTER_SMTP_SOURCE_ADDRESS", "eth0"),
    ("HARVESTER_SMTP_RATE", "0"),
]


@pytest.mark.parametrize(("name", "value"), BAD_SETTINGS)
def test_bad_settings_are_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load_overrides({name: value}, tmp_path / "none.toml")


def test_settings_become_manners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    waits = ["HARVESTER_SMTP_GREYLIST_WAITS=1,2.5", "HARVESTER_SMTP_PORT=2525"]
    manners = read_manners(load_settings([*PROBE, *waits]))
    assert (manners.helo, manners.mail_from) == ("mail.probe.example", "me@probe.example")
    assert (manners.greylist_waits_s, manners.route.port) == ((1.0, 2.5), 2525)
    with pytest.raises(SettingError, match="HARVESTER_SMTP_MAIL_FROM"):
        read_manners(load_settings(PROBE[:1]))


def test_a_crawl_that_asks_mail_servers_needs_to_say_who_asks(tmp_path: Path, small_web: SmallWeb) -> None:
    small_web.write_list(tmp_path / "list.csv")
    done = crawl(tmp_path, small_web.nameserver, domains="list.csv", settings={"HARVESTER_SMTP_PROBE": 1})
    assert done.status == 2
    assert "HARVESTER_SMTP_HELO and HARVESTER_SMTP_MAIL_FROM" in done.said


def test_a_crawl_may_ask_mail_servers(tmp_path: Path, small_web: SmallWeb) -> None:
    """The mail hosts of the small web are on 127.0.0.1: a mail server there answers for all of them."""

    async def run() -> set[str]:
        listening = await asyncio.start_server(MailServer(other=OK).serve, "127.0.0.1", 0)
        settings = dict(pair.split("=") for pair in PROBE) | {
            "HARVESTER_SMTP_PROBE": 1,
            "HARVESTER_SMTP_PORT": listening.sockets[0].getsockname()[1],
        }
        lines = small_web.write_list(tmp_path / "all.csv").read_text("utf-8").splitlines()
        (tmp_path / "list.csv").write_text("\n".join(lines[:2]), "utf-8")
        done = await asyncio.to_thread(crawl, tmp_path, small_web.nameserver, domains="list.csv", settings=settings)
        assert done.status == 0, done.said
        listening.close()
        return {row["status_reason"] for row in done.rows()}

    assert asyncio.run(run()) == {"accept_all"}
