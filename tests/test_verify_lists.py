"""`harvester verify` on lists: they come back as they are, with columns behind, and nothing in them is dropped."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from harvester.cli import main
from harvester.demo import SmallWeb
from harvester.verifying.cells import COLUMNS
from tests.crawling import TIMEOUT_S, command, start

GOOD = "info@falkenbach-pumpen.example"
BAD = "info@no-such-domain.example"


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_web: SmallWeb):
    """Run the command on a list with this content; the output's bytes, or None where it wrote none, and the result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_NAMESERVERS", small_web.nameserver)
    monkeypatch.setenv("HARVESTER_ALLOW_PRIVATE_ADDRESSES", "1")

    def run(content: bytes | str, *options: str, name: str = "list.csv") -> tuple[bytes, Result]:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        result = CliRunner().invoke(main, ["verify", name, *options])
        path = Path(name)
        target = tmp_path / f"{path.stem}.verified{path.suffix}"
        assert (tmp_path / name).read_bytes() == data, "the list itself is not touched"
        return target.read_bytes() if target.exists() else b"", result

    return run


def rows(written: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def statuses(written: bytes, delimiter: str = ",") -> list[tuple[str, str]]:
    return [(row["status"], row["status_reason"]) for row in rows(written, delimiter)]


LIKELY, GONE, SYNTAX, NOTHING = (
    ("likely", "mx"),
    ("undeliverable", "no_such_domain"),
    ("undeliverable", "syntax"),
    ("unknown", "not_checked"),
)
KEPT = [
    ("comma", f"name,email\nA,{GOOD}\nB,{BAD}\n", [LIKELY, GONE]),
    ("semicolon", f"name;E-Mail\nA;{GOOD}\nB;{BAD}\n", [LIKELY, GONE]),
    ("tab", f"email\tname\n{GOOD}\tA\n{BAD}\tB\n", [LIKELY, GONE]),
    ("quotes", f'"name","email"\n"A, ""the"" one","{GOOD}"\n"two\nlines","{BAD}"\n', [LIKELY, GONE]),
    ("windows", f"name,email\r\nA,{GOOD}\r\nB,{BAD}\r\n", [LIKELY, GONE]),
    ("byte order mark", f"\ufeffemail,name\n{GOOD},Ä\n", [LIKELY]),
    ("no last line end", f"email,name\n{GOOD},A\n{BAD},B", [LIKELY, GONE]),
    ("duplicates", f"email\n{GOOD}\n{GOOD}\n{GOOD.upper()}\n", [LIKELY, LIKELY, LIKELY]),
    ("by content", f"one,two\nx,{GOOD}\ny,{BAD}\n", [LIKELY, GONE]),
    ("the filled one of two", f"email,Mail\n,{GOOD}\n,{BAD}\n", [LIKELY, GONE]),
    ("Chinese", f"公司,邮箱\n甲,{GOOD}\n", [LIKELY]),
    ("Russian", f"Имя;Электронная почта\nИ;{GOOD}\n", [LIKELY]),
    ("formula guard", f"email\n'+{GOOD}\n", [LIKELY]),
    ("display name", f"email\nJane Roe <{GOOD}>\nmailto:{GOOD}\n", [LIKELY, LIKELY]),
]


@pytest.mark.parametrize(("name", "content", "wanted"), KEPT, ids=[row[0] for row in KEPT])
def test_a_list_comes_back_with_columns_behind(verify, name: str, content: str, wanted: list[tuple[str, str]]) -> None:
    written, result = verify(content)
    assert result.exit_code == 0, result.output
    delimiter = next((mark for mark in "\t;" if mark in content.partition("\n")[0]), ",")
    assert statuses(written, delimiter) == wanted
    given = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))
    back = list(csv.reader(io.StringIO(written.decode(), newline=""), delimiter=delimiter))
    assert [row[: -len(COLUMNS)] for row in back] == given
    without = [line for line in content.splitlines(keepends=True) if '"' not in line]
    assert all(line.rstrip("\r\n") in written.decode() for line in without)
    assert (b"\r\n" in written) == ("\r\n" in content)


def test_blank_rows_and_comments_stay_where_they_are(verify) -> None:
    written, _ = verify(f"email,name\n\n{GOOD},A\n,\n\n", name="list.csv")
    lines = written.decode().split("\n")
    assert (lines[1], lines[3], lines[4], lines[5]) == ("", ",", "", "")
    written, _ = verify(f"# mine\n{GOOD}\n# theirs\n\n{BAD}\n", name="list.txt")
    assert [line.split("\t")[0] for line in written.decode().splitlines()] == [
        "# mine", "email", GOOD, "# theirs", "", BAD,
    ]  # fmt: skip


def test_a_text_file_becomes_a_table(verify) -> None:
    written, _ = verify(f"{GOOD}\n{BAD}\n", name="list.txt")
    assert written.decode().splitlines()[0].split("\t") == ["email", *COLUMNS]
    assert statuses(written, "\t") == [LIKELY, GONE]


def test_a_text_file_written_as_csv(verify, tmp_path: Path) -> None:
    _, result = verify(f"{GOOD}\n{GOOD}, {BAD}\n", "-o", "out.csv", name="list.txt")
    assert result.exit_code == 0
    table = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text("utf-8"))))
    assert [row[:3] for row in table[1:]] == [[GOOD, *LIKELY], [f"{GOOD}, {BAD}", *SYNTAX]]
    assert len({len(row) for row in table}) == 1


def test_a_table_without_headers_gets_them(verify) -> None:
    written, _ = verify(f"Acme;{GOOD}\nBeta;{BAD}\n")
    assert written.decode().splitlines()[0].startswith("column_1;email;status;")
    assert statuses(written, ";") == [LIKELY, GONE]


def test_a_name_that_is_taken_gets_ours_in_front(verify) -> None:
    written, _ = verify(f"email,Status,mx,harvester_mx\n{GOOD},old,m,n\n")
    header = written.decode().splitlines()[0].split(",")
    assert header[:6] == ["email", "Status", "mx", "harvester_mx", "harvester_status", "status_reason"]
    assert header[-1] == "harvester_mx_2"
    assert rows(written)[0]["Status"] == "old"


def test_rows_of_other_widths(verify) -> None:
    written, _ = verify(f"email,name,city\n{GOOD}\n{GOOD},A,B,C,D\n")
    table = list(csv.reader(io.StringIO(written.decode())))
    assert {len(row) for row in table} == {5 + len(COLUMNS)}
    assert {row[5] for row in table} == {"status", "likely"}


def test_other_encodings_come_out_as_they_went_in(verify) -> None:
    written, _ = verify(f"Name;E-Mail\nMüller;{GOOD}\n".encode("cp1252"))
    assert written.startswith(b"Name;E-Mail;status;")
    assert "Müller".encode("cp1252") in written
    wide = f"\ufeffName\tE-Mail\r\nMüller\t{GOOD}\r\n".encode("utf-16-le")
    written, _ = verify(wide)
    text = written.decode("utf-16-le")
    assert text.startswith("\ufeffName\tE-Mail\tstatus")
    assert "\r\nMüller\t" + GOOD + "\tlikely\tmx" in text
    written, _ = verify(f"公司,邮箱\n甲方,{GOOD}\n".encode("gb18030"), "--column", "2")
    assert "甲方".encode("gb18030") in written
    assert b",likely,mx," in written


def test_the_note_of_excel_stays_on_top(verify) -> None:
    written, _ = verify(f"sep=;\nname;email\nA;{GOOD}\n")
    assert written.startswith(b"sep=;\nname;email;status")


BAD_CELLS = [
    ("not an address", "nothing"),
    ("two addresses", f"{GOOD}; {BAD}"),
    ("invisible characters", GOOD.replace("info", "in\u200bfo")),
    ("a local part of 10 kB", "x" * 10_240 + "@falkenbach-pumpen.example"),
    ("two at signs", "a@b@falkenbach-pumpen.example"),
    ("no domain", "info@"),
    ("control characters", "in\x07fo@falkenbach-pumpen.example"),
]


@pytest.mark.parametrize(("name", "cell"), BAD_CELLS, ids=[row[0] for row in BAD_CELLS])
def test_bad_cells_are_told_and_kept(verify, name: str, cell: str) -> None:
    written, result = verify(f"id,email\n1,{GOOD}\n2,{cell}\n3,{BAD}\n")
    assert result.exit_code == 0
    assert statuses(written) == [LIKELY, SYNTAX, GONE]
    assert rows(written)[1]["email"] == cell
    assert "list.csv, line 3: " in result.stderr
    assert len(max(result.stderr.splitlines(), key=len)) < 400


def test_a_row_without_an_address_is_told_and_explained(verify) -> None:
    written, result = verify(f"email,name\n,A\n{GOOD},B\n")
    assert statuses(written) == [NOTHING, LIKELY]
    assert "list.csv, line 2: There is no address." in result.stderr


def test_a_quote_that_is_not_closed_costs_one_row(verify) -> None:
    more = "".join(f"{n},{GOOD}\n" for n in range(100))
    written, result = verify(f'name,email\n"A,{GOOD}\n{more}')
    assert result.exit_code == 0
    assert statuses(written) == [LIKELY] * 101


REFUSED = [
    ("a missing column", f"name,email\nA,{GOOD}\n", ["--column", "mail2"], "no column 'mail2'; it has name, email."),
    ("no column of addresses", "name,city\nA,B\n", [], "no column of e-mail addresses; it has name, city"),
    ("empty", "", [], "is empty"),
    ("only blank lines", "\n\n \n", [], "is empty"),
    ("no text", b"PK\x03\x04\x00\x00\x00", [], "is no table"),
    ("a wrong age", f"{GOOD}\n", ["--max-age", "soon"], "--max-age soon is no time span"),
    ("nowhere", f"{GOOD}\n", ["-o", "no/such/folder.csv"], "no such folder"),
    ("another kind", f"{GOOD}\n", ["-o", "out.xlsx"], "name it .csv or .txt"),
    ("no manners", f"{GOOD}\n", ["--smtp"], "HARVESTER_SMTP_HELO and HARVESTER_SMTP_MAIL_FROM"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "options", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_used_is_refused_in_a_sentence(verify, name, content, options, said) -> None:
    written, result = verify(content, *options)
    assert (result.exit_code, written) == (2, b"")
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("argument", "said"),
    [("none.csv", "no file none.csv"), (".", "is a folder"), ("x.xls", "old Excel workbook"), ("x.ods", "LibreOffice")],
)
def test_lists_that_are_none(verify, argument: str, said: str) -> None:
    result = CliRunner().invoke(main, ["verify", argument])
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_workbook_comes_back_with_all_its_sheets(verify, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Contacts")
    for row in (
        ["Name", "E-Mail", "Since", "Sum"],
        ["Ä", GOOD, date(2026, 1, 2), 3],
        [],
        ["B", BAD, None, "=D2*2"],
        ["C", "nothing"],
    ):
        sheet.append(row)
    sheet["A7"] = "last"
    book.create_sheet("After").append([1, 2])
    book.save(tmp_path / "given.xlsx")
    _, result = verify((tmp_path / "given.xlsx").read_bytes(), name="list.xlsx")
    assert result.exit_code == 0, result.stderr
    back = load_workbook(tmp_path / "list.verified.xlsx")
    assert back.sheetnames == ["Notes", "Contacts", "After"]
    table = [[cell.value for cell in row] for row in back["Contacts"].iter_rows()]
    assert table[0] == ["Name", "E-Mail", "Since", "Sum", *COLUMNS]
    assert table[1][:6] == ["Ä", GOOD, table[1][2], 3, "likely", "mx"]
    assert table[1][2].date() == date(2026, 1, 2)
    assert back["Contacts"]["C2"].number_format == "yyyy-mm-dd"
    assert isinstance(table[1][6], int)
    assert table[2] == [None] * len(table[0])
    assert table[3][3:6] == ["=D2*2", "undeliverable", "no_such_domain"]
    assert table[4][4:6] == ["undeliverable", "syntax"]
    assert table[6][4:6] == ["unknown", "not_checked"]
    assert "line 5: “nothing”" in result.stderr


@pytest.mark.parametrize("stated", ["A1", "A1:B3", "A1:XFD1048576"])
def test_the_size_that_a_sheet_states_may_be_wrong(verify, tmp_path: Path, stated: str) -> None:
    rows = [["Name", "E-Mail"], ["A", GOOD], ["B", BAD], ["C", GOOD, *"seen once more"], ["D", BAD]]
    data = workbook(rows, rb'<dimension ref="[^"]*"', f'<dimension ref="{stated}"'.encode())
    _, result = verify(data, name="list.xlsx")
    assert result.exit_code == 0, result.stderr
    table = list(load_workbook(tmp_path / "list.verified.xlsx").active.iter_rows(values_only=True))
    place = table[0].index("status")
    assert [row[place] for row in table[1:]] == ["likely", "undeliverable", "likely", "undeliverable"]
    assert "".join(table[3][2:place]) == "seen once more"


def test_a_damaged_sheet_is_told(verify) -> None:
    for cut in (b"(?s)</row>.*", b'(?s)<row r="900".*'):  # before the column is found, and after
        written, result = verify(workbook([[GOOD]] * 1000, cut, b""), name="list.xlsx")
        assert (result.exit_code, written) == (2, b"")
        assert "list.xlsx is no table: it is damaged" in result.stderr


def workbook(rows: list[list[str]], pattern: bytes, replacement: bytes) -> bytes:
    """A workbook with something in its sheet replaced."""
    book, sound, changed = Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(sound)
    with ZipFile(sound) as old, ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(pattern, replacement, part) if name.endswith("sheet1.xml") else part)
    return changed.getvalue()


def test_a_workbook_that_is_none(verify) -> None:
    _, result = verify(b"no zip at all", name="list.xlsx")
    assert result.exit_code == 2
    assert "list.xlsx is no table" in result.stderr


@pytest.mark.parametrize("arguments", [["-"], [GOOD, BAD]], ids=["standard input", "arguments"])
def test_standard_output(tmp_path: Path, small_web: SmallWeb, arguments: list[str]) -> None:
    words = command(arguments[0], small_web.nameserver, *arguments[1:], how=("-m", "harvester.cli", "verify"))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start(tmp_path, words, {}, text=False, **pipes)
    printed, said = process.communicate(f"{GOOD}\n{BAD}\n".encode(), timeout=TIMEOUT_S)
    assert process.returncode == 0, said
    assert statuses(printed, "\t") == [LIKELY, GONE]
    assert b"1 likely: mx 1" in said
