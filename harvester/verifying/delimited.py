"""Lists as text: one address a line, or a table. What its owner wrote comes out byte for byte, with cells behind it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from harvester.export.cells import from_cell
from harvester.verifying.columns import ColumnError, Layout, find_layout, is_address_header, looks_like_address
from harvester.verifying.tables import SAMPLED_ROWS, Record, TableError, open_output
from harvester.verifying.text_lines import Lines, encoding_of, errors_for, is_text, line_end

DELIMITERS = "\t;,|"
LONGEST_RECORD_LINES = 50  # an opening quote that is not closed within so many lines was no quote
BOM = "\ufeff"
_EXCEL_NOTE = "sep="


class Content(NamedTuple):
    """A row as it stands in the file: its text, its cells, and whether a reader of tables would split it so."""

    raw: str
    cells: list[str]
    sound: bool


class DelimitedTable:
    """A `.csv`, `.tsv` or `.txt` file."""

    def __init__(self, path: Path, *, name: str, column: str | None = None, plain: bool = False) -> None:
        """Raises `TableError` for what cannot be read, is empty, is no text, or has no such column.

        `plain`: each line is known to be meant as one address.
        """
        self.name = name
        self._path = path
        self._encoding = encoding_of(path, name)
        self.modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        self._notes, self._delimiter = 0, None
        self._parting = "\t"  # of the output, where the list has no columns
        self.layout = Layout(0, None)
        self._width = 1
        if not plain:
            self._look_at_beginning(column)

    def _look_at_beginning(self, column: str | None) -> None:
        name = self.name
        lines = self._lines()
        while _take_note(lines):
            self._notes += 1
        self._delimiter = self._declared or _delimiter_of(lines.peek(), plain=self._is_plain_name)
        self._parting = self._delimiter or self._parting
        sample = [content.cells for _, content in islice(self._contents(lines), SAMPLED_ROWS) if any(content.cells)]
        lines.close()
        if not sample:
            raise TableError(f"{name} is empty: there is no address in it.")
        try:
            self.layout = find_layout(sample, name=name, wanted=column)
        except ColumnError as error:
            raise TableError(str(error)) from None
        self._width = max(len(sample[0]), self.layout.column + 1)

    _delimiter: str | None

    def texts(self, record: Record) -> Sequence[str]:
        """The cells of a row."""
        content: Content = record.content
        return content.cells

    def count(self) -> int:
        """How many rows hold something; on the way it is learned how wide the widest is."""
        number = 0
        for record in self.records():
            number += record.address is not None
            self._width = max(self._width, len(record.content.cells))
        return number

    def records(self) -> Iterator[Record]:
        """All rows below the header."""
        lines = self._lines()
        try:
            for _ in range(self._notes):
                lines.take()
            contents = self._contents(lines)
            if self.layout.names is not None:
                _first_filled(contents)
            for line, content in contents:
                yield Record(line, self._address(content), content)
        finally:
            lines.close()

    @contextmanager
    def writer(self, target: Path | None, headers: Sequence[str]) -> Iterator[DelimitedWriter]:
        """The same text with the columns `headers` behind it."""
        if self._delimiter is None and target is not None and target.suffix.lower() == ".csv":
            self._parting = ","
        top, header = self._top()
        with open_output(target) as file:
            stream = TextIOWrapper(file, encoding=self._encoding, errors=errors_for(self._encoding), newline="")
            stream.write(top)
            stream.write(self.extend(header, headers))
            yield DelimitedWriter(self, stream, is_ended=bool(line_end(header.raw)))
            stream.detach()

    def _top(self) -> tuple[str, Content]:
        """What stands above the header, and the header; one of our own where the list has none."""
        lines = self._lines()
        top = "".join(lines.take() for _ in range(self._notes))
        if self.layout.names is not None:
            skipped, header = _first_filled(self._contents(lines))
            top += skipped
        else:
            names = [f"column_{number}" for number in range(1, self._width + 1)]
            names[self.layout.column] = "email"
            mark = BOM if not top and lines.peek().startswith(BOM) else ""
            end = line_end(lines.peek()) or "\n"
            header = Content(mark + self._joined(names) + end, names, sound=True)
        lines.close()
        return top, header

    def extend(self, content: Content, cells: Sequence[str]) -> str:
        """A row with cells behind it, in its columns."""
        end = line_end(content.raw)
        missing = [""] * (self._width - len(content.cells))
        if not (content.raw.isascii() or is_text(content.raw)):
            cells = [cell.encode("ascii", "replace").decode() for cell in cells]
        if content.sound and (self._delimiter is not None or not self._needs_quotes(content.raw)):
            return content.raw[: len(content.raw) - len(end)] + self._behind(missing, cells) + end
        return self._joined([*content.cells, *missing]) + self._behind([], cells) + end

    def _behind(self, missing: Sequence[str], cells: Sequence[str]) -> str:
        return self._parting + self._joined([*missing, *cells])

    def _joined(self, cells: Sequence[str]) -> str:
        if not any(map(self._needs_quotes, cells)):
            return self._parting.join(cells)
        text = StringIO()
        csv.writer(text, delimiter=self._parting, lineterminator="").writerow(cells)
        return text.getvalue()

    def _needs_quotes(self, cell: str) -> bool:
        return self._parting in cell or '"' in cell or "\n" in cell.rstrip("\r\n") or "\r" in cell.rstrip("\r\n")

    def _address(self, content: Content) -> str | None:
        if not any(content.cells):
            return None
        if self._delimiter is None and content.raw.lstrip().startswith("#"):
            return None  # a note among the addresses
        cells = content.cells
        return _readable(cells[self.layout.column]) if self.layout.column < len(cells) else ""

    @property
    def _is_plain_name(self) -> bool:
        return self._path.suffix.lower() not in (".csv", ".tsv", ".tab")

    def _lines(self) -> Lines:
        return Lines(self._path, self._encoding, self.name)

    @property
    def _declared(self) -> str | None:
        """The delimiter that a first line `sep=;` names, as Excel writes it."""
        lines = self._lines()
        first = lines.take().lstrip(BOM)
        lines.close()
        return first[len(_EXCEL_NOTE) :][:1].strip("\r\n") or None if first.lower().startswith(_EXCEL_NOTE) else None

    def _contents(self, lines: Lines) -> Iterator[tuple[int, Content]]:
        while line := lines.take():
            number = lines.number
            if self._delimiter is None:
                yield number, Content(line, [_clean(line)], sound=True)
            elif '"' not in line:
                yield number, Content(line, [_clean(cell) for cell in line.split(self._delimiter)], sound=True)
            else:
                yield number, self._quoted(line, lines)

    def _quoted(self, first: str, lines: Lines) -> Content:
        """A row with quotes, which may go on over further lines."""
        taken: list[str] = []

        def parts() -> Iterator[str]:
            yield first
            while len(taken) < LONGEST_RECORD_LINES and (line := lines.take()):
                taken.append(line)
                yield line
            raise csv.Error("a quote that is not closed")

        try:
            cells = next(csv.reader(parts(), delimiter=self._delimiter or "\t"))
        except csv.Error:
            lines.put_back(taken)
            split = first.rstrip("\r\n").split(self._delimiter)
            return Content(first, [_clean(cell.strip().strip('"')) for cell in split], sound=False)
        return Content(first + "".join(taken), [_clean(cell) for cell in cells], sound=True)


class DelimitedWriter:
    """Writes rows into an open text."""

    def __init__(self, table: DelimitedTable, stream: IO[str], *, is_ended: bool) -> None:
        self._table, self._stream, self._ended = table, stream, is_ended

    def write(self, record: Record, cells: Sequence[str]) -> None:
        """A blank line or a note is written as it is."""
        content: Content = record.content
        if not self._ended:
            self._stream.write("\n")
        self._stream.write(content.raw if record.address is None else self._table.extend(content, cells))
        self._ended = bool(line_end(content.raw))


def _take_note(lines: Lines) -> bool:
    """Take a line that stands above the table: `sep=;`, or a comment. Whether there was one."""
    line = lines.peek()
    text = line.lstrip(BOM)
    if text.lower().startswith(_EXCEL_NOTE) or (text.startswith("#") and text[1:2] not in tuple(DELIMITERS)):
        lines.take()
        return True
    return False


def _first_filled(contents: Iterator[tuple[int, Content]]) -> tuple[str, Content]:
    """The first row that holds something, and the text of the blank lines above it."""
    above = ""
    for _, content in contents:
        if any(content.cells):
            return above, content
        above += content.raw
    return above, Content("", [], sound=True)


def _delimiter_of(line: str, *, plain: bool) -> str | None:
    """What parts the cells; None where each line is one address. Only a file that says it is a table has one column."""

    def promise(delimiter: str) -> tuple[bool, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return any(looks_like_address(cell) or is_address_header(cell) for cell in cells), len(cells)

    best = max(DELIMITERS, key=promise)
    if promise(best)[1] > 1:
        parts = [cell for cell in line.split(best) if cell.strip()]
        if not (plain and all(looks_like_address(cell) for cell in parts)):
            return best
    return None if plain else ","


def _clean(cell: str) -> str:
    return from_cell(cell.strip(" \t\r\n\ufeff\u00a0"))


def _readable(cell: str) -> str:
    """A cell of a file that is not UTF-8: most likely Western European."""
    if cell.isascii() or is_text(cell):
        return cell
    return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
