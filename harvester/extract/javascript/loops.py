"""Loops that encoders write over a string, done at once: Hivelogic's nests eight of them, 20,000 steps for one address.

The scripts of a recorded page of 21 KB took 29 ms letter by letter, 4 ms so (2026-11).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from harvester.extract.javascript.expressions import Node
from harvester.extract.javascript.syntax import parse_script
from harvester.extract.javascript.values import joined

Names = dict[str, Any]
_SHIFTS = range(129)


def _shifted(text: str, shift: int) -> tuple[str, Names]:
    """Each letter moved back in the alphabet of ASCII."""
    turned = text.translate({code: (code - shift) % 128 for code in range(128)})
    return turned, {"INDEX": len(text), "CODE": ord(turned[-1])}


def _swapped(text: str, _shift: int) -> tuple[str, Names]:
    """Each pair of letters the other way round; a last one without a partner is left out."""
    pairs = text[: len(text) // 2 * 2]
    turned = "".join(pairs[index + 1] + pairs[index] for index in range(0, len(pairs), 2))
    return turned, {"INDEX": len(pairs)}


# In capitals what may have any name in the script; what the loop leaves in its variables comes with the string.
_LOOPS: tuple[tuple[str, Callable[[str, int], tuple[str, Names]]], ...] = (
    (
        (
            "for(INDEX=0;INDEX<TEXT.length;INDEX++)"
            "{CODE=TEXT.charCodeAt(INDEX)-SHIFT;if(CODE<0)CODE+=128;OUT+=String.fromCharCode(CODE)}"
        ),
        _shifted,
    ),
    ("for(INDEX=0;INDEX<(TEXT.length-1);INDEX+=2){OUT+=TEXT.charAt(INDEX+1)+TEXT.charAt(INDEX)}", _swapped),
)


def run_at_once(loop: Node, value_of: Callable[[Node], Any]) -> Names | None:
    """The values of variables after a loop, or None if it is none of the known ones; `value_of` gives those before."""
    for known, work in _loops():
        found: dict[str, Any] = {}
        if _fits(known, loop, found):
            shift = found.pop("SHIFT", 0)
            if len(set(found.values())) < len(found) or not all(isinstance(name, str) for name in found.values()):
                return None
            text, out = value_of(("name", found["TEXT"])), value_of(("name", found["OUT"]))
            if not (isinstance(text, str) and isinstance(out, str) and text and text.isascii()) or shift not in _SHIFTS:
                return None
            turned, left = work(text, shift)
            return {found["OUT"]: joined([out, turned])} | {found[name]: value for name, value in left.items()}
    return None


def _fits(known: Any, node: Any, found: dict[str, Any]) -> bool:
    """Whether a part of a script is the known one; what stands for its names is put into `found`."""
    if not isinstance(known, (tuple, list)):
        return bool(known == node)
    if known[:1] == ("name",) and known[1].isupper():
        kind = "literal" if known[1] == "SHIFT" else "name"
        return bool(node[:1] == (kind,) and found.setdefault(known[1], node[1]) == node[1])
    return (
        type(known) is type(node)
        and len(known) == len(node)
        and all(_fits(part, other, found) for part, other in zip(known, node, strict=True))
    )


@cache
def _loops() -> tuple[tuple[Node, Callable[[str, int], tuple[str, Names]]], ...]:
    return tuple((parse_script(source)[0], work) for source, work in _LOOPS)
