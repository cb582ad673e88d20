"""`harvester forget`: everything about somebody is removed, here and from the files that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from harvester.console.options import ArgumentsError
from harvester.extensions.wording import count
from harvester.feeds.rewriting import clear_file
from harvester.store import StoreError
from harvester.terminal import say
from harvester.upkeep.opening import open_store, read_entry, right_now


def forget(texts: Sequence[str], settings: Mapping[str, Any], *, yes: bool) -> int:
    """Forget mailboxes and domains; the exit status: 1 where a file could not be reached."""
    entries = [read_entry(text) for text in texts]
    names = ", ".join(entry.key for entry in entries)
    if not (yes or click.confirm(f"Remove everything about {names} for good?")):
        say("Nothing removed.")
        return 0
    unreached = []
    with open_store(settings) as store:
        erasure = store.forget(entries, now=right_now())
        for file in store.load_files():
            done = clear_file(file, erasure)
            if done.reason:
                unreached.append(done)
            elif done.rows or done.changes:
                say(f"{done.path}: {count(done.rows, 'row')} removed, {count(done.changes, 'text')} changed.")
        try:
            rest = store.empty_freed_pages()
        except StoreError as error:
            raise ArgumentsError(f"{error} Say the same again when nothing else uses the database.") from None
    say(f"Forgotten: {names}. Only a salted hash is kept, so that no crawl brings it back.")
    if rest:
        say(rest, err=True)
    for done in unreached:
        say(f"Not reached: {done.path}: {done.reason}.", err=True)
    return 1 if unreached or rest else 0
