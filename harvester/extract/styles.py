"""What the page's own style rules do to addresses: hide, turn around, and write them with generated content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

MAX_STYLE_CHARACTERS = 400_000
MAX_REMEMBERED = 20_000  # characters of a sheet
MAX_SELECTORS = 50
MAX_RULE = 4000

# Where one of these stands in a sheet, the rule around it may hide, turn or write characters of an address.
_TELLING_WORDS = (
    *(
        "none",
        "None",
        "NONE",
        "hidden",
        "collapse",
        "bidi-override",
        "isolate-override",
        "attr(",
        '"@"',
        "'@'",
        "\\40",
        "\\0040",
    ),
    *("font-size:0", "font-size: 0", "opacity:0", "opacity: 0", "-999", "-1000", "-500"),
)

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?<![\w-])opacity\s*:\s*0(?![.\d]*[1-9])|(?:left|top|text-indent)\s*:\s*-\d{3,}"
    r"|(?<![\w-])(?:max-)?height\s*:\s*0(?:px)?\s*[;!}][^}]{0,200}overflow\s*:\s*hidden",
    re.IGNORECASE,
)
_HIDING_WORDS = (
    *("none", "hidden", "collapse", "font-size", "opacity", "NONE", "HIDDEN", "None"),
    *("-9", "-1", "-5", "-indent", "height:0", "height: 0"),
)
_RIGHT_TO_LEFT = re.compile(r"direction\s*:\s*rtl", re.IGNORECASE)
_OVERRIDE = re.compile(r"unicode-bidi\s*:\s*(?:bidi-override|isolate-override)", re.IGNORECASE)
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*([^;}]{1,700})", re.IGNORECASE)
_CONTENT_PART = re.compile(
    r"attr\(\s*([\w-]{1,64})\s*\)|\"((?:[^\"\\]|\\.){0,500})\"|'((?:[^'\\]|\\.){0,500})'", re.DOTALL
)
_SUBJECT = re.compile(r"([.#\[])?([\w-]{1,80})")
_PSEUDO = re.compile(r"::?(before|after)\s*\Z", re.IGNORECASE)
_SIGN_ESCAPE = re.compile(r"\\0{1,4}40(?![0-9a-fA-F])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")


@dataclass(frozen=True, slots=True)
class Generated:
    """Content that a rule puts before or after an element: literal texts and attribute names in order."""

    where: str
    parts: tuple[tuple[str, str], ...]  # ("attr", name) or ("text", characters)


@dataclass(slots=True, eq=False)
class Styles:
    """Rules by the class, id or attribute of their subject: `.x`, `#x`, `[x` or a bare tag name."""

    hidden: set[str] = field(default_factory=set)
    turned: set[str] = field(default_factory=set)
    generated: dict[str, list[Generated]] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """All subjects."""
        return frozenset(self.hidden | self.turned | self.generated.keys())


def is_hiding(declarations: str) -> bool:
    """Whether these declarations take an element out of sight."""
    if not any(word in declarations for word in _HIDING_WORDS):
        return False
    return _HIDING.search(declarations) is not None


def is_turning(declarations: str) -> bool:
    """Whether these declarations show text from right to left, letter by letter."""
    if "irection" not in declarations and "IRECTION" not in declarations:
        return False
    return _RIGHT_TO_LEFT.search(declarations) is not None and _OVERRIDE.search(declarations) is not None


# What a sheet of its own says about the classes of a plug-in: Email Encoder Bundle (its CSS, 2026-11).
PLUG_IN = Styles(hidden={".eeb-nodis"}, turned={".eeb-rtl"})


def find_styles(source: str) -> tuple[Styles, ...]:
    """The rules of the `<style>` elements of a page that matter to addresses, of each sheet that has any."""
    found = []
    position = 0
    while (start := source.find("<style", position)) >= 0 or (start := source.find("<STYLE", position)) >= 0:
        end = source.find("</", start)
        if end < 0:
            break
        sheet = source[source.find(">", start) + 1 : end]
        if len(sheet) <= MAX_STYLE_CHARACTERS:
            found.append(_remembered(sheet) if len(sheet) <= MAX_REMEMBERED else _read(sheet))
        position = end
    return tuple(filter(None, found))


def join_styles(sheets: Iterable[Styles]) -> Styles:
    """The rules of several sheets, and those that hold on all pages."""
    styles = Styles()
    for sheet in (PLUG_IN, *sheets):
        styles.hidden |= sheet.hidden
        styles.turned |= sheet.turned
        for key, rules in sheet.generated.items():
            styles.generated[key] = [*styles.generated.get(key, ()), *rules]
    parts = [part for rules in styles.generated.values() for rule in rules for part in rule.parts]
    # Icons and quotation marks are generated content too: kept only where a piece of an address is among them.
    if not any(kind == "attr" or "@" in text for kind, text in parts):
        styles.generated.clear()
    return styles


def _read(sheet: str) -> Styles | None:
    styles = Styles()
    if _matters(sheet):
        _read_sheet(sheet, styles)
    return styles if styles.keys else None


_remembered = lru_cache(maxsize=256)(_read)  # the pages of a site repeat their sheets, which take 0.13 ms to read


def _matters(sheet: str) -> bool:
    return any(word in sheet for word in _TELLING_WORDS) or any(_written_signs(sheet))


def _written_signs(sheet: str) -> Iterator[int]:
    """Where an at sign stands inside quotation marks (no rule such as `@media`), plain or escaped."""
    position = sheet.find("@")
    while position >= 0:
        if sheet[position - 1 : position].isalnum() or sheet[position - 1 : position] in {'"', "'"}:
            yield position
        position = sheet.find("@", position + 1)
    if "\\0" in sheet:
        for match in _SIGN_ESCAPE.finditer(sheet):
            yield match.start()


def _read_sheet(sheet: str, styles: Styles) -> None:
    """File the rules around the words that tell. Plain searches: a pattern tried on every rule takes far longer."""
    if "/*" in sheet:
        sheet = _COMMENT.sub("", sheet)
    rules: dict[int, str] = {}
    for word in _TELLING_WORDS:
        position = sheet.find(word)
        while position >= 0:
            if word != "none" or "isplay" in sheet[max(0, position - 12) : position]:
                begin = sheet.rfind("{", max(0, position - MAX_RULE), position)
                rules[begin] = sheet[begin + 1 : _end_of_rule(sheet, position)]
            position = sheet.find(word, position + 1)
    for position in _written_signs(sheet):
        begin = sheet.rfind("{", max(0, position - MAX_RULE), position)
        rules[begin] = sheet[begin + 1 : _end_of_rule(sheet, position)]
    depth = counted = 0
    for begin, declarations in sorted(rules.items()):
        nearest = max(0, begin - MAX_RULE)
        start = max(sheet.rfind("}", nearest, max(0, begin)), sheet.rfind("{", nearest, max(0, begin)), nearest - 1) + 1
        depth += sheet.count("{", counted, start) - sheet.count("}", counted, start)
        counted = start
        # Inside `@media print` or `@media (max-width: …)` a rule says nothing sure about the screen.
        if begin > 0 and depth <= 0:
            _file_rule(sheet[start:begin], declarations, styles)


def _end_of_rule(sheet: str, position: int) -> int:
    end = sheet.find("}", position, position + MAX_RULE)
    return end if end >= 0 else position + MAX_RULE


def _file_rule(selectors: str, declarations: str, styles: Styles) -> None:
    hiding, turning = is_hiding(declarations), is_turning(declarations)
    content = _CONTENT.search(declarations) if "content" in declarations else None
    if hiding or turning or content:
        for selector in selectors.split(",")[:MAX_SELECTORS]:
            _file(selector.strip(), hiding=hiding, turning=turning, content=content, styles=styles)


def _file(selector: str, *, hiding: bool, turning: bool, content: re.Match[str] | None, styles: Styles) -> None:
    pseudo = _PSEUDO.search(selector)
    if pseudo:
        parts = _content_parts(content.group(1)) if content else ()
        key = _subject(selector[: pseudo.start()])
        if parts and key:
            styles.generated.setdefault(key, []).append(Generated(pseudo.group(1).lower(), parts))
        return
    # Only a plain selector is sure to apply: no state, no ancestor that may not be there.
    if ":" in selector or not (key := _subject(selector)) or " " in selector or key[0] not in ".#[":
        return
    if hiding:
        styles.hidden.add(key)
    if turning:
        styles.turned.add(key)


def _subject(selector: str) -> str:
    """The last class, id, attribute or tag of a selector, as `.x`, `#x`, `[x` or `x`."""
    last = re.split(r"[\s>+~]", selector)[-1]
    found = ["".join(part) for part in _SUBJECT.findall(last.partition("=")[0])]
    return found[-1] if found else ""


def _content_parts(value: str) -> tuple[tuple[str, str], ...]:
    parts = []
    for name, double, single in _CONTENT_PART.findall(value):
        text = _CSS_ESCAPE.sub(_unescape, double or single)
        parts.append(("attr", name.lower()) if name else ("text", text))
    return tuple(parts)


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1), 16) if match.group(1) else 0
    return match.group(2) or (chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "")
