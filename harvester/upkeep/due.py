"""`harvester due`: what is to be done today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from harvester.console.options import ArgumentsError
from harvester.export.rows import format_moment
from harvester.extensions.wording import count
from harvester.letters.dates import parse_moment
from harvester.store.due import Due, Task
from harvester.store.letters import SenderTrouble
from harvester.terminal import say
from harvester.upkeep.opening import open_store, right_now
from harvester.upkeep.tables import print_rows, show_table, write_rows
from harvester.upkeep.troubles import tell_trouble

COLUMNS = (
    "task",
    "email",
    "company",
    "domain",
    "since",
    "recheck_first",
    "channel",
    "via",
    "status",
    "status_reason",
    "checked_at",
    "note",
)
TITLES = {
    Task.RETRY: "Came back for a passing reason, to be sent again",
    Task.OTHER_CHANNEL: "No answer: try another channel",
    Task.RECHECK: "To be checked again",
}
SHOWN = {
    Task.RETRY: ("email", "company", "since", "status_reason", "recheck_first", "note"),
    Task.OTHER_CHANNEL: ("email", "company", "since", "status_reason", "recheck_first", "channel", "via"),
    Task.RECHECK: ("email", "company", "status_reason", "checked_at"),
}


def show_due(on: str | None, output: str | None, settings: Mapping[str, Any], *, as_json: bool) -> int:
    """Print or write what is due; the exit status."""
    now = _moment(on)
    with open_store(settings) as store:
        due = store.load_due(
            now=now, silent=settings["HARVESTER_SILENT_AFTER"], recheck=settings["HARVESTER_RECHECK_AFTER"]
        )
        trouble = store.sender_trouble(since=now - settings["HARVESTER_SOFT_BOUNCE_WINDOW"])
        if output:
            write_rows(store, Path(output), map(due_row, due), COLUMNS)
            say(f"{output}: {count(len(due), 'row')}.")
    if as_json:
        print_rows(map(due_row, due), COLUMNS, "jsonl")
    elif not output:
        _show(due, trouble)
    return 0


def due_row(due: Due) -> dict[str, Any]:
    """A row of the file."""
    moments = {"since": format_moment(due.since), "checked_at": format_moment(due.checked_at)}
    row = {name: getattr(due, name) for name in COLUMNS} | moments
    return {**row, "recheck_first": "yes" if due.recheck_first else "no"}


def _moment(on: str | None) -> datetime:
    """Now, or the end of the day that was asked for."""
    if on is None:
        return right_now()
    try:
        return datetime.combine(parse_moment(on).date(), time(23, 59, 59), UTC)
    except ValueError as error:
        raise ArgumentsError(f"--on: {error}; write for example 2026-12-01.") from None


def _show(due: Sequence[Due], trouble: Sequence[SenderTrouble]) -> None:
    for task, title in TITLES.items():
        rows = [due_row(entry) for entry in due if entry.task is task]
        if rows:
            say(f"{title}: {len(rows):,}")
            show_table(rows, SHOWN[task])
            say()
    if any(entry.recheck_first for entry in due):
        say("recheck_first: the check is old; verify the address before you write to it.")
    if not due:
        say("Nothing is due.")
    for entry in trouble:
        say(tell_trouble(entry))
