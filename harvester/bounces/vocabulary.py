"""The words by which returned letters are known: the table `bounce_phrases.tsv`, by kind."""

from __future__ import annotations

from functools import cache

from harvester.data import load_table


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """The phrases of a kind, in lower case; the table's header says what each kind means."""
    return tuple(phrase for found, phrase in load_table("bounce_phrases") if found == kind)
