"""The same on Dovecot, a real server, on loopback. Skipped where it is not installed (Debian: dovecot-imapd)."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.mailbox.imap import ImapMailbox, MailboxError

DOVECOT = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
pytestmark = pytest.mark.skipif(DOVECOT is None, reason="dovecot is not installed")
MAIL = b"From: MAILER-DAEMON@a.example\nSubject: Undeliverable\n\n<info@acme.example>: no such user\n"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dovecot")
    for part in ("cur", "new", "tmp"):
        (folder / "mail" / "us@our.example" / part).mkdir(parents=True)
    for name in ("1.host", "2.host"):
        (folder / "mail" / "us@our.example" / "new" / name).write_bytes(MAIL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "dovecot.conf").write_text(CONFIG.format(folder=folder, port=port, **users(folder)), "utf-8")
    server = subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield f"imap://us%40our.example@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def users(folder: Path) -> dict[str, object]:
    """Who runs the server's parts: its own users where root starts it, else the one who does."""
    if os.getuid():
        own = pwd.getpwuid(os.getuid()).pw_name
        return {"internal": own, "internal_group": os.getgid(), "login": own, "uid": os.getuid(), "gid": os.getgid()}
    for path in (folder, *folder.parents[:-2]):
        path.chmod(0o755)
    for path in (folder / "mail").rglob("*"):
        os.chown(path, 65534, 65534)
    return {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull", "uid": 65534, "gid": 65534}


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            pytest.skip("dovecot does not start here")
        time.sleep(0.1)
    pytest.skip("dovecot does not start here")


def test_read_move_and_read_on(url: str) -> None:
    with ImapMailbox(f"{url}/INBOX", "secret") as mailbox:
        items = list(mailbox.mails())
        position = mailbox.position
    assert [item.raw for item in items] == [MAIL.replace(b"\n", b"\r\n")] * 2
    with ImapMailbox(f"{url}/INBOX", "secret", writable=True) as mailbox:
        assert list(mailbox.mails(position)) == []
        mailbox.move([items[0].uid], "Возвраты/2026")
    with ImapMailbox(f"{url}/INBOX", "secret") as mailbox:
        assert [item.uid for item in mailbox.mails()] == [items[1].uid]
    with ImapMailbox(f"{url}/%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B/2026", "secret") as mailbox:
        assert len(list(mailbox.mails())) == 1


def test_wrong_password(url: str) -> None:
    with pytest.raises(MailboxError, match="Authentication failed"):
        ImapMailbox(f"{url}/INBOX", "wrong")
