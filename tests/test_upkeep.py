"""The commands that keep the list clean, as a person calls them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.model import Bounce, MailKind, MailReport
from harvester.store import Store
from tests.sample_companies import DAY, NOW, make_company, make_contact

INFO, ANNA = "info@nord.example", "anna@nord.example"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with a store of two contacts."""
    monkeypatch.chdir(tmp_path)
    with opened() as store:
        store.save_company(make_company(make_contact(INFO), make_contact(ANNA, person="Anna Berg")))
    return tmp_path


def opened() -> Store:
    return Store.open("sqlite:///output/harvester.db")


@pytest.fixture
def run(folder: Path) -> Run:
    """Call a command; its exit status must be the one given."""

    def call(*words: str, status: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=stdin)
        assert result.exit_code == status, (result.output, result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return call


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def state(address: str) -> str:
    with opened() as store:
        return store.load_facts(address)["contacts"][0]["state"]


def test_contacts_as_table_csv_and_json(run: Run) -> None:
    assert "2 contacts." in run("contacts").stdout
    printed = list(csv.DictReader(run("contacts", "--format", "csv").stdout.splitlines()))
    assert [row["email"] for row in printed] == [INFO, ANNA]
    assert printed[0]["phone"] == "+49 6126 1234"
    lines = [
        json.loads(line) for line in run("contacts", "--format", "json", "--domain", "nord.example").stdout.splitlines()
    ]
    assert [line["email"] for line in lines] == [INFO, ANNA]
    assert lines[0]["mentions"]
    assert run("contacts", "--state", "sent").stdout == "0 contacts.\n"


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.jsonl"])
def test_an_export_is_remembered(run: Run, folder: Path, name: str) -> None:
    run("contacts", "-o", name)
    content = (folder / name).read_text("utf-8-sig")
    assert INFO in content
    assert state(INFO) == "exported"
    facts = json.loads(run("show", INFO, "--json").stdout)
    assert [entry["target"] for entry in facts["exports"]] == [str(folder / name)]
    assert [entry["path"] for entry in facts["files"]] == [str(folder / name)]


REFUSED = [
    ("contacts", "-o", "x.xlsx"),
    ("contacts", "--state", "opted_out", "-o", "x.csv"),
    ("contacts", "--state", "suppressed", "-o", "x.csv"),
    ("contacts", "--unused-for", "1y", "-o", "x.csv"),
    ("contacts", "--unused-for", "long"),
    ("contacts", "--remove"),
    ("contacts", "--state", "happy"),
    ("optout", "add", "gmail.com"),
    ("optout", "add"),
    ("optout", "confirm"),
    ("optout", "confirm", INFO, "--all"),
    ("optout", "import", "nosuch.txt"),
    ("sent", "nosuch.csv"),
    ("due", "--on", "someday"),
    ("show", "nord.example"),
    ("forget", "nonsense", "--yes"),
    ("due", "-s", "HARVESTER_DATABASE_URL=mysql://x/y"),
]


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_what_cannot_be_used_is_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, status=2)
    assert "Traceback" not in result.output
    assert result.stderr.strip()


def test_sent_and_due(run: Run, folder: Path) -> None:
    (folder / "s.csv").write_text(f"email,date\n{INFO},2026-01-02\nfoo,2026-01-02\n", "utf-8")
    result = run("sent", "s.csv", status=1)
    assert "1 letter recorded" in result.stdout
    assert "line 3" in result.stderr
    assert state(INFO) == "sent"
    assert "0 letters recorded (1 letter known before" in run("sent", "s.csv", status=1).stdout
    run("due", "-o", "due.csv", "--on", "2026-12-31")
    (row,) = rows(folder / "due.csv")
    assert (row["task"], row["email"], row["channel"], row["via"]) == ("other_channel", INFO, "second address", ANNA)
    (line,) = map(json.loads, run("due", "--on", "2026-12-31", "--json").stdout.splitlines())
    assert line["recheck_first"] == "no"
    told = run("due", "--on", "2027-12-31").stdout
    assert "No answer: try another channel: 1" in told
    assert "To be checked again: 1" in told
    assert "verify the address before you write" in told


def test_due_tells_what_is_about_the_sender(run: Run, folder: Path) -> None:
    assert run("due", "--on", "2026-11-24").stdout == "Nothing is due.\n"
    (folder / "s.csv").write_text(f"email,date\n{INFO},2026-11-20\n{ANNA},2026-11-20\n", "utf-8")
    run("sent", "s.csv")
    blocked = (Bounce(recipient=INFO, hard=True, reason="blocked"),)
    with opened() as store:
        store.record_mail(MailReport(key="1", kind=MailKind.BOUNCE, bounces=blocked, date=NOW), now=NOW)
    told = run("due", "--on", "2026-11-24").stdout
    assert "blocked hit 1 of 2 letters (50.0%)" in told


def test_optouts(run: Run, folder: Path) -> None:
    run("contacts", "-o", "x.csv")
    told = run("optout", "add", f"Anna Berg <{ANNA.upper()}>", "--reason", "by phone").stdout
    assert f"{ANNA}: left alone" in told
    assert str(folder / "x.csv") in told, "it still stands there"
    assert "was on the list before" in run("optout", "add", ANNA).stdout
    (row,) = map(json.loads, run("optout", "list", "--json").stdout.splitlines())
    assert (row["entry"], row["reason"], row["source"]) == (ANNA, "by phone", "by hand")
    assert "1 opt-out." in run("optout", "list").stdout
    assert ANNA not in run("contacts").stdout
    assert ANNA in run("contacts", "--state", "opted_out").stdout
    run("optout", "remove", ANNA)
    assert ANNA in run("contacts").stdout
    assert "is not on the list" in run("optout", "remove", ANNA, status=1).stdout


def test_an_imported_list(run: Run, folder: Path) -> None:
    (folder / "list.txt").write_text(f"{ANNA}\nsued.example\nweb.de\n", "utf-8")
    result = run("optout", "import", "list.txt", "--reason", "old list", status=1)
    assert "2 opt-outs added, 0 known before, 1 not read." in result.stdout
    assert "line 3" in result.stderr
    assert ANNA not in run("contacts").stdout


def test_suggestions(run: Run) -> None:
    with opened() as store:
        for key in (ANNA, INFO):
            asked = MailReport(key=key, kind=MailKind.UNSUBSCRIBE, addresses=(key,), date=NOW, subject="Stop")
            store.record_mail(asked, now=NOW)
    assert "2 suggestions." in run("optout", "list", "--suggested").stdout
    assert "0 opt-outs." in run("optout", "list").stdout
    run("optout", "remove", INFO)
    assert "nobody suggested" in run("optout", "confirm", INFO, status=1).stdout
    assert run("optout", "confirm", "--all").stdout == f"1 suggestion.\n{ANNA}: left alone from now on.\n"
    assert run("optout", "confirm", "--all").stdout == "0 suggestions.\n"
    left = csv.DictReader(run("contacts", "--format", "csv").stdout.splitlines())
    assert [row["email"] for row in left] == [INFO]


STATUSES = [
    (("contacts", "--domain", "nosuch.example"), 0),
    (("contacts", "--unused-for"), 0),
    (("due", "--on", "2026-11-24"), 0),
    (("optout", "list"), 0),
    (("optout", "import", "empty.csv"), 0),
    (("optout", "import", "rows.csv"), 1),
    (("optout", "import", "nosuch.csv"), 2),
    (("optout", "confirm", "--all"), 0),
    (("optout", "confirm", INFO), 1),
    (("optout", "remove", INFO), 1),
    (("optout", "add", "nonsense"), 2),
    (("sent", "rows.csv"), 1),
    (("sent", "nosuch.csv"), 2),
    (("show", INFO), 0),
    (("show", "joe@nord.example"), 1),
    (("show", "nonsense"), 2),
    (("forget", "joe@nord.example", "--yes"), 0),
]


@pytest.mark.parametrize(("words", "status"), STATUSES)
def test_the_exit_status_is_what_the_readme_says(run: Run, folder: Path, words: tuple[str, ...], status: int) -> None:
    (folder / "empty.csv").touch()
    (folder / "rows.csv").write_text("email,date\nnonsense,2026-11-24\n", "utf-8")
    run(*words, status=status)


def test_show(run: Run) -> None:
    told = run("show", ANNA.upper()).stdout
    assert "Anna Berg" in told
    assert "https://nord.example/" in told
    for written in (f"Anna Berg <{ANNA.upper()}>", f"mailto:{ANNA}", f'"{ANNA}"'):
        assert run("show", written).stdout == told
    assert "Nothing is known" in run("show", "joe@nord.example", status=1).stdout


def test_forget_clears_the_files_and_lists_the_others(run: Run, folder: Path) -> None:
    for name in ("x.csv", "x.jsonl", "x.json", "lost.csv"):
        run("contacts", "-o", name)
    (folder / "lost.csv").unlink()
    assert "Nothing removed" in run("forget", ANNA, stdin="n\n").stdout
    result = run("forget", ANNA, "--yes", status=1)
    assert f"Not reached: {folder / 'lost.csv'}: it is not there any more" in result.stderr
    for name in ("x.csv", "x.jsonl", "x.json", "output/harvester.db"):
        content = (folder / name).read_bytes()
        assert INFO.encode() in content
        assert ANNA.encode() not in content.lower()
    assert [row["email"] for row in rows(folder / "x.csv")] == [INFO]
    assert [row["email"] for row in json.loads((folder / "x.json").read_text("utf-8"))] == [INFO]
    assert "Forgotten on" in run("show", ANNA).stdout


def test_retention(run: Run) -> None:
    assert run("contacts", "--unused-for").stdout == "0 contacts.\n"
    with opened() as store:
        store.save_company(make_company("alt@sued.example", domain="sued.example", seen=NOW - 800 * DAY))
    assert "1 contact." in run("contacts", "--unused-for").stdout
    assert "Nothing removed" in run("contacts", "--unused-for", "2y", "--remove", stdin="n\n").stdout
    assert "1 contact removed." in run("contacts", "--unused-for", "2y", "--remove", "--yes").stdout
    assert run("contacts", "--unused-for").stdout == "0 contacts.\n"
    assert "2 contacts." in run("contacts").stdout
