"""Which column of a table holds the addresses: by its name, and else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from harvester.data import load_table
from harvester.export.cells import from_cell

_LOOKS_LIKE = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{2,63}")
_BETWEEN_WORDS = re.compile(r"[\s_.\-:]+")


class ColumnError(ValueError):
    """No column can be told to hold the addresses; the message is a sentence."""


class Layout(NamedTuple):
    """Where the addresses are. `names` are the headers, none where the table has no header line."""

    column: int
    names: tuple[str, ...] | None


def find_layout(sample: Sequence[Sequence[str]], *, name: str, wanted: str | None = None) -> Layout:
    """The layout of a table by its first rows; `name` is what the table is called. ColumnError with a sentence.

    `wanted`: the header, or the number from 1, of the column that its user names.
    """
    first = [cell.strip() for cell in sample[0]]
    counts = _addresses_by_column(sample[1:])
    has_header = not any(looks_like_address(cell) for cell in first)
    names = tuple(first) if has_header else None
    if wanted is not None:
        return Layout(_named(first, wanted, name, has_header=has_header), names)
    if not has_header:
        in_first = [at for at, cell in enumerate(first) if looks_like_address(cell)]
        return Layout(max(in_first, key=lambda at: (counts.get(at, 0), -at)), names)
    known = sorted((rank, at) for at, cell in enumerate(first) if (rank := _ranks().get(plain_header(cell))))
    filled = [at for _, at in known if counts.get(at)]
    if filled:
        return Layout(filled[0], names)
    if counts:
        return Layout(max(counts, key=lambda at: (counts[at], -at)), names)
    if known:
        return Layout(known[0][1], names)
    shown = ", ".join(cell for cell in first[:20] if cell) or "no headers"
    raise ColumnError(f"{name} has no column of e-mail addresses; it has {shown}. Name one with --column.")


def looks_like_address(cell: str) -> bool:
    """Whether a cell holds an address, well written or not."""
    return _LOOKS_LIKE.search(from_cell(cell)) is not None


def is_address_header(cell: str) -> bool:
    """Whether a column of this name holds addresses."""
    return plain_header(cell) in _ranks()


def plain_header(cell: str) -> str:
    """A header as the table of headers has it."""
    return _BETWEEN_WORDS.sub(" ", cell.casefold()).strip()


def _addresses_by_column(rows: Sequence[Sequence[str]]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for row in rows:
        for at, cell in enumerate(row):
            if "@" in cell and looks_like_address(cell):
                counts[at] = counts.get(at, 0) + 1
    return counts


def _named(first: Sequence[str], wanted: str, name: str, *, has_header: bool) -> int:
    if has_header:
        for at, cell in enumerate(first):
            if cell == wanted:
                return at
        for at, cell in enumerate(first):
            if plain_header(cell) == plain_header(wanted):
                return at
    if wanted.isdecimal() and 1 <= int(wanted) <= len(first):
        return int(wanted) - 1
    shown = ", ".join(cell for cell in first if cell) if has_header else f"{len(first)} columns without names"
    raise ColumnError(f"{name} has no column {wanted!r}; it has {shown}.")


@cache
def _ranks() -> dict[str, int]:
    return {header: int(rank) for rank, header in load_table("address_columns")}
