"""How the value of a setting is read: from a text or from TOML; ValueError with the end of a sentence about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from harvester.classify import parse_pattern
from harvester.spans import parse_span
from harvester.verify.nameservers import parse_nameserver

LIST_FILE = "file:"


def read_number(kind: type[int] | type[float], low: float, high: float) -> Callable[[object], object]:
    """A number of a kind within bounds."""
    noun = "whole number" if kind is int else "number"

    def parse(value: object) -> object:
        try:
            if isinstance(value, bool):
                raise TypeError
            number = kind(str(value))
        except (TypeError, ValueError):
            raise ValueError(f"it must be a {noun} from {low:g} to {high:g}, not {str(value)[:40]!r}") from None
        if not low <= number <= high:
            raise ValueError(f"it must be from {low:g} to {high:g}, not {number:g}")
        return number

    return parse


def read_flag(value: object) -> bool:
    """1 or 0, in the words that people write for them."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"it must be 1 or 0, not {str(value)[:40]!r}") from None


def read_text(value: object) -> str:
    """Any text, stripped."""
    return str(value).strip()


def read_url(value: object) -> str:
    """A URL of a page or a mailto:."""
    text = read_text(value)
    if text and not text.startswith(("https://", "http://", "mailto:")):
        raise ValueError("it must be a URL that begins with https://, http:// or mailto:")
    return text


def read_choice(*choices: str) -> Callable[[object], str]:
    """One of some words."""

    def parse(value: object) -> str:
        if (text := read_text(value)) not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}, not {text[:40]!r}")
        return text

    return parse


def read_level(value: object) -> str:
    """A level of Python's logging."""
    return read_choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")(read_text(value).upper())


def _parts(value: object) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]


def read_nameservers(value: object) -> list[str]:
    """Addresses of name servers, with their ports."""
    names = _parts(value)
    for name in names:
        try:
            parse_nameserver(name)
        except ValueError as error:  # a sentence, which becomes part of one
            text = str(error)
            raise ValueError(text[:1].lower() + text[1:].rstrip(".")) from None
    return names


def read_span(value: object) -> timedelta:
    """A span of time."""
    if isinstance(value, timedelta):
        return value
    try:
        return parse_span(read_text(value))
    except ValueError as error:
        raise ValueError(f"{read_text(value)[:40]!r} {error}") from None


def read_spans(value: object) -> tuple[timedelta, ...]:
    """Spans of time."""
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return tuple(map(read_span, parts))


def read_addresses(value: object) -> list[str]:
    """The patterns of a list of addresses; `file:PATH` stands for the lines of a file, `#` begins a comment there."""
    patterns: list[str] = []
    for part in _parts(value):
        if part.startswith(LIST_FILE):
            patterns += _patterns_of_file(Path(part.removeprefix(LIST_FILE)))
        else:
            patterns.append(parse_pattern(part))
    return sorted(set(patterns))


def _patterns_of_file(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} cannot be read: it is no text in UTF-8") from None
    for number, line in enumerate(lines, 1):
        if text := line.partition("#")[0].strip():
            try:
                yield parse_pattern(text)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from None
