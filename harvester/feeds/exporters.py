"""The lists as Scrapy feed formats: thin adapters over `export/`.

An exporter takes the items of its kind and passes over the others, so that every feed may get all items. It collects
rows and writes them sorted in `finish_exporting`. When that (or keeping a row) fails, the file is not complete: the
error is logged, counted, and raised on, so that Scrapy does not store what there is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from typing import IO, Any, ClassVar, Self, TextIO

from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter

from harvester.export.json_rows import JsonTable
from harvester.export.rows import (
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    REJECTED_COLUMNS,
    Row,
    company_row,
    contact_rows,
    contact_sort_key,
    rejected_row,
)
from harvester.export.tables import CsvTable
from harvester.export.workbook import WorkbookTable
from harvester.model import Company, RejectedLine
from harvester.private_files import place_of

logger = logging.getLogger(__name__)

FAILED = "harvester/feeds/failed"
ROWS_FAILED = "harvester/feeds/rows_failed"
KeyedRow = tuple[Iterable[Any], Row]


class FeedError(Exception):
    """A list could not be written. The message is a sentence for a person."""


class TableExporter(BaseItemExporter):
    """What the formats share: which items, one table, and what happens when it fails."""

    kind: ClassVar[type]
    table: CsvTable | JsonTable | WorkbookTable

    def __init__(self, file: IO[bytes], *, crawler: Crawler | None = None, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file
        self.stats = crawler.stats if crawler else None
        self.folder: str | None = crawler.settings["FEED_TEMPDIR"] if crawler else None
        self.failure: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **kwargs: Any) -> Self:
        """Scrapy's way of making one."""
        return cls(file, crawler=crawler, **kwargs)

    def export_item(self, item: Any) -> None:
        """Keep the rows of an item of our kind."""
        if not isinstance(item, self.kind) or self.failure:
            return
        try:
            for key, row in self.rows_of(item):
                self.table.add(row, key)
        except OSError as error:  # the disk is full: what follows would be a list with a hole
            self._fail(error)
        except Exception:
            self._count(ROWS_FAILED)  # our bug: Scrapy logs it, and the list goes on without this item
            raise

    def finish_exporting(self) -> None:
        """Write the list, or raise so that Scrapy keeps the old one."""
        if self.failure:
            self.table.close()
            raise FeedError(self._incomplete(self.failure)) from self.failure
        try:
            self.write_bytes(self.file)
        except OSError as error:
            self._fail(error)
            raise FeedError(self._incomplete(error)) from error
        except Exception as error:
            self._fail(error)
            raise
        finally:
            self.table.close()

    def rows_of(self, item: Any) -> Iterable[KeyedRow]:
        """The rows of one item with their sort keys."""
        raise NotImplementedError

    def write_bytes(self, file: IO[bytes]) -> None:
        """The whole list."""
        stream = TextIOWrapper(file, encoding=self.stream_encoding(), errors="replace", newline="")
        self.write(stream)
        stream.flush()
        stream.detach()  # the file is Scrapy's to close

    def write(self, stream: TextIO) -> None:
        """The whole list, of a format that is text."""
        raise NotImplementedError

    def stream_encoding(self) -> str:
        """The feed's encoding."""
        return self.encoding or "utf-8"

    def field_names(self) -> Mapping[str, str] | None:
        """FEED_EXPORT_FIELDS or the feed's `fields`: column to header."""
        fields = self.fields_to_export
        if fields is None or isinstance(fields, Mapping):
            return fields
        return {name: name for name in fields}

    def _fail(self, error: Exception) -> None:
        self.failure = error
        logger.error("%s", self._incomplete(error), exc_info=not isinstance(error, OSError))
        self._count(FAILED)

    def _incomplete(self, error: Exception) -> str:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        name = place_of(getattr(self.file, "file", self.file)) or "A list"  # below Scrapy's postprocessing
        return f"{name} could not be written completely ({reason}); an older file is left as it is"

    def _count(self, stat: str) -> None:
        if self.stats is not None:
            self.stats.inc_value(stat)


class _CsvExporter(TableExporter):
    """CSV with a byte order mark, by which Excel knows UTF-8."""

    columns: ClassVar[tuple[str, ...]]

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.table: CsvTable = CsvTable(self.columns, fields=self.field_names(), folder=self.folder)

    def stream_encoding(self) -> str:
        """UTF-8 always with the mark; any other encoding as asked for."""
        asked = (self.encoding or "utf-8").lower().replace("_", "-")
        return "utf-8-sig" if asked in {"utf-8", "utf8"} else asked

    def write(self, stream: TextIO) -> None:
        """Header and rows."""
        self.table.write(stream)


class ContactsCsvExporter(_CsvExporter):
    """`csv`: contacts, best first."""

    kind = Company
    columns = CONTACT_COLUMNS

    def rows_of(self, item: Company) -> Iterable[KeyedRow]:
        """A row a contact. A company without one still has its columns in the header, as in `companies`."""
        self.table.expect(item.seed.extra)
        return _contact_rows(item)


class CompaniesCsvExporter(_CsvExporter):
    """`companies`: one row a seed, in list order. `fields` are about contacts and not looked at."""

    kind = Company
    columns = COMPANY_COLUMNS

    def rows_of(self, item: Company) -> Iterable[KeyedRow]:
        """The company's row."""
        return [((item.seed.line,), company_row(item))]

    def field_names(self) -> None:
        """All columns."""


class RejectedCsvExporter(_CsvExporter):
    """`rejected`: the lines of the list that are no seed, in list order."""

    kind = RejectedLine
    columns = REJECTED_COLUMNS

    def rows_of(self, item: RejectedLine) -> Iterable[KeyedRow]:
        """The line's row."""
        return [((item.file, item.line), rejected_row(item))]

    def field_names(self) -> None:
        """All columns."""


class _JsonExporter(TableExporter):
    """Contacts as JSON; in an encoding that is not Unicode with escapes."""

    kind = Company

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        ascii_only = not self.stream_encoding().lower().startswith("utf")
        self.table: JsonTable = JsonTable(fields=self.field_names(), ascii_only=ascii_only, folder=self.folder)

    def rows_of(self, item: Company) -> Iterable[KeyedRow]:
        """A row a contact."""
        return _contact_rows(item)


class ContactsJsonLinesExporter(_JsonExporter):
    """`jsonl`, `jsonlines`, `jl`: one contact a line, best first."""

    def write(self, stream: TextIO) -> None:
        """The lines."""
        self.table.write_lines(stream)


class ContactsJsonExporter(_JsonExporter):
    """`json`: one array of contacts, best first."""

    def write(self, stream: TextIO) -> None:
        """The array."""
        self.table.write_array(stream)


class ContactsWorkbookExporter(TableExporter):
    """`xlsx`: contacts, best first, in the language of HARVESTER_LANGUAGE."""

    kind = Company

    def __init__(self, file: IO[bytes], *, crawler: Crawler | None = None, **kwargs: Any) -> None:
        super().__init__(file, crawler=crawler, **kwargs)
        language = crawler.settings.get("HARVESTER_LANGUAGE", "en") if crawler else "en"
        self.table: WorkbookTable = WorkbookTable(fields=self.field_names(), language=language, folder=self.folder)

    def rows_of(self, item: Company) -> Iterable[KeyedRow]:
        """A row a contact."""
        self.table.expect(item.seed.extra)
        return _contact_rows(item)

    def write_bytes(self, file: IO[bytes]) -> None:
        """The workbook."""
        self.table.write(file)


def _contact_rows(company: Company) -> Iterable[KeyedRow]:
    for position, row in enumerate(contact_rows(company)):
        yield contact_sort_key(row, position), row
