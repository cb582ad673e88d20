"""Commands killed at their work on a store of some size: what they had committed stays, and the next run ends as one
that nobody disturbed, files and tables alike.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from harvester.demo.nameserver import NameServer, serve_names
from harvester.demo.thread import InThread
from harvester.store import Store
from tests.crawling import LOCAL, read_table, start
from tests.eval.crash.looking import (
    DATABASE,
    TEMPORARY,
    Committed,
    Outcome,
    Trouble,
    at_work_after,
    end_of,
    half_files,
    is_sound,
    left_behind,
    query,
)
from tests.sample_companies import make_company

COMPANIES, EACH = 500, 3
MAILS = 300
# What depends on when a run was, and the state that a contact has in a file written after another run.
PASSING = ("_at", "_seen", "since", "seconds", "state")
RANDOM_TABLES = ("salts",)
FIRST_SCHEMA = "0001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its words, what it is given beside the store, and what must stay once it is committed."""

    words: tuple[str, ...]
    files: tuple[str, ...] = ()  # that it writes
    committed: str = "SELECT domain, address FROM contacts"
    prepare: Callable[[Path], None] = field(default=lambda _: None)


def domain_of(number: int) -> str:
    return f"c{number}.example"


def records() -> dict[str, dict[str, list[str]]]:
    """The DNS of the companies: every third has no domain any more."""
    known = {domain_of(number): {"MX": ["10 mx.mail.example."]} for number in range(COMPANIES) if number % 3}
    return known | {"mx.mail.example": {"A": ["127.0.0.1"]}}


def make_store(folder: Path) -> None:
    """A store as crawls leave it."""
    with Store.open(f"sqlite:///{folder / DATABASE}") as store:
        names = ("sales", "info", "einkauf")[:EACH]
        companies = [
            make_company(*(f"{name}@{domain_of(number)}" for name in names), domain=domain_of(number))
            for number in range(COMPANIES)
        ]
        for at in range(0, COMPANIES, 100):
            store.save_companies([(company, None) for company in companies[at : at + 100]])


def make_mails(folder: Path) -> None:
    """An mbox of reports: of every three, a hard bounce and two soft ones."""
    with (folder / "returned.mbox").open("w", encoding="ascii", newline="\n") as box:
        for number in range(MAILS):
            status, said = [("5.1.1", "550 5.1.1 User unknown"), ("4.2.2", "452 4.2.2 Mailbox full")][number % 3 > 0]
            box.write(BOUNCE.format(number=number, address=f"info@{domain_of(number // 2)}", status=status, said=said))


BOUNCE = """From MAILER-DAEMON Mon Nov 23 10:00:00 2026
From: MAILER-DAEMON@mx.example
To: me@seller.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <bounce{number}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{said}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}

--b--

"""


def make_list(folder: Path) -> None:
    """Addresses to verify, half of them those of the store."""
    rows = (f"Customer {number},me@{domain_of(number)}\r\n" for number in range(2 * COMPANIES))
    (folder / "list.csv").write_text("Name,E-mail\r\n" + "".join(rows), "utf-8", newline="")


def make_workbook(folder: Path) -> None:
    """The same as an Excel workbook."""
    book = openpyxl.Workbook()
    book.active.append(["Name", "E-mail"])
    for number in range(2 * COMPANIES):
        book.active.append([f"Customer {number}", f"me@{domain_of(number)}"])
    book.save(folder / "list.xlsx")


def age_store(folder: Path) -> None:
    """Take the store back to what the first version made."""
    from alembic import command  # noqa: PLC0415 - heavy
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    from harvester.store.database import MIGRATIONS  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.downgrade(config, FIRST_SCHEMA)
    engine.dispose()


VERIFICATIONS = "SELECT address, reason FROM verifications"
COMMANDS: dict[str, Command] = {
    "export_csv": Command(words=("export", "-o", "out.csv"), files=("out.csv",)),
    "export_xlsx": Command(words=("export", "-o", "out.xlsx"), files=("out.xlsx",)),
    "export_crm": Command(words=("export", "-f", "hubspot", "-o", "crm.csv"),
                          files=("crm-companies.csv", "crm-contacts.csv")),
    "bounces": Command(words=("bounces", "returned.mbox"), prepare=make_mails,
                       committed="SELECT mail, address FROM bounces"),
    "verify_csv": Command(words=("verify", "list.csv"), files=("list.verified.csv",), prepare=make_list,
                          committed=VERIFICATIONS),
    "verify_xlsx": Command(words=("verify", "list.xlsx"), files=("list.verified.xlsx",), prepare=make_workbook,
                           committed=VERIFICATIONS),
    # What a run that was killed had found is in the store, but no change for the next one: its list may be shorter.
    "recheck": Command(words=("recheck", "--older-than", "1d", "-o", "changes.csv")),
    "migrate": Command(words=("show", "info@c1.example"), prepare=age_store),
}  # fmt: skip
assert all(command.words for command in COMMANDS.values())


@dataclass(frozen=True, slots=True)
class Calm:
    """What a command comes to when nobody disturbs it, how much processor time it takes, and its folder at first."""

    before: Path
    cpu_s: float
    result: dict[str, Any]


class Bench:
    """Runs commands in copies of one prepared folder each. The calm run of a command is made once."""

    def __init__(self, scratch: Path, names: NameServer) -> None:
        self._scratch, self._names = scratch, names
        self._calm: dict[str, Calm] = {}
        make_store(scratch / "store")

    def calm(self, name: str) -> Calm:
        if name not in self._calm:
            before, after = self._scratch / f"{name}.before", self._scratch / f"{name}.after"
            shutil.copytree(self._scratch / "store", before)
            (before / TEMPORARY).mkdir()
            COMMANDS[name].prepare(before)
            shutil.copytree(before, after)
            process = self.begin(after, name)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, f"{name} fails undisturbed: {(after / 'said.txt').read_text('utf-8')}"
            self._calm[name] = Calm(before, used.ru_utime + used.ru_stime, result_of(after, name))
        return self._calm[name]

    def begin(self, folder: Path, name: str) -> subprocess.Popen[str]:
        settings = {**LOCAL, "HARVESTER_NAMESERVERS": self._names.address}
        words = [sys.executable, "-m", "harvester.cli", *COMMANDS[name].words]
        words += [word for item in settings.items() for word in ("-s", "{}={}".format(*item))]
        environment = {"TMPDIR": str(folder / TEMPORARY)}
        said = (folder / "said.txt").open("a", encoding="utf-8")
        return start(folder, words, environment, stdout=said, stderr=said)

    def break_one(self, folder: Path, name: str, share: float) -> Outcome:
        """One round: the command killed when a share (0 to 1) of its work is done, and run again."""
        calm, command, outcome = self.calm(name), COMMANDS[name], Outcome()
        shutil.copytree(calm.before, folder, dirs_exist_ok=True)
        with Committed(folder, command.committed) as committed:
            process = self.begin(folder, name)
            outcome.broken = at_work_after(process, share * calm.cpu_s)
            process.kill()
            process.wait()
        look(folder, outcome)
        if lost := committed.seen - set(query(folder, command.committed)):
            outcome.add(Trouble.LOST, f"lost: {sorted(lost)[:5]} …")
        try:
            status = end_of(self.begin(folder, name))
        except AssertionError as error:
            outcome.add(Trouble.OTHER, f"the next run: {error}")
            return outcome
        said = (folder / "said.txt").read_text("utf-8")
        if status or "Traceback" in said:
            outcome.add(Trouble.OTHER, f"the next run ended with {status}: …{said[-300:]}")
        for part, expected in calm.result.items():
            if (found := result_of(folder, name)[part]) != expected:
                outcome.add(Trouble.OTHER, f"{part} is another than undisturbed: {difference(found, expected)}")
        if left := left_behind(folder):
            outcome.add(Trouble.OTHER, f"left behind: {left}")
        look(folder, outcome)
        return outcome


@contextlib.contextmanager
def bench(scratch: Path) -> Iterator[Bench]:
    """A bench in a scratch folder, with its name server."""
    with InThread(lambda: serve_names(records())) as names:
        yield Bench(scratch, names)


def look(folder: Path, outcome: Outcome) -> None:
    if problem := is_sound(folder):
        outcome.add(Trouble.CORRUPT, f"integrity: {problem}")
    for name in half_files(folder):
        outcome.add(Trouble.HALF, f"half a file: {name}")


def result_of(folder: Path, name: str) -> dict[str, Any]:
    """Tables and files as they are after a command, without what depends on the moment."""
    tables = {table: lasting(rows, folder) for table, rows in tables_of(folder) if table not in RANDOM_TABLES}
    return tables | {file: lasting(rows_of(folder / file), folder) for file in COMMANDS[name].files}


def tables_of(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.row_factory = sqlite3.Row
        tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        yield "schema", [{"sql": row["sql"]} for row in tables]
        for table, _ in tables:
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
            yield table, [dict(row) for row in rows]


def rows_of(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    if file.suffix == ".csv":
        return read_table(file)
    headers, *rows = openpyxl.load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(headers, row, strict=False)) for row in rows]


def lasting(rows: list[dict[str, Any]], folder: Path) -> list[str]:
    kept = [{name: value for name, value in row.items() if not str(name).lower().endswith(PASSING)} for row in rows]
    return sorted(repr(row).replace(str(folder), "") for row in kept)


def difference(found: list[str], expected: list[str]) -> str:
    missing, added = set(expected) - set(found), set(found) - set(expected)
    return f"{len(found)} rows for {len(expected)}; missing {sorted(missing)[:2]}, added {sorted(added)[:2]}"
