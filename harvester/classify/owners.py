"""Whom the words right before an address name as its owner, when it is not the company: "Web design by …"."""

from __future__ import annotations

import re
from functools import cache

from harvester.data import load_table
from harvester.data.phrases import PhraseTable, split_words
from harvester.model import Mention

_OTHER_ADDRESS = re.compile(r"\S+@\S+")
NEAR_CHARACTERS = 60  # a label farther away than one line belongs to something else
LABELLED_WORDS = 5  # between the label and the address: a name, no sentence


def foreign_owner(mention: Mention) -> str | None:
    """The reason (data/context_phrases.tsv) when the words right before an address name another owner, else None."""
    before = _words_before(mention)
    matches = _owner_phrases().find(before)
    if not matches:
        return None
    last = matches[-1]
    after_phrase = " ".join(split_words(before)).rpartition(last.phrase)[2]
    return last.kind if len(after_phrase.split()) <= LABELLED_WORDS else None


def _words_before(mention: Mention) -> str:
    context = mention.context
    shown = mention.original if mention.original and mention.original in context else mention.address
    at = context.lower().find(shown.lower())
    before = context[: at if at >= 0 else len(context) // 2]
    return _OTHER_ADDRESS.split(before)[-1][-NEAR_CHARACTERS:]


@cache
def _owner_phrases() -> PhraseTable:
    return PhraseTable((reason, phrase) for reason, _, phrase in load_table("context_phrases"))
