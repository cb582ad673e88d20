"""Texts for people, in each language that the program speaks: one table, one row a text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from harvester.data import load_table

LANGUAGES = ("en", "zh")  # the columns of texts.tsv, after the key


@cache
def load_texts(group: str, language: str) -> Mapping[str, str]:
    """The texts of a group (`column`, `about`, `role`, …) by their keys, in file order; KeyError for a language."""
    at = {name: number for number, name in enumerate(LANGUAGES, 1)}[language]
    start = f"{group}."
    rows = (row for row in load_table("texts") if row[0].startswith(start))
    return MappingProxyType({row[0].removeprefix(start): row[at] for row in rows})
