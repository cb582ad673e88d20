"""`harvester rules`: every rule of the program as a table that can be read, searched, and taken to other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvester.classify import AddressLists
from harvester.classify.belonging import BELONGS_FROM, EVIDENCE, VOUCHED_FROM
from harvester.data import load_header, load_rows, table_names
from harvester.data.texts import load_texts
from harvester.extensions.wording import count
from harvester.priority import FACTORS, RANKING_ORDER
from harvester.terminal import say, say_json

# Which tables answer which question; those that are not named here help to read pages.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "whose address": (
        "allow",
        "deny",
        "belonging",
        "drop_reasons",
        "third_party",
        "context_phrases",
        "placeholders",
        "placeholder_parts",
        "free_providers",
        "certified_mail",
        "mail_words",
        "prose_words",
        "skipped_extensions",
    ),
    "who reads it": (
        "role_words",
        "role_affixes",
        "rank_words",
        "title_words",
        "job_titles",
        "given_names",
        "honorifics",
        "contact_person_labels",
        "not_person_words",
    ),
    "the company": ("countries", "cities", "legal_forms", "not_company_names", "phone_labels", "social_hosts"),
    "where next": ("link_words", "well_known_paths", "skipped_urls", "index_files", "page_conditions", "platforms"),
    "the best first": ("ranking_order", "ranking"),
}
READING = "reading pages"
_SENTENCE_END = re.compile(r"(?<! )[.:](?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """One table: what it is about (with source, licence and date where it is a file), and its rows of cells."""

    name: str
    about: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def topic(self) -> str:
        """The question that it helps to answer."""
        return next((topic for topic, names in TOPICS.items() if self.name in names), READING)


def load_tables(lists: AddressLists) -> list[RuleTable]:
    """All tables by topic, the user's own two lists first."""
    files = [RuleTable(name=name, about=load_header(name), rows=load_rows(name)) for name in table_names()]
    tables = [*_own_lists(lists), *_weighed(), *files]
    order = [name for names in TOPICS.values() for name in names]
    return sorted(tables, key=lambda table: order.index(table.name) if table.name in order else len(order))


def find_rows(tables: Iterable[RuleTable], text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row with `text` in a cell, whatever the case, as (table, row)."""
    wanted = text.casefold()
    for table in tables:
        for row in table.rows:
            if any(wanted in cell.casefold() for cell in row):
                yield table.name, row


def show_tables(tables: Sequence[RuleTable], *, as_json: bool) -> None:
    """Print which tables there are: name, number of rows, and the first sentence about it."""
    if as_json:
        for table in tables:
            say_json({"table": table.name, "topic": table.topic, "rows": len(table.rows), "about": table.about})
        return
    width = max(len(table.name) for table in tables)
    topic = ""
    for table in tables:
        if table.topic != topic:
            topic = table.topic
            say(f"{topic[:1].upper()}{topic[1:]}")
        say(f"  {table.name:{width}} {len(table.rows):>6}  {_first_sentence(table.about)}")
    say("\nharvester rules TABLE shows one of them, harvester rules --find TEXT searches them all.")


def show_table(table: RuleTable, text: str | None, *, as_json: bool) -> None:
    """Print what one table is about, and its rows, or those of them that hold `text`."""
    if not as_json:
        say(f"{table.name}: {table.about}\n")
    show_rows(find_rows([table], text or ""), has_names=False, as_json=as_json)


def show_rows(rows: Iterable[tuple[str, tuple[str, ...]]], *, has_names: bool, as_json: bool) -> None:
    """Print rows tab-separated, with the name of their table in front, or as JSON Lines; say so where there is none."""
    number = 0
    for name, row in rows:
        number += 1
        if as_json:
            say_json({"table": name, "row": list(row)})
        else:
            say("\t".join((name, *row) if has_names else row))
    if not as_json:
        say(count(number, "row"), err=True)


def _own_lists(lists: AddressLists) -> Iterator[RuleTable]:
    for name, patterns, meaning in (
        ("allow", lists.allow, "is a contact wherever it is found, whatever the rules say"),
        ("deny", lists.deny, "is never a contact"),
    ):
        about = f"What {meaning}: your setting HARVESTER_{name.upper()}_ADDRESSES."
        yield RuleTable(name=name, about=about, rows=tuple((pattern,) for pattern in sorted(patterns)))


def _weighed() -> Iterator[RuleTable]:
    """The tables that are made of functions, each with what it asks and what the answer weighs."""
    yield RuleTable(
        name="belonging",
        about="Evidence that an address on another domain than the site's is the company's own: name, weight, meaning. "
        f"From a sum of {BELONGS_FROM} on it is a contact, from {VOUCHED_FROM} on its domain counts as the company's.",
        rows=tuple((one.name, f"{one.weight:+g}", _first_sentence(one.holds.__doc__ or "")) for one in EVIDENCE),
    )
    yield RuleTable(
        name="ranking_order",
        about="Who is to be written to first: rank, roles (person: only where a person reads it).",
        rows=tuple(
            (str(rank), " ".join(f"{role}{f' ({kind})' if kind else ''}" for role, kind in readers))
            for rank, readers in enumerate(RANKING_ORDER, 1)
        ),
    )
    why = load_texts("why", "en")
    yield RuleTable(
        name="ranking",
        about="What a contact's score is the sum of: name, points at most, its part of the sentence in the column why.",
        rows=tuple((one.name, f"{one.weight:+d}", why.get(one.name, "").strip(" ,;")) for one in FACTORS),
    )


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]
