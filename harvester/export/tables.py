"""The lists as CSV: rows come in any order and are written sorted, under a header that is known only at the end."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

from harvester.export.cells import format_phone, to_cell
from harvester.export.rows import Row, extra_columns
from harvester.export.spool import SortedSpool

PHONE_COLUMNS = frozenset({"phone", "whatsapp"})
# Our own words, numbers and moments: nothing from the web, so nothing that a spreadsheet could take for a formula.
WORD_COLUMNS = frozenset(
    {
        "priority",
        "score",
        "email_kind",
        "email_type",
        "role",
        "status",
        "status_reason",
        "source_kind",
        "method",
        "first_seen",
        "last_seen",
        "state",
        "checked_at",
        "still_on_page",
        "sources",
    }
)


def cell_maker(column: str) -> Callable[[Any], str] | None:
    """What makes a cell of a column's value; None where the value will do: `csv` writes None and numbers as we do."""
    if column in PHONE_COLUMNS:
        return lambda phone: to_cell(format_phone(phone))
    return None if column in WORD_COLUMNS else to_cell


class CsvTable:
    """A CSV file in the making: `columns` in their order, then the seeds' own in the order in which they are
    first heard of.

    `fields` (column to header) picks and renames columns instead, the seeds' own included. `folder` is where rows wait
    when there are too many for memory.
    """

    def __init__(
        self, columns: tuple[str, ...], *, fields: Mapping[str, str] | None = None, folder: str | None = None
    ) -> None:
        self._columns = columns
        self._makers = [(column, cell_maker(column)) for column in columns]
        self._fields = fields
        self._extra: dict[str, None] = {}
        self._spool: SortedSpool[tuple[list[Any], dict[str, str]]] = SortedSpool(folder=folder)

    def __len__(self) -> int:
        return len(self._spool)

    def add(self, row: Row, key: Iterable[Any]) -> None:
        """Take one row, which is to stand where `key` sorts it."""
        cells = [row[column] if make is None else make(row[column]) for column, make in self._makers]
        extra = {name: to_cell(value) for name, value in row.get("extra", {}).items()}
        self.expect(extra)
        self._spool.add(key, (cells, extra))

    def expect(self, names: Iterable[str]) -> None:
        """Give the header these columns of a seed, whether or not a row of it follows."""
        self._extra.update(dict.fromkeys(names))

    def write(self, stream: TextIO) -> None:
        """Header and rows. Lines end with CR LF (RFC 4180); `stream` must not translate them."""
        writer = csv.writer(stream, dialect="excel")
        headers = extra_columns(self._extra)
        if self._fields is None:
            writer.writerow([*self._columns, *map(to_cell, headers.values())])
            writer.writerows(self._full_rows())
            return
        position = {name: at for at, name in enumerate((*self._columns, *headers.values()))}
        picked = [position.get(name) for name in self._fields]
        writer.writerow(map(to_cell, self._fields.values()))
        for cells in self._full_rows():
            writer.writerow(["" if at is None else cells[at] for at in picked])

    def close(self) -> None:
        """Let go of the rows."""
        self._spool.close()

    def _full_rows(self) -> Iterator[list[Any]]:
        for cells, extra in self._spool:
            yield [*cells, *(extra.get(name, "") for name in self._extra)]
