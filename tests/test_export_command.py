"""`harvester export` over a real store: who is written, in which order, what is remembered, what is refused."""

import csv
import errno
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.feeds import storage
from harvester.model import (
    AddressType,
    ContactState,
    Grade,
    Method,
    Priority,
    Profile,
    Role,
    StatusReason,
    Verification,
)
from harvester.store import Store
from harvester.store.exports import WrittenFile
from harvester.store.listing import Filter
from harvester.store.optouts import OptOut
from tests.sample_companies import DAY, NOW, make_company, make_contact, make_mention, make_seed

SELECT_NORD = Filter(countries=["DE"])


def contact(address, grade="B", score=50, **changes):
    return make_contact(address, priority=Priority(grade=Grade(grade), score=score, why="why"), **changes)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_DATABASE_URL", "sqlite:///h.db")
    with Store.open("sqlite:///h.db") as opened:
        yield opened


@pytest.fixture
def filled(store):
    places = (make_mention("info@nord.example", "https://nord.example/a", method=Method.SCRIPT, visible=False),
              make_mention("info@nord.example", "https://nord.example/b"))  # fmt: skip
    nord = make_company(
        contact("sales@nord.example", "A", 90, role=Role.SALES, first_seen=NOW + DAY),
        contact("info@nord.example", "B", 70, mentions=places),
        contact("anna@nord.example", "B", 60, type=AddressType.PERSON, person="Anna Müller", phone="+4930998877"),
        contact("hr@nord.example", "D", 10, role=Role.HR),
        seed=make_seed(Kunde="17", Halle="=3"),
    )
    east = make_company(
        contact(
            "kauf@ost.example", "A", 95, role=Role.PURCHASING, verification=Verification(reason=StatusReason.MAILBOX_OK)
        ),
        contact("stop@ost.example", "A", 99, state=ContactState.SUPPRESSED),
        contact("no@ost.example", "A", 99, state=ContactState.OPTED_OUT),
        domain="ost.example",
        profile=Profile(name="Ost AG", country="CH"),
    )
    for company in (nord, east):
        store.save_company(company)
    return store


def run(*arguments) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def emails(path="x.csv"):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return [row["email"] for row in csv.DictReader(file)]


ALL = ["kauf@ost.example", "sales@nord.example", "info@nord.example", "anna@nord.example", "hr@nord.example"]
FILTERS = [
    ([], ALL),
    (["--min-priority", "B"], ALL[:4]),
    (["--min-priority", "a"], ALL[:2]),
    (["--status", "deliverable"], ALL[:1]),
    (["--status", "likely, risky"], ALL[1:]),
    (["--role", "purchasing,sales"], ALL[:2]),
    (["--country", "ch"], ALL[:1]),
    (["--country", "DE,AT"], ALL[1:]),
    (["--roles-only"], [*ALL[:3], ALL[4]]),
    (["--limit-per-company", "1"], ALL[:2]),
    (["--limit-per-company", "1", "--role", "general"], ["info@nord.example"]),
    (["--new-since", "2026-11-24"], ["sales@nord.example"]),
    (["--new-since", "2030-01-01"], []),
]


@pytest.mark.parametrize(("arguments", "found"), FILTERS)
def test_filters(filled, arguments, found):
    result = run("-o", "x.csv", *arguments)
    assert result.exit_code == 0, result.output
    assert emails() == found


def test_nobody_who_must_not_be_written_to_ever_leaves(filled):
    for name in ("csv", "jsonl", "vcard", "hubspot", "odoo", "xlsx"):
        run("-f", name, "-o", f"out.{name}")
    content = b"".join(path.read_bytes() for path in Path().glob("out*") if path.suffix != ".xlsx")
    assert b"stop@ost.example" not in content
    assert b"no@ost.example" not in content
    sheet = openpyxl.load_workbook("out.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["C"][1:]] == ALL


def test_rows_are_those_of_the_crawl(filled):
    run("-o", "x.jsonl")
    rows = [json.loads(line) for line in Path("x.jsonl").read_text("utf-8").splitlines()]
    row = next(row for row in rows if row["email"] == "info@nord.example")
    assert (row["source_url"], row["method"], row["sources"]) == ("https://nord.example/b", "mailto", 2)
    assert [place["url"] for place in row["mentions"]] == ["https://nord.example/a", "https://nord.example/b"]
    assert row["extra"] == {"Kunde": "17", "Halle": "=3"}
    assert row["phone"] == "+4961261234"
    assert list(row)[-2:] == ["mentions", "extra"]


def test_the_lists_own_columns_come_along(filled):
    run("-o", "x.csv")
    with Path("x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-2:] == ["Kunde", "Halle"]
    assert [(row["Kunde"], row["Halle"]) for row in rows[:2]] == [("", ""), ("17", "'=3")]


def test_a_list_without_columns_keeps_the_old_ones_and_a_new_list_replaces_them(filled):
    plain = make_company(contact("info@nord.example"), seed=make_seed())
    filled.save_company(plain)
    assert next(iter(filled.iter_ranked(SELECT_NORD)))["extra"] == {"Kunde": "17", "Halle": "=3"}
    filled.save_extra(make_seed(Neu="1"))
    assert next(iter(filled.iter_ranked(SELECT_NORD)))["extra"] == {"Neu": "1"}


def test_exported_contacts_are_remembered(filled):
    assert run("-o", "x.csv", "--new-since", "last-export", "--no-record").exit_code == 0
    assert run("-o", "x.csv", "--new-since", "last-export").exit_code == 0
    assert emails() == ALL
    late = make_company(contact("neu@nord.example", "C", 30), seed=make_seed())
    filled.save_company(replace(late, visited_at=NOW + DAY))
    run("-o", "x.csv", "--new-since", "last-export")
    assert emails() == ["neu@nord.example"]
    run("-o", "x.vcf", "--new-since", "last-export")
    assert Path("x.vcf").read_text("utf-8").count("BEGIN:VCARD") > 1  # another format, which they were not written in
    run("-o", "x.csv")
    with Path("x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["state"] for row in csv.DictReader(file)} == {"exported"}


def test_files_of_a_crm_stand_beside_each_other(filled):
    result = run("-f", "hubspot", "-o", "crm.csv")
    assert sorted(path.name for path in Path().glob("crm*")) == ["crm-companies.csv", "crm-contacts.csv"]
    assert "5 contacts written to crm-companies.csv, crm-contacts.csv." in result.stderr


def test_parts_of_an_earlier_export_are_told(filled, tmp_path):
    for name in ("x-2.csv", "x-notes.csv", "x-3.csv"):  # the last two we did not write, or not as Zoho's
        Path(name).write_text("older", "utf-8")
    for name, kind in (("x-2.csv", "zoho"), ("x-3.csv", "csv"), ("x-4.csv", "zoho")):  # x-4.csv is gone
        filled.record_file(WrittenFile(path=str(tmp_path / name), format=kind, written_at=NOW))
    result = run("-f", "zoho", "-o", "x.csv")
    assert f"From an earlier export, not to be used with it: {tmp_path / 'x-2.csv'}." in result.stderr
    assert Path("x-2.csv").read_text("utf-8") == "older"
    assert "earlier" not in run("-f", "hubspot", "-o", "x.csv").stderr


def test_wide(filled):
    assert "5 contacts in 2 rows written" in run("--wide", "-o", "x.csv").stderr
    with Path("x.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["domain"], first["email_1"], first["email_2"]) == ("ost.example", "kauf@ost.example", "")
    assert (second["contacts"], second["email_4"], second["Kunde"]) == ("4", "hr@nord.example", "17")


REFUSED = [
    (["-f", "nosuch"], "There is no format nosuch"),
    (["-f", "salesforce", "--wide"], "--wide is for csv"),
    (["--status", "nice"], "--status nice"),
    (["--min-priority", "E"], "--min-priority E"),
    (["--role", "boss"], "--role boss"),
    (["--country", "de,Germany"], "--country Germany: write the two letters"),
    (["--new-since", "soon"], "--new-since soon"),
    (["--limit-per-company", "0"], "limit-per-company"),
    (["-s", "HARVESTER_LANGUAGE=xx"], "HARVESTER_LANGUAGE"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_refused(filled, arguments, words):
    result = run("-o", "x.csv", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not Path("x.csv").exists()


WRONG_NAMES = [
    (["-o", "x.pdf"], "x.pdf: end the name with one of .csv, .xlsx, .jsonl, .vcf, or name the format with -f."),
    (["-o", "x.jsonl.gz"], "x.jsonl.gz: end the name with one of"),
    (["-o", "x"], "x: end the name with one of"),
    (["-o", "-"], "not to standard output"),
    (["-f", "csv", "-o", "-"], "not to standard output"),
    (["-f", "zoho", "-o", "x.xlsx"], "x.xlsx: the format zoho belongs into a file whose name ends with .csv."),
    (["-f", "csv", "-o", "x.XLSX"], "ends with .csv"),
    (["-f", "csv", "-o", "x.jsonl"], "ends with .csv"),
    (["-f", "xlsx", "-o", "x.csv"], "ends with .xlsx"),
    (["-f", "vcard", "-o", "x.jsonl"], "ends with .vcf"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_NAMES)
def test_a_name_of_no_format_or_another_is_refused_and_nobody_is_exported(filled, tmp_path, arguments, words):
    before = set(tmp_path.iterdir())
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert set(tmp_path.iterdir()) == before
    assert filled.load_facts("info@nord.example")["exports"] == []


@pytest.mark.parametrize("arguments", [["-o", "x.CSV"], ["-f", "csv", "-o", "x"], ["-f", "csv", "-o", "x.txt"]])
def test_a_name_may_have_any_case_and_with_a_format_any_ending_of_nothing(filled, arguments):
    assert run(*arguments).exit_code == 0
    assert emails(arguments[-1]) == ALL


def test_a_file_that_cannot_be_written_changes_nothing(filled, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for path in ("folder", "file/x.csv"):
        assert run("-f", "csv", "-o", path).exit_code == 2
    assert run("-o", "x.csv", "--new-since", "last-export").exit_code == 0
    assert emails() == ALL


def test_what_cannot_be_written_is_told_once(filled, monkeypatch, caplog):
    def refuse(target):
        raise OSError(errno.EROFS, "Read-only file system", str(target))

    monkeypatch.setattr(storage, "open_beside", refuse)
    result = run("-o", "x.csv")
    assert result.exit_code == 2
    assert result.stderr.count("x.csv cannot be written: Read-only file system") == 1
    assert caplog.text == ""


def test_an_empty_store_gives_a_header(store):
    assert run("-o", "x.csv").exit_code == 0
    assert emails() == []


def test_times_of_other_zones_are_understood(filled):
    later = (NOW + timedelta(hours=2)).isoformat()
    run("-o", "x.csv", "--new-since", later)
    assert emails() == ["sales@nord.example"]


def test_objections_made_after_the_crawl_hold_in_every_text(filled):
    beside = make_mention("info@sued.example", "https://sued.example/", context="info@sued.example, boss@sued.example")
    company = make_company(
        contact("info@sued.example", mentions=(beside,)), contact("boss@sued.example"),
        domain="sued.example", seed=make_seed("sued.example", Note="ask boss@sued.example"),
    )  # fmt: skip
    filled.save_company(company)
    filled.add_optouts([OptOut(entry="boss@sued.example", confirmed=True, reason="asked", source="test", added_at=NOW)])
    for name in ("csv", "jsonl", "odoo"):
        run("-f", name, "-o", f"out.{name}")
        content = b"".join(path.read_bytes() for path in Path().glob(f"out*.{name}"))
        assert b"info@sued.example" in content
        assert b"boss@sued.example" not in content


def test_a_contact_that_a_crm_cannot_take_is_told_and_not_called_exported(filled):
    address = f"{'a' * 60}@{'b' * 40}.example"
    filled.save_company(make_company(contact(address), domain="lang.example"))
    result = run("-f", "salesforce", "-o", "x.csv")
    assert "5 contacts written to x.csv; 1 left out: their addresses are too long for it." in result.stderr
    assert filled.load_facts(address)["exports"] == []


def test_files_are_known_to_the_store(filled, tmp_path):
    run("-f", "hubspot", "-o", "crm.csv")
    assert [(file.path, file.format) for file in filled.load_files()] == [
        (str(tmp_path / name), "hubspot") for name in ("crm-companies.csv", "crm-contacts.csv")
    ]
    (told,) = filled.load_facts("info@nord.example")["exports"]
    assert told["target"] == f"hubspot {tmp_path / 'crm.csv'}"
