"""Whatever a mail server or a mailbox's server says: the conversation ends with a reply or a sentence."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.mailbox import imap
from harvester.mailbox.imap import ImapMailbox, MailboxError
from harvester.verify.dialogue import BrokenOffError, Session, TlsError, TurnedAwayError

GREETING, HELLO = b"220 mx.acme.example\r\n", b"250-mx.acme.example\r\n250 SMTPUTF8\r\n"
SMTP_LINES = st.sampled_from(
    [
        GREETING, HELLO, b"250 ok\r\n", b"550 5.1.1 no\r\n", b"550-a\r\n550 b\r\n", b"999 x\r\n", b"abc\r\n", b"\r\n",
        b"\xff\xfe\r\n", b"2", b"-1 x\r\n", b"250", b"250-\r\n", b"25a x\r\n", b"000 \r\n", b"421 bye\r\n", b"\n",
        b"a" * 5000, b"250 " + b"x" * 9000 + b"\r\n", b"250-STARTTLS\r\n250 x\r\n", "２５０ x\r\n".encode(),
    ]
)  # fmt: skip
SCRIPTS = st.lists(st.lists(SMTP_LINES, max_size=3).map(b"".join), max_size=7)


async def _converse(script: list[bytes]) -> list[int]:
    """The codes of the replies to two questions, of a server that says its lines whatever it hears."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError):
            for lines in script:
                writer.write(lines)
                await writer.drain()
                if not await asyncio.wait_for(reader.readline(), 0.1):
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    connection = socket.create_connection(server.sockets[0].getsockname())
    connection.setblocking(False)
    try:
        session = await Session.open(
            connection, "mx.acme.example", helo="our.example", mail_from="us@our.example", timeout_s=0.15
        )
        try:
            asked = filter(session.can_ask, ("info@acme.example", "jörg@acme.example"))
            codes = [(await session.ask(address)).code for address in asked]
        finally:
            await session.close()
    finally:
        connection.close()
        server.close()
    return codes


@settings(max_examples=25, deadline=None)
@given(SCRIPTS)
@example([GREETING, HELLO, b"250 ok\r\n", b"550 5.1.1 no\r\n"])
def test_any_mail_server(script: list[bytes]) -> None:
    with suppress(TurnedAwayError, BrokenOffError, TlsError):
        assert all(0 <= code <= 999 for code in asyncio.run(_converse([GREETING, HELLO, *script])))
    with suppress(TurnedAwayError, BrokenOffError, TlsError):
        asyncio.run(_converse(script))


OPENED = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n"
IMAP_LINES = st.sampled_from(
    [
        OPENED, b"* OK [UIDVALIDITY x] ok\r\n", b"* SEARCH 1 2\r\n", b"* SEARCH x\r\n", b"* SEARCH\r\n", b"+ go\r\n",
        b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n", b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n", b"* BYE\r\n", b"\r\n",
        b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", b'* 1 FETCH (UID 1 BODY[] "x")\r\n', b"* LIST (\\x) NIL a\r\n",
        b"\xff\r\n", b"* 1 FETCH (BODY[] {99999999999}\r\n", b"* NO x\r\n", b"* LIST (\r\n",
    ]
)  # fmt: skip


@contextmanager
def _imap_server(answers: dict[bytes, bytes]) -> Iterator[str]:
    """The URL of a server that says to each command what stands for its name, then OK."""

    def serve() -> None:
        with suppress(OSError):
            client, _ = listening.accept()
            client.settimeout(2)
            with client, client.makefile("rwb") as stream:
                stream.write(b"* OK ready\r\n")
                stream.flush()
                for line in stream:
                    _, *words = line.upper().split()
                    name = words[1] if words[:1] == [b"UID"] else b"".join(words[:1])
                    stream.write(answers.get(name, b"") + line.split()[0] + b" OK done\r\n")
                    stream.flush()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"imap://us@127.0.0.1:{listening.getsockname()[1]}/INBOX"


def _read(answers: dict[bytes, bytes]) -> list[bytes | None]:
    with (
        _imap_server({b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", **answers}) as url,
        ImapMailbox(url, "x") as mailbox,
    ):
        return [item.raw for item in mailbox.mails()]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "TIMEOUT_S", 0.3)


IMAP_CAUGHT = {
    "validity": {b"EXAMINE": b"* OK [UIDVALIDITY x] ok\r\n"},
    "size": {b"EXAMINE": OPENED, b"SEARCH": b"* SEARCH 1\r\n", b"FETCH": b"* 1 FETCH (BODY[] {99999999999}\r\n"},
    "huge": {
        b"EXAMINE": OPENED,
        b"SEARCH": b"* SEARCH 1\r\n",
        b"FETCH": b"* 1 FETCH (BODY[] {99999999999999999999}\r\n",
    },
    "uid": {b"EXAMINE": OPENED, b"SEARCH": b"* SEARCH " + b"9" * 5000 + b"\r\n"},
}


@pytest.mark.parametrize("name", IMAP_CAUGHT)
def test_absurd_answers_of_a_mailbox(name: str) -> None:
    with pytest.raises(MailboxError, match=r"^imap://us@127\.0\.0\.1.* (cannot be opened|could not be read)"):
        _read(IMAP_CAUGHT[name])


def test_sound_answers_of_a_mailbox() -> None:
    fetched = b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n"
    assert _read({b"EXAMINE": OPENED, b"SEARCH": b"* SEARCH 1\r\n", b"FETCH": fetched}) == [b"hello"]


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from([b"EXAMINE", b"SEARCH", b"FETCH"]), st.lists(IMAP_LINES, max_size=3).map(b"".join))
)
def test_any_mailbox(answers: dict[bytes, bytes]) -> None:
    with suppress(MailboxError):
        _read({b"EXAMINE": OPENED, b"SEARCH": b"* SEARCH 1\r\n"} | answers)
