"""Who reads an address: person, job title and telephone that a page shows with it, never guessed from it.

Candidates stand in the link's anchor, on the same line (row, item), on the lines above in the same card, seldom below.
Each gets points for its place and for what speaks for a name; the mailbox name may confirm or contradict it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harvester.extract.cards import (
    LINES_ABOVE,
    LINES_BELOW,
    Card,
    Line,
    find_places,
    label_of_card,
    phone_of_card,
    read_card,
)
from harvester.extract.job_titles import parse_job_title
from harvester.extract.linked_data import Node, node_types, read_nodes, text_of
from harvester.extract.name_parts import invited_name, named_parts
from harvester.extract.page import Document
from harvester.extract.person_names import (
    PersonName,
    agreement,
    is_comparable,
    is_east_asian,
    is_function,
    is_personal,
    parse_person,
)
from harvester.model import Mention

ENOUGH = 4.6  # points from which a name is taken
STRUCTURED = 9.0
SAME_LINE, AFTER, ABOVE, BELOW, ANCHOR = 3.0, 1.5, 3.0, 0.5, 3.5
FARTHER = 0.6  # points lost for each line between that says something else
CROSSED = 2.0  # points lost for another address between: one person may have two
LABELLED, TITLED, HEADED = 3.0, 1.5, 0.5
SURNAME_AND_TITLE = 1.0  # a listed family name begins all names of East Asia
AGREES = (0.0, 3.0, 4.0)
CONTRADICTS = -3.0
OWN_DOMAIN = 1.5  # the mail domain is the person's name
FUNCTION = -1.0  # the mailbox is a function's: info@
LONG_BEFORE = 60  # characters
MAX_PART = 200  # characters of a line


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may belong to an address, and the line of the card it stands on."""

    score: float
    name: str
    job_title: str | None = None
    line: int | None = None


def attach_people(document: Document, mentions: list[Mention], *, country: str | None) -> list[Mention]:
    """Return the mentions with person, job title, label and phone where the page shows them with the address."""
    if not mentions:
        return []
    places = find_places(document, mentions)
    marks = sorted({start for found in places for start, _end in found})
    persons = _structured_persons(document)
    attached = []
    lines: dict[int, Line] = {}
    for mention, found in zip(mentions, places, strict=True):
        cards = [read_card(document, place, marks, lines) for place in found]
        attached.append(_attach(document, mention, cards, persons.get(mention.address.lower()), country))
    return attached


def _attach(
    document: Document, mention: Mention, cards: list[Card], person: Candidate | None, country: str | None
) -> Mention:
    best, best_card = person, cards[0] if cards else None
    for card in cards:
        for candidate in _candidates(document, card, mention.address):
            if candidate.score >= ENOUGH and (best is None or candidate.score > best.score):
                best, best_card = candidate, card
    if not cards and mention.context:
        best = max(_in_context(mention), key=lambda candidate: candidate.score, default=best)
    if best and _is_company(best.name, mention.url):
        best = None
    phone = label = None
    if best_card:
        phone = phone_of_card(document, best_card, name_line=best.line if best else None, country=country)
        label = mention.label or label_of_card(document, best_card)
    return replace(
        mention,
        person=mention.person or (best.name if best else None),
        job_title=mention.job_title or (best.job_title if best else None),
        phone=mention.phone or phone,
        label=mention.label or label or "",
    )


def _is_company(name: str, url: str) -> bool:
    """Say whether what hardly looks like a person's name is that of the site."""
    person = parse_person(name)
    return person is not None and person.evidence < 1 and agreement(name, urlsplit(url).netloc.rpartition(".")[0]) == 2


def _in_context(mention: Mention) -> Iterator[Candidate]:
    """Names in the words around an address that no visitor sees, with the mailbox name's consent."""
    before = mention.context.lower().find(mention.address.lower())
    found = _in_line(mention.context[: max(0, before)], BELOW, mention.address, None, last_first=True)
    yield from (candidate for candidate in found if _has_consent(candidate, mention.address))


def _candidates(document: Document, card: Card, address: str) -> Iterator[Candidate]:
    anchor = document.text[slice(*card.place)]
    if anchor and "@" not in anchor:
        yield from _named(anchor, ANCHOR, address, card.at, _title_below(card))
    if invited := invited_name(card.before):
        yield from _named(invited, SAME_LINE, address, card.at, None)
    yield from _with_heading(card, _in_line(card.before, SAME_LINE, address, card.at, last_first=True))
    yield from _in_line(card.after, AFTER, address, card.at, last_first=False)
    above = () if card.label and is_function(address.partition("@")[0]) else _above(card, address)
    is_prose = len(card.before) > LONG_BEFORE and not _is_of_numbers(card.before)  # a sentence is no card
    yield from (candidate for candidate in above if not is_prose or _has_consent(candidate, address))
    yield from _below(card, address)


def _title_below(card: Card) -> str | None:
    """The title under a name that is the link itself, unless titles stand above the names on this page."""
    below = card.lines[card.at + 1] if card.at + 1 < len(card.lines) else None
    is_headed = (
        card.at and parse_job_title(card.lines[card.at - 1].text) and not card.lines[max(0, card.at - 2)].is_address
    )
    return None if below is None or below.is_address or is_headed else parse_job_title(below.text)


def _is_of_numbers(text: str) -> bool:
    """Say whether a text is an address with street and telephones rather than a sentence."""
    return sum(map(str.isdigit, text)) * 6 > len(text)


def _with_heading(card: Card, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    """Names on the address's line; those without title take that of the heading just above: "Partner:".

    A heading above several lines with addresses names a department.
    """
    below = card.lines[card.at + 1] if card.at + 1 < len(card.lines) else None
    above = card.lines[card.at - 1] if card.at and not (below and below.is_address) else None
    heading = parse_job_title(above.text) if above and not above.is_address and above.text[-1:] in ":：" else None
    for candidate in candidates:
        title = None if candidate.job_title else heading
        yield replace(candidate, score=candidate.score + TITLED, job_title=title) if title else candidate


def _in_line(text: str, points: float, address: str, at: int | None, *, last_first: bool) -> Iterator[Candidate]:
    """Names among the parts of a line."""
    if not text:
        return
    parts = named_parts(text[-MAX_PART:] if last_first else text[:MAX_PART])
    for name, title, is_label in reversed(parts) if last_first else parts:
        yield from _named(name, points + (LABELLED if is_label else 0.0), address, at, title)


def _above(card: Card, address: str) -> Iterator[Candidate]:
    points, title, crossed = ABOVE, None, False
    for index in range(card.at - 1, max(-1, card.at - 1 - LINES_ABOVE), -1):
        line = card.lines[index]
        if line.is_long or (line.is_address and (crossed or index < card.at - 2)):
            return
        if line.is_address:
            crossed = True
            points -= CROSSED
            continue
        found = list(_on_line_above(card, index, points + (HEADED if line.is_heading else 0.0), address, title))
        yield from found
        job_title = parse_job_title(line.text)
        is_lone_heading = line.is_heading and not (index and card.lines[index - 1].is_heading)
        if any(candidate.score >= ENOUGH for candidate in found) or (is_lone_heading and not job_title):
            return
        title = title or job_title
        if not job_title and not line.says_little:
            points -= FARTHER


def _on_line_above(card: Card, index: int, points: float, address: str, title: str | None) -> Iterator[Candidate]:
    """Names on a line of the card; without a title of their own they take the one below, or else the one above."""
    text = card.lines[index].text
    above = card.lines[index - 1] if index else None
    over = parse_job_title(above.text) if above and not above.is_address and not title else None
    found = list(_named(text, points, address, index, None, is_titled=bool(title or over))) or list(
        _in_line(text, points, address, index, last_first=False)
    )
    for candidate in found:
        if candidate.job_title or not (title or over):
            yield candidate
        else:
            points_of_title = TITLED if title else TITLED / 2
            yield replace(candidate, score=candidate.score + points_of_title, job_title=title or over)


def _below(card: Card, address: str) -> Iterator[Candidate]:
    """Names under the address, with the mailbox name's consent."""
    for index in range(card.at + 1, min(len(card.lines), card.at + 1 + LINES_BELOW)):
        line = card.lines[index]
        if line.is_address or line.is_long:
            return
        found = _in_line(line.text, BELOW, address, index, last_first=False)
        yield from (candidate for candidate in found if _has_consent(candidate, address))


def _named(
    text: str, points: float, address: str, at: int | None, title: str | None, *, is_titled: bool = False
) -> Iterator[Candidate]:
    """The text as a name, if it can be one; `is_titled` where its title stands on another line."""
    person = parse_person(text)
    if person and (not parse_job_title(text) or _agrees(person, address)):
        belief = _belief(person, address, is_titled=is_titled or title is not None)
        belief += SURNAME_AND_TITLE if (title or is_titled) and is_east_asian(person.name) else 0.0
        yield Candidate(points + belief + (TITLED if title else 0.0), person.name, title, at)


def _belief(person: PersonName, address: str, *, is_titled: bool) -> float:
    """Points for what the name's own words, the mailbox name and the mail domain say."""
    local, _, domain = address.rpartition("@")
    agrees = _agrees(person, address) or (
        is_titled and _is_first_name(person, local) and not agreement(person.name, domain)
    )
    if agrees:
        return person.evidence + AGREES[agrees]
    if is_personal(local) and is_comparable(person.name) and not agreement(person.name, local):
        return person.evidence + CONTRADICTS
    if person.evidence and agreement(person.name, domain.rpartition(".")[0]) == 2:
        return person.evidence + OWN_DOMAIN
    return person.evidence + (FUNCTION if is_function(local) else 0.0)


def _has_consent(candidate: Candidate, address: str) -> bool:
    return agreement(candidate.name, address.rpartition("@")[0]) > 0


def _agrees(person: PersonName, address: str) -> int:
    """Agreement with the mailbox name; what hardly looks like a name must agree in full, and not with the company."""
    local, _, domain = address.rpartition("@")
    agrees = agreement(person.name, local)
    if person.evidence >= 1 or not agrees:
        return agrees
    return agrees if agrees == 2 and agreement(person.name, domain.rpartition(".")[0]) < 2 else 0


def _is_first_name(person: PersonName, local: str) -> bool:
    return person.name.partition(" ")[0].lower() == local.lower() and not is_function(local)


def _structured_persons(document: Document) -> dict[str, Candidate]:
    """Persons of the page's JSON-LD by their address, in lower case."""
    if not any("email" in block for block in document.json_ld):
        return {}
    return {
        text_of(node.get("email")).lower().removeprefix("mailto:"): Candidate(STRUCTURED, name, _title_of(node))
        for node in read_nodes(document.json_ld)
        if node.get("email") and (name := _name_of(node))
    }


def _name_of(node: Node) -> str | None:
    if not {"Person", "ContactPoint", "RealEstateAgent"} & set(node_types(node)):
        return None
    name = text_of(node.get("name")) or f"{text_of(node.get('givenName'))} {text_of(node.get('familyName'))}"
    person = parse_person(name)
    return person.name if person and (person.evidence or "Person" in node_types(node)) else None


def _title_of(node: Node) -> str | None:
    return text_of(node.get("jobTitle")) or None
