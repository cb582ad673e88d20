"""`harvester contacts`: what the store holds, by what it is; and what of it nobody needs any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from harvester.console.options import ArgumentsError
from harvester.export.rows import CONTACT_COLUMNS, contact_rows, contact_sort_key
from harvester.export.spool import SortedSpool
from harvester.extensions.wording import count
from harvester.model.life import NEVER_WRITTEN_TO
from harvester.spans import parse_span
from harvester.store import Store
from harvester.store.listing import Filter
from harvester.terminal import say
from harvester.upkeep.opening import open_store, right_now
from harvester.upkeep.tables import SHOWN_ROWS, print_rows, show_table, write_rows

SHOWN = ("priority", "score", "email", "company", "domain", "role", "country", "status", "state", "last_seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for: by column, how it is to be shown, and whether it is to be removed."""

    columns: Mapping[str, Any]
    unused_for: str | None = None
    output_format: str = "table"
    output: str | None = None
    remove: bool = False
    yes: bool = False


def list_contacts(request: Request, settings: Mapping[str, Any]) -> int:
    """Print, write or remove contacts; the exit status."""
    wanted = Filter(**request.columns, unused_since=_unused_since(request, settings))
    if request.remove and wanted.unused_since is None:
        raise ArgumentsError("--remove is for contacts that nobody uses: say --unused-for as well.")
    if request.output and (wanted.unused_since is not None or not NEVER_WRITTEN_TO.isdisjoint(wanted.states)):
        raise ArgumentsError("Who is suppressed, has objected or may be removed goes into no file; leave -o out.")
    rows: SortedSpool[dict[str, Any]] = SortedSpool()
    with open_store(settings) as store:
        for company in store.iter_contacts(wanted):
            for position, row in enumerate(contact_rows(company)):
                rows.add(contact_sort_key(row, position), row)
        if request.output:
            _export(store, request.output, rows)
        elif request.output_format == "table":
            show_table([row for row, _ in zip(rows, range(SHOWN_ROWS), strict=False)], SHOWN)
            say(f"{count(len(rows), 'contact')}.")
        else:
            print_rows(rows, CONTACT_COLUMNS, "csv" if request.output_format == "csv" else "jsonl")
        if request.remove:
            _remove(store, rows, yes=request.yes)
    rows.close()
    return 0


def _unused_since(request: Request, settings: Mapping[str, Any]) -> Any:
    if request.unused_for is None:
        return None
    if not request.unused_for:
        return right_now() - settings["HARVESTER_UNUSED_FOR"]
    try:
        return right_now() - parse_span(request.unused_for)
    except ValueError as error:
        raise ArgumentsError(f"--unused-for {request.unused_for[:40]} {error}.") from None


def _export(store: Store, output: str, rows: SortedSpool[dict[str, Any]]) -> None:
    """Write the file, and remember that these contacts were handed on."""
    path = Path(output)
    write_rows(store, path, rows, CONTACT_COLUMNS)
    store.record_export((row["email"] for row in rows), target=str(path.resolve()), now=right_now())
    say(f"{output}: {count(len(rows), 'contact')}.")


def _remove(store: Store, rows: SortedSpool[dict[str, Any]], *, yes: bool) -> None:
    pairs = [(row["domain"], row["email"]) for row in rows]
    if not pairs or not (yes or click.confirm(f"Remove {count(len(pairs), 'contact')} for good?")):
        say("Nothing removed.")
        return
    removed = store.remove_contacts(pairs)
    say(f"{count(removed, 'contact')} removed. {store.empty_freed_pages()}".rstrip())
