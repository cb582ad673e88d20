"""Whether the lists can be written where they shall be, asked before a crawl spends hours on them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path, PureWindowsPath
from typing import Any
from urllib.parse import urlsplit

from w3lib.url import file_uri_to_path

from harvester.feeds.appending import CSV_FORMATS, AppendError, check_appendable
from harvester.feeds.exporters import FeedError

NEEDED = {
    "s3": ("boto3", "pip install 'harvester[s3]'"),
    "gs": ("google.cloud.storage", "pip install google-cloud-storage"),
}
LOCAL = ("", "file")


def check_feeds(feeds: Mapping[Any, Mapping[str, Any]], *, formats: Collection[str], schemes: Collection[str]) -> None:
    """Raise FeedError for the first list that could not be written; create nothing.

    `feeds` as in Scrapy's FEEDS; `formats` and `schemes` are those that something is known to write.
    """
    for uri, options in feeds.items():
        list_format = str(options.get("format") or "")
        if list_format not in formats:
            raise FeedError(unknown_format(str(uri), list_format, formats))
        scheme = scheme_of(str(uri))
        if scheme in LOCAL:
            _check_file(local_path(str(uri)), list_format, overwrite=bool(options.get("overwrite")))
        elif scheme not in schemes:
            raise FeedError(f"Nothing is known of {scheme}:// to write a list to; known are {', '.join(schemes)}.")
        elif scheme in NEEDED and not _is_installed(NEEDED[scheme][0]):
            raise FeedError(f"To write to {scheme}:// install what it needs: {NEEDED[scheme][1]}.")


def unknown_format(target: str, list_format: str, formats: Collection[str]) -> str:
    """Return the sentence about a list whose format nothing writes."""
    lists = CSV_FORMATS - {"csv"}  # formats whose files end with .csv as well
    endings = ", ".join(f".{name}" for name in sorted(set(formats) - lists))
    known = ", ".join(sorted(formats))
    named = f"the format {list_format!r}" if list_format else "a format without a name"
    return (
        f"{target}: there is no writer for {named}; end the name with one of {endings}, or write FILE:FORMAT ({known})."
    )


def shard_name(uri: str, shard: str) -> str:
    """Return the name of a list that holds one part of several: contacts.csv -> contacts.2-of-8.csv."""
    if scheme_of(uri) == "stdout":
        return uri
    folder, slash, name = uri.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{stem}.{shard}.{suffix}" if dot and stem else f"{folder}{slash}{name}.{shard}"


def scheme_of(uri: str) -> str:
    """Return the scheme of a feed's URI; a drive of Windows is none."""
    return "" if PureWindowsPath(uri).drive else urlsplit(uri).scheme


def local_path(uri: str) -> Path:
    """Return the path that a local feed is written to."""
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def _check_file(path: Path, list_format: str, *, overwrite: bool) -> None:
    if "%(" in str(path):  # filled in when the crawl begins: what is above it can be looked at now
        _check_folder(path, Path(*takewhile(lambda part: "%(" not in part, path.parent.parts)))
        return
    target = path.resolve()
    if target.is_dir():
        raise FeedError(f"{path} cannot be written: it is a folder.")
    if target.exists() and not target.is_file():  # a device or a pipe
        if not os.access(target, os.W_OK):
            raise FeedError(f"{path} cannot be written: it is not yours to write to.")
        return
    _check_folder(path, target.parent)
    if not overwrite and target.exists():
        try:
            check_appendable(target, list_format)
        except (AppendError, OSError) as error:
            raise FeedError(f"{path} cannot be added to: {error}.") from None


def _check_folder(path: Path, folder: Path) -> None:
    """The folder, or the one in which it would be made."""
    nearest = next(place for place in _upwards(folder) if place.exists())
    if not nearest.is_dir():
        raise FeedError(f"{path} cannot be written: {nearest} is a file, not a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise FeedError(f"{path} cannot be written: the folder {nearest} takes no files from you.")


def _upwards(folder: Path) -> Iterator[Path]:
    whole = folder.resolve()
    yield whole
    yield from whole.parents


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package above it
        return False
