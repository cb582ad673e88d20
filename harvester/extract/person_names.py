"""The grammar of persons' names: which words on a page can be one, and whether a mailbox name agrees with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from harvester.data import load_table, load_words

MAX_LENGTH = 60
MAX_WORDS = 6
GIVEN, LATER_GIVEN, HONORIFIC, PATRONYMIC = 2.0, 1.5, 2.0, 2.5  # points of evidence

_LETTERS = "(?:[^\\W\\d_]|[\u0900-\u0963\u0980-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e])+"  # vowel signs are no \w in Python
_NAME_WORD = re.compile(rf"{_LETTERS}(?:['’´`.-]{_LETTERS})*['’]?\.?")
_CAMEL = re.compile(r"^(?!Mac|Mc|Mac|De|Di|Da|Le|La|Van|Fitz|O)\w*[a-zß-ÿ][A-ZÀ-Þ]")
_INITIAL = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")
_EDGES = ' \t\u00a0\u3000,;:.!|/\\-–—•·*>»«<"“”„()[]{}=#&+：；，。、（）'
_PATRONYMIC = re.compile(r"\w+(?:ович|евич|ьич|овна|евна|ична|івна|ївна|йович)")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]")
_EAST_ASIAN_NAME = re.compile(
    r"[\u3400-\u9fff\u3005]{2,4}|[\uac00-\ud7a3]{2,4}"
    r"|[\u3400-\u9fff\u3005]{1,3}[ \u3000]{1,2}[\u3041-\u30ff\u3400-\u9fff]{1,4}"
)
_STATES = frozenset({"georgia", "virginia"})  # given names that behind another word are a place: "Richmond, Virginia"
_TRANSLITERATION = str.maketrans({row[0]: "" if row[1] == "-" else row[1] for row in load_table("transliteration")})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name without honorifics, and how much its own words speak for its being one."""

    name: str
    evidence: float


@lru_cache(maxsize=2048)
def parse_person(text: str) -> PersonName | None:
    """Return the name that a piece of text is, None if it can be none.

    >>> parse_person("Dr. Maria Huber, MBA").name
    'Maria Huber'
    """
    text = " ".join(text.split()).strip(_EDGES.replace(".", ""))
    if not 2 <= len(text) <= MAX_LENGTH or any(map(str.isdigit, text)) or "@" in text:
        return None
    if _EAST_ASIAN.search(text):
        return _east_asian(text)
    parts = [part.strip() for part in text.split(",")]
    words, honorifics = _without_honorifics(" ".join(parts).replace("´", "'").split())
    is_turned = len(parts) == 2 and len(words) in (2, 3) and parts[0] == words[0] and _is_given(words[1])
    if is_turned:
        words = [*words[1:], words[0]]  # "Huber, Maria"
    elif not all(map(_is_honorific, " ".join(parts[1:]).split())):
        return None
    if not words or len(words) > MAX_WORDS or not _are_name_words(words):
        return None
    is_place = is_turned and words[0].lower() in _STATES
    evidence = (0.0 if is_place else _evidence(words)) + (HONORIFIC if honorifics else 0.0)
    full = [word for word in words if len(word.rstrip(".")) > 1 and word.lower() not in load_words("name_particles")]
    if len(full) < (1 if honorifics else 2) and not (len(words) > 1 and full and _INITIAL.fullmatch(words[0])):
        return None
    return PersonName(" ".join(words).strip(_EDGES.replace(".", "")).rstrip("."), evidence)


@lru_cache(maxsize=2048)
def agreement(name: str, local_part: str) -> int:
    """How well a mailbox name agrees with a person's: 2 given and family name, 1 one of them, 0 not at all.

    >>> agreement("Maria Huber", "m.huber"), agreement("Maria Huber", "huber"), agreement("Maria Huber", "j.smith")
    (2, 1, 0)
    """
    parts = [part for part in re.split(r"[^a-z]+", fold(local_part)) if part]
    compact = "".join(parts)
    if not compact:
        return 0
    if _EAST_ASIAN.search(name):
        surname = _romanizations().get(name[0])
        return int(bool(surname) and compact.startswith(str(surname)) and compact != surname)
    return max((_agreement(words, parts, compact) for words in _spellings(name) if words), default=0)


@lru_cache(maxsize=2048)
def is_personal(local_part: str) -> bool:
    """Say whether a mailbox name looks like a person's: two words, initial and word, or a given name; no function."""
    parts = [part for part in re.split(r"[^a-z]+", fold(local_part)) if part]
    if not parts or any(part in _not_person() for part in parts):
        return False
    if len(parts) == 1:
        return parts[0] in _given_names()
    return len(parts) <= 4 and len(max(parts, key=len)) > 2


def is_function(local_part: str) -> bool:
    """Say whether a mailbox name has a word that names no person: info, sales, office."""
    return any(part in _not_person() for part in re.split(r"[^a-z]+", fold(local_part)) if part)


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Lower case without accents; Cyrillic and Greek in Latin letters."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("ου", "ou").replace("ού", "ou").translate(_TRANSLITERATION)
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
        text = text.translate(_TRANSLITERATION)
    return text


def _agreement(words: list[str], parts: list[str], compact: str) -> int:
    if len(words) > 1 and _agrees_in_full(words[0], words[-1], parts, compact):
        return 2
    if len(compact) in (2, 3) and len(words) > 1 and compact == "".join(word[0] for word in words):
        return 1
    return int(any(_is_in(word, parts, compact) for word in words))


def _agrees_in_full(given: str, family: str, parts: list[str], compact: str) -> bool:
    """Say whether given name (or its initial) and family name make up the mailbox name, in either order."""
    if given in parts and family in parts:
        return True
    for first, second in ((given, family), (family, given)):
        if len(second) > 2 and compact.startswith((first + second, first[0] + second)):
            return True
        if len(first) > 3 and compact.startswith(first) and compact[len(first) :] == second[0]:
            return True
    return len(family) > 3 and family in parts and any(part[0] == given[0] for part in parts if part != family)


def _is_in(word: str, parts: list[str], compact: str) -> bool:
    return word == compact or (len(word) > 3 and word in parts) or (len(word) > 4 and word in compact)


def _spellings(name: str) -> list[list[str]]:
    """The words of a name in Latin letters, in the ways that mailbox names spell them."""
    particles = load_words("name_particles")
    found = []
    for text in (name.lower(), name.lower().translate(_UMLAUTS)):
        first, whole = text.partition(" ")[0], text.split()  # "Ben" is a name in front and a particle within
        words = [word for word in re.split(r"[\s-]+", text) if word == first or word not in particles]
        words = [re.sub(r"[^a-z]", "", fold(word)) for word in words]
        whole = [re.sub(r"[^a-z]", "", fold(word)) for word in whole if word == first or word not in particles]
        joined = [re.sub(r"[^a-z]", "", fold(part)) for part in (first, text[len(first) :])]  # "Le Goff": legoff
        found += [[word for word in words if word], [word for word in whole if word], [word for word in joined if word]]
    return found


def is_comparable(name: str) -> bool:
    """Say whether a name can be held against a mailbox name: not so in scripts that we cannot put in Latin letters."""
    return name[0] in _romanizations() or re.search(r"[a-z]", fold(name)) is not None


def is_east_asian(name: str) -> bool:
    """Say whether a name is in Chinese, Japanese or Korean writing; two Korean syllables are as often a place."""
    return _EAST_ASIAN.search(name) is not None and not (len(name) == 2 and name[0] >= "\uac00")


def _is_honorific(word: str) -> bool:
    return word.lower().replace(".", "").strip("(),/") in load_words("honorifics")


def _without_honorifics(words: list[str]) -> tuple[list[str], int]:
    count = 0
    while len(words) > 1 and _is_honorific(words[0]) and not _is_initial_of_name(words):
        words, count = words[1:], count + 1
    while len(words) > 1 and _is_honorific(words[-1]) and len(words[-1].rstrip(".")) > 1:
        if words[-1].islower() and "." not in words[-1]:
            break
        words, count = words[:-1], count + 1
    return words, count


def _is_initial_of_name(words: list[str]) -> bool:
    return len(words[0].rstrip(".")) == 1 and words[0].isupper() and len(words) == 2


def _are_name_words(words: list[str]) -> bool:
    particles, shut = load_words("name_particles"), _not_person()
    for word in words:
        if not _NAME_WORD.fullmatch(word):
            return False
        if not word[0].isupper() and word.lower() not in particles and word[0].lower() != word[0].upper():
            return False
        lowered = word.lower().rstrip(".")
        if (lowered in shut and lowered not in particles) or any(
            piece in shut for piece in lowered.split("-") if len(piece) > 2
        ):
            return False
        if word.endswith(".") and len(word) > 4:
            return False
        if _CAMEL.search(word):
            return False
    return words[0].lower() not in ("y", "e", "i", "und") and not (len(words) == 1 and words[0].isupper())


def _evidence(words: list[str]) -> float:
    if any(_PATRONYMIC.fullmatch(word.lower()) for word in words[1:]):
        return PATRONYMIC
    if _is_given(words[0]):
        return GIVEN
    if _is_given(words[-1]) and words[-1].lower() not in _STATES:
        return LATER_GIVEN
    return 0.5 if _INITIAL.fullmatch(words[0]) and len(words) > 1 else 0.0


def _is_given(word: str) -> bool:
    names = load_words("given_names")
    lowered = word.lower()
    return lowered in names or fold(lowered) in _given_names() or lowered.partition("-")[0] in names


def _east_asian(text: str) -> PersonName | None:
    evidence, whole = 0.0, text
    for honorific in _east_asian_honorifics():
        if text.endswith(honorific) and len(text) > len(honorific):
            text, evidence = text.removesuffix(honorific).strip(), HONORIFIC
            break
    if not evidence and text.endswith(_east_asian_endings()):
        return None
    surnames = load_words("east_asian_surnames")
    if not _EAST_ASIAN_NAME.fullmatch(text) and not (evidence and len(text) == 1 and text in surnames):
        return None
    if " " in text and text.split()[0] not in surnames:
        return None  # "王小明 电话" is a name and a label
    if text in _east_asian_words() or not (text[0] in surnames or text[:2] in surnames or text[:3] in surnames):
        return None
    return PersonName(" ".join((whole if len(text) == 1 else text).split()), evidence)  # 张先生 is no 张


@cache
def _given_names() -> frozenset[str]:
    return frozenset(fold(name) for name in load_words("given_names"))


@cache
def _not_person() -> frozenset[str]:
    streets = {row[1] for row in load_table("address_words") if row[0] == "street" and len(row[1]) > 2}
    titles = {row[0] for row in load_table("job_titles") if " " not in row[0]}
    return (load_words("not_person_words") | streets | titles) - {"al", "san", "pol", "loc"}


@cache
def _east_asian_words() -> frozenset[str]:
    titles = {row[0] for row in load_table("job_titles") if row[1] in ("zh", "ja", "ko")}
    return frozenset(
        titles | load_words("not_company_names") | load_words("contact_person_labels") | load_words("not_person_words")
    )


@cache
def _east_asian_endings() -> tuple[str, ...]:
    return tuple(load_words("east_asian_endings"))


@cache
def _east_asian_honorifics() -> tuple[str, ...]:
    """Longest first."""
    return tuple(sorted((word for word in load_words("honorifics") if word[0] >= "\u3040"), key=len, reverse=True))


@cache
def _romanizations() -> dict[str, str]:
    return {row[0]: row[1] for row in load_table("surname_romanizations")}
