"""The company's name as a page gives it: data for machines, copyright line, lines with a legal form, title, heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice

from harvester.data import load_table, load_words
from harvester.extract.legal_forms import has_legal_form, names_with_form, without_legal_form
from harvester.extract.linked_data import Node, is_organization, node_types, text_of
from harvester.extract.page import Document
from harvester.model import Zone

MAX_LENGTH = 70
MAX_LEGAL_NAMES = 6
ENOUGH = 3.0  # points that a name needs on a page that is not the home page
ENOUGH_AT_HOME = 2.0
HOST = 3.0  # points that a name loses for being a host name
RESEMBLES = 4.0  # points for likeness with the domain, times its degree

_BETWEEN = re.compile(
    r"\s+[-–—:·•/~+]+\s+|\s*[|｜»«›>│¦_‹]+\s*|\s*[–—－•]\s*|:\s+|\s+-|-\s+|\.\s{2,}"
    r"|(?<=[\u3040-\u9fff])[-,，](?=[\u3040-\u9fff])"
)
_MARKS = re.compile(r"[®™©℠]|\((?:r|tm|c)\)", re.IGNORECASE)
_COPYRIGHT = re.compile(r"©|&copy;|\(c\)\s?(?=(?:19|20)\d\d|[^\W\d_])|copy ?right|版权所有|Авторск", re.IGNORECASE)
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
_SLAVIC_FORM = re.compile(
    r"\b(?:ООО|ОАО|ЗАО|ПАО|АО|ТОО|ТОВ|ОДО|ИП|ФОП|ЧП|ЧУП|УП)\s{1,2}[«\"“„]?\s?[^«»\"“”„\n,;|]{2,45}[»\"”“]?"
)
_EDGES = " \u3000-–—|:：·•,，;；*/\\><»«_~=+"
_PUNCTUATION = re.compile(r"[^\w' ]")
_HAS_POSTCODE = re.compile(r"\b(?:\d{5,6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")
_IS_HOST = re.compile(r"(?i)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}")
_WEB = re.compile(r"(?i)https?:|www\.|@|\.(?:html?|php)\b")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def extract_name(document: Document, *, label: str, nodes: Iterable[Node] = (), is_home: bool = False) -> str | None:
    """Return the name that the page shows best, None if it shows none; `label` is the domain's own label."""
    scores: dict[str, float] = {}
    shown: dict[str, tuple[float, str]] = {}
    for text, points in dict.fromkeys(_candidates(document, nodes, is_home=is_home)):
        name = clean_name(text)
        if name is None:
            continue
        key = name_key(name)
        like = likeness(name, label)
        score = points + RESEMBLES * like + (0.5 if has_legal_form(name) else 0.0)
        if is_host(name):
            score -= HOST
        if name[:1].islower() and not like:
            continue
        scores[key] = max(scores.get(key, 0.0) + 1.0, score + (1.0 if key in scores else 0.0))
        if key not in shown or score > shown[key][0]:
            shown[key] = (score, name)
    if not scores:
        return None
    best = max(scores, key=scores.__getitem__)
    return shown[best][1] if scores[best] >= (ENOUGH_AT_HOME if is_home else ENOUGH) else None


def clean_name(text: str) -> str | None:
    """Return the text without welcome words, marks and separators, None if that leaves no name.

    >>> clean_name("Welcome to Acme® GmbH | ")
    'Acme GmbH'
    """
    text = " ".join(_MARKS.sub(" ", text).split())
    if _is_no_name(text):
        return None
    text = _affixes("after").sub("", _affixes("before").sub("", text)).strip(_EDGES)
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    if not text.endswith(("Inc.", "Ltd.", "Co.", "Corp.")) and not has_legal_form(text):
        text = text.rstrip(".!")
    text = text.strip('"“”„') if text.count('"') % 2 or text[:1] in '"“„' else text
    text = text.strip()
    if not 2 <= len(text) <= MAX_LENGTH or not any(map(str.isalpha, text)) or _WEB.search(text):
        return None
    if _is_no_name(text) or len(text.split()) > 9 or "{" in text or text.count(",") > 2 or _HAS_POSTCODE.search(text):
        return None
    return text


def _is_no_name(text: str) -> bool:
    lowered = text.casefold()
    return lowered in _no_names() or _PUNCTUATION.sub("", lowered).strip() in _no_names()


def likeness(name: str, label: str) -> float:
    """How much a name is like a domain's label: 1 the same, 0 nothing in common.

    >>> likeness("Müller Maschinenbau GmbH", "mueller-maschinenbau")
    1.0
    """
    label = re.sub(r"[^a-z0-9]", "", _ascii(label))
    if not label or len(label) < 2:
        return 0.0
    return max(_likeness(fold(without_legal_form(name)), label) for fold in (_ascii, _ascii_umlauts))


def _likeness(name: str, label: str) -> float:
    words = re.findall(r"[a-z0-9]+", name)
    compact = "".join(words)
    if not compact:
        return 0.0
    if compact == label:
        return 1.0
    if len(words) > 1 and len(label) > 1 and "".join(word[0] for word in words) == label:
        return 0.9
    if len(compact) >= 4 and compact in label:
        return max(0.5, len(compact) / len(label))
    if len(label) >= 4 and label in compact:
        return max(0.6, len(label) / len(compact))
    if len(words[0]) >= 4 and 2 * len(words[0]) >= len(label) and label.startswith(words[0]):
        return max(0.5, len(words[0]) / len(compact))
    covered = sum(len(word) for word in words if len(word) > 2 and word in label)
    share = covered / len(label) * covered / len(compact)
    return round(share, 2) if share >= 0.4 else 0.0


def name_key(name: str) -> str:
    """The same for spellings of one name: without case, accents, punctuation and legal form."""
    return re.sub(r"[\W_]", "", _ascii(without_legal_form(name))) or re.sub(r"\s", "", name.casefold())


def is_host(name: str) -> bool:
    """Say whether a name is only a host name, as templates put it where a name is missing."""
    return _IS_HOST.fullmatch(name) is not None


@cache
def _no_names() -> frozenset[str]:
    words = {word.casefold() for word in load_words("not_company_names")}
    return frozenset(words | {re.sub(r"[^\w' ]", "", word).strip() for word in words})


@cache
def _affixes(place: str) -> re.Pattern[str]:
    """Words before or after a name in titles; they stand apart, except in scripts without spaces."""
    phrases = sorted((row[1] for row in load_table("name_affixes") if row[0] == place), key=len, reverse=True)
    spaced = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] < "\u3000")
    joined = "|".join(re.escape(phrase) for phrase in phrases if phrase[0] >= "\u3000")
    if place == "before":
        return re.compile(rf"(?i)^(?:(?:{spaced})\s+|(?:{joined})\s*)")
    return re.compile(rf"(?i)(?:\s+(?:{spaced})|\s*(?:{joined}))$")


@cache
def _rights() -> re.Pattern[str]:
    phrases = sorted(load_words("rights_phrases"), key=len, reverse=True)
    return re.compile(
        r"(?i)(?<!\w)(?:"
        + "|".join(map(re.escape, phrases))
        + r")(?!\w)|(?<=\w\w)\. |[|•·]| [-–—] |。|[\u4e00-\u9fff]ICP备"
    )


def _candidates(document: Document, nodes: Iterable[Node], *, is_home: bool) -> Iterator[tuple[str, float]]:
    for node in nodes:
        if is_organization(node):
            yield text_of(node.get("legalName")), 5.0
            yield text_of(node.get("name")), 5.0
        elif "WebSite" in node_types(node):
            yield text_of(node.get("name")), 2.5
    meta = document.meta
    yield meta.get("og:site_name", ""), 3.5
    yield meta.get("application-name", ""), 2.5
    yield meta.get("apple-mobile-web-app-title", ""), 2.0
    yield meta.get("author", ""), 0.5
    owners = dict.fromkeys(_copyright_names(document.text))
    yield from ((name, 3.0 if len(owners) <= 2 else 1.0) for name in owners)  # of many the page owns none
    yield from ((name, 2.5) for name in _legal_names(document))
    yield from _title_names(document.title, is_home=is_home)
    if is_home:
        yield from (
            (text, 1.0) for offset, text in document.headings[:3] if document.zone_at(offset) is not Zone.FOOTER
        )
    for element in document.elements:
        if element.tag == "img" and "logo" in f"{element.attrs.get('src', '')}{element.attrs.get('class', '')}".lower():
            yield re.sub(r"(?i)\blogo\b", "", element.attrs.get("alt", "")), 1.0
        elif element.attrs.get("itemprop") == "legalName" or "org" in element.attrs.get("class", "").split():
            yield document.text[element.start : element.end], 3.0


def _title_names(title: str, *, is_home: bool) -> Iterator[tuple[str, float]]:
    parts = [part for part in _BETWEEN.split(title) if part.strip()]
    kept = [part for part in parts if clean_name(part)]
    if len(parts) > 1:
        yield title, 0.2
    for index, part in enumerate(kept):
        at_an_end = index in (0, len(kept) - 1)
        yield part, (2.2 if is_home and at_an_end and len(part) <= 40 else 1.0) - 0.1 * index


def _copyright_names(text: str) -> Iterator[str]:
    for count, match in enumerate(_COPYRIGHT.finditer(text, max(0, len(text) - 4_000))):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        line = text[match.start() : len(text) if end < 0 else end][:200]
        rest = _COPYRIGHT_HEAD.sub("", line)
        if not rest.strip():
            rest = text[max(start, match.start() - 80) : match.start()] or text[end + 1 : end + 80].partition("\n")[0]
        name = _rights().split(rest, maxsplit=1)[0]
        yield re.sub(r"[\s,(]*\b(?:19|20)\d\d\b.*", "", name)
        if count > 3:
            return


def _legal_names(document: Document) -> Iterator[str]:
    """Lines (or their first part) that end with a legal form, in the order of the page."""
    text = document.text
    yield from islice(names_with_form(text), MAX_LEGAL_NAMES)
    if "公司" in text:
        yield from (match[0] for match in list(_CHINESE_FORM.finditer(text, 0, 50_000))[:6])
    if "会社" in text or "㈱" in text:
        yield from (match[0] for match in list(_JAPANESE_FORM.finditer(text, 0, 50_000))[:6])
    if not text.isascii() and any(form in text for form in ("ООО", "ЗАО", "ОАО", "ТОВ", "ТОО", "ПАО")):
        yield from (match[0].strip() for match in list(_SLAVIC_FORM.finditer(text, 0, 50_000))[:6])


@lru_cache(maxsize=4096)
def _ascii(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate(_LETTERS)) if not unicodedata.combining(c))


def _ascii_umlauts(text: str) -> str:
    return _ascii(text.casefold().translate(_UMLAUTS))
