"""Files that hold the strings of strangers, read by programs not ours: no formula, no property, no line more."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import vobject
from click.testing import CliRunner

from harvester.cli import main
from harvester.export.crm import CRMS
from tests.crawling import Crawl, crawl
from tests.hostile.stored import STEERS, filled
from tests.hostile.strangers import HOSTS, serve_strangers
from tests.hostile.strings import STRINGS

KEPT = re.compile("[\t\u061c\u200e\u200f]")  # of what steers: tabs, and the marks that Hebrew and Arabic need
BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")
FIRST = tuple("=+-@＝＋－＠")
PHONE = re.compile(r"\+[0-9 ]+")
VCARD_LINES = {"version", "fn", "n", "org", "email", "tel", "title", "url", "source", "note", "x-abshowas"}


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for one, in any country's settings (OWASP, CSV injection; 2026-11)."""
    return cell[:1] == "\t" or (BLANKS.sub("", cell, count=1)[:1] in FIRST and not PHONE.fullmatch(cell))


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """A crawl of the strangers' sites by two processes, with all they say in the log."""
    folder = tmp_path_factory.mktemp("strangers")
    with serve_strangers() as web:
        with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["website", "=1+1"])
            notes = [re.sub("[\0\ud800]", "", text) for text in STRINGS]
            writer.writerows((seed, notes[n % len(notes)]) for n, seed in enumerate(web.seeds))
            writer.writerow(["../../etc/x y\x1b[31m\u202e\x9b", "x"])
        more = ("--processes", "2", "-O", "x.xlsx", "-O", "x.json")
        return crawl(folder, web.nameserver, *more, domains="list.csv", settings={"LOG_LEVEL": "DEBUG"})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(tmp_path_factory.mktemp("store"))


def written(path: Path, store: str, *options: str) -> Path:
    """An export of the store."""
    words = ["export", "-o", str(path), "--no-record", *options, "-s", f"HARVESTER_DATABASE_URL={store}"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return path


def check_table(path: Path, *, rows: int, is_guarded: bool = True) -> None:
    """Of a CSV file: its shape, and that no cell has a line more or can do anything."""
    found = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True))
    assert len(found) == rows + 1
    assert {len(row) for row in found} == {len(found[0])}
    for cell in (cell for row in found for cell in row):
        assert not STEERS.search(KEPT.sub("", cell)), cell
        assert "\n" not in cell
        assert not (is_guarded and is_formula(cell)), cell


def check_workbook(path: Path, *, rows: int) -> None:
    with zipfile.ZipFile(path) as book:
        assert {name.rpartition(".")[2] for name in book.namelist()} <= {"xml", "rels"}
        assert not any(b"<f>" in book.read(name) or b"<f " in book.read(name) for name in book.namelist())
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_row == rows + 1
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
        assert cell.data_type in {"s", "n"}
        assert cell.data_type == "n" or not is_formula(cell.value)
        link = cell.hyperlink.target if cell.hyperlink else None
        assert link is None or re.match(r"mailto:[\w.@-]+$|https?://[\w.-]+(:\d+)?/", link), link


def check_lines(path: Path, *, rows: int) -> None:
    """Of JSON Lines: each line is one for every reader, nothing in it steers, and it says what was said."""
    text = path.read_bytes().decode()
    assert len(text.splitlines()) == rows
    assert not STEERS.search(text)
    assert not re.search(r"\\ud[89ab]..(?!\\ud[c-f])", text, re.IGNORECASE), "half a character"
    assert all(json.loads(line)["email"] for line in text.splitlines())


def test_what_a_crawl_writes(visited: Crawl) -> None:
    assert visited.status == 0, visited.said
    output, folder = visited.folder / "output", visited.folder
    contacts = len(visited.rows())
    assert contacts > 2 * len(HOSTS)
    check_table(output / "contacts.csv", rows=contacts)
    check_table(output / "companies.csv", rows=len(visited.rows("companies.csv")))
    check_table(output / "rejected.csv", rows=1)
    check_workbook(folder / "x.xlsx", rows=contacts)
    check_lines(output / "contacts.jsonl", rows=contacts)
    assert len(json.loads((folder / "x.json").read_bytes())) == contacts
    assert {path.name for path in folder.iterdir()} == {"list.csv", "output", "x.xlsx", "x.json"}, (
        "names of files are ours"
    )


def test_what_they_say_gets_that_far(visited: Crawl) -> None:
    """Otherwise nothing is shown by what is missing."""
    names = [str(row["company"]) for row in visited.lines()]
    assert all(any(text in name for name in names) for text in ("\u202e", "＝1+1", "[red]", "\x9b", "BEGIN:VCARD"))
    assert any("forged" in row["detail"] for row in visited.rows("companies.csv"))


def test_the_log_has_no_line_of_theirs(visited: Crawl) -> None:
    assert not STEERS.search(visited.said + visited.printed)
    begun = [line for line in visited.said.split("\n") if re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert not any(re.match(r"\S+ \S+ \[harvester\] ERROR: forged", line) for line in begun)


@pytest.mark.parametrize("options", [(), ("--wide",)], ids=str)
def test_csv(store: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    check_table(written(tmp_path / "x.csv", store, *options), rows=len(STRINGS))


@pytest.mark.parametrize("options", [(), ("--wide",)], ids=str)
def test_workbook(store: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    check_workbook(written(tmp_path / "x.xlsx", store, *options), rows=len(STRINGS))


def test_json_lines(store: str, tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", store)
    check_lines(path, rows=len(STRINGS))
    names = {json.loads(line)["company"] for line in path.read_text("utf-8").splitlines()}
    assert {text for text in STRINGS if not set(text) & set("\0\ud800")} <= names, "texts are never altered"


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_vcards(store: str, tmp_path: Path, version: str) -> None:
    path = written(tmp_path / "x.vcf", store, "--vcard-version", version)
    cards = list(vobject.readComponents(path.read_text("utf-8")))
    assert [card.email.value for card in cards] == sorted(card.email.value for card in cards)
    assert len(cards) == len(STRINGS)
    for card in cards:
        lines = [line.name.lower() for line in card.lines()]
        assert set(lines) <= VCARD_LINES
        assert len(lines) == len(set(lines)), "each property once"
        assert not list(card.components())


@pytest.mark.parametrize("crm", CRMS)
def test_import_files(store: str, tmp_path: Path, crm: str) -> None:
    written(tmp_path / "x.csv", store, "--format", crm)
    for path in tmp_path.iterdir():
        check_table(path, rows=len(STRINGS), is_guarded=False)  # importers take texts as they are
