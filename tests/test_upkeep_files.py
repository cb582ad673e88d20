"""Which files still name somebody who objects: every format, every spelling, and nobody else's address."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.store import Store
from harvester.store.exports import WrittenFile
from harvester.upkeep import files
from harvester.upkeep.files import find_files
from tests.exporting import export, make_row
from tests.sample_companies import make_company, make_contact

ANNA = "anna@nord.example"
LONG = f"{'a' * 60}@long.example"  # a vCard's line of 75 bytes does not hold it
FORMATS = ("csv", "xlsx", "jsonl", "vcard", "hubspot", "zoho")
STANDS = [
    (ANNA, f"1,{ANNA},x"),
    (ANNA, "Mail ANNA@Nord.Example."),
    (ANNA, "anna+news@nord.example"),
    (ANNA, "邮箱anna@nord.example，电话"),
    (ANNA, "x\\u003eanna@nord.example"),
    (ANNA, "one\\nanna@nord.example\\ntwo"),
    (ANNA, "mailto:anna%2Btest@x.example?cc=anna@nord.example"),
    ("info@müller.example", "info@xn--mller-kva.example"),
    ("info@müller.example", "info@m\\u00fcller.example"),
    ("müller.example", "https://www.xn--mller-kva.example/kontakt"),
    ("nord.example", "1,nord.example,2"),
    ("nord.example", "anna@nord.example"),
    ("nord.example", "anna@mail.nord.example"),
    ("nord.example", "see https://nord.example/a or WWW.NORD.EXAMPLE."),
    ("linktr.ee/nord", "https://linktr.ee/nord?x=1"),
]
STANDS_NOT = [
    (ANNA, "joanna@nord.example, jo.anna@nord.example, jo-anna@nord.example"),
    (ANNA, "anna@nord.example.org anna@nord.examples anna@north.nord.example"),
    (ANNA, "nord.example, info@nord.example"),
    ("ord.example", "1,nord.example,anna@nord.example"),
    ("nord.example", "north-nord.example, www.nord.example.org, nord.examples"),
    ("müller.example", "ller.example"),
    ("ller.example", "www.müller.example"),
    ("linktr.ee/nord", "https://linktr.ee/nordwind https://linktr.ee/"),
]


def stands(key: str, content: bytes | str, folder: Path, kind: str = "csv") -> bool:
    path = folder / "list"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found, unread = find_files([WrittenFile(path=str(path), format=kind, written_at=datetime.now(UTC))], key)
    assert unread == []
    return bool(found)


def workbook(text: str, *, name: str = "xl/sharedStrings.xml") -> bytes:
    """As spreadsheet programs write it anew: texts apart from the cells, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, f"<sst><si><t>{text}</t></si></sst>")
    return stream.getvalue()


@pytest.mark.parametrize(("key", "text"), STANDS)
def test_stands(key: str, text: str, tmp_path: Path) -> None:
    assert stands(key, text, tmp_path)
    if "\\" not in text:  # JSON's way
        assert stands(key, workbook(text), tmp_path, "xlsx")


@pytest.mark.parametrize(("key", "text"), STANDS_NOT)
def test_stands_not(key: str, text: str, tmp_path: Path) -> None:
    assert not stands(key, text, tmp_path)
    assert not stands(key, workbook(text), tmp_path, "xlsx")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("address", [ANNA, LONG, "info@müller.example"])
def test_every_format_of_export(name: str, address: str, tmp_path: Path) -> None:
    domain = address.rpartition("@")[2]
    rows = [make_row(n) for n in range(20)] + [make_row(email=address, domain=domain, source_url=f"https://{domain}/")]
    content = b"\n".join(export(name, rows).values())
    assert stands(address, content, tmp_path, name)
    assert stands(domain, content, tmp_path, name)
    assert not stands(f"b{address}", content, tmp_path, name)


@pytest.mark.parametrize("before", [0, 1, 40, 90, 98])
def test_what_stands_across_two_pieces(before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE", 100)
    text = "\n".join(["x" * before, *[json.dumps({"email": f"{n}@ost.example"}) for n in range(9)], f"[{ANNA}]", "end"])
    assert stands(ANNA, text, tmp_path)
    assert stands(ANNA, workbook(text.replace("\n", "<t/>")), tmp_path, "xlsx")
    assert not stands("nna@nord.example", text, tmp_path)


def test_a_list_without_lines_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE", 1000)
    monkeypatch.setattr(files, "LONGEST", 5000)
    lengths = [len(piece) for piece in files._cut(io.BytesIO(b"x" * 100_000), "\n")]
    assert sum(lengths) == 100_000
    assert max(lengths) <= 6000


BROKEN = {
    "no_workbook": b"email\r\nanna@nord.example\r\n",
    "cut_off": workbook(ANNA)[:40],
    "damaged": workbook("x" * 5000)[:55] + bytes(8) + workbook("x" * 5000)[63:],
    "empty": b"",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_workbook_that_is_none_is_not_read(kind: str, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(BROKEN[kind])
    file = WrittenFile(path=str(tmp_path / "x.xlsx"), format="xlsx", written_at=datetime.now(UTC))
    assert find_files([file], ANNA) == ([], [file])


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 1_000_000)
    (tmp_path / "x.xlsx").write_bytes(workbook(f"{ANNA}{' ' * 1_000_000}"))
    file = WrittenFile(path=str(tmp_path / "x.xlsx"), format="xlsx", written_at=datetime.now(UTC))
    assert find_files([file], ANNA) == ([], [file])


def test_a_file_that_is_gone_names_nobody(tmp_path: Path) -> None:
    gone = [
        WrittenFile(path=path, format=kind, written_at=datetime.now(UTC))
        for path in (str(tmp_path / "gone"), "s3://bucket/contacts.csv")
        for kind in ("csv", "xlsx")
    ]
    assert find_files(gone, ANNA) == ([], [])


def test_an_objection_names_the_files_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open("sqlite:///output/harvester.db") as store:
        store.save_company(make_company(make_contact(ANNA), make_contact("info@nord.example")))
    names = ["a.csv", "b.xlsx", "c.vcf", "d.jsonl", "e.xlsx"]
    for name in names:
        assert CliRunner().invoke(main, ["export", "-o", name]).exit_code == 0
    Path("e.xlsx").write_bytes(b"no workbook")
    shown = json.loads(CliRunner().invoke(main, ["show", ANNA, "--json"]).stdout)
    assert [Path(file["path"]).name for file in shown["files"]] == names[:4]
    told = CliRunner().invoke(main, ["optout", "add", ANNA, "ord.example"]).stdout
    lines = [*(f"  It still stands in {tmp_path / name}, until that is written anew." for name in names[:4])]
    unread = f"  Whether it stands in {tmp_path / 'e.xlsx'} is not known: that cannot be read."
    assert told.splitlines() == [
        f"{ANNA}: left alone from now on.", *lines, unread, "ord.example: left alone from now on.", unread
    ]  # fmt: skip
