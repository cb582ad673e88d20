"""A small IMAP server on loopback for tests: one account, folders in memory, and what it was asked for."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Account:
    """Folders, each with its mails by UID; and every command that came, without the tag."""

    password: str = "secret"
    capabilities: str = "IMAP4rev1 MOVE"
    validity: int = 7
    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    commands: list[str] = field(default_factory=list)

    def put(self, *mails: bytes) -> None:
        """Let mails arrive in the inbox."""
        inbox = self.folders["INBOX"]
        for mail in mails:
            inbox[max(inbox, default=0) + 1] = mail


class _Session(socketserver.StreamRequestHandler):
    """One connection. A command is answered by the method of its name."""

    server: _Server

    def handle(self) -> None:
        self.folder, self.readonly = "", True
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, rest = line.decode().rstrip("\r\n").partition(" ")
            self.account = self.server.account
            self.account.commands.append(rest)
            name, _, arguments = rest.partition(" ")
            if name.upper() == "UID":
                verb, _, arguments = arguments.partition(" ")
                name = f"UID_{verb}"
            answer = getattr(self, f"do_{name.lower()}", None)
            self.say(f"{tag} {answer(arguments) if answer else 'BAD unknown command'}")
            if name.upper() == "LOGOUT":
                return

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def do_capability(self, arguments: str) -> str:
        self.say(f"* CAPABILITY {self.account.capabilities}")
        return "OK done"

    def do_login(self, arguments: str) -> str:
        return (
            "OK in" if arguments.endswith(f'"{self.account.password}"') else "NO [AUTHENTICATIONFAILED] Wrong password."
        )

    def do_examine(self, arguments: str) -> str:
        return self._open(arguments, readonly=True)

    def do_select(self, arguments: str) -> str:
        return self._open(arguments, readonly=False)

    def _open(self, arguments: str, *, readonly: bool) -> str:
        name = arguments.strip('"')
        if name not in self.account.folders:
            return "NO no such folder"
        self.folder, self.readonly = name, readonly
        self.say(f"* {len(self.account.folders[name])} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.account.validity}] valid")
        return f"OK [READ-{'ONLY' if readonly else 'WRITE'}] open"

    def do_uid_search(self, arguments: str) -> str:
        first = int(re.search(r"UID (\d+):\*", arguments)[1])
        uids = [uid for uid in self.account.folders[self.folder] if uid >= first]
        last = max(self.account.folders[self.folder], default=None)
        found = uids or ([last] if last is not None else [])
        self.say("* SEARCH" + "".join(f" {uid}" for uid in found))
        return "OK done"

    def do_uid_fetch(self, arguments: str) -> str:
        uid, _, what = arguments.partition(" ")
        mail = self.account.folders[self.folder][int(uid)]
        if "RFC822.SIZE" in what:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail)})")
        else:
            self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(mail)}}}".encode() + b"\r\n" + mail + b")")
        return "OK done"

    def do_list(self, arguments: str) -> str:
        pattern = arguments.rpartition(" ")[2].strip('"')
        for name in self.account.folders:
            if pattern in {"*", name}:
                self.say(f'* LIST () "." "{name}"')
        return "OK done"

    def do_create(self, arguments: str) -> str:
        self.account.folders[arguments.strip('"')] = {}
        return "OK done"

    def do_uid_move(self, arguments: str) -> str:
        uids, _, folder = arguments.partition(" ")
        if self.readonly:
            return "NO the folder is open for reading only"
        target = self.account.folders[folder.strip('"')]
        for uid in uids.split(","):
            target[len(target) + 1] = self.account.folders[self.folder].pop(int(uid))
        return "OK done"

    def do_logout(self, arguments: str) -> str:
        self.say("* BYE")
        return "OK done"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    account: Account


@contextmanager
def serving(account: Account) -> Iterator[int]:
    """The port at which the account can be read while the block runs."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.account = account
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
