"""The mailbox check against a real Postfix: an instance of its own on loopback, with its own configuration and queue.

Needs the program (Debian: `apt-get install postfix`) and root, which Postfix starts as.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.model import DomainVerdict, StatusReason
from harvester.verify.mail_hosts import Manners
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.routes import Route
from harvester.verify.syntax import parse_mailbox
from harvester.verify.verification import MailboxAnswer
from tests.mail_server import Hosts

POSTFIX = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = [
    pytest.mark.skipif(POSTFIX is None, reason="Postfix is not installed"),
    pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="Postfix starts as root only"),
]
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.firm.example
mydestination = firm.example, slow.example
alias_maps =
local_recipient_maps = texthash:{folder}/recipients
virtual_mailbox_domains = anybody.example
virtual_mailbox_maps = static:ok
smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access texthash:{folder}/access,
  check_policy_service inet:127.0.0.1:{policy}
default_transport = error:no letter leaves this machine
local_transport = discard
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
discard unix - - n - - discard
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
ACCESS = """
full@firm.example 552 5.2.2 Mailbox full
disabled@firm.example 550 5.2.1 Mailbox disabled
policy@firm.example 550 5.7.1 Strangers may not write here
listed@firm.example 554 5.7.1 Client host [127.0.0.1] blocked using dnsbl.example
later@firm.example 450 4.2.0 Try again later
"""
ANSWERS = [
    ("jane@firm.example", StatusReason.MAILBOX_OK),
    ("nobody@firm.example", StatusReason.NO_SUCH_MAILBOX),
    ("full@firm.example", StatusReason.MAILBOX_FULL),
    ("disabled@firm.example", StatusReason.MAILBOX_DISABLED),
    ("policy@firm.example", StatusReason.BLOCKED),
    ("listed@firm.example", StatusReason.OUR_IP_REFUSED),
    ("later@firm.example", StatusReason.GREYLISTED),
    ("anything@anybody.example", StatusReason.ACCEPT_ALL),
    ("jane@slow.example", StatusReason.MAILBOX_OK),
    ("nobody@slow.example", StatusReason.NO_SUCH_MAILBOX),
    ("jane@elsewhere.example", StatusReason.BLOCKED),  # relay access denied
]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def greylisting() -> Iterator[int]:
    """A policy service (Postfix' SMTPD_POLICY_README) that defers the first try for each recipient at slow.example."""
    tries: Counter[str] = Counter()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    port = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request: dict[str, str] = {}
        while line := (await reader.readline()).decode().strip("\n\r") or request:
            if isinstance(line, str):
                name, _, value = line.partition("=")
                request[name] = value
                continue
            recipient = request.get("recipient", "")
            tries[recipient] += 1
            held_up = recipient.endswith("@slow.example") and tries[recipient] == 1
            action = "DEFER_IF_PERMIT 4.7.1 Greylisted" if held_up else "DUNNO"
            writer.write(f"action={action}\n\n".encode())
            request = {}
        writer.close()

    def play() -> None:
        nonlocal port
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    ready.wait()
    yield port
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not below pytest's own, which only its user may enter: Postfix' processes run as another one."""
    with tempfile.TemporaryDirectory(prefix="harvester-postfix-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """The port of a Postfix that runs for this module."""
    port = free_port()
    with greylisting() as policy:
        (folder / "spool").mkdir()
        (folder / "data").mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "main.cf").write_text(MAIN.format(folder=folder, policy=policy), "utf-8")
        (folder / "master.cf").write_text(MASTER.format(port=port), "utf-8")
        (folder / "access").write_text(ACCESS, "utf-8")
        (folder / "recipients").write_text("jane ok\nfull ok\ndisabled ok\npolicy ok\nlisted ok\nlater ok\n", "utf-8")
        command = [str(POSTFIX), "-c", str(folder)]
        started = subprocess.run([*command, "start"], capture_output=True, text=True, timeout=60, check=False)
        log = folder / "log"
        assert started.returncode == 0, log.read_text("utf-8") if log.exists() else started.stderr
        try:
            yield port
        finally:
            subprocess.run([*command, "stop"], capture_output=True, timeout=60, check=False)


def ask(port: int, addresses: list[str]) -> list[MailboxAnswer]:
    manners = Manners(
        helo="probe.example",
        mail_from="check@probe.example",
        route=Route(port=port, timeout_s=20),
        host_rate=100,
        rate=100,
        greylist_waits_s=(0.2,),
        allow_private=True,
    )

    async def run() -> list[MailboxAnswer]:
        prober = MailboxProber(Hosts({"mx.firm.example": "127.0.0.1"}), manners)
        verdict = DomainVerdict(
            domain="",
            reason=StatusReason.MX,
            mx=("mx.firm.example",),
            checked_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        mailboxes = [parse_mailbox(address) for address in addresses]
        jobs = [prober.probe(box, replace(verdict, domain=box.ascii_domain), now=NOW) for box in mailboxes]
        try:
            return list(await asyncio.gather(*jobs))
        finally:
            await prober.aclose()

    return asyncio.run(run())


def test_answers_of_postfix(port: int) -> None:
    answers = ask(port, [address for address, _ in ANSWERS])
    found = {address: answer.reason for (address, _), answer in zip(ANSWERS, answers, strict=True)}
    assert found == dict(ANSWERS), [answer.detail for answer in answers]


def test_thirty_unknown_mailboxes_in_a_row(port: int) -> None:
    """Postfix hangs up after twenty errors of a session: a new one is begun before."""
    answers = ask(port, [f"nobody{number}@firm.example" for number in range(30)])
    assert {answer.reason for answer in answers} == {StatusReason.NO_SUCH_MAILBOX}


def test_no_letter_was_left(port: int, folder: Path) -> None:
    for queue in ("incoming", "active", "deferred", "maildrop"):
        assert not [file for file in (folder / "spool" / queue).rglob("*") if file.is_file()]
