"""What the reader of an address does, from its local part, from the label beside it or from a job title.

The words are in data/role_words.tsv. Where several roles are named, the narrower one counts: "sales.manager" is sales,
"export-sales" is export, "info-sales" is sales.
"""

from __future__ import annotations

import re
from functools import cache

from harvester.data import load_table, load_words
from harvester.data.phrases import PhraseTable, plain, split_words
from harvester.model import Role

NARROWEST_FIRST: tuple[Role, ...] = (
    Role.NOREPLY,
    Role.POSTMASTER,
    Role.PURCHASING,
    Role.PRIVACY,
    Role.LEGAL,
    Role.HR,
    Role.FINANCE,
    Role.PRESS,
    Role.IT,
    Role.LOGISTICS,
    Role.EXPORT,
    Role.MARKETING,
    Role.RESERVATIONS,
    Role.SALES,
    Role.SERVICE,
    Role.SUPPORT,
    Role.TECHNICAL,
    Role.MANAGEMENT,
    Role.OTHER,
    Role.GENERAL,
)
_INITIALS_AND_NAME = re.compile(r"[a-z]{1,2}[._-][a-z]{3,}|[a-z]{3,}[._-][a-z]{1,2}")
_NAME_WORD = re.compile(r"[^\W\d_]{2,}(?:['-][^\W\d_]{2,})*")
_WITHOUT_VOWELS = re.compile(r"[b-df-hj-np-tv-xz]{5,}")  # shorter ones may be initials
_TITLE_WORD = "title word"
LONGEST_TITLE_WORDS = 10  # a longer one is a sentence, and the words in it speak of something else


def role_of_local(local: str) -> Role | None:
    """The role that a local part names, or None: "einkauf", "customer-service", "infokirkland"."""
    return _narrowest(local) or _by_affix(local)


def role_of_title(title: str) -> Role | None:
    """The role that a job title names, or None: "Head of Purchasing, Asia" is purchasing, "Owner, Sales" management."""
    if len(split_words(title)) > LONGEST_TITLE_WORDS:
        return None
    role = _narrowest(title)
    return Role.MANAGEMENT if role and role is not Role.PURCHASING and _names_the_top(title) else role


def role_of_label(label: str) -> Role | None:
    """The role that a heading or label names, or None. With words of another kind it is a name or a sentence.

    Words of titles (data/title_words.txt) are no such words: "Responsable des achats" is purchasing.
    """
    return _narrowest(label) if label and _role_words().find(label)[1] == 0 else None


def is_name_shape(local: str) -> bool:
    """Whether a local part is written as names are: two words, or initial and word, without digits inside.

    A number at the end (an office, a second bearer of the name) does not count: "jane.roe.97110".
    """
    text = re.sub(r"[._-]?\d{1,5}$", "", plain(local))
    if _INITIALS_AND_NAME.fullmatch(text):
        return True
    words = re.split(r"[._]", text)
    if len(words) == 1:
        words = text.split("-")
    return 2 <= len(words) <= 3 and all(_NAME_WORD.fullmatch(word) or len(word) == 1 for word in words)


def is_no_name(local: str) -> bool:
    """Whether a local part is one word that can be no name: an ordinary word ("solutions"), or letters to be spelt out.

    Family names are too many to be listed, so that a word is a name unless something speaks against it.
    """
    word = plain(local)
    if word in load_words("given_names"):
        return False
    return word in load_words("not_person_words") or _WITHOUT_VOWELS.fullmatch(word) is not None


def _narrowest(text: str) -> Role | None:
    words = split_words(text)
    found = {
        Role(match.kind)
        for match in _role_words().find(text)[0]
        if match.kind != _TITLE_WORD
        and (len(match.phrase) > 2 or not match.phrase.isascii() or words[:1] == (match.phrase,))
    }
    return min(found, key=NARROWEST_FIRST.index, default=None)


def _names_the_top(title: str) -> bool:
    """Whether somebody leads the company, not a department of it: "owner" and not only "director"."""
    top = {match.phrase for match in _role_words().find(title)[0] if match.kind == Role.MANAGEMENT}
    return not top <= load_words("rank_words")


def _by_affix(local: str) -> Role | None:
    for word in split_words(local):
        for affix in _longest_affixes_first():
            if word.startswith(affix) or word.endswith(affix):
                return _narrowest(affix)
    return None


@cache
def _role_words() -> PhraseTable:
    titles = ((_TITLE_WORD, word) for word in load_words("title_words"))
    return PhraseTable([*titles, *((role, word) for role, _, word in load_table("role_words"))])


@cache
def _longest_affixes_first() -> tuple[str, ...]:
    return tuple(sorted(load_words("role_affixes"), key=lambda word: (-len(word), word)))
