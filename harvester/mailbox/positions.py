"""How far mailboxes on servers were read: `output/mailboxes.json`, so that the next run asks only for what is new."""

from __future__ import annotations

import json
from pathlib import Path

from harvester.mailbox.imap import Position
from harvester.private_files import write_private

FILE = Path("output/mailboxes.json")


def load_position(mailbox: str, file: Path = FILE) -> Position | None:
    """How far a mailbox was read; None when never, or when the file tells nothing."""
    try:
        entry = json.loads(file.read_text("utf-8"))[mailbox]
        return Position(int(entry["validity"]), int(entry["uid"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def save_position(mailbox: str, position: Position, file: Path = FILE) -> None:
    """Remember how far a mailbox was read; the file is replaced as a whole."""
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        known = {}
    entries = (known if isinstance(known, dict) else {}) | {
        mailbox: {"validity": position.validity, "uid": position.uid}
    }
    write_private(file, (json.dumps(entries, indent=1) + "\n").encode())
