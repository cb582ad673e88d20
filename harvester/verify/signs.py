"""What a local part says about itself: letters that no name has, and what its provider gives to nobody."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from harvester.data import load_table

KEYBOARD_ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
KEYBOARD_RUN = 5  # "power" and "tyres" have four in a row of one keyboard row, no word five
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrtvwxz]{6,}")  # with s and y: "angstschweiss", "rhythm"
_SWITCHES = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
SWITCHES = 4  # between letters and digits: "a8f3k2"; "room24b7" has three


class Rules(NamedTuple):
    """How a provider names its mailboxes."""

    without_dots: bool
    without_tags: bool
    fewest: int
    most: int
    pattern: re.Pattern[str]


def is_gibberish(local: str) -> bool:
    """Whether the local part is typed at random or made by a machine; names and words of any language are not."""
    text = local.lower()
    if _CONSONANTS.search(text) or len(_SWITCHES.findall(text)) >= SWITCHES:
        return True
    runs = (row[at : at + KEYBOARD_RUN] for row in KEYBOARD_ROWS for at in range(len(row) - KEYBOARD_RUN + 1))
    return any(run in text or run[::-1] in text for run in runs)


def mailbox_name(local: str, domain: str) -> str:
    """The name of the mailbox behind a spelling: at Gmail `J.Roe+shop` is `jroe`.

    >>> mailbox_name("J.Roe+shop", "gmail.com")
    'jroe'
    """
    rules = _rules().get(domain)
    name = local.lower()
    if rules and rules.without_tags:
        name = name.partition("+")[0]
    return name.replace(".", "") if rules and rules.without_dots else name


def is_given_to_nobody(local: str, domain: str) -> bool:
    """Whether the provider of the domain gives out no mailbox of this name."""
    rules = _rules().get(domain)
    if rules is None:
        return False
    name = mailbox_name(local, domain)
    return not (rules.fewest <= len(name) <= rules.most and rules.pattern.fullmatch(name))


@cache
def _rules() -> dict[str, Rules]:
    return {
        domain: Rules("dots" in spelling, "tags" in spelling, int(fewest), int(most), re.compile(pattern))
        for domain, spelling, fewest, most, pattern in load_table("provider_mailboxes")
    }
