"""The company's name as a page shows it: data for machines, copyright line, legal forms, title, letterhead, heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from harvester.data import load_table, load_words
from harvester.extract.legal_forms import has_legal_form, names_with_form
from harvester.extract.linked_data import Node, is_organization, node_types, text_of
from harvester.extract.names import brand_of_host, clean_name, is_host, is_no_name, likeness, name_key
from harvester.extract.page import Document
from harvester.extract.person_names import parse_person
from harvester.model import Zone

ENOUGH = 3.0  # points that a name needs on a page that is not the home page
ENOUGH_AT_HOME = 2.0
DATA, MAX_ORGANIZATIONS = 5.0, 2  # points of a name in data for machines, and how many companies that may name
RESEMBLES = 4.0  # points for likeness with the domain, times its degree
ALIKE = 0.6  # likeness of a name in running text with the domain
ONLY_NAME = 3.0  # points of the only part of a title that is no page's name
LONG_SENTENCE = 60  # characters before the word "copyright" in prose
MAX_BEGINNINGS = 40
BEGINNING = 3  # letters that the domain and a name in running text begin with

_BETWEEN = re.compile(
    r"\s+[-–—:·•/~+]+\s+|\s*[|｜»«›>│¦_‹]+\s*|\s*[–—－•]\s*|:\s+|\s+-|-\s+|\.\s{2,}"
    r"|(?<=[\u3040-\u9fff])\s*[,，、]|(?<=[\u3040-\u9fff])-(?=[\u3040-\u9fff])"
)
_COPYRIGHT = re.compile(  # each alternative begins with a plain letter: four times as fast as ignoring case
    r"©|&copy;|&COPY;|\((?i:c)\)\s?(?=(?:19|20)\d\d|[^\W\d_])|c(?i:opy ?right)(?![-\w])|C(?i:opy ?right)(?![-\w])"
    r"|版权所有|А(?i:вторск)|а(?i:вторск)"
)
_COPYRIGHT_HEAD = re.compile(
    r"(?i)^(?:[\s©,.:;|–—-]|\(c\)|copyrights?|copr\.?|版权所有|版權所有|\b(?:19|20)\d\d\b"
    r"|\b(?:by|von|par|por|da|de|bei|of|from|to|present|heute)\b(?=[\s:]))*"
)
_CHINESE_FORM = re.compile(
    r"[\u4e00-\u9fff（）()·A-Za-z0-9]{2,30}?(?:股份有限公司|有限责任公司|集团有限公司|有限公司)(?:集团)?"
)
_JAPANESE_FORM = re.compile(
    r"(?:株式会社|有限会社|合同会社|（株）|㈱)[ 　]?[\w・ー&]{2,20}|[\w・ー&]{2,20}[ 　]?(?:株式会社|有限会社|合同会社)"
)
_KOREAN_FORM = re.compile(r"(?:\(주\)|㈜|\(유\)) ?[\w&]{2,20}|[\uac00-\ud7a3A-Za-z&]{2,20} ?(?:\(주\)|㈜|\(유\))")
_SLAVIC_FORM = re.compile(
    r"\b(?:ООО|ОАО|ЗАО|ПАО|АО|ТОО|ТОВ|ОДО|ИП|ФОП|ЧП|ЧУП|УП)\s{1,2}[«\"“„]?\s?[^«»\"“”„\n,;|]{2,45}[»\"”“]?"
)
_CAPITALIZED = r"(?:[^\W\d_a-z][\w'’.&-]*|&|\+)"
_RUN = re.compile(
    rf"{_CAPITALIZED}(?:[ ](?:{_CAPITALIZED}|of|and|the|de|du|di|la|le|für|und|et|e|y)(?=[ \n,.;:)|!?]|$))*"
)


def extract_name(
    document: Document, *, label: str, nodes: Sequence[Node] = (), is_home: bool = False, address: str = ""
) -> str | None:
    """Return the name that the page shows best, None if it shows none.

    `label` is the domain's own label, `address` the postal address, above which a name may stand.
    """
    scores: dict[str, float] = {}
    shown: dict[str, tuple[float, str]] = {}
    for text, points in dict.fromkeys(_candidates(document, nodes, is_home=is_home, address=address)):
        name = clean_name(text)
        if name and is_host(name.partition(" ")[0]) and not has_legal_form(name):
            name = brand_of_host(name)
        if name is None:
            continue
        like = likeness(name, label)
        if name[:1].islower() and not like:
            continue
        key = name_key(name)
        score = points + RESEMBLES * like + (0.5 if has_legal_form(name) else 0.0)
        scores[key] = max(scores.get(key, 0.0) + 1.0, score + (1.0 if key in scores else 0.0))
        if key not in shown or score > shown[key][0]:
            shown[key] = (score, name)
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or scores[best] < (ENOUGH_AT_HOME if is_home else ENOUGH):
        return _in_running_text(document, label)
    return _with_its_beginning(document, shown[best][1])


def _candidates(
    document: Document, nodes: Sequence[Node], *, is_home: bool, address: str
) -> Iterator[tuple[str, float]]:
    organizations = {text_of(node.get("name")) for node in nodes if is_organization(node)}
    points = DATA if len(organizations) <= MAX_ORGANIZATIONS else DATA / 2  # of many the site belongs to none
    for node in nodes:
        if is_organization(node):
            yield text_of(node.get("legalName")), points
            yield text_of(node.get("name")), points
        elif "WebSite" in node_types(node):
            yield text_of(node.get("name")), 2.5
    meta = document.meta
    yield meta.get("og:site_name", ""), 3.5
    yield meta.get("application-name", ""), 2.5
    yield meta.get("apple-mobile-web-app-title", ""), 2.0
    yield meta.get("author", ""), 0.5
    owners = dict.fromkeys(_copyright_names(document.text))
    yield from ((name, 3.0 if len(owners) <= 2 else 1.0) for name in owners)  # of many the page owns none
    yield from ((first, 2.5) for name in owners if (first := name.partition(", ")[0]) != name)
    yield from ((name, 2.5) for name in _legal_names(document))
    yield from _title_names(document.title, is_home=is_home)
    if address:
        yield from _letterhead(document.text, address)
    if is_home:
        yield from (
            (text, 1.0) for offset, text in document.headings[:3] if document.zone_at(offset) is not Zone.FOOTER
        )
    owners = {}
    for element in document.elements:
        if element.tag == "img" and "logo" in f"{element.attrs.get('src', '')}{element.attrs.get('class', '')}".lower():
            yield re.sub(r"(?i)\blogo\b", "", element.attrs.get("alt", "")), 1.0
        elif element.attrs.get("itemprop") == "legalName" or "org" in element.attrs.get("class", "").split():
            owners[clean_name(document.text[element.start : element.end]) or ""] = None
    yield from ((name, 3.0 if len(owners) <= MAX_ORGANIZATIONS else 1.0) for name in owners)


def _title_names(title: str, *, is_home: bool) -> Iterator[tuple[str, float]]:
    parts = [part for part in _BETWEEN.split(title) if part.strip()]
    kept = [part for part in parts if clean_name(part)]
    if len(parts) > 1:
        yield title, 0.2
        if len(kept) == 1 and len(kept[0].split()) <= 6 and all(is_no_name(part) for part in parts if part != kept[0]):
            yield kept[0], ONLY_NAME
    for index, part in enumerate(kept):
        at_an_end = index in (0, len(kept) - 1)
        yield part, (2.2 if is_home and at_an_end and len(part) <= 40 else 1.0) - 0.1 * index
        if has_legal_form(part):
            yield part, 2.5


def _copyright_names(text: str) -> Iterator[str]:
    for count, match in enumerate(_COPYRIGHT.finditer(text, max(0, len(text) - 4_000))):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        line = text[match.start() : len(text) if end < 0 else end][:200]
        before = text[max(start, match.start() - 80) : match.start()]
        rest = _COPYRIGHT_HEAD.sub("", line)
        if rest[:1].islower() and len(before) > LONG_SENTENCE:
            continue
        if not rest.strip():
            rest = before or text[end + 1 : end + 80].partition("\n")[0]
        name = _rights().split(rest, maxsplit=1)[0]
        yield re.sub(r"[\s,(]*\b(?:19|20)\d\d\b.*", "", name)
        if count > 3:
            return


def _legal_names(document: Document) -> Iterator[str]:
    """Lines (or their first part) with a legal form, in the order of the page."""
    text = document.text
    yield from names_with_form(text)
    if "公司" in text:
        yield from (match[0] for match in list(_CHINESE_FORM.finditer(text, 0, 50_000))[:6])
    if "会社" in text or "㈱" in text:
        yield from (match[0] for match in list(_JAPANESE_FORM.finditer(text, 0, 50_000))[:6])
    if "(주)" in text or "㈜" in text:
        yield from (match[0] for match in list(_KOREAN_FORM.finditer(text, 0, 50_000))[:6])
    if not text.isascii() and any(form in text for form in ("ООО", "ЗАО", "ОАО", "ТОВ", "ТОО", "ПАО")):
        yield from (match[0].strip() for match in list(_SLAVIC_FORM.finditer(text, 0, 50_000))[:6])


def _letterhead(text: str, address: str) -> Iterator[tuple[str, float]]:
    """The line above the postal address, where letters have the company's name."""
    at = text.find(address.partition(", ")[0])
    above = text[max(0, at - 200) : max(0, at)].rstrip().rpartition("\n")[2].strip()
    words = above.split()
    if not 1 <= len(words) <= 6 or any(map(str.isdigit, above)) or above[-1] in ":：.!?":
        return
    if not above[0].islower() and not parse_person(above):
        yield above, 2.0 if f"\n{above}\n" in text.replace(above, "", 1) else 1.5


def _in_running_text(document: Document, label: str) -> str | None:
    """The words that begin as the domain does and are like it, where no better place has a name."""
    found: dict[str, tuple[int, str]] = {}
    for text in (document.title, document.text):
        for at in _beginnings_of(label.lower(), text.lower()):
            name = _run_around(text, at)
            if name and likeness(name, label) >= ALIKE:
                count, first = found.get(name_key(name), (0, name))
                found[name_key(name)] = (count + 1, first)
    return max(found.values(), key=lambda entry: entry[0], default=(0, None))[1]


def _beginnings_of(label: str, text: str) -> Iterator[int]:
    """Offsets where a text begins as the label does, its first two letters perhaps with "&" between them."""
    if len(label) < BEGINNING:
        return
    second = label[4:5] if label[1:4] == "and" else label[1]
    for beginning in (label[:BEGINNING], f"{label[0]}&{second}", f"{label[0]} & {second}"):
        at, count = text.find(beginning), 0
        while at >= 0 and count < MAX_BEGINNINGS:
            if not (at and text[at - 1].isalnum()):
                count += 1
                yield at
            at = text.find(beginning, at + BEGINNING)


def _run_around(text: str, at: int) -> str | None:
    """The capitalized words around an offset, on its line."""
    start = max(text.rfind("\n", 0, at) + 1, at - 80)
    end = text.find("\n", at)
    line = text[start : min(len(text) if end < 0 else end, at + 80)]
    for match in _RUN.finditer(line):
        if match.start() <= at - start < match.end():
            name = clean_name(match[0].rstrip(".&"))
            return name if name and not is_host(name) else None
    return None


def _with_its_beginning(document: Document, name: str) -> str:
    """A person's name with the words that make it a firm's, where the page shows them: "Law Offices of"."""
    if not parse_person(name):
        return name
    for text in (document.title, document.text):
        lowered = text.lower()
        at = lowered.find(name.lower())
        while at > 0:
            before = lowered[max(0, at - 40) : at].rstrip()
            for beginning in _beginnings():
                if before.endswith(beginning) and not before[: -len(beginning)][-1:].isalnum():
                    return text[
                        at - (len(lowered[max(0, at - 40) : at]) - len(before)) - len(beginning) : at + len(name)
                    ]
            at = lowered.find(name.lower(), at + len(name))
    return name


@cache
def _beginnings() -> tuple[str, ...]:
    """Longest first."""
    return tuple(sorted((row[1] for row in load_table("name_affixes") if row[0] == "part"), key=len, reverse=True))


@cache
def _rights() -> re.Pattern[str]:
    phrases = sorted(load_words("rights_phrases"), key=len, reverse=True)
    spaced = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] < "\u3000")
    joined = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] >= "\u3000")
    return re.compile(
        rf"(?i)(?<!\w)(?:{spaced})(?!\w)|{joined}|(?<=\w\w)\. |[|•·]| [-–—] |。|[\u4e00-\u9fff]ICP[备備证]"
    )
