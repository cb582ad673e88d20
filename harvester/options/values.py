"""What a setting is made of, and how values are read: each function returns the value or raises ValueError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harvester.spans import parse_span
from harvester.verify.nameservers import parse_nameserver

LIST_FILE = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting: its default, the function that reads a value (raises ValueError) and what it means."""

    name: str
    default: object
    parse: Callable[[object], object]
    meaning: str


def number(kind: type[int] | type[float], low: float, high: float) -> Callable[[object], object]:
    """Numbers of a kind from `low` to `high`."""
    noun = "whole number" if kind is int else "number"

    def parse(value: object) -> object:
        try:
            if isinstance(value, bool):
                raise TypeError
            number = kind(str(value))
        except (TypeError, ValueError):
            raise ValueError(f"it must be a {noun} from {low:g} to {high:g}, not {str(value)[:40]!r}") from None
        if not low <= number <= high:
            raise ValueError(f"it must be from {low:g} to {high:g}, not {str(value).strip()[:40]}")
        return number

    return parse


def flag(value: object) -> bool:
    """1 or 0, also in words."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"it must be 1 or 0, not {str(value)[:40]!r}") from None


def text(value: object) -> str:
    """Any text."""
    return str(value).strip()


def url(value: object) -> str:
    """A web address or mailto:, or nothing."""
    given = text(value)
    if given and not given.startswith(("https://", "http://", "mailto:")):
        raise ValueError("it must be a URL that begins with https://, http:// or mailto:")
    return given


def choice(*choices: str) -> Callable[[object], str]:
    """One of some words."""

    def parse(value: object) -> str:
        if (word := text(value)) not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}, not {word[:40]!r}")
        return word

    return parse


def level(value: object) -> str:
    """A level of logging."""
    return choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")(text(value).upper())


def parts(value: object) -> list[str]:
    """Texts parted by commas, or a list of them."""
    given = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [part for one in given if (part := str(one).strip())]


def nameservers(value: object) -> list[str]:
    """Name servers, parted by commas."""
    names = parts(value)
    for name in names:
        try:
            parse_nameserver(name)
        except ValueError as error:  # a sentence, which becomes part of one
            said = str(error)
            raise ValueError(said[:1].lower() + said[1:].rstrip(".")) from None
    return names


def span(value: object) -> timedelta:
    """A time span: `7d`, `12h`, `2y`."""
    if isinstance(value, timedelta):
        return value
    try:
        return parse_span(text(value))
    except ValueError as error:
        raise ValueError(f"{text(value)[:40]!r} {error}") from None


def spans(value: object) -> tuple[timedelta, ...]:
    """Time spans, parted by commas."""
    given = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return tuple(map(span, given))


def addresses(value: object) -> list[str]:
    """The patterns of a list of addresses; `file:PATH` stands for the lines of a file, `#` begins a comment there."""
    patterns: list[str] = []
    for part in parts(value):
        if part.startswith(LIST_FILE):
            patterns += _patterns_of_file(Path(part.removeprefix(LIST_FILE)))
        else:
            patterns.append(_pattern(part))
    return sorted(set(patterns))


def _pattern(text: str) -> str:
    from harvester.classify import parse_pattern  # noqa: PLC0415 - 0.2 s, for who has such a list

    return parse_pattern(text)


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
                yield _pattern(text)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from None
