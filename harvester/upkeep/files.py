"""Which of the files that were written before still name somebody, whatever their format."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from harvester.address import MAX_DOMAIN, MAX_LOCAL, find_addresses
from harvester.store.exports import WrittenFile
from harvester.suppression import keys_of_address
from harvester.urls import ascii_host

PIECE = 1 << 20  # characters looked through at a time
LONGEST = 10 * PIECE  # without a place to cut
MOST_UNPACKED = 8 << 30  # bytes of a workbook, 45 s; a million contacts take 1.6 GB (2026-11-30)
ENDS = {"vcard": "\nEND:"}  # where a text may be cut, because no address goes on; others at a line's end
FOLD = re.compile(r"\n[ \t]")  # RFC 2426 2.6
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[bfnrt])")  # of JSON and, in part, of vCards
# What makes a domain a part of a longer name. Letters of other scripts do not: they are prose without spaces.
_LETTER = "a-z0-9\u00df-\u024f"


def find_files(files: Iterable[WrittenFile], key: str) -> tuple[list[WrittenFile], list[WrittenFile]]:
    """Which files, as they are now, name an address or a domain (a key of `Entry`); and which could not be read.

    A domain is named by every address and host at or below it. A file that is not there (any more) names nobody.
    """
    found, unread = [], []
    is_named = _search_of(key)
    for file in files:
        try:
            if any(is_named(piece) for piece in _pieces(file)):
                found.append(file)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            unread.append(file)
    return found, unread


def _search_of(key: str) -> Callable[[str], bool]:
    local, at, domain = key.lower().rpartition("@")
    host, slash, path = domain.partition("/")
    names = {f"{at}{name}{slash}{path}" for name in (host, _in_ascii(host))}
    either = "|".join(map(re.escape, sorted(names)))
    whole = either if local else rf"(?<![{_LETTER}-])(?:{either})(?![{_LETTER}-]|\.[{_LETTER}])"
    places = re.compile(whole, re.IGNORECASE)

    def is_named(piece: str) -> bool:
        small = piece.lower()
        if not any(name in small for name in names):  # much quicker than the pattern, and mostly the end of it
            return False
        return any(not local or _is_at(key, piece, place.start()) for place in places.finditer(piece))

    return is_named


def _is_at(key: str, text: str, at: int) -> bool:
    """Whether the at sign there is that of an address of the mailbox, in whatever spelling."""
    around = text[max(at - 2 * MAX_LOCAL, 0) : at + MAX_DOMAIN]
    return any(key in (found.address, *keys_of_address(found.address)) for found in find_addresses(around))


def _in_ascii(host: str) -> str:
    """As the files of CRMs have it."""
    try:
        return ascii_host(host)
    except ValueError:
        return host


def _pieces(file: WrittenFile) -> Iterator[str]:
    """The whole text of a file, by and by; OSError."""
    if file.format == "xlsx":
        yield from _texts_of_workbook(Path(file.path))
        return
    with Path(file.path).open("rb") as stream:
        for piece in _cut(stream, ENDS.get(file.format, "\n")):
            unfolded = FOLD.sub("", piece) if file.format == "vcard" else piece
            yield ESCAPE.sub(_unescape, unfolded) if "\\" in unfolded else unfolded


def _texts_of_workbook(path: Path) -> Iterator[str]:
    try:
        with ZipFile(path) as book:
            parts = [part for part in book.infolist() if part.filename.endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > MOST_UNPACKED:  # zipfile unpacks no more than is stated there
                raise OSError(f"{path} is too large to be looked through.")
            for part in parts:
                with book.open(part) as stream:
                    yield from map(html.unescape, _cut(stream, "<"))
    except OSError:
        raise
    except Exception as error:  # whatever a damaged part leads zipfile to
        raise OSError(f"{path} is no workbook: {error}") from error


def _cut(stream: IO[bytes], end: str) -> Iterator[str]:
    """The text in pieces, none of which ends within what no `end` stands in."""
    text, rest = TextIOWrapper(stream, "utf-8", errors="replace"), ""
    while read := text.read(PIECE):
        piece, _, rest = (rest + read).rpartition(end)
        yield piece
        if len(rest) > LONGEST:
            yield rest
            rest = ""
    yield rest


def _unescape(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "
