"""The main job from the outside: lists of all kinds in, files out, and nothing private touched."""

import csv
import io
import re
import shutil
import socket
import time
from pathlib import Path

import pytest

from harvester.demo import DemoWeb, SmallWeb, load_companies
from harvester.export.rows import COMPANY_COLUMNS, CONTACT_COLUMNS
from tests.crawling import ROOT, SCRAPY, Crawl, crawl, read_table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
EXPECTED = {(company.host, address) for company in load_companies() for address in company.contacts}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that Scrapy takes for the project's root, with an empty folder in it."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "scrapy.cfg", folder)
    (folder / "sub" / "sub").mkdir(parents=True)
    return folder


# -- a table with columns of its own, by `scrapy crawl` from the project's root, with more files asked for


@pytest.fixture(scope="module")
def table(small_web: SmallWeb, project: Path) -> Crawl:
    rows = [("Name", "status", "Web-Site", "Kunde #")]
    rows += [(c.company, f"old {n}", small_web.seed_of(c), c.customer) for n, c in enumerate(load_companies())]
    rows.insert(4, ("", "", "nobody knows", "1"))
    rows.append(("Falkenbach again", "twice", f"www.{rows[1][2]}", "2"))
    with (project / "list.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    more = ("-O", "other.csv", "-O", "sub/other.jsonl", "-s", "LOGSTATS_INTERVAL=0.05")
    return crawl(project, small_web.nameserver, *more, domains="list.csv", how=SCRAPY)


def test_all_contacts_and_no_more(table: Crawl) -> None:
    assert table.status == 0, table.said
    assert table.contacts() == EXPECTED


def test_progress_knows_the_length_of_the_list(table: Crawl) -> None:
    lengths = {int(number) for number in re.findall(r"INFO: \d+ of (\d+) sites, ", table.said)}
    seeds = len(load_companies())
    assert lengths
    assert lengths <= {seeds, seeds + 1, seeds + 2}, "a repeated and a rejected line more, until they are read"
    assert not re.search(r"INFO: \d+ sites?, ", table.said)


def test_one_row_a_seed_in_list_order(table: Crawl) -> None:
    rows = table.rows("companies.csv")
    assert [row["domain"] for row in rows] == [company.host for company in load_companies()]
    assert [row["status"] for row in rows] == [company.status for company in load_companies()]
    assert tuple(rows[0]) == (*COMPANY_COLUMNS, "Name", "list_status", "Kunde #")
    assert [row["list_status"] for row in rows] == [f"old {n}" for n in range(len(rows))]


def test_contacts_are_sorted_under_the_agreed_columns(table: Crawl) -> None:
    rows = table.rows()
    assert tuple(rows[0]) == (*CONTACT_COLUMNS, "Name", "list_status", "Kunde #")
    ranks = [(row["priority"], -int(row["score"])) for row in rows]
    assert ranks == sorted(ranks)
    customers = {company.host: company.customer for company in load_companies()}
    assert all(row["Kunde #"] == customers[row["domain"]] for row in rows)
    assert all(row["why"] and row["source_url"].startswith("http") and row["first_seen"] for row in rows)


@pytest.mark.parametrize("name", ["contacts.csv", "companies.csv", "rejected.csv"])
def test_a_spreadsheet_opens_the_files(table: Crawl, name: str) -> None:
    raw = (table.folder / "output" / name).read_bytes()
    assert raw.startswith(BYTE_ORDER_MARK)
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(table.rows(name)) + 1
    cells = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    again = io.StringIO(newline="")
    csv.writer(again).writerows(cells)
    assert again.getvalue().encode("utf-8-sig") == raw


def test_json_lines_hold_the_same_rows(table: Crawl) -> None:
    lines, rows = table.lines(), table.rows()
    assert [line["email"] for line in lines] == [row["email"] for row in rows]
    assert all(line["mentions"] and line["extra"]["Name"] == row["Name"] for line, row in zip(lines, rows, strict=True))


def test_other_files_come_in_addition(table: Crawl) -> None:
    assert read_table(table.folder / "other.csv") == table.rows()
    assert (table.folder / "sub/other.jsonl").read_bytes() == (table.folder / "output/contacts.jsonl").read_bytes()


def test_rejected_lines_and_duplicates(table: Crawl) -> None:
    (row,) = table.rows("rejected.csv")
    assert (row["file"], row["line"], row["text"]) == ("list.csv", "5", ";;nobody knows;1")
    assert "a name without a website" in row["reason"]
    assert "repeat a site" in table.said


# -- what people write into a list, from standard input

LIST = """\ufeff# found at the fair
HTTP://WWW.Falkenbach-Pumpen.EXAMPLE:{port}/kontakt.html?from=list#top
falkenbach-pumpen.example:{port}  # the same

einkauf@trois-chenes-vins.example
http://Bücher.example./
not a domain
somebody@gmail.com
ftp://files.example/
xn--bcher-kva.example
meble-wierzbna.example:{port}
Meble-Wierzbna.example.:{port}
"""
REJECTED = {"7": "not a domain", "8": "somebody@gmail.com", "9": "ftp://files.example/"}


@pytest.fixture(scope="module")
def piped(small_web: SmallWeb, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    text = LIST.format(port=small_web.sites.port)
    return crawl(tmp_path_factory.mktemp("piped"), small_web.nameserver, domains="-", stdin=text)


def test_seeds_from_standard_input(piped: Crawl) -> None:
    assert piped.status == 0, piped.said
    statuses = piped.column("status")
    assert statuses.pop("trois-chenes-vins.example")  # whatever this machine serves on the usual ports
    assert statuses == {
        "falkenbach-pumpen.example": "contacts_found",
        "bücher.example": "no_such_domain",
        "meble-wierzbna.example": "contacts_found",
    }
    wanted = {pair for pair in EXPECTED if pair[0] in ("falkenbach-pumpen.example", "meble-wierzbna.example")}
    assert piped.contacts() == wanted


def test_lines_that_are_no_seeds(piped: Crawl) -> None:
    rows = piped.rows("rejected.csv")
    assert {row["line"]: row["text"] for row in rows} == REJECTED
    assert {row["file"] for row in rows} == {"standard input"}
    assert all(len(row["reason"]) > 30 for row in rows)


@pytest.mark.parametrize("text", ["", "\n# nobody\n"])
def test_empty_standard_input_is_refused(small_web: SmallWeb, tmp_path: Path, text: str) -> None:
    done = crawl(tmp_path, small_web.nameserver, domains="-", stdin=text)
    assert done.status == 2
    assert done.said == "harvester: standard input is empty: no line in it names a company.\n"
    assert not (tmp_path / "output" / "rejected.csv").exists()


def test_a_list_that_breaks_off(small_web: SmallWeb, tmp_path: Path) -> None:
    every_byte = bytes(range(0x80, 0x100)).decode("latin-1")  # of which no character set makes a text
    text = f"{small_web.seeds[0]}\n{every_byte}\nb.example\n"
    done = crawl(tmp_path, small_web.nameserver, domains="-", stdin=text, stdin_encoding="latin-1")
    assert done.status == 1
    assert len(done.column("status")) == 1
    (row,) = done.rows("rejected.csv")
    assert (row["file"], row["line"]) == ("standard input", "2")
    assert (
        done.said.count("The rest of the list was not read: standard input, line 2, is in no known character set") == 1
    )
    assert " ERROR: The rest" in done.said
    assert "Traceback" not in done.said
    again = crawl(tmp_path, small_web.nameserver, domains="-", stdin="b.example\n")
    assert "Going on with the unfinished run" in again.said


# -- nothing private is connected to, wherever the crawl is started


def test_private_addresses_are_not_connected_to(project: Path) -> None:
    with DemoWeb() as web:
        web.write_list(project / "sub" / "list.txt")
        done = crawl(
            project / "sub" / "sub", web.nameserver, domains="../list.txt", how=SCRAPY,
            settings={"HARVESTER_ALLOW_PRIVATE_ADDRESSES": 0},
        )  # fmt: skip
        assert web.requests == []
    statuses = done.column("status")
    assert statuses.pop("gone-tomorrow.example") == "no_such_domain"
    assert set(statuses.values()) == {"blocked_address"}
    assert done.rows() == []
    assert "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1" in done.said


# -- a dead name server


def test_a_dead_name_server_says_nothing_about_companies(small_web: SmallWeb, tmp_path: Path) -> None:
    small_web.write_list(tmp_path / "list.txt")
    with socket.socket() as closed:  # bound, never listening
        closed.bind(("127.0.0.1", 0))
        nameserver, began = f"127.0.0.1:{closed.getsockname()[1]}", time.monotonic()
        done = crawl(tmp_path, nameserver, settings={"DOWNLOAD_DELAY": 5})
    assert time.monotonic() - began < 5 * len(load_companies()) / 2, "the pause is one site's, not the list's"
    assert done.status == 0
    assert done.column("status") == {company.host: "unreachable" for company in load_companies()}
    assert "Is the network up" in done.said
