"""`harvester optout`: who is to be left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from harvester.console.options import ArgumentsError
from harvester.export.rows import format_moment
from harvester.extensions.wording import count, printable
from harvester.letters import TableError, read_objections
from harvester.model import RejectedLine
from harvester.store.optouts import OptOut
from harvester.terminal import say
from harvester.upkeep.files import find_files
from harvester.upkeep.opening import open_store, read_entry, right_now
from harvester.upkeep.tables import print_rows, show_table

COLUMNS = ("entry", "reason", "source", "added_at")
ENTRIES_AT_ONCE = 20_000  # in one transaction
Settings = Mapping[str, Any]


def add_entries(texts: Sequence[str], reason: str, source: str, settings: Settings) -> int:
    """Write objections down; the exit status."""
    keys = [read_entry(text).key for text in texts]
    now = right_now()
    with open_store(settings) as store:
        for key in keys:
            row = OptOut(entry=key, confirmed=True, reason=reason, source=source, added_at=now)
            say(f"{key}: {'left alone from now on' if store.add_optouts([row]) else 'was on the list before'}.")
            found, unread = find_files(store.load_files(), key)
            for file in found:
                say(f"  It still stands in {file.path}, until that is written anew.")
            for file in unread:
                say(f"  Whether it stands in {file.path} is not known: that cannot be read.")
    return 0


def remove_entries(texts: Sequence[str], settings: Settings) -> int:
    """Take objections, suggestions and suppressions back; the exit status: 1 where there was none."""
    keys = [read_entry(text).key for text in texts]
    missing = 0
    with open_store(settings) as store:
        for key in keys:
            removed = store.remove_optout(key, now=right_now())
            missing += not removed
            say(f"{key}: {'removed; what was before holds again' if removed else 'is not on the list'}.")
    return 1 if missing else 0


def confirm_entries(texts: Sequence[str], settings: Settings, *, everything: bool) -> int:
    """Let suggestions take effect; the exit status: 1 where there was none."""
    keys = [read_entry(text).key for text in texts]
    with open_store(settings) as store:
        if everything:
            keys = [row.entry for row in store.load_optouts(confirmed=False)]
            say(f"{count(len(keys), 'suggestion')}.")
        confirmed = store.confirm_optouts(keys, now=right_now())
    for key in keys:
        say(f"{key}: {'left alone from now on' if key in confirmed else 'nobody suggested this'}.")
    return 0 if len(confirmed) == len(keys) else 1


def list_entries(settings: Settings, *, suggested: bool, as_json: bool) -> int:
    """Print the objections, or the suggestions; the exit status."""
    with open_store(settings) as store:
        found = store.load_optouts(confirmed=not suggested)
    rows = [
        {"entry": row.entry, "reason": row.reason, "source": row.source, "added_at": format_moment(row.added_at)}
        for row in found
    ]
    if as_json:
        print_rows(rows, COLUMNS, "jsonl")
        return 0
    show_table(rows, COLUMNS)
    say(count(len(rows), "suggestion" if suggested else "opt-out") + ".")
    return 0


def import_entries(file: str, reason: str, settings: Settings) -> int:
    """Write down the objections of a list; the exit status: 1 where some line could not be read."""
    rejected: list[RejectedLine] = []
    read = new = 0
    with open_store(settings) as store:
        rows = _read(Path(file), reason, rejected)
        while part := list(islice(rows, ENTRIES_AT_ONCE)):
            read += len(part)
            new += store.add_optouts(part)
    for line in rejected:
        say(f"{line.file}, line {line.line}: {line.reason} {printable(line.text)}", err=True)
    say(f"{count(new, 'opt-out')} added, {read - new:,} known before, {len(rejected):,} not read.")
    return 1 if rejected else 0


def _read(path: Path, reason: str, rejected: list[RejectedLine]) -> Iterator[OptOut]:
    now = right_now()
    try:
        for entry in read_objections(path):
            if isinstance(entry, RejectedLine):
                rejected.append(entry)
                continue
            told = entry.reason or reason
            yield OptOut(entry=entry.key, confirmed=True, reason=told, source=path.name, added_at=now)
    except TableError as error:
        raise ArgumentsError(str(error)) from None
