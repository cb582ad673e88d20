"""Time spans as people write them: `4h`, `7d`, `2w`, `2y`."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=36500)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}


def parse_span(text: str) -> timedelta:
    """Return the time span; a bare number counts days. ValueError, its message the rest of a sentence about `text`."""
    match = re.fullmatch(r"([0-9]{1,9})([smhdwy]?)", text.strip().lower())
    if not match:
        raise ValueError("is no time span: write for example 12h, 7d, 2w or 2y")
    seconds = int(match[1]) * _UNITS[match[2] or "d"]
    if seconds > LONGEST.total_seconds():
        raise ValueError("is longer than 100 years")
    return timedelta(seconds=seconds)
