"""Workbooks, vCards, CSV and JSON Lines of hostile contacts: what goes in comes out."""

import csv
import errno
import gc
import io
import json
import shutil
import subprocess
import sys

import openpyxl
import pytest
import vobject
from scrapy.utils.test import get_crawler

from harvester.data.texts import LANGUAGES, load_texts
from harvester.export.cells import BREAKS, CONTROLS, from_cell, to_cell
from harvester.export.formats import FORMATS, Layout, write_rows
from harvester.export.rows import CONTACT_COLUMNS, OWN_COLUMNS, format_moment
from harvester.export.tables import WORD_COLUMNS
from harvester.export.wide import WideRows
from harvester.feeds.exporters import ContactsWorkbookExporter
from harvester.model import (
    AddressKind,
    AddressType,
    ContactState,
    Grade,
    Method,
    Priority,
    Role,
    SourceKind,
    Status,
    StatusReason,
)
from tests.exporting import export, hostile_rows, make_row
from tests.sample_companies import NOW, make_company, make_contact, make_seed

ROWS = list(hostile_rows(500))
EXTRA = ("Note", "公司")


def one_line(text: str) -> str:
    return BREAKS.sub(" ", CONTROLS.sub("", text))


def test_csv() -> None:
    content = export("csv", ROWS, extra=EXTRA)[""]
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert list(found[0]) == [*CONTACT_COLUMNS, *EXTRA]
    for row, source in zip(found, ROWS, strict=True):
        assert from_cell(row["company"]) == one_line(source["company"])
        assert from_cell(row["Note"]) == one_line(source["extra"]["Note"])
        assert row["phone"] == "+49 6126 1234"


@pytest.mark.parametrize("column", sorted(set(CONTACT_COLUMNS) - WORD_COLUMNS))
def test_no_text_becomes_a_formula(column: str) -> None:
    content = export("csv", [make_row(**{column: "=1+1"})])[""].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert row[column] == "'=1+1"


OUR_WORDS = (AddressKind, AddressType, ContactState, Grade, Method, Role, SourceKind, Status, StatusReason)


@pytest.mark.parametrize(
    "value", [None, 0, 100, -3, "yes", "no", format_moment(NOW), *(word.value for words in OUR_WORDS for word in words)]
)
def test_our_own_words_are_cells_as_they_are(value: object) -> None:
    content = export("csv", [make_row(**dict.fromkeys(WORD_COLUMNS, value))])[""].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert {row[column] for column in WORD_COLUMNS} == {to_cell(value)}


def test_json_lines_are_never_altered() -> None:
    lines = export("jsonl", ROWS)[""].decode().split("\n")
    assert [json.loads(line) for line in lines if line] == ROWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook(language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", ROWS, extra=EXTRA, language=language)[""]))
    sheet, about = book.worksheets
    texts = load_texts("column", language)
    own = ["Note", "list_公司" if language == "zh" else "公司"]
    assert [cell.value for cell in sheet[1]] == [*(texts[column] for column in CONTACT_COLUMNS), *own]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:AB501")
    assert about.max_row == 1 + len(CONTACT_COLUMNS) + len(EXTRA)
    assert all(row[1].value for row in about.iter_rows())
    for cells, source in zip(sheet.iter_rows(min_row=2), ROWS, strict=True):
        row = dict(zip([*CONTACT_COLUMNS, *EXTRA], cells, strict=True))
        assert all(cell.data_type in {"s", "n"} for cell in cells)  # no formula
        assert row["score"].value == 90
        assert from_cell(row["company"].value) == one_line(source["company"])
        assert row["email"].hyperlink.target == f"mailto:{source['email']}"
        assert row["source_url"].hyperlink.target == source["source_url"]
    assert sheet.column_dimensions["C"].width > 3 * sheet.column_dimensions["L"].width - 5


def test_a_full_sheet_is_followed_by_another(monkeypatch) -> None:
    monkeypatch.setattr("harvester.export.workbook.MOST_ROWS", 200)
    monkeypatch.setattr("harvester.export.workbook.MOST_LINKS", 100)
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", ROWS)[""]))
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [201, 201, 101]
    assert sum(bool(row[2].hyperlink) for row in book.worksheets[0].iter_rows(min_row=2)) == 50
    assert book.worksheets[0]["C201"].value == ROWS[199]["email"]


class FullDisk(io.BytesIO):
    """Takes so many bytes and no more."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def write(self, data) -> int:
        if self.tell() + len(data) > self.size:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@pytest.fixture
def told(monkeypatch) -> list[BaseException | None]:
    """What Python printed about errors that nobody could catch."""
    caught: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda trouble: caught.append(trouble.exc_value))
    return caught


@pytest.mark.parametrize("size", [0, 400, 900, 4_000, 8_000])
def test_a_disk_that_gets_full_is_told_once(size, told) -> None:
    with pytest.raises(OSError, match="No space left"):
        write_rows(FORMATS["xlsx"](lambda _: FullDisk(size), Layout()), ROWS)
    gc.collect()  # zipfile tidies up when it is thrown away
    assert told == []


def test_a_disk_of_the_parts_that_gets_full_is_told_once(monkeypatch, told) -> None:
    def fill(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xlsxwriter.packager.Packager._create_package", fill)
    with io.BytesIO() as stream, pytest.raises(OSError, match="No space left") as trouble:
        write_rows(FORMATS["xlsx"](lambda _: stream, Layout()), ROWS)
    del trouble  # which held zipfile until the stream was closed
    gc.collect()
    assert told == []


def test_no_contacts_give_a_workbook_with_headers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", [])[""]))
    assert book.worksheets[0].max_row == 1


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_cells(tmp_path) -> None:
    (tmp_path / "x.xlsx").write_bytes(export("xlsx", ROWS, extra=EXTRA, language="zh")[""])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    csv_filter = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        csv_filter,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "x.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8"), newline="")))
    assert rows[0] == [*load_texts("column", "zh").get(CONTACT_COLUMNS[0]).split(), *rows[0][1:]]
    for cells, source in zip(rows[1:], ROWS, strict=True):
        assert cells[3] == to_cell(source["company"])
        assert cells[-1] == to_cell(source["extra"]["公司"])


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_vcards(version) -> None:
    content = export("vcard", ROWS, vcard_version=version)[""]
    assert max(map(len, content.split(b"\r\n"))) <= 75
    cards = list(vobject.readComponents(content.decode()))
    for card, source in zip(cards, ROWS, strict=True):
        assert card.version.value == version
        assert card.email.value == source["email"]
        assert card.org.value == [one_line(source["company"])]
        assert card.tel.value == "+49 6126 1234"
        assert card.fn.value
        assert hasattr(card, "x_abshowas") == (not source["person"])


def test_a_card_without_a_person_shows_company_and_role() -> None:
    (card,) = vobject.readComponents(export("vcard", [make_row()])[""].decode())
    assert card.fn.value == "Nord 0 GmbH, Sales"
    (card,) = vobject.readComponents(export("vcard", [make_row(role="general")])[""].decode())
    assert card.fn.value == "Nord 0 GmbH"


def test_wide() -> None:
    rows = [make_row(1), make_row(2), make_row(1, email="info@c1.example", extra={"x": "y"}), make_row(3)]
    wide = WideRows(iter(rows))
    assert wide.columns[-2:] == ("email_1", "email_2")
    found = list(wide)
    assert [(row["domain"], row["contacts"], row["email_1"], row["email_2"]) for row in found] == [
        ("c1.example", 2, "sales1@c1.example", "info@c1.example"),
        ("c2.example", 1, "sales2@c2.example", None),
        ("c3.example", 1, "sales3@c3.example", None),
    ]
    content = export("csv", found, columns=wide.columns)[""].decode("utf-8-sig")
    assert content.splitlines()[0].endswith("contacts,email_1,email_2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_and_role_has_its_text(language) -> None:
    assert set(load_texts("column", language)) == OWN_COLUMNS
    assert set(CONTACT_COLUMNS) <= set(load_texts("about", language))
    assert set(load_texts("role", language)) == set(Role)


def test_the_feed_of_a_crawl_is_a_sorted_workbook(tmp_path) -> None:
    crawler = get_crawler(settings_dict={"HARVESTER_LANGUAGE": "zh"})
    stream = io.BytesIO()
    exporter = ContactsWorkbookExporter.from_crawler(crawler, stream)
    low = make_contact("info@nord.example", priority=Priority(grade=Grade.B, score=10, why="w"))
    high = make_contact("sales@ost.example", priority=Priority(grade=Grade.A, score=90, why="w"))
    exporter.start_exporting()
    for company in (make_company(low, seed=make_seed(Kunde="7")), make_company(high, domain="ost.example")):
        exporter.export_item(company)
    exporter.finish_exporting()
    sheet = openpyxl.load_workbook(stream).worksheets[0]
    assert sheet.title == "联系人"
    assert [cell.value for cell in sheet["C"]] == ["邮箱", "sales@ost.example", "info@nord.example"]
    assert [cell.value for cell in sheet[1]][-1] == "Kunde"


def test_fields_pick_and_rename() -> None:
    exporter = ContactsWorkbookExporter(stream := io.BytesIO(), fields_to_export={"email": "Mail", "Kunde": "Kunde"})
    exporter.export_item(make_company("info@nord.example", seed=make_seed(Kunde="7", Halle="3")))
    exporter.finish_exporting()
    sheet = openpyxl.load_workbook(stream).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet] == [["Mail", "Kunde"], ["info@nord.example", "7"]]
