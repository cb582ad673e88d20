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
# Elements that style rules of the page use to sprinkle filler into an address.
STYLED_INLINE = _words(
    "a abbr b bdi bdo big code data del dfn em font i ins kbd label mark s samp small span strong sub sup tt u var"
)

# Pictures and icon fonts that stand for the at sign inside an address.
AT_ALT = re.compile(r"\s*[\[({<]?\s*(?:@|at|at[ -]?sign|arroba|arobase|klammeraffe)\s*[\])}>]?\s*\Z", re.IGNORECASE)
AT_PICTURE = re.compile(
    r"(?:^|[/_-])(?:at|arroba|at[_-]?sign|klammeraffe)\.(?:gif|png|svg|jpe?g|webp)\Z", re.IGNORECASE
)
# An empty element whose class says what its style draws.
AT_CLASS = re.compile(r"(?:^|\s)(?:(?:e?mail|icon)[-_])?(?:at|at[-_]?sign|at[-_]?symbol|arroba|klammeraffe)(?:$|\s)")
AT_ICON = re.compile(
    r"(?:^|\s)(?:fa|icon|bi|ti|la|mdi|glyphicon|icofont|lni|feather|uil|ri|bx|bxs|ion|ph)-at(?:-sign|-line|-fill)?(?:$|\s)"
)
REFRESH = re.compile(r"\s*[\d.]{0,9}\s*[;,]?\s*(?:url\s*=)?\s*[\"']?([^\"'>]*)", re.IGNORECASE)
