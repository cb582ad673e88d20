"""Finding listed phrases in labels, file names and URLs: whole words, any accent, any case, any script.

A phrase is a sequence of words and matches whole words only, never a substring: "contact" is not in "contactor".
Scripts that are written without spaces (Chinese, Japanese, Korean, Thai, …) have no words to go by: there a phrase
matches anywhere in the label. A phrase with `=` in front matches only when it is the whole label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af"
_DENSE_WORD = re.compile(f"[{_DENSE}]")
# Vowel signs of Indic scripts are no `\w` in Python, but stand inside words: U+0900 to U+0DFF without the dandas.
_WORD = re.compile(f"[{_DENSE}]+|(?:[^\\W_{_DENSE}]|[\u0900-\u0963\u0966-\u0dff])+")
_CASE_CHANGE = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# Letters that have no decomposition in Unicode, but stand for an accented letter to whoever types a URL.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "\u0640": None}
)
_LABEL = 60
_LONGEST_LABEL = 300


def plain(text: str) -> str:
    """Lower case without accents, composed again: "Über uns" is "uber uns", "İletişim" is "iletisim"."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN_LETTERS)
    kept = "".join(c for c in unicodedata.normalize("NFKD", spread) if c < "\u0300" or not _is_accent(c))
    return unicodedata.normalize("NFC", kept)


def _is_accent(character: str) -> bool:
    # Vowel signs of Indic scripts, Thai and Japanese sound marks are letters to their readers: they stay.
    code = ord(character)
    return unicodedata.category(character) == "Mn" and (code < 0x900 or 0x1DC0 <= code <= 0x1DFF)


def split_words(text: str) -> tuple[str, ...]:
    """Plain words of a label, split at punctuation, `-_.`, changes of case and script, and before and after digits."""
    return _words_of_label(text) if len(text) <= _LABEL else _words_of_text(text)


def _split(text: str) -> tuple[str, ...]:
    parted = _CASE_CHANGE.sub(" ", text[:_LONGEST_LABEL])
    return tuple(_WORD.findall(_LETTER_DIGIT.sub(" ", plain(parted))))


_words_of_label = lru_cache(maxsize=8192)(_split)  # menus and names, which many sites share
_words_of_text = lru_cache(maxsize=512)(_split)  # of one visit: 2 KB each


class Match(NamedTuple):
    """A phrase that a label holds, as it is listed in plain words."""

    kind: str
    phrase: str


class PhraseTable:
    """Rows of (kind, phrase), ready to be looked for. Where phrases overlap, the longer counts, of whatever kind."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._whole: dict[tuple[str, ...], str] = {}
        self._sequences: dict[tuple[str, ...], str] = {}
        dense: dict[str, str] = {}
        for kind, phrase in rows:
            words = split_words(phrase)
            if phrase.startswith("="):
                self._whole[words] = kind
            elif _DENSE_WORD.search(phrase):
                dense["".join(words)] = kind
            else:
                self._sequences[words] = kind
        self._longest: dict[str, int] = {}  # first word -> words of the longest phrase that it begins
        for words in self._sequences:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))
        self._dense = dense
        by_length = sorted(dense, key=len, reverse=True)
        self._dense_pattern = re.compile("|".join(map(re.escape, by_length)) or r"(?!)")

    def find(self, text: str) -> tuple[list[Match], int]:
        """The phrases in a label, and how many of its words no phrase explains.

        Numbers and words of one or two letters (language codes, articles) do not count; two dense letters are a word.
        """
        words = split_words(text)
        if whole := self._whole.get(words):
            return [Match(whole, " ".join(words))], 0
        if text.isascii():
            return self._find_sequences(words)
        dense = "".join(word for word in words if _DENSE_WORD.match(word))
        spaced = tuple(word for word in words if not _DENSE_WORD.match(word))
        dense_found, dense_rest = self._find_dense(dense)
        spaced_found, spaced_rest = self._find_sequences(spaced)
        return dense_found + spaced_found, dense_rest + spaced_rest

    def _find_dense(self, text: str) -> tuple[list[Match], int]:
        found = [match[0] for match in self._dense_pattern.finditer(text)]
        rest = len(text) - sum(map(len, found))
        return [Match(self._dense[phrase], phrase) for phrase in found], rest // 2

    def _find_sequences(self, words: tuple[str, ...]) -> tuple[list[Match], int]:
        found: list[Match] = []
        rest = at = 0
        while at < len(words):
            for size in range(min(self._longest.get(words[at], 0), len(words) - at), 0, -1):
                if kind := self._sequences.get(words[at : at + size]):
                    found.append(Match(kind, " ".join(words[at : at + size])))
                    at += size
                    break
            else:
                rest += len(words[at]) > 2 and not words[at].isdigit()
                at += 1
        return found, rest
