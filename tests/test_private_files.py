"""What is written is its owner's alone, whatever the umask; and secrets are in none of it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.demo import SmallWeb
from harvester.mailbox.imap import Position
from harvester.mailbox.positions import save_position
from harvester.private_files import create_private_file, make_private_folder, open_beside, write_private
from tests.crawling import LOCAL, start

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
SECRETS = {"HARVESTER_IMAP_PASSWORD": "s3cret-imap", "MAIL_PASSWORD": "s3cret-mail"}
PROXY = "socks5://user:s3cret-proxy@127.0.0.1:9"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_modes_of_what_is_made(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b")
        create_private_file(tmp_path / "a" / "store.db")
        write_private(tmp_path / "c" / "whole.json", b"{}")
        save_position("imaps://me@host.example/INBOX", Position(1, 2), tmp_path / "d" / "mailboxes.json")
    finally:
        os.umask(old)
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {mode(path) for path in folders} == {0o700}
    assert {mode(path) for path in files} == {0o600}
    assert sorted(path.name for path in files) == ["mailboxes.json", "store.db", "whole.json"]


def test_what_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == 0o755


@posix
def test_what_was_left_behind_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    left = tmp_path / ".list.csv.abc.tmp"
    left.write_text("half a list")
    other = tmp_path / ".other.csv.abc.tmp"
    other.write_text("of another list")
    with open_beside(target) as used, open_beside(target) as second:
        assert not left.exists()
        assert other.exists()
        assert Path(used.name).exists()
        assert Path(second.name).exists()


def harvester(folder: Path, *words: str, umask: int = 0) -> str:
    settings = [text for name, value in LOCAL.items() for text in ("-s", f"{name}={value}")]
    program = f"import os\nos.umask({umask})\nfrom harvester.cli import main\nmain()"
    line = [sys.executable, "-c", program, *words, *(settings if words[0] != "run" else ())]
    process = start(folder, line, SECRETS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return str(process.communicate(timeout=90)[0])


@posix
def test_all_that_commands_write(small_web: SmallWeb, tmp_path: Path) -> None:
    small_web.write_list(tmp_path / "list.txt")
    (tmp_path / "mails.csv").write_text("email\nsales@yongfeng-casting.example\n")
    (tmp_path / "harvester.toml").write_text(
        f'[settings]\nHARVESTER_NAMESERVERS = "{small_web.nameserver}"\nHARVESTER_SMTP_PROXY = "{PROXY}"\n'
        "HARVESTER_ALLOW_PRIVATE_ADDRESSES = true\n"
        '[jobs.all]\nreport = "output/all"\n[[jobs.all.exports]]\nfile = "output/job.csv"\n'
        '[jobs.all.notify]\nto = ["a@b.example"]\nfrom = "a@b.example"\nserver = "smtp://127.0.0.1:9"\n'
        'user = "a"\npassword_variable = "MAIL_PASSWORD"\n'
    )
    given = {path.name for path in tmp_path.iterdir()}
    said = [
        harvester(tmp_path, "crawl", "list.txt", "-O", "output/more.xlsx"),
        harvester(tmp_path, "export", "-o", "output/out.xlsx"),
        harvester(tmp_path, "export", "-o", "output/out.vcf"),
        harvester(tmp_path, "contacts", "-o", "output/listed.csv"),
        harvester(tmp_path, "verify", "mails.csv", "-o", "verified.csv"),
        harvester(tmp_path, "recheck", "--older-than", "0", "-o", "changes.csv"),
        harvester(tmp_path, "run", "all"),
        harvester(tmp_path, "settings"),
    ]
    written = [path for path in tmp_path.rglob("*") if path.relative_to(tmp_path).parts[0] not in given]
    assert {"contacts.csv", "contacts.jsonl", "companies.csv", "rejected.csv", "harvester.db", "more.xlsx", "out.xlsx",
            "out.vcf", "listed.csv", "verified.csv", "changes.csv", "job.csv", "all.txt", "all.html"} <= {
        path.name for path in written
    }  # fmt: skip
    assert {str(path): oct(mode(path)) for path in written if mode(path) & 0o077} == {}
    everything = "".join(said).encode() + b"".join(path.read_bytes() for path in written if path.is_file())
    assert b"yongfeng-casting" in everything
    assert b"s3cret" not in everything
