"""Where a list comes from: a file, standard input, or the command line itself."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from harvester.seeds.text import SeedListError
from harvester.seeds.workbook import WORKBOOK_SUFFIXES, refuse_other_workbooks
from harvester.verifying.delimited import DelimitedTable
from harvester.verifying.tables import Table, TableError

STANDARD_INPUT = "-"


@contextmanager
def open_source(arguments: Sequence[str], column: str | None) -> Iterator[Table]:
    """One list, or the addresses among the arguments as one. TableError for what cannot be used."""
    lists = [argument for argument in arguments if is_list(argument)]
    if not lists:
        with _kept_file() as path:
            path.write_bytes("\n".join(" ".join(a.split()) for a in arguments).encode("utf-8", "surrogateescape"))
            yield DelimitedTable(path, name="the command line", plain=True)
    elif len(arguments) > 1:
        raise TableError(f"Give one list or some addresses, not both: {lists[0]} is a list.")
    elif lists[0] == STANDARD_INPUT:
        with _kept_file() as path:
            with path.open("wb") as kept:
                shutil.copyfileobj(sys.stdin.buffer, kept)
            yield DelimitedTable(path, name="standard input", column=column)
    else:
        yield _open_file(Path(lists[0]), column)


def is_list(argument: str) -> bool:
    """Whether an argument names a list and is no address."""
    return argument == STANDARD_INPUT or "@" not in argument or Path(argument).is_file()


def _open_file(path: Path, column: str | None) -> Table:
    if path.is_dir():
        raise TableError(f"{path} is a folder; give the list itself.")
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES:
        from harvester.verifying.workbook import WorkbookTable  # noqa: PLC0415 - 0.3 s

        return WorkbookTable(path, name=str(path), column=column)
    try:
        refuse_other_workbooks(path)
    except SeedListError as error:
        raise TableError(str(error)) from None
    return DelimitedTable(path, name=str(path), column=column)


@contextmanager
def _kept_file() -> Iterator[Path]:
    """A file for what can be read once: a list is read several times."""
    with tempfile.TemporaryDirectory(prefix="harvester-") as folder:
        yield Path(folder) / "list.txt"
