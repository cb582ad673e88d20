"""Exports of mail services: CSV (with a header line), JSON (one document) and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from harvester.mailbox.item import Item

EXPORT_SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
MAX_JSON_BYTES = 256 * 1024 * 1024
_LISTS = ("items", "events", "bounces", "suppressions", "records", "transactionalemails", "messages")


def read_export(file: BinaryIO, name: str) -> Iterator[Item]:
    """The events of an export; a problem for each line or document that cannot be read."""
    lowered = name.lower()
    if lowered.endswith((".csv", ".tsv")):
        yield from _read_csv(file, name)
    elif lowered.endswith(".json"):
        yield from _read_json(file, name)
    else:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield from _read_document(line, name, f"Line {number}")


def _read_csv(file: BinaryIO, name: str) -> Iterator[Item]:
    text = io.TextIOWrapper(file, "utf-8-sig", "replace", newline="")
    try:
        header = text.readline()
        delimiter = max(",;\t", key=header.count)
        columns = next(csv.reader([header], delimiter=delimiter), [])
        for row in csv.DictReader(text, fieldnames=columns, delimiter=delimiter):
            yield Item(name, event={key: value for key, value in row.items() if key and value})
    except csv.Error as error:
        yield Item(name, problem=f"It is no CSV: {error}.")
    finally:
        text.detach()


def _read_json(file: BinaryIO, name: str) -> Iterator[Item]:
    raw = file.read(MAX_JSON_BYTES + 1)
    if len(raw) > MAX_JSON_BYTES:
        yield Item(name, problem=f"It has more than {MAX_JSON_BYTES:,} bytes; write one object a line (.jsonl).")
        return
    yield from _read_document(raw, name, "It")


def _read_document(raw: bytes, name: str, what: str) -> Iterator[Item]:
    try:
        document = json.loads(raw.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        yield Item(name, problem=f"{what} is no JSON: {error}.")
        return
    for event in _events(document):
        yield Item(name, event=event)


def _events(document: Any) -> Iterator[dict[str, Any]]:
    """The objects of an array, or of the array that an answer of an API holds, or the one object itself."""
    if isinstance(document, list):
        yield from (entry for entry in document if isinstance(entry, dict))
    elif isinstance(document, dict):
        inner = next((value for key, value in document.items() if key.lower() in _LISTS), None)
        if isinstance(inner, list):
            yield from _events(inner)
        else:
            yield document
