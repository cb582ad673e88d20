"""What bounces say of the sender, in a sentence."""

from __future__ import annotations

from harvester.extensions.wording import count
from harvester.store.letters import SenderTrouble


def tell_trouble(trouble: SenderTrouble) -> str:
    """How many letters came back for a reason that is about the sender, and of how many."""
    hit, letters = trouble.bounces, trouble.letters
    share = f" of {count(letters, 'letter')} ({hit / letters:.1%})" if letters else ""
    return f"About you, not about an address: {trouble.reason} hit {hit:,}{share}."
