"""`harvester show`: all that is known of one address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harvester.export.rows import format_moment
from harvester.extensions.wording import printable
from harvester.store.knowledge import Facts, is_anything_known
from harvester.terminal import say, say_json
from harvester.upkeep.files import find_files
from harvester.upkeep.opening import open_store, read_address
from harvester.upkeep.tables import show_table

TITLES = {
    "contacts": "Contact",
    "mentions": "Seen",
    "kept_pages": "Stands in what is kept of these pages",
    "verdicts": "Checked",
    "letters": "Letters",
    "bounces": "Bounces",
    "mail_history": "What mail has taught",
    "exports": "Exported",
    "optouts": "Opt-outs",
    "files": "Stands in these files",
}
COLUMNS: Mapping[str, Sequence[str]] = {
    "contacts": ("domain", "state", "opted_out", "role", "person", "phone", "reason", "first_seen", "last_seen"),
    "mentions": ("url", "method", "original", "context", "first_seen", "last_seen"),
    "kept_pages": ("url", "read_at"),
    "verdicts": ("checked_at", "reason", "evidence"),
    "letters": ("sent_at", "replied_at", "source"),
    "bounces": ("bounced_at", "hard", "reason", "status", "reply", "diagnostic"),
    "mail_history": ("state", "since", "retry_at", "note"),
    "exports": ("target", "exported_at"),
    "optouts": ("entry", "confirmed", "reason", "source", "added_at"),
    "files": ("path", "written_at"),
}


def show(text: str, settings: Mapping[str, Any], *, as_json: bool) -> int:
    """Print all that is known of an address; the exit status: 1 where that is nothing."""
    address = read_address(text)
    with open_store(settings) as store:
        facts = store.load_facts(address)
        found, _ = find_files(store.load_files(), address)
    facts["files"] = [{"path": file.path, "written_at": format_moment(file.written_at)} for file in found]
    if as_json:
        say_json(facts)
    else:
        _print(facts)
    return 0 if is_anything_known(facts) else 1


def _print(facts: Facts) -> None:
    say(printable(str(facts["address"]), 320))
    if not is_anything_known(facts):
        say("Nothing is known of it.")
    if facts["forgotten_at"]:
        say(f"Forgotten on {facts['forgotten_at']}: nothing is kept, and no crawl brings it back.")
    for name, title in TITLES.items():
        if facts[name]:
            say(f"\n{title}")
            show_table([{**row, **_detail(row)} for row in facts[name]], COLUMNS[name])


def _detail(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth a column of the evidence behind a verdict."""
    evidence = row.get("evidence")
    return {"evidence": evidence.get("detail") or ", ".join(evidence["mx"])} if isinstance(evidence, dict) else {}
