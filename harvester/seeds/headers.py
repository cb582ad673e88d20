"""The headers that tables of companies have, in many languages."""

from __future__ import annotations

from functools import cache

from harvester.data import load_table, load_words


def plain_header(header: str) -> str:
    """A header as the tables list it: lower case, `_` and `-` as a space, without a colon or star behind it."""
    return " ".join(header.casefold().replace("_", " ").replace("-", " ").rstrip(" :：*").split())


@cache
def known_headers() -> frozenset[str]:
    """All headers of the columns that hold a site or a company's name."""
    return load_words("company_columns") | {name for _, name in load_table("seed_columns")}
