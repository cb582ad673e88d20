"""How numbers, times and text from pages are written for a person at a terminal."""

from __future__ import annotations

import unicodedata


def printable(text: str, limit: int = 60) -> str:
    """Text from a page for a terminal: one line, no control or direction characters, at most `limit` characters.

    Escape sequences and U+202E in a company's name could otherwise rewrite what stands on the screen.
    """
    spaced = "".join(" " if char.isspace() else char for char in text[: 10 * limit])
    line = " ".join("".join(char for char in spaced if unicodedata.category(char)[0] != "C").split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def number(value: int) -> str:
    """12345 -> 12,345."""
    return f"{value:,}"


def count(value: int, noun: str) -> str:
    """(1, "site") -> 1 site, (2, "site") -> 2 sites."""
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def duration(seconds: float) -> str:
    """8.25 -> 8.2 s, 90 -> 1 min 30 s, 7260 -> 2 h 1 min."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{number(part)} {unit}" for part, unit in parts if part)


def rough_duration(seconds: float) -> str:
    """A guess, said as one: 8.25 -> 8 s, 750 -> 12 min, 7265 -> 2 h 1 min."""
    return duration(seconds // 60 * 60) if seconds >= 60 else f"{seconds:.0f} s"
