"""`harvester sent`: letters are written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from harvester.console.options import ArgumentsError
from harvester.extensions.wording import count, printable
from harvester.letters import TableError, is_sent_mail, read_sent_mail, read_sent_table
from harvester.model import Letter, RejectedLine
from harvester.terminal import say
from harvester.upkeep.opening import open_store, right_now

LETTERS_AT_ONCE = 1000  # in one transaction


def record_sent(files: Sequence[str], settings: Mapping[str, Any]) -> int:
    """Record the letters of all files; the exit status: 1 where some row or mail could not be read."""
    rejected: list[RejectedLine] = []
    read = new = 0
    with open_store(settings) as store:
        for file in files:
            letters = _letters(Path(file), rejected)
            while part := list(islice(letters, LETTERS_AT_ONCE)):
                read += len(part)
                new += store.record_letters(part, source=Path(file).name)
    for line in rejected:
        place = f"{line.file}, line {line.line}" if line.line else line.file
        say(f"{place}: {line.reason} {printable(line.text)}", err=True)
    replies = "" if new == read else f" ({count(read - new, 'letter')} known before or to who is forgotten)"
    say(f"{count(new, 'letter')} recorded{replies}.")
    return 1 if rejected else 0


def _letters(path: Path, rejected: list[RejectedLine]) -> Iterator[Letter]:
    now = right_now()
    try:
        entries = read_sent_mail(path, now=now) if is_sent_mail(path) else read_sent_table(path, now=now)
        for entry in entries:
            if isinstance(entry, RejectedLine):
                rejected.append(entry)
            else:
                yield entry
    except TableError as error:
        raise ArgumentsError(str(error)) from None
    except OSError as error:
        raise ArgumentsError(f"{path} cannot be read: {error.strerror or error}.") from None
