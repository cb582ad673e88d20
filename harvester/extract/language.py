"""The language of a page as BCP 47: what the page declares, unless its script or its words say otherwise."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from harvester.data import load_table
from harvester.extract.page import Document

SAMPLE = 1_800  # characters of text that are looked at
MIN_LETTERS = 40
MIN_WORDS = 12  # function words needed before a declared language is contradicted
CLEAR_LEAD = 2.0  # how many times as many words the found language must have as the declared one
# On a page with few sentences menu words count as well, and each by how few languages share it.
MIN_LETTERS_OF_FEW = 15
FEW_WORDS = 3  # different ones
FEW, FEW_LEAD = 1.2, 1.5  # points, and lead over the next language, that tell a language where none is declared
FEW_TO_CONTRADICT, LEAD_TO_CONTRADICT = 4.0, 3.0  # where a template declares one
OF_TEMPLATES = ("", "en")  # languages that a page has declared without knowing

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_].*)?", re.IGNORECASE)
_WORD, _ASCII_WORD = re.compile(r"[^\W\d_]+"), re.compile(r"[a-z]+")  # the same of lower-case ASCII, in half the time
_RENAMED = {
    "no": "nb",
    "iw": "he",
    "in": "id",
    "cz": "cs",
    "jp": "ja",
    "kr": "ko",
    "gr": "el",
    "dk": "da",
    "ua": "uk",
    "cn": "zh",
}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30fa]"), 0.12),  # kana; Japanese text is also full of Chinese characters
    ("ko", re.compile(r"[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), 0.3),
    ("th", re.compile(r"[\u0e01-\u0e5b]"), 0.3),
    ("he", re.compile(r"[\u05d0-\u05ea]"), 0.3),
    ("hi", re.compile(r"[\u0900-\u097f]"), 0.3),
    ("bn", re.compile(r"[\u0980-\u09ff]"), 0.3),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), 0.3),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), 0.3),
    ("hy", re.compile(r"[\u0531-\u0587]"), 0.3),
    ("km", re.compile(r"[\u1780-\u17ff]"), 0.3),
    ("el", re.compile(r"[\u0370-\u03ff]"), 0.3),
    ("ar", re.compile(r"[\u0621-\u064a]"), 0.3),
)
_VIETNAMESE = re.compile(r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u03ff\u0531-\u1eff\u3041-\ud7a3]")  # neither Latin nor Cyrillic; Vietnamese
_SAME_SCRIPT = {"ar": ("fa", "ur", "ps", "ckb"), "hi": ("ne", "mr", "sa"), "zh": ("yue", "wuu", "ja"), "he": ("yi",)}
_CLOSE_TO = {
    language: group
    for group in (
        {"hr", "sr", "bs", "me", "sh"},
        {"da", "nb", "nn"},
        {"id", "ms"},
        {"bg", "mk"},
        {"ru", "be"},
        {"pt", "gl"},
        {"cs", "sk"},
    )
    for language in group
}


def extract_language(document: Document) -> str | None:
    """Return the page's language tag, None when neither the page nor its words tell."""
    declared = _declared(document)
    text = _without_styles(document.text)
    spoken = detect_language(text[:SAMPLE], expected=declared)
    if spoken is None and len(text) > 2 * SAMPLE:  # long menus stand first
        spoken = detect_language(text[-SAMPLE:], expected=declared)
    if spoken is None or (declared and _is_same(declared, spoken)):
        return declared
    return spoken


def normalize_language(tag: str) -> str | None:
    """Return a tag with its subtags in their usual case, None if it is no tag of a known language.

    >>> normalize_language("de_at")
    'de-AT'
    """
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        return None
    language, script, region = match.groups()
    language = _RENAMED.get(language.lower(), language.lower())
    if language not in _function_words() and language not in ("nn", "cy", "lb", "mr", "my", "tl", "zu"):
        return None
    return "-".join(filter(None, (language, script and script.title(), region and region.upper())))


def detect_language(text: str, *, expected: str | None = None) -> str | None:
    """Return the language that script and function words show clearly, None when they do not."""
    text = text.lower()
    words = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    letters = sum(map(len, words))
    expected = expected.partition("-")[0] if expected else ""
    if letters < (MIN_LETTERS_OF_FEW if expected in OF_TEMPLATES else MIN_LETTERS):
        return None
    if not text.isascii() and _OTHER_SCRIPT.search(text):
        for language, script, share in _SCRIPTS:
            if len(script.findall(text)) > share * letters:
                return language
        if len(_VIETNAMESE.findall(text)) > 0.03 * letters:
            return "vi"
    counts = Counter(words)
    scores = _score(counts)
    if expected in OF_TEMPLATES and scores.get(expected, 0) < MIN_WORDS:
        return _by_words(scores, sum(counts.values()), expected) or _by_few_words(counts, expected)
    return _by_words(scores, sum(counts.values()), expected)


def _score(counts: Counter[str]) -> dict[str, int]:
    """How many function words of each language there are."""
    scores: dict[str, int] = {}
    languages = _languages_by_word()
    for word in counts.keys() & languages.keys():
        count = counts[word]
        for language in languages[word]:
            scores[language] = scores.get(language, 0) + count
    return scores


def _by_words(scores: dict[str, int], total: int, expected: str) -> str | None:
    best = max(sorted(scores), key=scores.__getitem__, default="")
    hits = scores.get(best, 0)
    if hits < MIN_WORDS or hits < 0.08 * total or hits < CLEAR_LEAD * scores.get(expected, 0):
        return None
    rivals = [score for language, score in scores.items() if language != best and not _is_same(best, language)]
    return best if hits >= 1.25 * max(rivals, default=0) else None


def _by_few_words(counts: Counter[str], expected: str) -> str | None:
    """The language of a page of menus and addresses rather than sentences."""
    scores: dict[str, float] = {}
    distinct: Counter[str] = Counter()
    languages = _languages_by_any_word()
    for word in counts.keys() & languages.keys():
        spoken_in = languages[word]
        distinct.update(spoken_in)
        for language in spoken_in:
            scores[language] = scores.get(language, 0.0) + min(counts[word], 3) / len(spoken_in)
    best = max(sorted(scores), key=scores.__getitem__, default="")
    if distinct[best] < FEW_WORDS:
        return None
    rival = max((score for language, score in scores.items() if not _is_same(best, language)), default=0.0)
    if expected:
        is_clear = scores[best] >= max(FEW_TO_CONTRADICT, LEAD_TO_CONTRADICT * scores.get(expected, 0.0))
        return best if is_clear and scores[best] >= FEW_LEAD * rival else None
    return best if scores[best] >= max(FEW, FEW_LEAD * rival) else None


def _without_styles(text: str) -> str:
    """The text without lines of a style sheet or script that leaked into it."""
    if "{" not in text[:SAMPLE]:
        return text
    return "\n".join(line for line in text.split("\n") if "{" not in line)


def _declared(document: Document) -> str | None:
    meta = document.meta
    candidates = (
        document.language,
        meta.get("og:locale"),
        meta.get("content-language"),
        meta.get("language"),
        meta.get("inlanguage"),
    )
    for candidate in candidates:
        tag = normalize_language(candidate.partition(",")[0]) if candidate else None
        if tag:
            return tag
    return None


def _is_same(declared: str, spoken: str) -> bool:
    language = declared.partition("-")[0]
    if language == spoken or language in _SAME_SCRIPT.get(spoken, ()):
        return True
    return language in _CLOSE_TO.get(spoken, ())


@cache
def _languages_by_word() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for language, words in _function_words().items():
        for word in words:
            found.setdefault(word, []).append(language)
    return found


@cache
def _languages_by_any_word() -> dict[str, list[str]]:
    """With the words of menus; one-letter words left out, which are also initials and list marks."""
    found = {word: list(languages) for word, languages in _languages_by_word().items() if len(word) > 1}
    for language, words in load_table("page_words"):
        for word in words.split():
            if language not in found.setdefault(word, []):
                found[word].append(language)
    return found


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[1].split()) - {"-"} for row in load_table("languages")}
