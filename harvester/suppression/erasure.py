"""What is to be forgotten, as patterns: which rows are about it, and how a text reads without it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cached_property
from typing import Any
from urllib.parse import quote

from harvester.address import has_known_suffix
from harvester.suppression.clearing import CLEARED
from harvester.suppression.entries import Entry, keys_of_address, keys_of_company
from harvester.urls import ascii_host

SHORTEST_WORD = 6  # characters of a word that is taken out of other texts; shorter ones stand in many


class Erasure:
    """Addresses and domains to be forgotten, and the `words` that say them otherwise (`anna [at] acme`, a name).

    Words and phones are taken out only of what was recorded of the same `companies`: elsewhere they are others'.
    """

    def __init__(
        self,
        entries: Collection[Entry],
        *,
        words: Collection[str] = (),
        phones: Collection[str] = (),
        companies: Collection[str] = (),
    ) -> None:
        self.keys = frozenset(entry.key for entry in entries)
        self.words = tuple(sorted({w for w in words if len(w) >= SHORTEST_WORD}, key=len, reverse=True))
        self.phones = frozenset(phones)
        self.companies = frozenset(companies)

    def covers_address(self, address: str) -> bool:
        """Whether an address is one of these."""
        return not self.keys.isdisjoint(keys_of_address(address))

    def covers_company(self, domain: str) -> bool:
        """Whether a seed's domain is one of these."""
        return not self.keys.isdisjoint(keys_of_company(domain))

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Short lower-case texts of which one stands in every text that `scrub` would change, for a quick search."""
        return frozenset(piece.lower() for key in self.keys for piece in _spellings(key.rpartition("@")[0] or key))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        either = "|".join(_pattern_of(key) for key in sorted(self.keys))
        return re.compile(rf"(?:{either})(?![\w-])(?P<rest>(?:\.[\w-]+)*)", re.IGNORECASE)

    def scrub(self, text: str, *, words: bool = False) -> str:
        """The text without them; with `words`, also without the words."""
        cleared = self._pattern.sub(_replace, text) if self.keys else text
        for word in self.words if words else ():
            cleared = cleared.replace(word, CLEARED)
        return cleared

    def scrub_value(self, value: Any, *, words: bool = False) -> Any:
        """The same for all texts in lists and mappings."""
        if isinstance(value, str):
            return self.scrub(value, words=words)
        if isinstance(value, list):
            return [self.scrub_value(part, words=words) for part in value]
        if isinstance(value, dict):
            return {self.scrub(name): self.scrub_value(part, words=words) for name, part in value.items()}
        return value


def _replace(match: re.Match[str]) -> str:
    """`acme.example.org` is another domain; `acme.example.txt` or the end of a sentence without a space is none."""
    rest = match["rest"]
    return match[0] if rest and has_known_suffix(f"x{rest}") else CLEARED + rest


def _spellings(text: str) -> set[str]:
    """The text as URLs and JSON write it, too."""
    return {text, quote(text), json.dumps(text)[1:-1]}


def _pattern_of(key: str) -> str:
    local, at, domain = key.rpartition("@")
    hosts = _spellings(domain) | {ascii_host(domain.partition("/")[0]) + domain[len(domain.partition("/")[0]) :]}
    host = f"(?:{'|'.join(re.escape(host) for host in sorted(hosts))})"
    if not at:
        local_part = r"(?:[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40))?"
        return rf"(?<![\w-]){local_part}(?:[\w-]{{1,63}}\.){{0,8}}{host}"
    name = "|".join(re.escape(spelling) for spelling in sorted(_spellings(local)))
    return rf"(?<![\w.+-])(?:{name})(?:(?:\+|%2B)[\w.+%-]{{0,64}})?(?:@|%40|&#64;|\\u0040|＠){host}"
