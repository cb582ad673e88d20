"""`harvester rules`: every table can be listed, shown and searched, the user's own lists among them."""

import json

import pytest
from click.testing import CliRunner

from harvester.classify import AddressLists
from harvester.cli import main
from harvester.data import load_header, load_rows, table_names
from harvester.priority import FACTORS
from harvester.rules import TOPICS, load_tables

TABLES = load_tables(AddressLists())


def run(*arguments):
    return CliRunner().invoke(main, ["rules", *arguments])


def rows(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_all_tables_are_listed():
    result = run()
    assert result.exit_code == 0
    names = {line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")}
    assert names == {table.name for table in TABLES}
    assert set(table_names()) < names


def test_topics_name_tables_that_exist():
    named = [name for names in TOPICS.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) <= {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_says_what_it_is_about(table):
    assert len(table.about.split()) > 5
    assert table.rows or table.name in {"allow", "deny"}


@pytest.mark.parametrize("name", table_names())
def test_files_tell_their_source(name):
    assert "Source: " in load_header(name)
    assert load_rows(name)


def test_one_table():
    result = run("ranking")
    assert len(result.stdout.splitlines()) == len(FACTORS) + 2
    assert result.stderr == f"{len(FACTORS)} rows\n"


def test_rows_of_one_table_as_json():
    found = rows(run("third_party", "--find", "BRAK.de", "--json"))
    assert found == [{"table": "third_party", "row": ["brak.de", "authority"]}]


def test_rows_of_all_tables():
    found = {tuple(line.split("\t")) for line in run("--find", "einkauf").stdout.splitlines()}
    assert ("role_words", "purchasing", "de", "einkauf") in found
    assert len({row[0] for row in found}) > 1


def test_nothing_found_is_said():
    result = run("--find", "no such row anywhere")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 rows\n")


def test_the_list_as_json():
    assert [row["table"] for row in rows(run("--json"))] == [table.name for table in TABLES]


def test_the_users_lists():
    assert rows(run("deny", "--json", "-s", "HARVESTER_DENY_ADDRESSES=rival.example")) == [
        {"table": "deny", "row": ["rival.example"]}
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["third_pary"], "There is no table third_pary; the nearest is third_party."),
        (
            ["-s", "HARVESTER_DENY_ADDRESSES=acme"],
            "HARVESTER_DENY_ADDRESSES: write an address, a domain, @domain or name@, not 'acme'.",
        ),
    ],
)
def test_refused(arguments, sentence):
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
