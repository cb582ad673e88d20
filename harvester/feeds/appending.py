"""`-o`: adding the new rows to a list that is already there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

CSV_FORMATS = frozenset({"csv", "companies", "rejected"})
LINE_FORMATS = frozenset({"jsonl", "jsonlines", "jl"})
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEADER_MAX = 1_000_000


class AppendError(ValueError):
    """The new rows do not fit the file. The message is the end of a sentence."""


def append_list(target: Path, file: IO[bytes], list_format: str) -> None:
    """Make `file`, which holds the new list, hold the rows of `target` and then the new ones."""
    if not target.stat().st_size:
        return
    check_appendable(target, list_format)
    file.seek(0)
    with target.open("rb") as old, TemporaryFile() as new:
        if list_format in CSV_FORMATS:
            header = file.readline(HEADER_MAX)
            _compare(old.readline(HEADER_MAX), header)
        shutil.copyfileobj(file, new)
        old.seek(0)
        file.seek(0)
        file.truncate()
        shutil.copyfileobj(old, file)
        if not _ends_line(old):
            file.write(b"\r\n" if list_format in CSV_FORMATS else b"\n")
        new.seek(0)
        shutil.copyfileobj(new, file)
    file.flush()


def check_appendable(target: Path, list_format: str) -> None:
    """Raise AppendError where `target` holds a list to which nothing can be added."""
    if list_format not in CSV_FORMATS | LINE_FORMATS and target.stat().st_size:
        raise AppendError(f"nothing can be added to a {list_format} file; use -O to replace it, or .jsonl")


def _compare(old: bytes, new: bytes) -> None:
    if _bare(old) != _bare(new):
        raise AppendError("it has other columns than the new rows; use -O to replace it, or another name")


def _bare(header: bytes) -> bytes:
    return header.removeprefix(BYTE_ORDER_MARK).rstrip(b"\r\n")


def _ends_line(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
