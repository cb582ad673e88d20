"""The recorded mail world, DNS and SMTP, on ports of 127.0.0.1 in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.eval.recorded_web import serve_names

START_TIMEOUT_S = 30


@contextmanager
def playing_mail(player: Any, corpus: Any, salt: str) -> Iterator[dict[str, str]]:
    """Serve for as long as the block lasts; the settings that send a verification there."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    ports: dict[str, int] = {}

    async def start() -> None:
        names = player.Dns(corpus, salt)
        ports["dns"] = await serve_names(names)
        mail = player.Mail(corpus, salt)
        smtp = await loop.create_server(lambda: SMTP(mail, hostname="mx.recorded.example"), "127.0.0.1", 0)
        ports["smtp"] = smtp.sockets[0].getsockname()[1]
        ready.set()

    def play() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=play, name="recorded-mail", daemon=True)
    thread.start()
    assert ready.wait(START_TIMEOUT_S), "the recorded mail world did not start"
    try:
        yield {
            "HARVESTER_NAMESERVERS": f"127.0.0.1:{ports['dns']}",
            "HARVESTER_ALLOW_PRIVATE_ADDRESSES": "1",
            "HARVESTER_SMTP_PORT": str(ports["smtp"]),
            "HARVESTER_SMTP_HELO": "probe.example",
            "HARVESTER_SMTP_MAIL_FROM": "check@probe.example",
            "HARVESTER_SMTP_GREYLIST_WAITS": "0.5",
            "HARVESTER_SMTP_RATE": "500",
            "HARVESTER_SMTP_HOST_RATE": "100",
        }
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_TIMEOUT_S)
