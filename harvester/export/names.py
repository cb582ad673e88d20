"""What to call a contact where a program wants a first and a last name: nothing is made up."""

from __future__ import annotations

from harvester.data import load_words
from harvester.export.rows import Row

FAMILY_NAME_FIRST = frozenset({"hu"})  # with a space between: "Kovács János"
NO_TITLE = frozenset({"general", "other"})  # roles that say nothing of the reader


def split_name(person: str, language: str | None) -> tuple[str, str]:
    """First and last name as they are written: ("Anna Maria", "van der Berg"); a single word is a last name.

    East Asian names without a space stay whole, as a last name: where to cut them is a guess.
    """
    words = person.split()
    if len(words) < 2:
        return "", person.strip()
    if (language or "").partition("-")[0] in FAMILY_NAME_FIRST:
        return " ".join(words[1:]), words[0]
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in load_words("name_particles"):
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def shown_name(row: Row, title: str) -> str:
    """The person; else the role's `title` where the role says something; else the company; else its domain."""
    if row["person"]:
        return str(row["person"])
    if row["role"] not in NO_TITLE:
        return title
    return str(row["company"] or row["domain"])
