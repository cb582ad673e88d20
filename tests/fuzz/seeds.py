"""Fuzz the reading of lists: as text, as a table, and as the sheet of a workbook.

python -m tests.fuzz.seeds -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]

Replay findings without the instrumentation:  python -m tests.fuzz.seeds FILE...
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.harness import main

if TYPE_CHECKING:
    from harvester.model import RejectedLine, Seed

CORPUS = sorted(Path(__file__).with_name("lists").iterdir())
SHEET = "xl/worksheets/sheet1.xml"
BEGINNING_OF_SHEET = b"<worksheet"


def check_list(data: bytes) -> None:
    """Any bytes are a list or refused: each line once, in order, as a seed that reads as itself or with a reason."""
    from harvester.model import RejectedLine  # noqa: PLC0415 - after the instrumentation
    from harvester.seeds import SeedListError, parse_seed  # noqa: PLC0415

    lines = []
    try:
        for entry in _entries(data):
            lines.append(entry.line)
            if isinstance(entry, RejectedLine):
                assert entry.reason
            else:
                assert parse_seed(entry.domain).domain == entry.domain
    except SeedListError:
        return
    assert lines == sorted(set(lines))


def _entries(data: bytes) -> Iterator[Seed | RejectedLine]:
    """The lines of a text, or the rows of a sheet, where the bytes begin as one does in a workbook."""
    from harvester.seeds import read_seeds  # noqa: PLC0415

    if not data.startswith(BEGINNING_OF_SHEET):
        yield from read_seeds("-", stdin=io.BytesIO(data))
        return
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        with zipfile.ZipFile(file, "w") as book:
            for name, content in _other_parts().items():
                book.writestr(name, content)
            book.writestr(SHEET, data)
        file.flush()
        yield from read_seeds(file.name)


@cache
def _other_parts() -> dict[str, bytes]:
    """The parts of a workbook of one sheet, but for the sheet."""
    import openpyxl  # noqa: PLC0415

    written = io.BytesIO()
    openpyxl.Workbook().save(written)
    with zipfile.ZipFile(written) as book:
        return {name: book.read(name) for name in book.namelist() if name != SHEET}


if __name__ == "__main__":
    main(check_list, CORPUS, "harvester.seeds")
