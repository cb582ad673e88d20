"""Sources on disk: files, mbox, Maildirs, folders and exports, each mail once and one at a time in memory."""

import json
import tracemalloc
from pathlib import Path

import pytest

from harvester.bounces.mail import MAX_BYTES
from harvester.mailbox import MailboxError, read_path

MAIL = b"From: MAILER-DAEMON@a.example\nSubject: Undeliverable\n\n<info@acme.example>:\nno such user\n"
POSTMARK = b"From MAILER-DAEMON Mon Jun  1 10:00:00 2026\n"


def raws(path: Path) -> list[bytes | None]:
    return [item.raw for item in read_path(str(path))]


def test_single_mail(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert [(item.name, item.raw) for item in read_path(str(tmp_path / "a.eml"))] == [(str(tmp_path / "a.eml"), MAIL)]


def test_mbox(tmp_path: Path) -> None:
    quoted = MAIL + b">From here on it is text\n>>From twice\n"
    (tmp_path / "inbox").write_bytes(POSTMARK + MAIL + b"\n" + POSTMARK + quoted + b"\n")
    plain = MAIL + b"From here on it is text\n>From twice\n"
    assert raws(tmp_path / "inbox") == [MAIL + b"\n", plain + b"\n"]


def test_mbox_with_dos_line_ends(tmp_path: Path) -> None:
    whole = (POSTMARK + MAIL + b"\n" + POSTMARK + MAIL).replace(b"\n", b"\r\n")
    (tmp_path / "inbox.mbox").write_bytes(whole)
    assert len(raws(tmp_path / "inbox.mbox")) == 2


def test_from_in_the_text_begins_no_mail(tmp_path: Path) -> None:
    text = MAIL + b"\nFrom Monday on we are away.\n\nFrom: x\n"
    (tmp_path / "inbox.mbox").write_bytes(POSTMARK + text)
    assert raws(tmp_path / "inbox.mbox") == [text]


def test_eml_with_two_mails_says_that_they_belong_together(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(POSTMARK + MAIL + b"\n" + POSTMARK + MAIL)
    assert [item.more for item in read_path(str(tmp_path / "a.eml"))] == [True, False]


def test_maildir(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Junk/cur", ".Junk/new"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cur" / "1.host:2,S").write_bytes(MAIL)
    (tmp_path / "new" / "2.host").write_bytes(MAIL)
    (tmp_path / "tmp" / "3.host").write_bytes(b"half")
    (tmp_path / "dovecot-uidlist").write_bytes(b"no mail")
    (tmp_path / ".Junk" / "new" / "4.host").write_bytes(MAIL)
    names = [item.name.removeprefix(f"{tmp_path}/") for item in read_path(str(tmp_path))]
    assert names == [".Junk/new/4.host", "cur/1.host:2,S", "new/2.host"]


def test_folder_keeps_the_name_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mails" / "june").mkdir(parents=True)
    (tmp_path / "mails" / "b.eml").write_bytes(MAIL)
    (tmp_path / "mails" / "june" / "a.eml").write_bytes(MAIL)
    (tmp_path / "mails" / ".hidden").write_bytes(MAIL)
    monkeypatch.chdir(tmp_path)
    assert [item.name for item in read_path("mails")] == ["mails/b.eml", "mails/june/a.eml"]


def test_what_is_not_there() -> None:
    with pytest.raises(MailboxError, match=r"no file or folder no/such\.eml"):
        list(read_path("no/such.eml"))


def test_too_long_a_mail_is_passed_over(tmp_path: Path) -> None:
    with (tmp_path / "inbox.mbox").open("wb") as file:
        file.write(POSTMARK + MAIL)
        file.writelines(b"x" * 1_000_000 + b"\n" for _ in range(MAX_BYTES // 1_000_000 + 1))
        file.write(b"\n" + POSTMARK + MAIL)
    items = list(read_path(str(tmp_path / "inbox.mbox")))
    assert [bool(item.problem) for item in items] == [True, False]


def test_mbox_is_read_in_bounded_memory(tmp_path: Path) -> None:
    mail = POSTMARK + MAIL + b"word " * 2000 + b"\n\n"
    with (tmp_path / "inbox.mbox").open("wb") as file:
        file.writelines(mail for _ in range(50_000_000 // len(mail)))
    tracemalloc.start()
    count = sum(1 for _ in read_path(str(tmp_path / "inbox.mbox")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000_000 // len(mail)
    assert peak < 1_000_000


CSV = "email;reason;status;created\ninfo@acme.example;550 no such user;5.1.1;1780000000\n"
EVENT = {"event": "hard_bounce", "email": "info@acme.example"}
ROW = {"email": "info@acme.example", "reason": "550 no such user", "status": "5.1.1", "created": "1780000000"}
EXPORTS = [
    ("bounces.csv", "\ufeff" + CSV, [ROW]),
    ("bounces.csv", CSV.replace(";", ","), [ROW]),
    ("events.json", json.dumps([EVENT, EVENT]), [EVENT, EVENT]),
    ("events.json", json.dumps({"items": [EVENT]}), [EVENT]),
    ("event.json", json.dumps(EVENT), [EVENT]),
    ("events.jsonl", json.dumps(EVENT) + "\n\n" + json.dumps(EVENT), [EVENT, EVENT]),
    ("empty.json", "[]", []),
    ("empty.csv", "", []),
]
BROKEN = [("a.json", "{"), ("a.jsonl", "no json\n"), ("a.json", "[" * 100_000)]


@pytest.mark.parametrize(("name", "text", "events"), EXPORTS)
def test_exports(tmp_path: Path, name: str, text: str, events: list[dict]) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert [item.event for item in read_path(str(tmp_path / name))] == events


@pytest.mark.parametrize(("name", "text"), BROKEN)
def test_broken_exports_are_reported(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert [bool(item.problem) for item in read_path(str(tmp_path / name))] == [True]
