"""Local files for Scrapy's feeds: written beside the target under a temporary name and renamed when complete.

A crash leaves the old file as it was. New files are readable by their owner alone (they hold personal data); an
existing file keeps its mode. Links are followed. With `-o` (append) rows are added to a list of the same header.
"""

from __future__ import annotations

import logging
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from harvester.feeds.appending import AppendError, append_list
from harvester.feeds.checking import local_path
from harvester.feeds.exporters import FAILED, FeedError
from harvester.private_files import open_beside

logger = logging.getLogger(__name__)


class AtomicFileStorage:
    """FEED_STORAGES for `""` and `file`."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None, crawler: Crawler | None = None) -> None:
        options = feed_options or {}
        self.path = local_path(uri)
        self.format: str = options.get("format", "")
        self.overwrite: bool = bool(options.get("overwrite", False))
        self.stats = crawler.stats if crawler else None
        self.stored = False
        self._temporary: Path | None = None
        self._file: IO[bytes] | None = None
        self._problem: OSError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        """Scrapy's way of making one."""
        storage = cls(uri, feed_options=feed_options, crawler=crawler)
        crawler.signals.connect(storage.discard, signals.feed_exporter_closed)
        for name in ("scrapy.extensions.feedexport", "asyncio"):  # who catches what `store` and an exporter raise
            logging.getLogger(name).addFilter(tell_in_a_sentence)
        return storage

    def open(self, spider: Spider) -> IO[bytes]:  # noqa: ARG002
        """Where the exporter writes."""
        return self.open_file()

    def open_file(self) -> IO[bytes]:
        """Where to write. Of a folder that takes no file a crawl is told now, and everybody when storing fails."""
        try:
            return self._open_beside()
        except OSError as error:
            self._problem = error
            if self.stats is not None:  # of a crawl, which may go on for hours
                logger.error("%s", self._sentence(error))
            return TemporaryFile()

    def store(self, file: IO[bytes]) -> None:
        """Put the complete file in place. FeedError in one sentence; then the old file is still there."""
        try:
            with file:
                if self._problem is not None:
                    raise self._problem
                self._finish(file)
                self.stored = True
        except (OSError, AppendError) as error:
            self.discard()
            if self.stats is not None:
                self.stats.inc_value(FAILED)
            raise FeedError(self._sentence(error)) from error

    def discard(self) -> None:
        """Remove the temporary file of a list that was not stored."""
        if self._file is not None:
            with suppress(OSError):  # on a full disk: what it could not write is not wanted any more
                self._file.close()  # Windows removes no open file
            self._file = None
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
            self._temporary = None

    def _open_beside(self) -> IO[bytes]:
        target = self._target()
        if _is_special(target):
            return TemporaryFile()
        if target.is_dir():
            raise IsADirectoryError(21, "it is a folder", str(target))
        file = open_beside(target)
        self._temporary, self._file = Path(file.name), file
        return file

    def _finish(self, file: IO[bytes]) -> None:
        target = self._target()
        file.flush()
        if self._temporary is None:  # a device or a pipe: nothing to rename
            file.seek(0)
            with target.open("wb") as device:
                shutil.copyfileobj(file, device)
            return
        if not self.overwrite and target.exists():
            append_list(target, file, self.format)
        _copy_mode(target, file)
        os.fsync(file.fileno())
        file.close()  # Windows renames no open file
        self._temporary.replace(target)
        self._temporary = None
        _sync_folder(target.parent)

    def _target(self) -> Path:
        """The file itself where `path` is a link to it."""
        return self.path.resolve()

    def _sentence(self, error: Exception) -> str:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        kept = "; the old file is unchanged" if self.path.exists() else ""
        return f"{self.path} cannot be written: {reason}{kept}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all; FeedError in one sentence."""
    storage = AtomicFileStorage(str(path), feed_options={"overwrite": True})
    try:
        file = storage.open_file()
        file.write(content)
        storage.store(file)
    finally:
        storage.discard()


def tell_in_a_sentence(record: logging.LogRecord) -> bool:
    """A log filter: a list that could not be written is told by its sentence; the traceback says no more."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, FeedError):
        if record.name == "asyncio":  # an exporter's, which has told it
            return False
        record.msg, record.args, record.exc_info, record.exc_text = "%s", (str(error),), None, None
    return True


def _is_special(path: Path) -> bool:
    """A device, a pipe, a socket: something that must be written to, not replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _copy_mode(target: Path, file: IO[bytes]) -> None:
    """The mode (and, where allowed, the owner) of the file that is replaced."""
    if not target.exists() or os.name != "posix":
        return
    old = target.stat()
    with suppress(PermissionError):
        os.fchown(file.fileno(), old.st_uid, old.st_gid)
    os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
