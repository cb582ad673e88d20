"""The import files of CRMs against the published rules of their importers (sources: harvester/data/crm_*.tsv)."""

import csv
import io
import re

import pytest

from harvester.data import load_table
from harvester.export.cells import BREAKS, CONTROLS
from harvester.export.crm import CRMS, VALUES, fields_of, limits_of
from harvester.export.names import split_name
from harvester.export.parts import CsvParts
from tests.exporting import export, hostile_rows, make_row


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


HEADERS = {
    ("hubspot", "contacts"): ["Email", "First Name", "Last Name", "Job Title", "Phone Number", "Company name",
                              "Company Domain Name", "Website URL", "Country/Region", "Message"],
    ("hubspot", "companies"): ["Company name", "Company Domain Name", "Website URL", "Phone Number", "Country/Region"],
    ("salesforce", ""): ["First Name", "Last Name", "Company", "Title", "Email", "Phone", "Website", "Country",
                         "Rating", "Description"],
    ("zoho", ""): ["First Name", "Last Name", "Company", "Title", "Email", "Phone", "Website", "Country",
                   "Description"],
    ("pipedrive", ""): ["Person - Name", "Person - Email", "Person - Phone", "Organization - Name", "Note"],
    ("odoo", "companies"): ["id", "name", "is_company", "website", "phone", "country_id"],
    ("odoo", "contacts"): ["id", "name", "is_company", "parent_id/id", "email", "phone", "function", "comment"],
}  # fmt: skip
REQUIRED = {
    ("hubspot", "contacts"): ["Email", "Last Name"],
    ("hubspot", "companies"): ["Company name", "Company Domain Name"],
    ("salesforce", ""): ["Last Name", "Company"],
    ("zoho", ""): ["Last Name", "Company"],
    ("pipedrive", ""): ["Person - Name", "Organization - Name"],
    ("odoo", "companies"): ["id", "name", "is_company"],
    ("odoo", "contacts"): ["id", "name", "parent_id/id"],
}
ROWS = list(hostile_rows(10_000))


@pytest.fixture(scope="module", params=CRMS)
def crm(request):
    return request.param, export(request.param, ROWS)


def test_every_crm_is_looked_at() -> None:
    assert {name for name, _ in HEADERS} == set(CRMS)
    assert {row[3] for row in load_table("crm_fields")} <= set(VALUES)


def merged(files: dict[str, bytes], part: str) -> list[dict[str, str]]:
    names = [name for name in files if re.fullmatch(rf"{part}-?\d*" if part else r"\d*", name)]
    return [row for name in names for row in table(files[name])]


def test_headers_and_required_fields(crm) -> None:
    name, files = crm
    for part in {part for owner, part in HEADERS if owner == name}:
        rows = merged(files, part)
        assert list(rows[0]) == HEADERS[name, part]
        for field in REQUIRED[name, part]:
            assert all(row[field].strip() for row in rows), field


def test_nothing_is_lost(crm) -> None:
    name, files = crm
    part = "contacts" if (name, "contacts") in HEADERS else ""
    rows = merged(files, part)
    assert len(rows) == len(ROWS)
    replaced = limits_of(name).replaced
    for field in fields_of(name, "contacts"):
        for row, source in zip(rows, ROWS, strict=True):
            text = field.value(source, {"sales": "Sales"})
            expected = BREAKS.sub(" ", CONTROLS.sub("", text)).translate(replaced)
            cell = row[field.header]
            assert cell == expected or (cell.endswith("…") and expected.startswith(cell[:-1]))
            assert field.longest is None or len(cell) <= field.longest


def test_no_file_is_over_its_limits(crm) -> None:
    name, files = crm
    for content in files.values():
        assert len(content) <= limits_of(name).size
        assert len(table(content)) <= limits_of(name).rows
        assert not content.startswith(b"\xef\xbb\xbf")


def test_formulas_are_left_as_they_are() -> None:
    (row,) = table(export("salesforce", [make_row(company="=1+1")])[""])
    assert row["Company"] == "=1+1"


def test_what_zoho_forbids_is_replaced() -> None:
    (row,) = table(export("zoho", [make_row(company='"A" | <B>')])[""])
    assert row["Company"] == "”A” / ‹B›"


# person, role, company -> First Name, Last Name
NAMED = [
    ("Anna Müller", "sales", "Nord GmbH", ("Anna", "Müller")),
    ("Anna", "sales", "Nord GmbH", ("", "Anna")),
    (None, "sales", "Nord GmbH", ("", "Sales")),
    (None, "hr", "Nord GmbH", ("", "HR")),
    (None, "general", "Nord GmbH", ("", "Nord GmbH")),
    (None, "other", "Nord GmbH", ("", "Nord GmbH")),
    (None, "general", None, ("", "c0.example")),
]


@pytest.mark.parametrize(("person", "role", "company", "names"), NAMED)
def test_the_last_name_is_never_empty_and_never_made_up(person, role, company, names) -> None:
    (row,) = table(export("salesforce", [make_row(person=person, role=role, company=company)])[""])
    assert (row["First Name"], row["Last Name"]) == names
    assert row["Company"] == company or (company is None and row["Company"] == "c0.example")


SPLIT = [
    ("Anna Müller", "de", ("Anna", "Müller")),
    ("Anna Maria van der Berg", "nl", ("Anna Maria", "van der Berg")),
    ("Dr. Hans von Stein", "de", ("Dr. Hans", "von Stein")),
    ("Kovács János", "hu", ("János", "Kovács")),
    ("Kovács János", "hu-HU", ("János", "Kovács")),
    ("王小明", "zh", ("", "王小明")),
    ("  Müller ", None, ("", "Müller")),
    ("van Berg", "nl", ("van", "Berg")),
]


@pytest.mark.parametrize(("person", "language", "names"), SPLIT)
def test_split_name(person, language, names) -> None:
    assert split_name(person, language) == names


def test_domains_in_other_letters_become_ascii() -> None:
    (row,) = table(export("salesforce", [make_row(email="info@bücher.example", domain="bücher.example")])[""])
    assert row["Email"] == "info@xn--bcher-kva.example"


def test_an_address_that_is_too_long_is_left_out_not_cut() -> None:
    rows = [make_row(email=f"{'a' * 60}@{'b' * 30}.example"), make_row(1)]
    assert [row["Email"] for row in table(export("salesforce", rows)[""])] == ["sales1@c1.example"]


def test_companies_stand_once_and_are_linked() -> None:
    files = export("odoo", [make_row(1), make_row(1, email="info@c1.example"), make_row(2)])
    companies, contacts = table(files["companies"]), table(files["contacts"])
    assert [row["name"] for row in companies] == ["Nord 1 GmbH", "Nord 2 GmbH"]
    assert {row["parent_id/id"] for row in contacts} == {row["id"] for row in companies}
    assert len({row["id"] for row in contacts}) == 3
    assert not any("." in row["id"] for row in companies + contacts)
    assert companies[0]["country_id"] == "Germany"


def test_files_are_cut_into_parts() -> None:
    parts: dict[str, io.BytesIO] = {}
    csv_parts = CsvParts(lambda name: parts.setdefault(name, io.BytesIO()), ["a"], name="x", most_rows=2, most_bytes=10)
    for text in ("1", "2", "3", "1234567", "5"):
        csv_parts.write([text])
    csv_parts.close()
    assert [part.getvalue() for part in parts.values()] == [
        b"a\r\n1\r\n2\r\n",
        b"a\r\n3\r\n",
        b"a\r\n1234567\r\n",
        b"a\r\n5\r\n",
    ]
    assert list(parts) == ["x", "x-2", "x-3", "x-4"]


def test_no_contacts_give_headers() -> None:
    assert [len(table(content)) for content in export("odoo", []).values()] == [0, 0]
