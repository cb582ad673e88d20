"""Mailboxes on a server: read without a trace, only what is new, moved on request."""

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.credentials import find_secret
from harvester.mailbox.imap import ImapMailbox, MailboxError, Position, parse_url
from harvester.mailbox.passwords import VARIABLE, find_password
from harvester.mailbox.positions import load_position, save_position
from tests.imap_server import Account, serving

MAILS = [b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"]


@pytest.fixture
def account() -> Account:
    account = Account()
    account.put(*MAILS)
    return account


@pytest.fixture
def url(account: Account) -> Iterator[str]:
    with serving(account) as port:
        yield f"imap://sales%40our.example@127.0.0.1:{port}/INBOX"


def test_mails_are_read_without_a_trace(account: Account, url: str) -> None:
    with ImapMailbox(url, "secret") as mailbox:
        items = list(mailbox.mails())
    assert [(item.raw, item.uid) for item in items] == [(MAILS[0], "1"), (MAILS[1], "2")]
    assert all(item.name == url for item in items)
    assert any(command.startswith("EXAMINE") for command in account.commands)
    assert not any(command.startswith(("SELECT", "UID STORE")) for command in account.commands)
    assert all("BODY.PEEK[]" in command for command in account.commands if "BODY" in command)


def test_only_new_mails_again(account: Account, url: str) -> None:
    with ImapMailbox(url, "secret") as mailbox:
        list(mailbox.mails())
        position = mailbox.position
    assert position == Position(7, 2)
    with ImapMailbox(url, "secret") as mailbox:
        assert list(mailbox.mails(position)) == []
        assert mailbox.position == position
    account.put(b"Subject: three\r\n\r\n3\r\n")
    with ImapMailbox(url, "secret") as mailbox:
        assert [item.uid for item in mailbox.mails(position)] == ["3"]


def test_all_mails_again_when_the_uids_are_other_ones(account: Account, url: str) -> None:
    account.validity = 8
    with ImapMailbox(url, "secret") as mailbox:
        assert len(list(mailbox.mails(Position(7, 2)))) == 2


@pytest.mark.parametrize(("folder", "name"), [("Bounces", "Bounces"), ("Done/2026", "Done.2026")])
def test_move(account: Account, url: str, folder: str, name: str) -> None:
    with ImapMailbox(url, "secret", writable=True) as mailbox:
        mailbox.move(["2"], folder)
        mailbox.move([], "Never made")
    assert list(account.folders["INBOX"].values()) == [MAILS[0]]
    assert list(account.folders[name].values()) == [MAILS[1]]
    assert "Never made" not in account.folders


def test_what_cannot_be_opened(account: Account, url: str) -> None:
    with pytest.raises(MailboxError, match="Wrong password"):
        ImapMailbox(url, "wrong")
    with pytest.raises(MailboxError, match="no such folder"):
        ImapMailbox(url.replace("INBOX", "Nowhere"), "secret")
    with pytest.raises(MailboxError, match="cannot be opened"):
        ImapMailbox("imap://a@127.0.0.1:1/INBOX", "secret")


URLS = ["imap://host/INBOX", "imaps://", "https://user@host/", "imap://user@host:port/INBOX", "imaps://user:pass@host/"]


@pytest.mark.parametrize("bad", URLS)
def test_bad_urls(bad: str) -> None:
    with pytest.raises(MailboxError):
        parse_url(bad)


def test_password_in_the_url_is_not_repeated() -> None:
    with pytest.raises(MailboxError) as told:
        parse_url("imaps://user:hunter2@host.example/INBOX")
    assert "hunter2" not in str(told.value)


def test_password_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    assert find_password("imaps://u@host.example/INBOX", find_secret) == "secret"


def test_password_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    kept = {("harvester", "u@our.example@host.example"): "secret"}
    monkeypatch.setattr(keyring, "get_password", lambda service, account: kept.get((service, account)), raising=False)
    monkeypatch.setattr(errors, "KeyringError", OSError, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert find_password("imaps://u%40our.example@host.example/INBOX", find_secret) == "secret"
    with pytest.raises(MailboxError):
        find_password("imaps://other@host.example/INBOX", find_secret)


def test_no_password_says_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.credentials._from_keyring", lambda account: "")
    with pytest.raises(MailboxError, match=f"set {VARIABLE}"):
        find_password("imaps://u@host.example/INBOX", find_secret)


def test_positions(tmp_path: Path) -> None:
    file = tmp_path / "output" / "mailboxes.json"
    assert load_position("imap://a", file) is None
    save_position("imap://a", Position(1, 2), file)
    save_position("imap://b", Position(3, 4), file)
    assert (load_position("imap://a", file), load_position("imap://b", file)) == (Position(1, 2), Position(3, 4))
    file.write_text("broken", "utf-8")
    assert load_position("imap://a", file) is None
