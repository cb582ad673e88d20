"""The words of a text as a set, made once for all who ask whether any of theirs stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

MARKS = ("", ",", "،", ".", ";", ":", ")", "|", ".:")  # what may follow a word without a space


@lru_cache(maxsize=4)
def words_of(text: str) -> frozenset[str]:
    """What stands between white space in a text, with the punctuation around it."""
    return frozenset(text.split())


def as_written(words: Iterable[str]) -> frozenset[str]:
    """The words with the punctuation that may surround them in a text, to be met with `words_of`."""
    return frozenset(before + word + after for word in words for before in ("", "(") for after in MARKS)
