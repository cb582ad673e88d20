"""Text files line by line, every byte kept: what is no text of the encoding comes out as it went in."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from harvester.verifying.tables import TableError

LONGEST_LINE = 1 << 20  # characters; what is longer is read as several lines


class Lines:
    """The lines of a file with their endings, one at a time; some may be given back."""

    def __init__(self, path: Path, encoding: str, name: str) -> None:
        self._stream = path.open(encoding=encoding, errors=errors_for(encoding), newline="")
        self._name = name
        self._waiting: deque[str] = deque()
        self.number = 0

    def take(self) -> str:
        """The next line, empty at the end."""
        self.number += 1
        if self._waiting:
            return self._waiting.popleft()
        try:
            return self._stream.readline(LONGEST_LINE)
        except (OSError, UnicodeError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise TableError(f"{self._name} cannot be read on after line {self.number - 1}: {said}.") from None

    def peek(self) -> str:
        """The next line, which stays to be taken."""
        line = self.take()
        self.put_back([line])
        return line

    def put_back(self, lines: Sequence[str]) -> None:
        """Give lines back, to be taken again."""
        self._waiting.extendleft(reversed([line for line in lines if line]))
        self.number -= len(lines)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def errors_for(encoding: str) -> str:
    """How bytes that are no text of the encoding are kept as they are."""
    return "surrogateescape" if encoding == "utf-8" else "surrogatepass"


def encoding_of(path: Path, name: str) -> str:
    """UTF-16 where the file says so, else UTF-8. TableError for what cannot be read or is no text."""
    try:
        with path.open("rb") as stream:
            start = stream.read(1 << 16)
    except FileNotFoundError:
        raise TableError(f"There is no file {name}.") from None
    except OSError as error:
        raise TableError(f"{name} cannot be read: {error.strerror}.") from None
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        raise TableError(f"{name} is no table: it is not text; give a .csv, .txt or .xlsx file.")
    return "utf-8"


def is_text(text: str) -> bool:
    """Whether no byte of the text had to be kept as it was."""
    return not any("\udc80" <= letter <= "\udcff" for letter in text)


def line_end(text: str) -> str:
    """The line ending that a text has."""
    return text[len(text.rstrip("\r\n")) :]
