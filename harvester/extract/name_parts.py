"""The parts of a line that may be a person's name, each with the title that stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import dropwhile, takewhile

from harvester.data import load_table, load_words
from harvester.extract.job_titles import is_job_title, parse_job_title
from harvester.extract.person_names import is_east_asian, parse_person

_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
TITLE_REACH = 4  # parts
_UNSPACED_LABELS = "|".join(
    sorted(
        word for word in {row[0] for row in load_table("phone_labels")} | load_words("mail_words") if word[0] > "\u3000"
    )
)
_STRONG_SEGMENTS = re.compile(
    r"[|•·;\t►»>→；，。、！（）【】]+|\s[-–—/]+\s|\s*[()\[\]]\s*|\s{3,}|(?<=\w)\s?[:：]\s*"
    rf"|\s+(?=(?:{_UNSPACED_LABELS})\s?[:：])"
)
_COMMA = re.compile(r",\s+(?=[^\W\d_])")
_NOT_GLUED = ("Mac", "Fitz", "Van", "Von", "Del", "Des", "Dos", "Della", "Saint", "Ben", "Abu", "Ibn")
_INVITATION = re.compile(
    rf"(?:^|\W)(?:{'|'.join(sorted(load_words('before_names')))})\s+((?:[^\W\d_][\w.'’-]*\s+){{1,6}}?)"
    rf"(?:{'|'.join(sorted(load_words('before_addresses')))})?[\s:,(]*$",
    re.IGNORECASE,
)


def invited_name(before: str) -> str | None:
    """The words that a sentence before an address names as whom to write to.

    >>> invited_name("For bookings, please contact Susan Dunmore at ")
    'Susan Dunmore'
    """
    match = _INVITATION.search(before)
    words = dropwhile(str.islower, match[1].split()) if match else ()  # "contact our buyer Susan Dunmore"
    return " ".join(words) or None


@lru_cache(maxsize=2048)
def named_parts(text: str) -> tuple[tuple[str, str | None, bool], ...]:
    """(name, title, whether a label announces a person) of the parts of a line that may be a name.

    The part after a name, or a label before it, is the title.
    """
    parts = list(_parts_of(_LONG_WORD.sub(_unglue, text)))
    found = []
    for index, part in enumerate(parts):
        name, title = _split_title(part)
        if parse_person(name) is None:
            continue
        title = title or _title_after(parts[index + 1 : index + 1 + TITLE_REACH])
        label = parts[index - 1] if index else ""
        is_label = label.casefold().strip(" .:：") in _contact_labels() and not is_job_title(label)
        if label and not title and not is_label and (is_job_title(label) or not parse_person(label)):
            title = parse_job_title(label)
        found.append((name, title, is_label))
    return tuple(found)


def _unglue(word: re.Match[str]) -> str:
    """Part what only a style sheet parts: "Leiterin EinkaufSabine Köhler"."""
    text = word[0]
    for at in range(3, len(text) - 2):
        if text[at].isupper() and text[at - 2 : at].islower() and text[at + 1 : at + 3].islower():
            return text if text[:at] in _NOT_GLUED else f"{text[:at]}|{text[at:]}"
    return text


def _parts_of(text: str) -> Iterator[str]:
    """The parts of a line; a comma parts them unless it stands inside a name: "Huber, Maria"."""
    for segment in _STRONG_SEGMENTS.split(text):
        pieces = [segment] if segment and parse_person(segment) else _COMMA.split(segment or "")
        yield from (piece.strip() for piece in pieces if piece.strip())


def _title_after(parts: list[str]) -> str | None:
    """The first title among the parts after a name, behind degrees and the like: "Jane Roe, PMP, MSc (Geologist)"."""
    own = takewhile(lambda part: not (parse_person(part) and not parse_job_title(part)), parts)
    return next(filter(None, map(parse_job_title, own)), None)


def _split_title(part: str) -> tuple[str, str | None]:
    """Split "Maria Huber Sales Manager" and "Direktor Jan Novák", where nothing stands between name and title."""
    words = part.split()
    if 2 <= len(words) <= 4 and is_east_asian(part):
        for size in range(1, len(words)):
            first, last = " ".join(words[:size]), " ".join(words[size:])
            for name, title in ((first, last), (last, first)):
                if parse_person(name) and parse_job_title(title) and not parse_job_title(name):
                    return name, title
    elif 3 <= len(words) <= 8:
        for size in range(2, len(words)):
            if size <= 4 and is_job_title(" ".join(words[size:])) and parse_person(" ".join(words[:size])):
                return " ".join(words[:size]), " ".join(words[size:])
        for size in range(len(words) - 2, 0, -1):
            if is_job_title(" ".join(words[:size])) and parse_person(" ".join(words[size:])):
                return " ".join(words[size:]), " ".join(words[:size])
    return part, None


@cache
def _contact_labels() -> frozenset[str]:
    return frozenset(load_words("contact_person_labels"))
