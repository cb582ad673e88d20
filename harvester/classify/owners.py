"""Whom the words right before an address name as its owner, when it is not the company: "Web design by …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from harvester.data import load_table, load_words
from harvester.data.phrases import PhraseTable, split_words
from harvester.model import Mention, Method
from harvester.urls.places import says_contact

MESSENGER = "messenger"  # a user name of another service, no mailbox: "Skype: jane@acme.example"
HEADED = frozenset({"privacy_authority", "authority", "hosting"})  # owners that a heading above names, too
NEAR_CHARACTERS = 60  # a label farther away than one line belongs to something else
LABELLED_WORDS = 5  # between the label and the address: a name, no sentence
# An authority or host is named with its postal address and telephone: "CNIL, 3 Place de Fontenoy, 75007 Paris, …".
LETTERHEAD_CHARACTERS, LETTERHEAD_WORDS = 80, 14
_PROSE = re.compile(r"[.!?]\s+[^\W\d_]+,?\s+[^\W\d_A-Z]{2,}\s")  # a new sentence speaks of somebody else
_PRONOUN_BEFORE = re.compile(r"[^\W\d_]{2,} (?:us|them|here|uns|nous|noi|ons|oss)@\Z", re.IGNORECASE)
_OTHER_ADDRESS = re.compile(r"\S+@\S+")
_LINKED_WORDS = 40  # characters of a link's own text, where the address is not part of the text


def foreign_owner(mention: Mention) -> str | None:
    """The reason (data/context_phrases.tsv) when the words before an address name another owner, else None."""
    context = _context_before(mention)
    before = _OTHER_ADDRESS.split(context)[-1]
    return _owner_near(before) or _owner_in_letterhead(before) or _owner_in_label(mention.label, context)


def _owner_near(before: str) -> str | None:
    text = before[-NEAR_CHARACTERS:]
    matches = _owner_phrases().find(text)[0]
    if not matches:
        return None
    last = matches[-1]
    between = _words_since(last.phrase, text)
    return last.kind if len(between) <= (0 if last.kind == MESSENGER else LABELLED_WORDS) else None


def _owner_in_letterhead(before: str) -> str | None:
    """An authority or host whose postal address stands between its name and the mail address, and no sentence."""
    text = before[-LETTERHEAD_CHARACTERS:]
    headed = [match for match in _owner_phrases().find(text)[0] if match.kind in HEADED]
    if not headed:
        return None
    between = _words_since(headed[-1].phrase, text)
    since = " ".join(text.split()[-len(between) - 1 :])
    is_letterhead = len(between) <= LETTERHEAD_WORDS and not (
        _PROSE.search(since) or any(map(says_contact, {*between} - load_words("mail_words")))
    )
    return headed[-1].kind if is_letterhead else None


def _words_since(phrase: str, text: str) -> list[str]:
    """The plain words after the last place of a phrase."""
    return " ".join(split_words(text)).rpartition(phrase)[2].split()


def says_whose(mention: Mention) -> bool:
    """Whether there are words near an address that could name its owner."""
    return len(split_words(mention.context)) > len(split_words(mention.address))


def is_user_name(mentions: Sequence[Mention]) -> bool:
    """Whether every visible mention calls an address the name of a messenger user."""
    seen = [mention for mention in mentions if mention.visible and says_whose(mention)]
    return bool(seen) and all(foreign_owner(mention) == MESSENGER for mention in seen)


def is_prose(mentions: Sequence[Mention]) -> bool:
    """Whether every mention is a sentence that only looks like an address: "come and visit us@hotel.example"."""
    return all(
        mention.method is Method.TEXT and _PRONOUN_BEFORE.search(_up_to_address(mention)) for mention in mentions
    )


def _up_to_address(mention: Mention) -> str:
    at = mention.context.find(mention.original)
    return mention.context[: at + len(mention.original.partition("@")[0]) + 1] if at >= 0 else ""


def _owner_in_label(label: str, context: str) -> str | None:
    kinds = [match.kind for match in _owner_phrases().find(label)[0] if match.kind != MESSENGER]
    if not kinds or _PROSE.search(label):
        return None
    return kinds[-1] if label in context or kinds[-1] in HEADED else None


def _context_before(mention: Mention) -> str:
    """The words before an address; where a link does not show it, its own words, too."""
    context = mention.context
    shown = mention.original if mention.original and mention.original in context else mention.address
    at = context.lower().find(shown.lower())
    return context[: at if at >= 0 else len(context) // 2 + _LINKED_WORDS]


@cache
def _owner_phrases() -> PhraseTable:
    return PhraseTable((reason, phrase) for reason, _, phrase in load_table("context_phrases"))
