"""What a list of addresses is, whatever file it comes from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from harvester.private_files import whole_file
from harvester.verifying.columns import Layout

SAMPLED_ROWS = 200


class TableError(ValueError):
    """A list that cannot be read or written; the message is a sentence that names it."""


class Record(NamedTuple):
    """One row: the line it begins at, the text in the address column (None: a blank line or a note), and all of it."""

    line: int
    address: str | None
    content: Any


class TableWriter(Protocol):
    """The output in the making: the rows of the input, each with more cells."""

    def write(self, record: Record, cells: Sequence[str]) -> None:
        """Write a row of the input and what is to stand beside it."""


class Table(Protocol):
    """A list of addresses as its owner has it."""

    @property
    def name(self) -> str:
        """What it is called where a person reads of it."""

    @property
    def layout(self) -> Layout:
        """Where the addresses are."""

    @property
    def modified_at(self) -> datetime:
        """When it was written."""

    def texts(self, record: Record) -> Sequence[str]:
        """The cells of one of its rows."""

    def count(self) -> int:
        """How many rows hold something."""

    def records(self) -> Iterator[Record]:
        """All rows, in order; may be read again. TableError where it cannot be read on."""

    def writer(self, target: Path | None, headers: Sequence[str]) -> AbstractContextManager[TableWriter]:
        """A writer of the same kind of file, standard output where there is no target; whole if its block ends well."""


@contextmanager
def open_output(target: Path | None) -> Iterator[IO[bytes]]:
    """Where a list is written to: a file that is there as a whole or not at all, or standard output. TableError."""
    if target is None:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
            yield output
        return
    try:
        with whole_file(target) as file:
            yield file
    except OSError as error:
        raise TableError(f"{target} cannot be written: {error.strerror or error}.") from None


def added_headers(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The names of the columns that are added: one that is taken gets `harvester_` in front."""
    taken = {name.strip().casefold() for name in names}
    headers = []
    for column in columns:
        header = f"harvester_{column}" if column in taken else column
        number = 1
        while header in taken:
            number += 1
            header = f"harvester_{column}_{number}"
        taken.add(header)
        headers.append(header)
    return headers
