"""`harvester bounces` as a user runs it: files and mailboxes, as text or JSON, recorded once, moved on request."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.mailbox.passwords import VARIABLE
from harvester.model import Letter
from harvester.store import Store
from tests.imap_server import Account, serving

FOLDER = Path(__file__).parent / "bounces"
BOUNCE = (FOLDER / "report-unknown.eml").read_bytes()
POSTMARK = b"From MAILER-DAEMON Mon Jun  1 10:00:00 2026\n"
REPLY = b"From: mia@acme.example\nSubject: Re: Offer\nMessage-ID: <r@acme.example>\n\nYes, please.\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "secret")


def known_bounces(address: str) -> list[str]:
    """The reasons of the bounces that the store of this folder has of an address."""
    with Store.open("sqlite:///output/harvester.db") as store:
        return [entry["reason"] for entry in store.load_facts(address)["bounces"]]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bounces", *arguments])


def rows(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_holds_a_line_for_each_mail_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "a.eml").write_bytes(BOUNCE)
    (tmp_path / "mails" / "b.eml").write_bytes(REPLY)
    result = run("--dry-run", "--json", "mails")
    first, second = rows(result)
    assert result.exit_code == 0
    assert first["file"] == "mails/a.eml"
    assert first["results"] == [
        {
            "recipient": "info@acme.example",
            "hard": True,
            "reason": "userunknown",
            "status": "5.1.1",
            "reply": "550",
            "diagnostic": "550 5.1.1 <info@acme.example>: User unknown",
        }
    ]
    assert (second["file"], second["results"], second["kind"]) == ("mails/b.eml", [], "reply")
    assert not (tmp_path / "output").exists()


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(b"mail-\xff.eml")).write_bytes(BOUNCE)
    (row,) = rows(run("--dry-run", "--json", "."))
    assert row["file"] == os.fsdecode(b"./mail-\xff.eml")
    assert "mail-\ufffd.eml" in run("--dry-run", ".").stdout


def test_two_mails_in_one_eml_give_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(POSTMARK + BOUNCE + b"\n" + POSTMARK + BOUNCE.replace(b"info@", b"sales@"))
    (row,) = rows(run("--dry-run", "--json", "a.eml"))
    assert [result["recipient"] for result in row["results"]] == ["info@acme.example", "sales@acme.example"]


def test_text(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(BOUNCE)
    (tmp_path / "b.eml").write_bytes(REPLY)
    result = run("--dry-run", "a.eml", "b.eml")
    assert "hard  userunknown     info@acme.example  550 5.1.1  (a.eml)" in result.stdout
    assert "1 hard and 0 soft bounces" in result.stdout
    assert "nothing recorded (--dry-run)" in result.stdout


def test_what_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(BOUNCE)
    nested = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(10_000))
    (tmp_path / "bomb.eml").write_bytes(b"Content-Type: multipart/mixed; boundary=b0\n\n" + nested)
    (tmp_path / "events.json").write_text("{", "utf-8")
    result = run("--dry-run", "--json", "bomb.eml", "events.json", "nowhere.eml", "a.eml")
    assert result.exit_code == 1
    assert [bool(row["results"]) for row in rows(result)] == [False, False, True]
    assert "bomb.eml: The mail has more than 1,000 parts." in result.stderr
    assert "There is no file or folder nowhere.eml." in result.stderr


def test_what_lies_beside_the_mails_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(BOUNCE)
    (tmp_path / "b.eml").write_bytes(REPLY)
    (tmp_path / "c.eml").write_bytes(b"Date: Mon, 1 Jun 2026 10:00:00 +0000\n\nHello")
    Store.open("sqlite:///output/harvester.db").close()
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR: x\n\nFrom: a@b.example\n")
    (tmp_path / "notes.txt").write_text("Ideas: many\n\nFrom now on: write less.\n", "utf-8")
    result = run("--dry-run", ".")
    assert "3 mails: 1 hard and 0 soft bounces, 0 complaints, " in result.stdout
    assert "1 reply, 1 other; 3 files beside them passed over; nothing recorded" in result.stdout
    assert result.exit_code == 0
    assert [row["file"] for row in rows(run("--dry-run", "--json", "."))] == ["./a.eml", "./b.eml", "./c.eml"]


def test_what_is_named_and_no_mail_is_told(tmp_path: Path) -> None:
    (tmp_path / "mails.zip").write_bytes(b"PK\x03\x04\x14\0\0\0")
    result = run("--dry-run", "mails.zip")
    assert result.exit_code == 1
    assert "0 mails:" in result.stdout
    assert "mails.zip: It is no mail: it has neither a sender nor a subject nor a date." in result.stderr
    (tmp_path / "mails.zip").unlink()
    (tmp_path / "d.eml").write_bytes(POSTMARK + BOUNCE + b"\n" + POSTMARK + b"\nHello")
    result = run("--dry-run", "--json", ".")
    assert "d.eml: It is no mail" in result.stderr
    assert [(row["file"], len(row["results"])) for row in rows(result)] == [("./d.eml", 1)]


def test_exports(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("event,email,reason\nopened,a@b.example,\nhard_bounce,a@b.example,\n", "utf-8")
    (tmp_path / "contacts.csv").write_text("email,company\na@b.example,Acme\n", "utf-8")
    result = run("--dry-run", "--json", "events.csv", "contacts.csv")
    assert [(row["file"], row["results"][0]["hard"]) for row in rows(result)] == [("events.csv", True)]
    assert "contacts.csv: nothing in it is an event of" in result.stderr
    assert result.exit_code == 1


def test_what_could_not_be_recorded_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    account.put(REPLY, BOUNCE)
    monkeypatch.setattr(Store, "record_mail", lambda store, report, **settings: 1 / 0)
    with serving(account) as port:
        url = f"imap://us@127.0.0.1:{port}/INBOX"
        assert isinstance(run(url).exception, ZeroDivisionError)
        monkeypatch.undo()
        monkeypatch.setenv(VARIABLE, "secret")
        monkeypatch.chdir(tmp_path)
        assert "2 mails:" in run(url).stdout


def test_each_mail_is_recorded_once(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(BOUNCE)
    (tmp_path / "b.eml").write_bytes(REPLY)
    run("a.eml", "b.eml")
    result = run("a.eml", "b.eml")
    assert known_bounces("info@acme.example") == ["userunknown"]
    assert "2 known before; recorded" in result.stdout


def test_what_is_about_the_sender_is_told_with_its_share(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes((FOLDER / "report-spamhaus.eml").read_bytes())
    with Store.open("sqlite:///output/harvester.db") as store:
        letters = [Letter(address=f"{name}@acme.example", sent_at=datetime.now(UTC)) for name in ("info", "mia")]
        store.record_letters(letters, source="sent.csv")
    assert "About you, not about an address: blocked hit 1 of 2 letters (50.0%)." in run("a.eml").stdout


def test_mailbox_is_read_on_and_bounces_are_moved() -> None:
    account = Account()
    account.put(BOUNCE, REPLY)
    with serving(account) as port:
        url = f"imap://us@127.0.0.1:{port}/INBOX"
        first = run("--move-to", "Bounces", url)
        assert first.exit_code == 0
        assert known_bounces("info@acme.example") == ["userunknown"]
        assert list(account.folders["INBOX"].values()) == [REPLY]
        assert list(account.folders["Bounces"].values()) == [BOUNCE]
        assert "0 mails:" in run(url).stdout
        account.put(BOUNCE)
        assert "1 mail:" in run(url).stdout


def test_dry_run_changes_nothing_on_the_server(tmp_path: Path) -> None:
    account = Account()
    account.put(BOUNCE)
    with serving(account) as port:
        for _ in range(2):
            assert (
                len(rows(run("--dry-run", "--json", "--move-to", "Bounces", f"imap://us@127.0.0.1:{port}/INBOX"))) == 1
            )
    assert list(account.folders) == ["INBOX"]
    assert not any(command.startswith("SELECT") for command in account.commands)
    assert not (tmp_path / "output").exists()


def test_wrong_password_is_one_sentence() -> None:
    with serving(Account(password="other")) as port:
        result = run("--dry-run", f"imap://us@127.0.0.1:{port}/INBOX")
    assert result.exit_code == 1
    assert "cannot be opened: Wrong password." in result.stderr
    assert "secret" not in result.output


def test_no_source() -> None:
    assert run("--dry-run").exit_code == 2
