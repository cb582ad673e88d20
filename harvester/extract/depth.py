"""A limit on how deep a page nests, for the parser's sake; browsers have one too."""

from __future__ import annotations

import re

MAX_DEPTH = 500

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_RAW = frozenset({"script", "style", "textarea", "title"})


def limit_depth(source: str) -> str:
    """The page with elements below the limit turned into line breaks, which hold no others.

    End tags that are often left out (`</p>`) make the count higher than the depth; a line break does for those.
    """
    depth = 0

    def flatten(match: re.Match[str]) -> str:
        nonlocal depth
        closing, tag = match.group(1), match.group(2).lower()
        if tag in _VOID or tag in _RAW:
            return match.group()
        if closing:
            depth = max(0, depth - 1)
            return match.group()
        if depth >= MAX_DEPTH:
            return "<br"
        depth += 1
        return match.group()

    return _TAG.sub(flatten, source)
