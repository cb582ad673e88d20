"""The domain that a writer meant: a well-known mail domain that is one slip of the fingers away.

A domain that takes mail is somebody's ("libro.it" is no "libero.it"), unless it is a made-up brand with a letter left
out, doubled or swapped with its neighbour: nobody but a squatter is called "gmial.com". Where a domain takes no mail,
any slip of one letter counts.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from harvester.data import load_words

SHORTEST_NAME = 5  # letters before the ending: "web.de" has too many neighbours that are real
BRANDS = frozenset({"gmail", "googlemail", "hotmail", "icloud", "outlook", "protonmail", "yahoo"})
ENDINGS = {  # what becomes of the commonest endings; none of the left ones is one that companies take for its own sake
    "co": "com", "cm": "com", "om": "com", "con": "com", "cpm": "com", "cim": "com", "vom": "com", "xom": "com",
    "comm": "com", "ccom": "com", "coom": "com", "cmo": "com", "ocm": "com", "clm": "com", "ner": "net", "nte": "net",
    "ney": "net", "nett": "net", "ed": "de", "dde": "de", "rf": "fr",
}  # fmt: skip


@lru_cache(maxsize=1024)
def suggest_domain(domain: str, *, takes_mail: bool) -> str | None:
    """The well-known domain that was probably meant; None for a provider's own domain and for what is far from all.

    >>> suggest_domain("gmial.com", takes_mail=True)
    'gmail.com'
    """
    domain = domain.lower()
    known = load_words("top_mail_domains")
    if domain in known or domain in load_words("free_providers"):
        return None
    name, _, ending = domain.partition(".")
    if (repaired := f"{name}.{ENDINGS.get(ending, ending)}") in known:
        return repaired
    candidates = [other for other in known if _same_ending(other, ending) and len(_name(other)) >= SHORTEST_NAME]
    slips = [
        other
        for other in candidates
        if _is_slip(name, _name(other)) and not (takes_mail and _name(other) not in BRANDS)
    ]
    if not slips and not takes_mail:
        slips = [other for other in candidates if _is_substitution(name, _name(other))]
    return min(slips, key=lambda other: (other.partition(".")[2] != ending, other), default=None)


def _name(domain: str) -> str:
    return domain.partition(".")[0]


def _same_ending(known: str, ending: str) -> bool:
    return known.partition(".")[2] in (ending, ENDINGS.get(ending))


def _is_slip(written: str, meant: str) -> bool:
    """Neighbours swapped, one letter left out, or one written twice."""
    if len(written) == len(meant):
        wrong = [at for at in range(len(meant)) if written[at] != meant[at]]
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and (written[wrong[0]], written[wrong[1]]) == (meant[wrong[1]], meant[wrong[0]])
        )
    if len(written) == len(meant) - 1:  # never the first: "mail.com" is itself, "mail.net" somebody else
        return any(meant[:at] + meant[at + 1 :] == written for at in range(1, len(meant)))
    if len(written) == len(meant) + 1:
        doubled = [at for at, (one, next_one) in enumerate(pairwise(written)) if one == next_one]
        return any(written[:at] + written[at + 1 :] == meant for at in doubled)
    return False


def _is_substitution(written: str, meant: str) -> bool:
    """One letter in place of another, or one too many."""
    if len(written) == len(meant):
        return sum(one != other for one, other in zip(written, meant, strict=True)) == 1
    return len(written) == len(meant) + 1 and any(
        written[:at] + written[at + 1 :] == meant for at in range(len(written))
    )
