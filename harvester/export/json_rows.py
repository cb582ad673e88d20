"""The lists as JSON Lines or one JSON array, sorted. Texts are never altered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from harvester.export.json_text import to_json
from harvester.export.rows import Row
from harvester.export.spool import SortedSpool


class JsonTable:
    """JSON in the making: rows in any order, written sorted. `fields` (key to name) picks and renames keys."""

    def __init__(
        self, *, fields: Mapping[str, str] | None = None, ascii_only: bool = False, folder: str | None = None
    ) -> None:
        self._fields = fields
        self._ascii_only = ascii_only
        self._spool: SortedSpool[str] = SortedSpool(folder=folder)

    def __len__(self) -> int:
        return len(self._spool)

    def add(self, row: Row, key: Iterable[Any]) -> None:
        """Take one row, which is to stand where `key` sorts it."""
        if self._fields is not None:
            row = {header: row.get(name) for name, header in self._fields.items()}
        self._spool.add(key, to_json(row, ascii_only=self._ascii_only))

    def write_lines(self, stream: TextIO) -> None:
        """One object a line."""
        stream.writelines(f"{row}\n" for row in self._spool)

    def write_array(self, stream: TextIO) -> None:
        """One array, an object a line."""
        separator = "[\n"
        for row in self._spool:
            stream.write(separator + row)
            separator = ",\n"
        stream.write("\n]\n" if len(self) else "[]\n")

    def close(self) -> None:
        """Let go of the rows."""
        self._spool.close()
