"""Rows for a person, a spreadsheet or a program: a table on the terminal, CSV, or JSON Lines."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.console.options import ArgumentsError
from harvester.export.cells import format_phone, to_cell
from harvester.export.json_text import to_json
from harvester.extensions.wording import count, printable
from harvester.feeds.exporters import FeedError
from harvester.feeds.storage import AtomicFileStorage
from harvester.store import Store
from harvester.store.exports import WrittenFile
from harvester.terminal import say

PIPE_WIDTH = 200  # columns where no terminal says how wide it is
CELL_CHARACTERS = 60
SHOWN_ROWS = 200
BY_SUFFIX = {".csv": "csv", ".json": "json", ".jsonl": "jsonl"}
Row = Mapping[str, Any]


def show_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Print the first rows for a person; nothing in them can steer the terminal."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*(Text(printable(to_cell(row.get(name)), CELL_CHARACTERS)) for name in columns))
    if rows:
        console.print(table)
    if len(rows) > SHOWN_ROWS:
        say(f"… and {count(len(rows) - SHOWN_ROWS, 'row')} more: -o FILE writes all of them.")


def print_rows(rows: Iterable[Row], columns: Sequence[str], kind: str) -> None:
    """Print `csv` or `jsonl`, in UTF-8 whatever the terminal speaks."""
    sys.stdout.flush()
    stream = TextIOWrapper(sys.stdout.buffer, "utf-8", errors="backslashreplace", newline="")
    _write(stream, rows, columns, kind)
    stream.flush()
    stream.detach()


def write_rows(store: Store, path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write a file, complete or not at all, and remember it; ends the command where it cannot be written."""
    kind = format_of(path)
    storage = AtomicFileStorage(str(path), feed_options={"format": kind, "overwrite": True})
    try:
        file = storage.open(None)  # type: ignore[arg-type] # it does not ask the spider
        stream = TextIOWrapper(file, "utf-8-sig" if kind == "csv" else "utf-8", errors="replace", newline="")
        _write(stream, rows, columns, kind)
        stream.flush()
        stream.detach()
        storage.store(file)
    except FeedError as error:
        raise ArgumentsError(f"{error}.") from None
    finally:
        storage.discard()
    store.record_file(WrittenFile(path=str(path.resolve()), format=kind, written_at=datetime.now(UTC)))


def format_of(path: Path) -> str:
    """The format that a file's name asks for; ends the command for one that nothing writes."""
    try:
        return BY_SUFFIX[path.suffix.lower()]
    except KeyError:
        raise ArgumentsError(f"{path}: end the name with one of {', '.join(BY_SUFFIX)}.") from None


def _write(stream: TextIO, rows: Iterable[Row], columns: Sequence[str], kind: str) -> None:
    if kind == "jsonl":
        stream.writelines(f"{_encode(row)}\n" for row in rows)
        return
    if kind == "json":
        separator = "[\n"
        for row in rows:
            stream.write(separator + _encode(row))
            separator = ",\n"
        stream.write("[]\n" if separator == "[\n" else "\n]\n")
        return
    writer = csv.writer(stream, dialect="excel")
    writer.writerow(columns)
    for row in rows:
        cells = (format_phone(row.get(name)) if name == "phone" else row.get(name) for name in columns)
        writer.writerow([to_cell(cell) for cell in cells])


def _encode(row: Row) -> str:
    return to_json(dict(row))
