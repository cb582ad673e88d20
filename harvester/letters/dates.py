"""Dates as mail tools and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NUMBERS = re.compile(
    r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})"
    r"(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([ap]m)?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


def is_month_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates of a column are like 11/25/2026; None where nothing says so."""
    for text in texts:
        match = _NUMBERS.match(text.strip())
        if match and match[2] == "/" and len(match[1]) < 3:
            if int(match[1]) > 12:
                return False
            if int(match[3]) > 12:
                return True
    return None


def parse_moment(text: str, *, month_first: bool = False) -> datetime:
    """The moment, UTC where no zone is given, midnight where no time is; ValueError for what is no date."""
    text = text.strip()
    for parse in (_iso, _epoch, _rfc2822, lambda given: _numbers(given, month_first=month_first), _words):
        moment = parse(text)
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    raise ValueError(f"“{text[:40]}” is no date")


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)


def _rfc2822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _numbers(text: str, *, month_first: bool) -> datetime | None:
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    else:
        day, month = (second, first) if month_first and match[2] == "/" else (first, second)
        year = third + 2000 if third < 100 else third
    hour = int(match[5] or 0)
    if match[8]:
        hour = hour % 12 + (12 if match[8].lower() == "pm" else 0)
    try:
        return datetime(year, month, day, hour, int(match[6] or 0), int(match[7] or 0), tzinfo=UTC)
    except ValueError:
        return None


def _words(text: str) -> datetime | None:
    """`25. November 2026`, `2026年11月25日`: a library that knows the months of 200 languages, but is slow."""
    import dateparser  # noqa: PLC0415  0.2 s to import

    if len(text) > 60 or not (any(map(str.isdigit, text)) and any(map(str.isalpha, text))):
        return None
    settings = {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "REQUIRE_PARTS": ["day", "month", "year"]}
    moment: datetime | None = dateparser.parse(text, settings=settings)
    return moment
