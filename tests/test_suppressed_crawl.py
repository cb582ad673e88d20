"""Crawl, feed in bounces and objections, crawl again: nobody who must not be written to comes back, in any file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.demo import DemoWeb, SmallWeb, load_companies
from harvester.feeds.rewriting import clear_file
from harvester.model import Bounce, MailKind, MailReport
from harvester.store import Store
from harvester.store.exports import WrittenFile
from harvester.store.optouts import OptOut
from harvester.suppression import Entry, Erasure
from tests.crawling import Crawl, crawl

HARD = "einkauf@falkenbach-pumpen.example"
TOO_OFTEN = "ventas@aceites-valdoria.example"
COMPLAINED = "h.marchaval@trois-chenes-vins.example"
OBJECTED = "acquisti@fratelli-corvetti.example"
FORGOTTEN = "m.brzezina@meble-wierzbna.example"
SKIPPED = "alpenrose-kaese.example"
BLOCKED = [HARD, TOO_OFTEN, COMPLAINED, OBJECTED, FORGOTTEN, f"info@{SKIPPED}"]
MORE_FILES = ("-O", "more.csv", "-O", "more.jsonl", "-O", "more.json")
EXPECTED = {(company.host, address) for company in load_companies() for address in company.contacts}
LEFT = {(host, address) for host, address in EXPECTED if address not in BLOCKED}


def feed_in(folder: Path) -> None:
    """What a mailbox and a telephone bring after the first letters."""
    now = datetime.now(UTC)
    hard = Bounce(recipient=HARD, hard=True, reason="userunknown", status="5.1.1")
    soft = Bounce(recipient=TOO_OFTEN, hard=False, reason="mailboxfull")
    with Store.open(f"sqlite:///{folder}/output/harvester.db") as store:
        store.record_mail(MailReport(key="h", kind=MailKind.BOUNCE, bounces=(hard,), date=now), now=now)
        for number in range(5):
            at = now + timedelta(seconds=number)
            store.record_mail(MailReport(key=f"s{number}", kind=MailKind.BOUNCE, bounces=(soft,), date=at), now=at)
        store.record_mail(MailReport(key="c", kind=MailKind.COMPLAINT, addresses=(COMPLAINED,), date=now), now=now)
        store.add_optouts(
            OptOut(entry=entry, confirmed=True, reason="", source="test", added_at=now) for entry in (OBJECTED, SKIPPED)
        )
        store.forget([Entry(FORGOTTEN)], now=now)
        store.empty_freed_pages()


def files_of(folder: Path) -> list[Path]:
    return [*(folder / "output").glob("*.csv"), *(folder / "output").glob("*.jsonl"), *folder.glob("more.*")]


def naming(folder: Path, texts: list[str]) -> set[tuple[str, str]]:
    """Which of the texts stand in which files."""
    contents = {file.name: file.read_text("utf-8").lower() for file in files_of(folder)}
    return {(name, text) for name, content in contents.items() for text in texts if text.lower() in content}


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Crawl, set[str], set]]:
    """Three crawls of one list: before, from the store, and anew; each with the hosts asked and what its files name."""
    folder = tmp_path_factory.mktemp("suppressed")
    done = {}
    with DemoWeb() as web:
        write_list(web, folder / "list.csv")
        runs = {"before": MORE_FILES, "known": ("-o", "more.grown.csv"), "anew": (*MORE_FILES, "--recrawl", "0")}
        for name, options in runs.items():
            asked = len(web.requests)
            crawled = crawl(folder, web.nameserver, *options, domains="list.csv")
            assert crawled.status == 0, crawled.said
            rows = (crawled.contacts(), crawled.column("status"), crawled.column("best_email"))
            done[name] = (crawled, {host for host, _ in web.requests[asked:]}, naming(folder, BLOCKED), rows)
            if name == "before":
                feed_in(folder)
                (folder / "more.csv").rename(folder / "more.grown.csv")  # the next run adds to it
                for path in (folder / "more.jsonl", folder / "more.json"):
                    path.unlink()
    return done


def write_list(web: SmallWeb, path: Path) -> None:
    """The demo's list with a column of one's own that names two of them, and a line that is no company."""
    web.write_list(path)
    lines = path.read_text("utf-8-sig").splitlines()
    noted = [lines[0] + ",Known", *(f"{line},{HARD} and {OBJECTED}" for line in lines[1:])]
    path.write_text("\n".join([*noted, f"{COMPLAINED} or {FORGOTTEN},,,"]) + "\n", "utf-8")


def test_the_first_crawl_shows_them_all(crawls) -> None:
    _, hosts, named, (contacts, status, _) = crawls["before"]
    assert contacts == EXPECTED
    assert {text for _, text in named} == set(BLOCKED), "else this test shows nothing"
    assert len({name for name, _ in named}) == 7
    assert SKIPPED in hosts
    assert status[SKIPPED] == "contacts_found"


@pytest.mark.parametrize("name", ["known", "anew"])
def test_nobody_comes_back(crawls, name: str) -> None:
    _, hosts, named, (contacts, status, best) = crawls[name]
    assert named == set()
    assert contacts == LEFT
    assert status[SKIPPED] == "skipped_optout"
    assert not any(SKIPPED in host for host in hosts), "not even visited"
    assert bool(hosts) is (name == "anew")
    assert best["falkenbach-pumpen.example"] == "vertrieb@falkenbach-pumpen.example"


def test_what_is_forgotten_is_nowhere(crawls) -> None:
    folder = crawls["anew"][0].folder
    left = [path for path in folder.rglob("*") if path.is_file() and path.name != "list.csv"]
    assert any(path.suffix == ".db" for path in left)
    assert [path.name for path in left if FORGOTTEN.encode() in path.read_bytes().lower()] == []


def test_the_summary_counts_who_was_left_out(crawls) -> None:
    said = crawls["anew"][0].said
    assert "asked not to be contacted" in said
    assert "opted out" in said
    assert "forgotten" in said
    assert not any(address in said for address in BLOCKED)


def test_the_files_are_remembered(crawls) -> None:
    folder = crawls["anew"][0].folder
    with Store.open(f"sqlite:///{folder}/output/harvester.db") as store:
        remembered = {Path(file.path).name for file in store.load_files()}
    assert remembered == {file.name for file in files_of(folder)}
    assert json.loads((folder / "more.json").read_text("utf-8"))


def test_an_objection_during_the_crawl_clears_its_files(crawls, tmp_path: Path) -> None:
    source = crawls["anew"][0].folder
    target = "vertrieb@falkenbach-pumpen.example"
    for name, kind in (("contacts.csv", "csv"), ("contacts.jsonl", "jsonl"), ("companies.csv", "companies")):
        copy = tmp_path / name
        copy.write_bytes((source / "output" / name).read_bytes())
        assert target in copy.read_text("utf-8")
        file = WrittenFile(path=str(copy), format=kind, written_at=datetime.now(UTC))
        assert clear_file(file, Erasure([Entry(target)])).reason == ""
        assert target not in copy.read_text("utf-8")
