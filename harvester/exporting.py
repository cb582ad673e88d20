"""`harvester export` without the terminal: contacts of the store into files that are whole or not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from harvester.export.formats import FORMATS, SUFFIXES, WIDE_FORMATS, WITH_MENTIONS, Layout, write_rows
from harvester.export.parts import RowWriter
from harvester.export.rows import Row
from harvester.export.wide import WideRows
from harvester.feeds.checking import check_feeds
from harvester.feeds.exporters import FeedError
from harvester.feeds.storage import AtomicFileStorage
from harvester.store import Store
from harvester.store.exports import WrittenFile, target_of
from harvester.store.listing import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What is to be written where. An empty `format` is told by the file's name."""

    path: Path
    format: str = ""
    wanted: Filter = field(default_factory=Filter)
    limit_per_company: int | None = None
    wide: bool = False
    only_new: bool = False  # never before exported in this format
    record: bool = True
    language: str = "en"
    vcard_version: str = "3.0"

    @property
    def format_name(self) -> str:
        """The format asked for, or the one that the file's name stands for; empty where it stands for none."""
        by_suffix = {suffix: name for name, suffix in SUFFIXES.items()}
        return self.format or by_suffix.get(self.path.suffix.lower(), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """Which files were written, with how many rows; `left_out` contacts did not fit the format.

    `older` are parts that an earlier export wrote under the same name and this one had no need of.
    """

    files: tuple[Path, ...]
    rows: int
    contacts: int
    left_out: int = 0
    older: tuple[Path, ...] = ()


class FileParts:
    """Opens the parts of an export beside each other: `x.csv`, `x-companies.csv`, `x-contacts-2.csv`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[tuple[AtomicFileStorage, IO[bytes]]] = []

    def open(self, part: str) -> IO[bytes]:
        """Return the stream of a part."""
        path = self._path.with_stem(f"{self._path.stem}-{part}") if part else self._path
        storage = AtomicFileStorage(str(path), feed_options={"overwrite": True})
        stream = storage.open_file()
        self._open.append((storage, stream))
        return stream

    def store(self) -> tuple[Path, ...]:
        """Put all parts in place; FeedError in one sentence."""
        for storage, stream in self._open:
            storage.store(stream)
        return tuple(sorted(storage.path for storage, _ in self._open))

    def discard(self) -> None:
        """Remove what was not stored."""
        for storage, _ in self._open:
            storage.discard()


def check_request(request: ExportRequest) -> None:
    """Raise FeedError for an export that cannot be written as asked, before anything is read."""
    name, suffix = request.format_name, request.path.suffix.lower()
    if str(request.path) == "-":
        raise FeedError("An export goes into files, not to standard output: give -o a name.")
    if not name:
        endings = ", ".join(SUFFIXES.values())
        raise FeedError(f"{request.path}: end the name with one of {endings}, or name the format with -f.")
    if name not in FORMATS:
        raise FeedError(f"There is no format {name}; known are {', '.join(FORMATS)}.")
    if suffix in SUFFIXES.values() and suffix != (own := SUFFIXES.get(name, ".csv")):
        raise FeedError(f"{request.path}: the format {name} belongs into a file whose name ends with {own}.")
    if request.wide and name not in WIDE_FORMATS:
        raise FeedError(f"--wide is for {', '.join(WIDE_FORMATS)}; {name} wants one contact a record.")
    check_feeds({str(request.path): {"format": name, "overwrite": True}}, formats=FORMATS, schemes=())


def export_contacts(store: Store, request: ExportRequest, *, now: datetime) -> ExportResult:
    """Write the files, then remember who was exported; FeedError when they cannot be written: nothing has changed."""
    check_request(request)
    name = request.format_name
    if request.only_new:
        request = replace(request, wanted=replace(request.wanted, not_exported_as=name))
    parts = FileParts(request.path)
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as addresses:
        with_mentions = name in WITH_MENTIONS and not request.wide
        limit = request.limit_per_company
        found = store.iter_ranked(request.wanted, limit_per_company=limit, with_mentions=with_mentions)
        noted = _Noting(found, addresses)
        try:
            rows = _write(store, request, noted, parts)
            files = parts.store()
        finally:
            parts.discard()
        older = _older_parts(store, request, files)
        for file in files:
            store.record_file(WrittenFile(path=str(file.resolve()), format=name, written_at=now))
        if request.record:
            target = target_of(name, str(request.path.resolve()))
            store.record_export(noted.addresses(), target=target, now=now)
    return ExportResult(files=files, rows=rows, contacts=noted.count, left_out=noted.left_out, older=older)


def _older_parts(store: Store, request: ExportRequest, files: tuple[Path, ...]) -> tuple[Path, ...]:
    target = request.path.resolve()
    part = re.compile(rf"{re.escape(target.stem)}(-companies|-contacts)?(-\d+)?{re.escape(target.suffix)}")
    now = {file.resolve() for file in files}
    written = (Path(file.path) for file in store.load_files() if file.format == request.format_name)
    beside = (path for path in written if path.parent == target.parent and part.fullmatch(path.name))
    return tuple(sorted(path for path in beside if path not in now and path.exists()))


class _Noting:
    """Rows on their way to a writer, whose addresses are kept in a file, a line each: of those that it has taken."""

    def __init__(self, rows: Iterable[Row], file: IO[str]) -> None:
        self._rows, self._file, self.count = rows, file, 0
        self.writer: RowWriter | None = None

    @property
    def left_out(self) -> int:
        """How many contacts the writer could not take."""
        return getattr(self.writer, "left_out", 0)

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            before = self.left_out
            yield row
            if self.left_out == before:
                self.count += 1
                self._file.write(f"{row['email']}\n")

    def addresses(self) -> Iterator[str]:
        """All that came by."""
        self._file.seek(0)
        return (line[:-1] for line in self._file)


def _write(store: Store, request: ExportRequest, found: _Noting, parts: FileParts) -> int:
    """Write all parts; how many rows there are."""
    extra = store.extra_names(request.wanted)
    layout = Layout(extra=extra, language=request.language, vcard_version=request.vcard_version)
    if request.wide:
        wide = WideRows(found)
        rows = write_rows(FORMATS[request.format_name](parts.open, replace(layout, columns=wide.columns)), wide)
        wide.close()
        return rows
    found.writer = FORMATS[request.format_name](parts.open, layout)
    write_rows(found.writer, found)
    return found.count
