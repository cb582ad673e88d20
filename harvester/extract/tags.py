"""Which element does what in a page: the sets that the walk asks."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _words("""
    address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe input
    legend li main marquee menu nav noframes noscript ol optgroup option p pre section select summary table
    tbody td textarea tfoot th thead title tr ul
    """)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "legend", "summary"})
PREFORMATTED = frozenset({"pre", "textarea", "listing"})
# Without attributes these need nothing but their line breaks.
PLAIN = _words("""
    b big blockquote br caption center cite dd div em font hr li ol option p s small strong sub sup tbody td
    tfoot th thead tr u ul wbr section article table a label abbr time mark del ins picture figure
    figcaption svg path g
    """)
# Elements that style rules of the page use to sprinkle filler into an address.
STYLED_INLINE = _words(
    "a abbr b bdi bdo big code data del dfn em font i ins kbd label mark s samp small span strong sub sup tt u var"
)

# Pictures and icon fonts that stand for the at sign inside an address.
AT_ALT = re.compile(r"\s*[\[({<]?\s*(?:@|at|at[ -]?sign|arroba|arobase|klammeraffe)\s*[\])}>]?\s*\Z", re.IGNORECASE)
AT_ICON = re.compile(
    r"(?:^|\s)(?:fa|icon|bi|ti|la|mdi|glyphicon|icofont|lni|feather|uil|ri|bx|bxs|ion|ph)-at(?:-sign|-line|-fill)?(?:$|\s)"
)
REFRESH = re.compile(r"\s*[\d.]{0,9}\s*[;,]?\s*(?:url\s*=)?\s*[\"']?([^\"'>]*)", re.IGNORECASE)

_WANTED_NAMES = _words("""
    alt aria-label cite content first formaction itemprop itemtype last onclick onfocus onload onmousedown
    onmouseover placeholder typeof property summary text user domain value email mail address
    """)
_WANTED_CLASS = re.compile(
    r"v-?card|mail|spam|h-card|\badr\b|\btel\b|\borg\b|\bfn\b|(?:^|\s)[ud](?:$|\s)|obfus|crypt|protect|cloak|encod|rot13|reverse"
    r"|(?:^|\s)(?:p|u|dt|e)-[a-z]",
    re.IGNORECASE,
)


def is_wanted(tag: str, attrs: dict[str, str]) -> bool:
    """Whether an extractor may have work with this element."""
    for name, value in attrs.items():
        if name in _WANTED_NAMES or name[:5] == "data-":
            return True
        if value and ("@" in value or "%40" in value or "email-protection" in value):
            return True
    names = attrs.get("class") or attrs.get("id")
    return bool(names and _WANTED_CLASS.search(names)) or "-" in tag
