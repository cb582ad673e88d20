"""What is printed and logged: the strings of strangers are text, on a terminal, in a pipe, a report, an error."""

from __future__ import annotations

import ast
import logging
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from harvester.cli import main
from harvester.jobs.running import PartResult, Round
from harvester.jobs.table import Job, Part
from harvester.jobs.telling import render_html
from harvester.terminal import guard_log
from tests.crawling import ROOT
from tests.hostile.stored import STEERS, filled
from tests.hostile.strings import STRINGS
from tests.sample_companies import NOW

PACKAGE = ROOT / "harvester"
EVIL = "\x1b[31m\x9b31m\u202e[red]x[/red]"
PAGE = (
    f"<title>{EVIL}</title><h1>{EVIL}</h1><p>{EVIL} sales@nord.example {EVIL}</p>"
    f"<script>document.write('{EVIL} info@nord.example')</script>"
)
MAIL = (
    f"From: MAILER-DAEMON@a.example\nSubject: Undeliverable {EVIL}\n\n<sales@c01.example>: {EVIL} 550 5.1.1 unknown\n"
    f"<{EVIL}@c01.example>: 550 5.1.1 unknown\n"
)
NOBODY = "HARVESTER_NAMESERVERS=127.0.0.1:9"
COMMANDS = [
    ["contacts"],
    ["contacts", "--format", "json"],
    ["contacts", "--format", "csv"],
    ["show", "sales@c01.example"],
    ["show", "sales@c01.example", "--json"],
    ["due", "--on", "2027-12-01"],
    ["due", "--on", "2027-12-01", "--json"],
    ["extract", "page.html", "--keep-placeholders"],
    ["extract", "page.html", "--json"],
    ["extract", "page.html", "--why", "sales@nord.example"],
    ["extract", f"missing{EVIL}.html"],
    ["bounces", "--dry-run", "mail.eml"],
    ["bounces", "--dry-run", "--json", "mail.eml"],
    ["verify", f"{EVIL}@c01.example", "--json", "-s", NOBODY],
    ["recheck", "--older-than", "0", "-s", NOBODY],
    ["sent", "list.csv"],
    ["optout", "import", "list.csv"],
    ["optout", "add", EVIL],
    ["optout", "list"],
    ["rules", "--find", EVIL],
    ["push", "webhook", "--dry-run"],
    ["push", "salesforce"],
    ["settings", "-s", f"HARVESTER_DATABASE_URL={EVIL}"],
    ["forget", "sales@c05.example"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store and files of strangers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_DATABASE_URL", filled(tmp_path))
    monkeypatch.setenv("HARVESTER_WEBHOOK_URL", f"http://127.0.0.1:9/{EVIL}")
    monkeypatch.setenv("HARVESTER_WEBHOOK_SECRET", "x" * 40)
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "mail.eml").write_text(MAIL, "utf-8")
    (tmp_path / "list.csv").write_text(f"email,date\n{EVIL},{EVIL}\n{EVIL}@nord.example,2026-11-01\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words)[:40])
def test_a_pipe(folder: Path, words: list[str]) -> None:
    result = CliRunner().invoke(main, words, input="n\n")
    assert result.exit_code in {0, 1, 2, 3}
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    shown = (result.stdout + result.stderr).replace("\t", " ").replace("\r\n", "\n")
    assert shown
    if words[-1] == "csv":
        shown = re.sub("[\u061c\u200e\u200f]", "", shown)  # what a spreadsheet is given: Hebrew needs its marks
    assert not STEERS.search(shown), ascii(shown)


def on_terminal(folder: Path, *words: str) -> str:
    """What a command writes to a terminal, without the colours and the erasing of lines that rich adds."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"}
    command = [sys.executable, "-m", "harvester.cli", *words]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while part := _read(ours):
            shown += part
        os.close(ours)
    assert process.returncode in {0, 1, 2}, shown
    return re.sub(r"\x1b\[(?:[0-9;]*m|\?25[hl]|[12]?K|1A)|\r", "", shown.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux: nobody has it open any more
        return b""


SHOWN = [
    (["contacts"], "63 contacts"),
    (["show", "sales@c01.example"], "sales@c01.example"),
    (["extract", "page.html", "--keep-placeholders"], "[red]x[/red]"),
    (["verify", f"{EVIL}@c01.example", "info@c01.example", "-s", NOBODY], "[red]x[/red]"),
    (["bounces", "--dry-run", "mail.eml"], "sales@c01.example"),
    (["forget", f"{EVIL}@c01.example"], "Error: "),
]


@pytest.mark.parametrize(("words", "expected"), SHOWN, ids=lambda value: value[0] if isinstance(value, list) else "")
def test_a_terminal(folder: Path, words: list[str], expected: str) -> None:
    shown = on_terminal(folder, *words)
    assert expected in shown
    assert not STEERS.search(shown.replace("\t", " ")), ascii(shown)
    assert "forged" not in [line.split(" ")[0] for line in shown.split("\n")]


PRINTERS = {"terminal.py"}
CONSOLES = {
    "extensions/progress.py",
    "inspection.py",
    "upkeep/tables.py",
    "verifying/command.py",
    "verifying/progress.py",
}


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_all_that_is_printed_goes_through_one_door(file: Path) -> None:
    """`terminal.say` escapes; a console of rich is where `test_a_terminal` looks."""
    name = file.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"} or (
                name in PRINTERS
            ), f"line {node.lineno}"
            assert called != "Console" or name in CONSOLES, f"line {node.lineno}"


def raise_evil() -> None:
    raise ValueError(f"{EVIL}\n2026-11-26 06:00:00 [harvester] ERROR: forged\n\rforged")


def test_a_traceback_in_the_log_forges_no_line(caplog: pytest.LogCaptureFixture) -> None:
    before, hook = logging.getLogRecordFactory(), sys.excepthook
    guard_log()
    try:
        raise_evil()
    except ValueError:
        logging.getLogger("forged").exception("It failed: %s", EVIL)
    finally:
        logging.setLogRecordFactory(before)
        sys.excepthook = hook
    first, *rest = logging.Formatter("%(levelname)s %(message)s").format(caplog.records[-1]).split("\n")
    assert first.startswith("ERROR It failed: ")
    assert rest[0] == "Traceback (most recent call last):"
    assert all(line.startswith("  ") for line in rest[1:])
    assert any("ERROR: forged" in line for line in rest)
    assert not any(STEERS.search(line) for line in (first, *rest))


def test_a_traceback_of_a_command_steers_nothing(tmp_path: Path) -> None:
    """A bug of ours, in a command, with a page's words in its message."""
    code = (
        "import harvester.inspection as i, harvester.cli as c\n"
        f"def fail(*_, **__): raise ValueError({EVIL!r} + '\\nforged')\n"
        "i.show_addresses = fail\nc.main(['extract', 'page.html'])"
    )
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert "ValueError: " in said
    assert not STEERS.search(said)
    assert not any(line.startswith("forged") for line in said.split("\n"))


ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "div", "b", "span", "table", "tbody",
    "tr", "th", "td", "code", "pre", "svg", "g", "path", "rect", "text", "line", "defs", "clippath", "circle", "tspan",
}  # fmt: skip
ACTIVE = re.compile(r"on\w+|(xlink:)?href|src\w*|(form)?action|data", re.IGNORECASE)


def check_page(page: str) -> None:
    """No element but ours, and no attribute that does something, as a browser reads it."""
    for node in LexborHTMLParser(page).root.traverse(include_text=False):
        assert str(node.tag).lower() in ELEMENTS, node.html
        assert not any(ACTIVE.fullmatch(name) for name in node.attributes), node.html


@pytest.mark.parametrize("status", [0, 1])
def test_the_report_of_a_job_is_text(tmp_path: Path, status: int) -> None:
    lines = tuple(line for text in STRINGS for line in text.split("\n"))
    part = Part(name="crawl", arguments=("crawl", *STRINGS[::7]))
    ended = Round(
        job=Job(name=EVIL, parts=(part,), report=tmp_path / "report"),
        begun=NOW,
        seconds=1.0,
        results=(PartResult(part=part, status=status, lines=lines, seconds=1.0),),
        before={},
        after={"contacts": 1},
    )
    page = render_html(ended, language="en")
    check_page(page)
    told = LexborHTMLParser(page).css_first("pre").text()
    assert all(line.strip() in told for line in lines[-30:] if line.isprintable())


def test_the_report_of_the_store_is_text(folder: Path) -> None:
    pytest.importorskip("vl_convert")
    result = CliRunner().invoke(main, ["report", "-o", "report.html"])
    assert result.exit_code == 0, result.output
    page = (folder / "report.html").read_text("utf-8")
    check_page(page)
    assert "1+1" in LexborHTMLParser(page).body.text(), "it got that far"
