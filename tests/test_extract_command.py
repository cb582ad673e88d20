"""`harvester extract`: what it prints for saved pages, what it leaves out, and how it explains itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.data import load_table
from harvester.extract import EXTRACTORS

KEYS = {"file", "address", "method", "zone", "original", "context"}
PAGE = """<html><body><header>Acme <a href="mailto:info@acme.example">Write to us</a></header>
<p>Sales: sales (at) acme.example</p><p>you@example.com</p><p>Web design: studio@agency.example</p>
<script>var x = {"key": "0123456789abcdef0123456789abcdef@o1.ingest.example"}</script>
<!-- old@acme.example --><img src="x.png" alt="jane@acme.examplefoo" class="lost@acme.example">
<p>Jane Doe</p><footer>\x1b[31mInfo\x1b]0;title\x07 [bold]office@acme.example[/bold]</footer></body></html>"""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["extract", *arguments], input=stdin, env={"COLUMNS": "200"})


def rows(result: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return str(path)


def test_json_lines(page: str) -> None:
    result = run(page, "--json")
    assert result.exit_code == 0
    assert all(set(row) == KEYS for row in rows(result))
    assert {(row["address"], row["method"], row["zone"]) for row in rows(result)} == {
        ("info@acme.example", "mailto", "header"),
        ("sales@acme.example", "worded", "main"),
        ("studio@agency.example", "text", "main"),
        ("office@acme.example", "text", "footer"),
        ("old@acme.example", "comment", "comment"),
    }
    first = rows(result)[0]
    assert first["file"] == page
    assert first["original"] == "mailto:info@acme.example"
    assert "Write to us" in first["context"]


def test_junk_is_counted_and_can_be_kept(page: str) -> None:
    assert run(page, "--json").stderr == "Left out: 1 error tracker, 1 placeholder (--keep-placeholders shows them).\n"
    kept = run(page, "--json", "--keep-placeholders")
    assert {row["address"] for row in rows(kept)} >= {"you@example.com", "info@acme.example"}
    assert kept.stderr == ""


def test_table(page: str) -> None:
    result = run(page)
    assert result.exit_code == 0
    assert "5 addresses" in result.stdout
    assert re.search(r"sales@acme\.example\s+worded\s+main\s+sales \(at\) acme\.example", result.stdout)
    assert "[bold]office@acme.example[/bold]" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


TYPES = [
    ("page.html", "<p>info@acme.example", {"info@acme.example"}),
    ("page.HTM", "<p>info@ac<b>me</b>.example", {"info@acme.example"}),
    ("page.txt", "<info@acme.example>", {"info@acme.example"}),
    ("card.vcf", "BEGIN:VCARD\r\nEMAIL:info@acme.example\r\nEND:VCARD", {"info@acme.example"}),
    ("data.json", '{"email": "info@acme.example"}', {"info@acme.example"}),
    ("page", "<!doctype html><p>info@acme.example", {"info@acme.example"}),
    ("empty.html", "", set()),
    ("nothing.html", "<p>Nothing here, logo@2x.png", set()),
]


@pytest.mark.parametrize(("name", "body", "expected"), TYPES)
def test_kinds_of_files(tmp_path: Path, name: str, body: str, expected: set[str]) -> None:
    (tmp_path / name).write_text(body, "utf-8")
    result = run(str(tmp_path / name), "--json")
    assert ({row["address"] for row in rows(result)}, result.exit_code) == (expected, 0)


def test_standard_input() -> None:
    result = run("-", "--json", stdin="<p>büro@acme.example info@acme.example".encode("latin-1"))
    assert {(row["file"], row["address"]) for row in rows(result)} == {
        ("-", "büro@acme.example"),
        ("-", "info@acme.example"),
    }


def test_several_pages_and_one_that_cannot_be_read(page: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder.html"
    folder.mkdir()
    result = run(page, str(folder), page, "--json")
    assert result.exit_code == 1
    assert len(rows(result)) == 10
    assert f"{folder} cannot be read" in " ".join(result.stderr.split())


REFUSED = [
    (["missing.html"], "There is no file missing.html."),
    (["https://acme.example/"], "`harvester crawl` visits sites."),
    (["-", "--json", "--why", "info@acme.example"], "leave --json out"),
    (["-", "--url", "http://[::1"], "is no URL of a page"),
    (["-", "--url", "ftp://acme.example/"], "is no URL of a page"),
    (["-", "--url", ""], "is no URL of a page"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_refused_with_one_sentence(arguments: list[str], sentence: str) -> None:
    result = run(*arguments, stdin="")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


WHY = [
    ("info@acme.example", ["Found in 1 place", "pass extract_links", "method mailto", "zone header", "say --url"]),
    ("INFO@Acme.example", ["Found in 1 place"]),
    ("sales@acme.example", ["pass extract_worded", "sales (at) acme.example"]),
    ("sales (at) acme.example", ["Read as sales@acme.example", "pass extract_worded"]),
    ("you@example.com", ["Dropped by the rule placeholder"]),
    ("old@acme.example", ["pass extract_comments", "not shown to visitors"]),
    ("jane@acme.example", ["Not found", "inside a longer word, in the attribute alt of <img>"]),
    ("lost@acme.example", ["Not found", "in the attribute class of <img>"]),
    ("fice@acme.example", ["Not found", "It is part of office@acme.example"]),
    ("anna@acme.example", ["Its domain stands on the page, its local part does not", "office@acme.example"]),
    ("studio@acme.example", ["both stand on the page"]),
    ("info@acme.nowhere", [".nowhere, which is no known top-level domain", "does not stand on the page"]),
    ("nobody", ["No address", "has no @"]),
    ("", ["No address"]),
]


@pytest.mark.parametrize(("text", "said"), WHY)
def test_why(page: str, text: str, said: list[str]) -> None:
    result = run(page, "--why", text)
    assert result.exit_code == 0
    assert [words for words in said if words not in result.stdout] == []
    assert "\x1b" not in result.stdout


WHOSE = [
    ("info@acme.example", "Kept: a contact of acme.example"),
    ("studio@agency.example", "Dropped by the rule agency"),
    ("you@example.com", "Dropped by the rule placeholder"),
]


@pytest.mark.parametrize(("address", "said"), WHOSE)
def test_why_with_the_site(page: str, address: str, said: str) -> None:
    assert said in run(page, "--why", address, "--url", "www.acme.example/contact").stdout


DENY = "HARVESTER_DENY_ADDRESSES=office@acme.example"
ALLOW = "HARVESTER_ALLOW_ADDRESSES=agency.example"


def test_why_with_the_users_lists(page: str) -> None:
    assert "Dropped by the rule denied" in run(page, "--why", "office@acme.example", "-s", DENY).stdout
    place = ("--url", "www.acme.example", "-s", ALLOW)
    assert "HARVESTER_ALLOW_ADDRESSES names it" in run(page, "--why", "studio@agency.example", *place).stdout
    shown = run(page, "--json", "-s", DENY)
    assert "office@acme.example" not in {row["address"] for row in rows(shown)}
    assert "1 denied" in shown.stderr


def test_every_reason_has_its_sentence() -> None:
    told = {reason for reason, _ in load_table("drop_reasons")}
    named = {row[1] for row in load_table("third_party")} | {row[0] for row in load_table("context_phrases")}
    assert named <= told
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert [row for row in load_table("drop_reasons") if "| `{}` | {} |".format(*row) not in readme] == []


def test_passes_are_named_by_their_functions(page: str) -> None:
    names = {extractor.__name__ for extractor in EXTRACTORS}
    told = set(re.findall(r"pass (\w+)", run(page, "--why", "info@acme.example").stdout))
    assert told <= names


def test_the_command_itself(page: str) -> None:
    command = [sys.executable, "-m", "harvester.cli", "extract", page, "--json"]
    done = subprocess.run(
        command, capture_output=True, check=True, env={"PYTHONPATH": str(Path(__file__).parents[1]), "LC_ALL": "C"}
    )
    assert len(done.stdout.splitlines()) == 5


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (b"PK\x03\x04", "a ZIP archive or an Office document"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
    ],
)
def test_a_file_that_is_no_page_is_named(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(start + b" info@acme.example")
    result = run(str(path))
    assert (result.exit_code, result.stderr) == (1, f"{path} is {kind}, no page: it was left out.\n")


@pytest.mark.parametrize("start", [b"", b"P", b"GIF", b"<p>", b"\xef\xbb\xbf<p>", b"%P"])
def test_anything_else_is_read(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(start + b" info@acme.example")
    assert [row["address"] for row in rows(run(str(path), "--json"))] == ["info@acme.example"]
