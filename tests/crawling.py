"""Crawls as a user starts them: a process in a folder of its own, and the files that it leaves there."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
HARVESTER = ("-m", "harvester.cli", "crawl")
SCRAPY = ("-m", "scrapy", "crawl", "contacts", "-a")
MEASURED = ("-m", "tests.measured", "crawl")  # the same as HARVESTER, and prints its peak of memory
TIMEOUT_S = 90
LOCAL = {
    "HARVESTER_ALLOW_PRIVATE_ADDRESSES": 1,
    "HARVESTER_CONTACT_URL": "https://harvester.example/about",
    "DOWNLOAD_DELAY": 0,
}


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl that has ended: its exit status and what it said."""

    folder: Path
    status: int
    said: str
    printed: str

    def rows(self, name: str = "contacts.csv") -> list[dict[str, str]]:
        """The rows of one of its tables."""
        return read_table(self.folder / "output" / name)

    def column(self, name: str, *, file: str = "companies.csv") -> dict[str, str]:
        """One column of a table, by domain."""
        return {row["domain"]: row[name] for row in self.rows(file)}

    def contacts(self) -> set[tuple[str, str]]:
        """(domain, address) of each row of contacts.csv."""
        return {(row["domain"], row["email"]) for row in self.rows()}

    def lines(self) -> list[dict[str, object]]:
        """The rows of contacts.jsonl."""
        return [json.loads(line) for line in (self.folder / "output/contacts.jsonl").read_text("utf-8").splitlines()]


def read_table(path: Path) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet opens it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def command(
    domains: str, nameserver: str, *options: str, settings: Mapping[str, object] | None = None, how: Sequence[str]
) -> list[str]:
    """The command line of a crawl of the list `domains`, as seen from its folder."""
    words = [sys.executable, *how, f"domains={domains}" if how == SCRAPY else domains, *options]
    for name, value in {**LOCAL, "HARVESTER_NAMESERVERS": nameserver, **(settings or {})}.items():
        words += ["-s", f"{name}={value}"]
    return words


def start(folder: Path, words: Sequence[str], environment: Mapping[str, str], **options: object) -> subprocess.Popen:
    """Start a process in a folder with this checkout's program and none of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HARVESTER_", "SCRAPY_"))}
    folder.mkdir(parents=True, exist_ok=True)
    environment = kept | {"PYTHONPATH": str(ROOT)} | dict(environment)
    return subprocess.Popen(words, cwd=folder, env=environment, **{"text": True, **options})


def visiting_processes(folder: Path) -> list[int]:
    """The processes that visit for a crawl of several in this folder. Linux only (it reads /proc)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = b"harvester.processes.visiting" in (process / "cmdline").read_bytes()
            if is_ours and (process / "cwd").resolve() == folder.resolve():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def as_text(output: bytes) -> str:
    """What a process wrote, with the line endings of text."""
    return output.decode().replace("\r\n", "\n")


def crawl(
    folder: Path,
    nameserver: str,
    *options: str,
    domains: str = "list.txt",
    settings: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str | None = None,
    stdin_encoding: str = "utf-8",
    how: Sequence[str] = HARVESTER,
) -> Crawl:
    """Crawl to the end. One that does not end is killed: subprocess.TimeoutExpired."""
    words = command(domains, nameserver, *options, settings=settings, how=how)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start(folder, words, environment or {}, text=False, **pipes)
    given = None if stdin is None else stdin.encode(stdin_encoding)
    try:
        printed, said = process.communicate(given, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Crawl(folder, process.returncode, as_text(said), as_text(printed))


def interrupt(
    folder: Path,
    nameserver: str,
    when: Callable[[], bool],
    *options: str,
    by: signal.Signals,
    settings: Mapping[str, object] | None = None,
    twice: bool = False,
) -> Crawl:
    """Start a crawl of list.txt, send it a signal as soon as `when` says so, and wait for its end.

    `twice`: send the signal again when the first was heard.
    """
    log: IO[str]
    log_path = folder / "said.txt"
    with log_path.open("w+", encoding="utf-8") as log:
        words = command("list.txt", nameserver, *options, settings=settings, how=HARVESTER)
        process = start(folder, words, {}, stdout=subprocess.DEVNULL, stderr=log)
        for is_due in (when, lambda: "Send again" in log_path.read_text("utf-8"))[: 1 + twice]:
            until = time.monotonic() + TIMEOUT_S
            while not is_due() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            assert process.poll() is None, "the crawl ended before its interruption"
            process.send_signal(by)
        status = process.wait(TIMEOUT_S)
        log.seek(0)
        return Crawl(folder, status, log.read(), "")
