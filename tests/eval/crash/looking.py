"""What is seen of a broken program: its store, its files, and what it left behind."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import openpyxl

from tests.crawling import TIMEOUT_S

DATABASE = Path("output/harvester.db")
TEMPORARY = "temporary"  # the folder of a round that takes the place of the system's for temporary files
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
Rows = list[tuple[object, ...]]


class Trouble(StrEnum):
    """What must not come of a crash."""

    LOST = "lost"
    CORRUPT = "corrupt"
    HALF = "half-written"
    AGAIN = "refetched"
    OTHER = "otherwise wrong"


@dataclass(slots=True)
class Outcome:
    """A round: whether the program was still at work when it was broken, and what was wrong then or after."""

    broken: bool = False
    wrong: list[tuple[Trouble, str]] = field(default_factory=list)

    def add(self, trouble: Trouble, told: str) -> None:
        """Note something."""
        self.wrong.append((trouble, told))


class Committed:
    """What another process saw committed so far, asked again and again."""

    def __init__(self, folder: Path, statement: str) -> None:
        self._folder, self._statement, self._done = folder, statement, threading.Event()
        self.seen: set[tuple[object, ...]] = set()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Committed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.seen |= set(query(self._folder, self._statement))


def query(folder: Path, statement: str) -> Rows:
    """What a reader sees in the store of a folder; nothing where it is not there yet, or without tables."""
    with suppress(sqlite3.OperationalError):
        uri = f"file:{folder / DATABASE}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as database:
            return database.execute(statement).fetchall()
    return []


def is_sound(folder: Path) -> str:
    """What SQLite has against the store, read as the next program reads it; empty where all is well."""
    if not (folder / DATABASE).exists():
        return ""
    try:
        with closing(sqlite3.connect(folder / DATABASE, timeout=5)) as database:
            found = database.execute("PRAGMA integrity_check").fetchall()
            found += database.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == [("ok",)] else str(found)


def half_files(folder: Path) -> Iterator[str]:
    """Lists that are there and do not read to their end."""
    for path in folder.glob("[!.]*"):
        try:
            if path.suffix == ".csv":
                _read_csv(path)
            elif path.suffix == ".jsonl":
                [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            elif path.suffix == ".xlsx":
                openpyxl.load_workbook(path).close()
            elif path.suffix == ".vcf":
                text = path.read_text("utf-8")
                assert text.count("BEGIN:VCARD") == text.count("END:VCARD")
                assert text.endswith("END:VCARD\r\n")
        except Exception as error:  # noqa: BLE001 - whatever it is, the file is broken
            yield f"{path.name}: {error}"


def _read_csv(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert path.read_bytes().endswith(b"\n"), "no end of line"
    assert not any(None in row or None in row.values() for row in rows), "a row of another width"


def left_behind(folder: Path) -> list[str]:
    """Temporary files, beside the lists and where the system keeps them."""
    beside = [path.name for place in (folder, folder / "output") for path in place.glob(".*")]
    return beside + [path.name for path in (folder / TEMPORARY).glob("*")]


def cpu_seconds(process: int) -> float:
    """The processor time of a process, all its threads, in steps of 10 ms."""
    words = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def end_of(process: subprocess.Popen[str]) -> int:
    """The exit status of a process. One that does not come to its end is killed: AssertionError."""
    try:
        return process.wait(TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"it had not ended after {TIMEOUT_S} s") from None


def at_work_after(process: subprocess.Popen[str], cpu_s: float) -> bool:
    """Wait until a process has used so much processor time; False when it ended before."""
    while process.poll() is None:
        with suppress(OSError):
            if cpu_seconds(process.pid) >= cpu_s:
                return True
        time.sleep(0.002)
    return False
