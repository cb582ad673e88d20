"""Job titles in many languages: whether a piece of text is one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from harvester.data import load_table, load_words
from harvester.data.phrases import PhraseTable

MAX_LENGTH = 80
MAX_WORDS = 10
MIN_ENDING = 6  # letters of a title that may end a compound: "Vertriebsleiter"
LONGEST_TITLE = 4  # words

_RANK = "rank"
_EDGES = ' \t\u00a0\u3000,;:|/\\-–—•·*>»«<"“”()[]{}'
_WORD = re.compile(r"[^\W_]+(?:[.&'’/-][^\W_]+)*\.?")


@lru_cache(maxsize=2048)
def parse_job_title(text: str) -> str | None:
    """Return the text as a job title, None if it has no word of one or says much more.

    >>> parse_job_title("– Leiter Einkauf")
    'Leiter Einkauf'
    """
    text = " ".join(text.split()).strip(_EDGES)
    if not 2 <= len(text) <= MAX_LENGTH or "@" in text or sum(map(str.isdigit, text)) > 2:
        return None
    lowered = text.casefold()
    if not text.isascii() and any(title in text for title in _unspaced()):
        return text if len(text) <= 25 else None
    words = [word.rstrip(".") for word in _WORD.findall(lowered)]
    if len(words) > MAX_WORDS or (text[-1] in ".!?" and len(words) > 4):
        return None
    titles, endings = _titles(), _endings()
    for size in range(min(LONGEST_TITLE, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            if " ".join(words[first : first + size]) in titles:
                return text
    is_compound = any(part.endswith(endings) for word in words for part in word.split("/"))
    return text if is_compound or _is_of_role_words(text) else None


def is_job_title(text: str) -> bool:
    """Say whether the text is a listed title and nothing else."""
    return text.casefold().strip(_EDGES + ".") in _titles()


def _is_of_role_words(text: str) -> bool:
    """Say whether all words name a department and who leads or works in it, two phrases at least."""
    found, rest = _roles_and_ranks().find(text)
    kinds = {match.kind for match in found}
    return rest == 0 and len(found) > 1 and _RANK in kinds and bool(kinds - {_RANK, "general", "other", "noreply"})


@cache
def _roles_and_ranks() -> PhraseTable:
    ranks = load_words("rank_words") | load_words("title_words")
    roles = [(role, word) for role, _, word in load_table("role_words") if word not in ranks]
    return PhraseTable([*roles, *((_RANK, word) for word in ranks)])


@cache
def _titles() -> frozenset[str]:
    return frozenset(row[0] for row in load_table("job_titles"))


@cache
def _endings() -> tuple[str, ...]:
    """Titles of languages that write compounds as one word."""
    compounding = ("de", "nl", "sv", "da", "nb", "fi", "hu")
    return tuple(
        sorted({row[0] for row in load_table("job_titles") if row[1] in compounding and len(row[0]) >= MIN_ENDING})
    )


@cache
def _unspaced() -> tuple[str, ...]:
    return tuple(row[0] for row in load_table("job_titles") if row[1] in ("zh", "ja", "ko", "th"))
