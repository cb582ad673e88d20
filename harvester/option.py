"""What a setting is made of, and how values are read: each function returns the value or raises ValueError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harvester.verify.nameservers import parse_nameserver


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
            raise ValueError(f"it must be from {low:g} to {high:g}, not {number:g}")
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


def nameservers(value: object) -> list[str]:
    """Name servers, parted by commas."""
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    names = [name for part in parts if (name := str(part).strip())]
    for name in names:
        try:
            parse_nameserver(name)
        except ValueError as error:  # a sentence, which becomes part of one
            said = str(error)
            raise ValueError(said[:1].lower() + said[1:].rstrip(".")) from None
    return names
