"""The recorded websites, played as a small internet in a thread of this process, with a log of what was asked for."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CORPUS = ROOT.parent / "shared" / "realweb" / "corpus"
START_TIMEOUT_S = 30


def load_player(corpus: Path) -> ModuleType:
    """Import the corpus' own server, which stands beside it."""
    spec = importlib.util.spec_from_file_location("recorded_web_player", corpus.resolve().parent / "realweb.py")
    assert spec is not None
    assert spec.loader is not None
    player = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(player)
    return player


class RecordedWeb:
    """Web and DNS of a corpus on ports of 127.0.0.1. `requests` are (host, path), in order, robots.txt included."""

    def __init__(self, corpus: Path, *, latency_s: float = 0.0) -> None:
        self.player = load_player(corpus)
        self.corpus = self.player.Corpus(corpus)
        self.requests: list[tuple[str, str]] = []
        self.web = self.player.Web(self.corpus, latency_s)
        respond = self.web.respond

        def log_and_respond(host: str, path: str) -> tuple[str, str, bytes]:
            self.requests.append((host.partition(":")[0], path))
            return respond(host, path)

        self.web.respond = log_and_respond
        self.http_port = self.dns_port = 0
        self._ready = threading.Event()

    @property
    def nameserver(self) -> str:
        return f"127.0.0.1:{self.dns_port}"

    def pages(self) -> list[tuple[str, str]]:
        """Return what was asked for but robots.txt."""
        return [(host, path) for host, path in self.requests if path != "/robots.txt"]

    @contextmanager
    def playing(self) -> Iterator[RecordedWeb]:
        """Serve for as long as the block lasts."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._run, args=(loop,), name="recorded-web", daemon=True)
        thread.start()
        assert self._ready.wait(START_TIMEOUT_S), "the recorded web did not start"
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(START_TIMEOUT_S)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(self._start())
        loop.run_forever()

    async def _start(self) -> None:
        web = await asyncio.start_server(self.web, "127.0.0.1", 0, limit=1 << 20, backlog=4096)
        self.http_port = web.sockets[0].getsockname()[1]
        self.dns_port = await serve_names(self.player.Dns(self.corpus, ""))
        self._ready.set()


async def serve_names(names: Any) -> int:
    """The port of a recorded name server; what UDP is given may be taken for TCP, by somebody's connection."""
    loop = asyncio.get_running_loop()
    while True:
        udp, _ = await loop.create_datagram_endpoint(lambda: names, local_addr=("127.0.0.1", 0))
        port: int = udp.get_extra_info("sockname")[1]
        try:
            await asyncio.start_server(names.stream, "127.0.0.1", port)
        except OSError:
            udp.close()
        else:
            return port


def crawl_command(into: Path, web: RecordedWeb, seeds: list[str], settings: list[str]) -> list[str]:
    """Write the list into the folder `into` and return the command that crawls it there without a pause."""
    into.mkdir(parents=True, exist_ok=True)
    (into / "list.txt").write_text("".join(f"{seed}:{web.http_port}\n" for seed in seeds), "utf-8")
    command = [sys.executable, "-m", "harvester.cli", "crawl", "list.txt"]
    wanted = [f"HARVESTER_NAMESERVERS={web.nameserver}", "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1", "DOWNLOAD_DELAY=0"]
    for setting in (*wanted, *settings):
        command += ["-s", setting]
    return command


def start(command: list[str], into: Path, **options: object) -> subprocess.Popen[str]:
    """Start a crawl in the folder `into` with this checkout's program."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=into, env=environment, text=True, **options)  # type: ignore[call-overload,no-any-return]


def load_contacts(into: Path) -> set[tuple[str, str]]:
    """Return (domain, address) of each row of a crawl's contacts.jsonl."""
    rows = (into / "output" / "contacts.jsonl").read_text("utf-8").splitlines()
    return {(row["domain"], row["email"]) for row in map(json.loads, rows)}
