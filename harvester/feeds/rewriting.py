"""Lists that were written before, rewritten without who is to be forgotten; on failure the old file stays."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from harvester.export.cells import format_phone, from_cell
from harvester.export.json_text import to_json
from harvester.feeds.appending import CSV_FORMATS, LINE_FORMATS
from harvester.feeds.checking import LOCAL, scheme_of
from harvester.feeds.exporters import FeedError
from harvester.feeds.storage import AtomicFileStorage
from harvester.store.exports import WrittenFile
from harvester.suppression import Erasure, find_addresses_in

DELIMITERS = ",;\t"
LONGEST_CELL = 10_000_000  # characters; contexts are long, and csv stops at 131,072
ADDRESS_COLUMNS = ("email", "best_email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What came of one list: how many rows it lost and how many texts changed, or why it could not be reached."""

    path: str
    rows: int = 0
    changes: int = 0
    reason: str = ""


class _Count:
    """How much was taken out."""

    rows = 0
    changes = 0


def clear_file(file: WrittenFile, erasure: Erasure) -> Rewritten:
    """Rewrite a list without the rows and texts that an erasure covers; it is left alone where there are none."""
    if scheme_of(file.path) not in LOCAL:
        return Rewritten(path=file.path, reason="it is not on this machine")
    if file.format not in CSV_FORMATS | LINE_FORMATS | {"json"}:
        return Rewritten(path=file.path, reason=f"nothing here rewrites the format {file.format}")
    if not Path(file.path).is_file():
        return Rewritten(path=file.path, reason="it is not there any more; a copy of it may be elsewhere")
    try:
        count = _rewrite(file, erasure)
    except (OSError, FeedError) as error:
        return Rewritten(path=file.path, reason=str(error))
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        return Rewritten(path=file.path, reason=f"it does not read as {file.format} ({error})")
    return Rewritten(path=file.path, rows=count.rows, changes=count.changes)


def addresses_in(path: Path) -> Iterator[str]:
    """The addresses, normalized, that stand in a file of text; none where it is not here, or no text."""
    with suppress(OSError), path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            yield from find_addresses_in(line)


def _rewrite(file: WrittenFile, erasure: Erasure) -> _Count:
    count = _Count()
    is_csv = file.format in CSV_FORMATS
    write = _csv_writer if is_csv else _json_writer
    storage = AtomicFileStorage(file.path, feed_options={"format": file.format, "overwrite": True})
    csv.field_size_limit(LONGEST_CELL)
    with Path(file.path).open(encoding="utf-8-sig", newline="" if is_csv else None) as old:
        new = storage.open(None)  # type: ignore[arg-type] # it does not ask the spider
        try:
            stream = TextIOWrapper(new, encoding="utf-8-sig" if is_csv else "utf-8", newline="")
            write(old, stream, file.format, erasure, count)
            stream.flush()
            stream.detach()
        except BaseException:
            storage.discard()
            raise
    if not (count.rows or count.changes):
        storage.discard()
        return count
    storage.store(new)
    return count


def _csv_writer(old: TextIO, new: TextIO, list_format: str, erasure: Erasure, count: _Count) -> None:
    first = old.readline()
    delimiter = max(DELIMITERS, key=first.count)
    old.seek(0)
    rows = csv.reader(old, delimiter=delimiter)
    writer = csv.writer(new, dialect="excel", delimiter=delimiter)
    header = next(rows, None)
    if header is None:
        return
    writer.writerow(header)
    for cells in rows:
        named = dict(zip(header, map(from_cell, cells), strict=False))
        if _is_about(named, list_format, erasure):
            count.rows += 1
        else:
            writer.writerow(list(_cells(header, cells, named.get("domain", ""), erasure, count)))


def _is_about(row: dict[str, Any], list_format: str, erasure: Erasure) -> bool:
    """Whether a row is about what is to be forgotten, and not only mentions it."""
    if list_format == "rejected":
        return False
    if erasure.covers_company(str(row.get("domain") or "")):
        return True
    if list_format == "companies":
        return False
    texts = [row["email"]] if "email" in row else list(row.values())  # headers may have been renamed
    return any(isinstance(text, str) and "@" in text and erasure.covers_address(text) for text in texts)


def _cells(header: list[str], cells: list[str], domain: str, erasure: Erasure, count: _Count) -> Iterator[str]:
    phones = {format_phone(phone) for phone in erasure.phones} if domain in erasure.companies else set()
    for number, cell in enumerate(cells):
        name = header[number] if number < len(header) else ""
        scrubbed = erasure.scrub(cell)
        if scrubbed != cell and name in ADDRESS_COLUMNS:
            scrubbed = ""
        if name == "phone" and cell in phones:
            scrubbed = ""
        count.changes += scrubbed != cell
        yield scrubbed


def _json_writer(old: TextIO, new: TextIO, list_format: str, erasure: Erasure, count: _Count) -> None:
    """An object a line; an array has brackets around and commas between."""
    kept = _objects(old, erasure, count)
    if list_format in LINE_FORMATS:
        new.writelines(f"{text}\n" for text in kept)
        return
    separator = "[\n"
    for text in kept:
        new.write(separator + text)
        separator = ",\n"
    new.write("[]\n" if separator == "[\n" else "\n]\n")


def _objects(old: Iterable[str], erasure: Erasure, count: _Count) -> Iterator[str]:
    for line in old:
        text = line.strip().removesuffix(",")
        if text in ("", "[", "]", "[]"):
            continue
        row = json.loads(text)
        if _is_about(row, "json", erasure):
            count.rows += 1
            continue
        cleared = _cleared(row, erasure)
        count.changes += cleared != row
        yield text if cleared == row else to_json(cleared)


def _cleared(row: dict[str, Any], erasure: Erasure) -> dict[str, Any]:
    theirs = row.get("domain") in erasure.companies
    cleared: dict[str, Any] = erasure.scrub_value({name: value for name, value in row.items() if name != "mentions"})
    if "mentions" in row:
        cleared["mentions"] = erasure.scrub_value(row["mentions"], words=theirs)
    if theirs and row.get("phone") in erasure.phones:
        cleared["phone"] = None
    return {name: cleared[name] for name in row}
