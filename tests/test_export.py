"""Rows, cells, sorting, CSV and JSON: what a file holds, byte for byte where it matters."""

import csv
import io
import itertools
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.export import spool as spool_module
from harvester.export.cells import format_phone, from_cell, to_cell
from harvester.export.json_rows import JsonTable
from harvester.export.rows import (
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    REJECTED_COLUMNS,
    best_mention,
    company_row,
    contact_rows,
    contact_sort_key,
    extra_columns,
    format_moment,
    rejected_row,
)
from harvester.export.spool import SortedSpool
from harvester.export.tables import CsvTable
from harvester.model import Company, CompanyStatus, Grade, Method, Priority, Profile, RejectedLine
from tests.sample_companies import NOW, make_company, make_contact, make_mention, make_seed

# --- columns: the contract of the files ---


def test_the_columns_are_those_of_the_contract() -> None:
    assert " ".join(CONTACT_COLUMNS) == (
        "priority score email company domain email_kind email_type role person job_title phone country language status"
        " status_reason mail_provider source_url source_kind method first_seen last_seen why state checked_at"
        " still_on_page sources"
    )
    assert " ".join(COMPANY_COLUMNS) == (
        "domain company status detail pages pages_tried contacts best_email phone country language website contact_form"
        " linkedin facebook instagram x youtube whatsapp wechat postal_address seconds visited_at"
    )
    assert REJECTED_COLUMNS == ("file", "line", "text", "reason")


def test_a_contact_is_one_row() -> None:
    company = make_company("info@nord.example", seed=make_seed(Kunde="4711"))
    (row,) = contact_rows(company)
    assert row == {
        "priority": "B",
        "score": 50,
        "email": "info@nord.example",
        "company": "Nord Werkzeuge GmbH",
        "domain": "nord.example",
        "email_kind": "corporate",
        "email_type": "role",
        "role": "general",
        "person": None,
        "job_title": None,
        "phone": "+4961261234",
        "country": "DE",
        "language": "de",
        "status": "likely",
        "status_reason": "mx",
        "mail_provider": "self",
        "source_url": "https://nord.example/",
        "source_kind": "official_site",
        "method": "mailto",
        "first_seen": None,
        "last_seen": None,
        "why": "own domain, general",
        "state": "new",
        "checked_at": "2026-11-23T02:45:51Z",
        "still_on_page": None,
        "sources": 1,
        "mentions": [
            {
                "url": "https://nord.example/",
                "method": "mailto",
                "zone": "main",
                "original": "mailto:info@nord.example",
                "context": "Schreiben Sie an info@nord.example",
                "seen": "2026-11-23T02:45:51Z",
            }
        ],
        "extra": {"Kunde": "4711"},
    }
    assert tuple(row)[: len(CONTACT_COLUMNS)] == CONTACT_COLUMNS


def test_a_bare_contact_has_a_row_too() -> None:
    company = Company(
        seed=make_seed(),
        status=CompanyStatus.CONTACTS_FOUND,
        contacts=(make_contact("info@nord.example", mentions=(), priority=None),),
    )
    (row,) = contact_rows(company)
    assert (row["priority"], row["score"], row["source_url"], row["phone"], row["sources"]) == (
        None,
        None,
        None,
        None,
        0,
    )


def test_the_contacts_own_phone_comes_first() -> None:
    (row,) = contact_rows(make_company(make_contact("info@nord.example", phone="+4930998877")))
    assert row["phone"] == "+4930998877"


def test_sources_counts_pages() -> None:
    home, team = "https://nord.example/", "https://nord.example/team"
    mentions = tuple(
        make_mention("info@nord.example", url, method=method)
        for url, method in ((home, Method.TEXT), (home, Method.MAILTO), (team, Method.MAILTO))
    )
    (row,) = contact_rows(make_company(make_contact("info@nord.example", mentions=mentions)))
    assert (row["sources"], row["source_url"], row["method"], len(row["mentions"])) == (2, home, "mailto", 3)


# the mentions as (url, method, visible), and the one that stands for the contact
BEST_MENTIONS = [
    ([("a", "script", True), ("b", "text", True)], "b"),
    ([("a", "text", True), ("b", "text", True)], "a"),
    ([("a", "mailto", False), ("b", "worded", True)], "b"),
    ([("a", "comment", False)], "a"),
    ([("a", "cfemail", True), ("b", "mailto", True), ("c", "mailto", True)], "b"),
]


@pytest.mark.parametrize(("places", "best"), BEST_MENTIONS)
def test_the_plainest_mention_is_the_source(places: list[tuple[str, str, bool]], best: str) -> None:
    mentions = tuple(make_mention("i@n.example", url, method=Method(m), visible=visible) for url, m, visible in places)
    chosen = best_mention(make_contact("i@n.example", mentions=mentions))
    assert chosen is not None
    assert chosen.url == best


def test_every_method_has_its_rank() -> None:
    for method in Method:
        assert best_mention(make_contact("i@n.example", mentions=(make_mention("i@n.example", "u", method=method),)))


STILL = [(True, "yes"), (False, "no"), (None, None)]


@pytest.mark.parametrize(("still", "cell"), STILL)
def test_still_on_page_is_yes_no_or_empty(still: bool | None, cell: str | None) -> None:
    (row,) = contact_rows(make_company(make_contact("info@nord.example", still_on_page=still)))
    assert row["still_on_page"] == cell


def test_a_company_is_one_row() -> None:
    row = company_row(make_company("info@nord.example", "sales@nord.example", seed=make_seed(Kunde="4711")))
    assert tuple(row) == (*COMPANY_COLUMNS, "extra")
    assert (row["contacts"], row["best_email"], row["phone"]) == (2, "info@nord.example", "+4961261234")
    assert (row["seconds"], row["visited_at"]) == (4.2, "2026-11-23T02:45:51Z")
    assert row["linkedin"] == "https://www.linkedin.com/company/nord-werkzeuge"
    assert row["facebook"] is None


def test_what_must_not_be_written_to_is_no_best_email() -> None:
    never = Priority(grade=Grade.D, score=0, why="nobody reads it")
    privacy = make_contact("datenschutz@nord.example", priority=never)
    assert company_row(make_company(privacy))["best_email"] is None
    assert company_row(make_company(privacy, "info@nord.example"))["best_email"] == "info@nord.example"


def test_a_company_without_anything_is_a_row() -> None:
    row = company_row(Company(seed=make_seed(), status=CompanyStatus.UNREACHABLE, detail="refused"))
    assert (row["domain"], row["status"], row["detail"], row["contacts"]) == (
        "nord.example",
        "unreachable",
        "refused",
        0,
    )
    assert row["best_email"] is row["phone"] is row["company"] is row["visited_at"] is None


def test_a_rejected_line_is_a_row() -> None:
    row = rejected_row(RejectedLine(file="l.txt", line=3, text="??", reason="no domain"))
    assert row == {"file": "l.txt", "line": 3, "text": "??", "reason": "no domain"}


def test_times_are_utc_with_whole_seconds() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert format_moment(shanghai) == format_moment(NOW) == "2026-11-23T02:45:51Z"
    assert format_moment(None) is None


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_is_iso_8601(moment: datetime) -> None:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        return
    assert format_moment(moment) == utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


EXTRA_COLUMNS = [
    (["Kunde", "Ort"], ["Kunde", "Ort"]),
    (["country", "Kunde"], ["list_country", "Kunde"]),
    (["country", "list_country"], ["list_country", "list_list_country"]),
    (["list_country", "country"], ["list_country", "list_list_country"]),
    (["Country"], ["Country"]),
    (["priority", "pages"], ["list_priority", "list_pages"]),
    ([""], ["list_"]),
    ([], []),
]


@pytest.mark.parametrize(("names", "headers"), EXTRA_COLUMNS)
def test_the_lists_own_columns_keep_their_names(names: list[str], headers: list[str]) -> None:
    assert list(extra_columns(names).values()) == headers


# --- cells ---

CELLS = [
    (None, ""),
    ("", ""),
    (0, "0"),
    (-5, "-5"),
    (4.2, "4.2"),
    ("Nord Werkzeuge GmbH", "Nord Werkzeuge GmbH"),
    ("+49 6126 1234", "+49 6126 1234"),
    ("+4961261234", "+4961261234"),
    ("O'Neill", "O'Neill"),
    ("'quoted'", "'quoted'"),
    (" one blank", " one blank"),
    ("שלום \u202egpj.exe\u200f", "שלום gpj.exe\u200f"),
    ("half \ud83d", "half \ufffd"),
    ("a=b", "a=b"),
    ("张伟", "张伟"),
    ("two\r\nlines\nand\u2028more", "two lines and more"),
    ("bell\x07 and nul\0", "bell and nul"),
]
FORMULAS = [
    ("=1+1", "'=1+1"),
    ("+1+1", "'+1+1"),
    ("+49 6126/1234", "'+49 6126/1234"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "' =1"),
    ("\x00=1", "'=1"),
    (" =1", "' =1"),
    ("\u00a0\u200b=1", "'\u00a0\u200b=1"),
    ("＝1+1", "'＝1+1"),
    ("＋1", "'＋1"),
    ("－1", "'－1"),
    ("\u3000＠SUM(1)", "'\u3000＠SUM(1)"),
    ("'=1", "''=1"),
    ("+", "'+"),
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
]


@pytest.mark.parametrize(("value", "cell"), CELLS + FORMULAS)
def test_a_cell_is_one_line_and_no_formula(value: object, cell: str) -> None:
    assert to_cell(value) == cell


ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))) | st.from_regex(
    r"\A['=+\-@＝＠ \u200b\t]{0,4}[a-z0-9 ]{0,5}\Z"
)


@given(ONE_LINE)
def test_reading_a_cell_gives_the_text_again(text: str) -> None:
    assert from_cell(to_cell(text)) == text


@given(st.text())
def test_no_cell_is_a_formula_or_has_two_lines(text: str) -> None:
    cell = to_cell(text)
    assert not cell.strip().startswith(("=", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith("\t")
    assert not cell.startswith("+") or set(cell[1:]) <= set("0123456789 ")
    assert len(cell.splitlines()) <= 1


PHONES = [
    ("+4961261234", "+49 6126 1234"),
    ("+12015550123", "+1 201 555 0123"),
    ("+8613800138000", "+86 138 0013 8000"),
    ("+442079460958", "+44 20 7946 0958"),
    (None, None),
    ("", ""),
    ("+49", "+49"),
    ("0800 REISEN", "0800 REISEN"),
    ("https://wa.me/+4917012345678", "https://wa.me/+4917012345678"),
]


@pytest.mark.parametrize(("phone", "written"), PHONES)
def test_phones_are_international_with_spaces(phone: str | None, written: str | None) -> None:
    assert format_phone(phone) == written


# --- sorting more than memory holds ---


@given(st.lists(st.tuples(st.integers(-3, 3), st.text(max_size=3))), st.integers(1, 5))
def test_rows_come_out_sorted_and_in_order_of_adding(rows: list[tuple[int, str]], limit: int) -> None:
    spool: SortedSpool[str] = SortedSpool(limit=limit)
    for number, text in rows:
        spool.add([number], text)
    assert len(spool) == len(rows)
    expected = [text for _number, text in sorted(rows, key=lambda row: row[0])]
    assert list(spool) == expected
    assert list(spool) == expected  # again
    spool.close()


def test_many_runs_are_merged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spool_module, "READ_BYTES", 20)
    numbers = random.Random(1).sample(range(1000), 1000)
    spool: SortedSpool[int] = SortedSpool(limit=10, folder=str(tmp_path))
    for number in numbers:
        spool.add([number], number)
    assert list(spool) == sorted(numbers)
    spool.close()
    assert not list(tmp_path.iterdir())  # the files never had a name


def test_a_full_disk_is_an_os_error(tmp_path: Path) -> None:
    spool: SortedSpool[int] = SortedSpool(limit=1, folder=str(tmp_path / "missing"))
    with pytest.raises(OSError, match="missing"):
        spool.add([1], 1)


# --- the files ---


def write_csv(companies: list[Company], fields: dict[str, str] | None = None) -> str:
    table = CsvTable(CONTACT_COLUMNS, fields=fields)
    for company in companies:
        for position, row in enumerate(contact_rows(company)):
            table.add(row, contact_sort_key(row, position))
    stream = io.StringIO(newline="")
    table.write(stream)
    table.close()
    return stream.getvalue()


def read_csv(text: str) -> list[dict[str, str]]:
    return [{k: from_cell(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""))]


def ranked(address: str, grade: str, score: int, **changes: object) -> Company:
    domain = address.rpartition("@")[2]
    contact = make_contact(address, priority=Priority(grade=Grade(grade), score=score, why=""))
    return make_company(contact, domain=domain, **changes)


def test_the_whole_list_is_best_first() -> None:
    companies = [
        ranked("a@x.example", "B", 90),
        ranked("b@b.example", "A", 10),
        ranked("c@y.example", "D", 99),
        ranked("d@a.example", "A", 10),
        ranked("e@z.example", "A", 80),
        make_company(make_contact("f@f.example", priority=None), domain="f.example"),
    ]
    expected = ["e@z.example", "d@a.example", "b@b.example", "a@x.example", "c@y.example", "f@f.example"]
    for order in itertools.islice(itertools.permutations(companies), 0, 720, 37):
        assert [row["email"] for row in read_csv(write_csv(list(order)))] == expected


def test_within_a_company_the_ranks_order_stays() -> None:
    company = make_company("z@nord.example", "a@nord.example", "m@nord.example")
    assert [row["email"] for row in read_csv(write_csv([company]))] == [c.address for c in company.contacts]


def test_the_header_has_every_lists_columns() -> None:
    one = ranked("a@x.example", "A", 9, seed=make_seed("x.example", Kunde="1", country="France"))
    two = ranked("b@y.example", "A", 8, seed=make_seed("y.example", Ort="Kiel"))
    text = write_csv([one, two])
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 3
    rows = read_csv(text)
    assert list(rows[0])[len(CONTACT_COLUMNS) :] == ["Kunde", "list_country", "Ort"]
    assert [(row["Kunde"], row["list_country"], row["Ort"]) for row in rows] == [("1", "France", ""), ("", "", "Kiel")]
    assert rows[0]["phone"] == "+49 6126 1234"


def test_no_contacts_give_a_header() -> None:
    assert write_csv([]) == ",".join(CONTACT_COLUMNS) + "\r\n"


def test_expected_columns_stand_in_the_header_without_rows() -> None:
    table = CsvTable(CONTACT_COLUMNS)
    table.expect(["Kunde", "priority", "pages"])
    table.expect(["Kunde", "Ort"])
    stream = io.StringIO(newline="")
    table.write(stream)
    assert next(csv.reader([stream.getvalue()])) == [*CONTACT_COLUMNS, "Kunde", "list_priority", "list_pages", "Ort"]


def test_fields_pick_and_rename_columns() -> None:
    company = ranked("a@x.example", "A", 9, seed=make_seed("x.example", country="France"))
    text = write_csv([company], {"email": "E-Mail", "list_country": "Land", "nothing": "?"})
    assert text == "E-Mail,Land,?\r\na@x.example,France,\r\n"


TURN_TEXT_ROUND = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CELL_TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters=TURN_TEXT_ROUND), max_size=30
) | st.sampled_from(["=1+1", "'=1", "a,b", 'say "hi"', "a;b", "'", '"', "-", "+49 30 1"])


@given(st.dictionaries(CELL_TEXTS.filter(bool), CELL_TEXTS, max_size=4), CELL_TEXTS, CELL_TEXTS)
def test_csv_gives_back_every_cell(extra: dict[str, str], name: str, why: str) -> None:
    contact = make_contact("info@nord.example", priority=Priority(grade=Grade.A, score=1, why=why))
    company = make_company(contact, seed=replace(make_seed(), extra=extra), profile=Profile(name=name))
    text = write_csv([company])
    header, cells = list(csv.reader(io.StringIO(text, newline="")))
    headers = extra_columns(extra)
    assert list(map(from_cell, header)) == [*CONTACT_COLUMNS, *headers.values()]
    row = dict(zip(map(from_cell, header), map(from_cell, cells), strict=True))
    assert (row["company"], row["why"]) == (name, why)
    assert {key: row[header] for key, header in headers.items()} == extra


def test_json_rows_are_never_altered() -> None:
    company = make_company("info@nord.example", seed=make_seed(formula="=1+1"), profile=Profile(name="=cmd\n张"))
    table = JsonTable()
    for position, row in enumerate(contact_rows(company)):
        table.add(row, contact_sort_key(row, position))
    lines, array = io.StringIO(), io.StringIO()
    table.write_lines(lines)
    table.write_array(array)
    table.close()
    assert [json.loads(line) for line in lines.getvalue().splitlines()] == list(contact_rows(company))
    assert json.loads(array.getvalue()) == list(contact_rows(company))
    assert "张" in lines.getvalue()


def test_an_empty_json_list_is_a_list() -> None:
    stream = io.StringIO()
    JsonTable().write_array(stream)
    assert json.loads(stream.getvalue()) == []
