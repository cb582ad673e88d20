"""The summary at the end of a run, as text: counts in, lines out. Knows no Scrapy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from harvester.data.texts import load_texts
from harvester.extensions.counts import NO_ANSWER, RunCounts
from harvester.extensions.wording import duration, number, printable
from harvester.model import CompanyStatus, Grade, Status

LABEL_WIDTH = 46
NUMBER_WIDTH = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file of the run; `rows` is None where nobody counted."""

    name: str
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended: Scrapy's finish reason, the time it took, what was written and what could not be."""

    reason: str = "finished"
    seconds: float = 0.0
    duplicates: int = 0
    files: Sequence[WrittenFile] = ()
    failed_files: int = 0


def render_summary(counts: RunCounts, end: RunEnd, *, language: str = "en") -> str:
    """All that a person wants to know about a run, in plain text."""
    words = Words(language)
    blocks = [_sites(words, counts, end), _addresses(words, counts), _best(words, counts), _files(words, end)]
    blocks.append(hints(counts, end, language=language))
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block)))


class Words:
    """The summary's texts in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts, self._nouns = load_texts("summary", language), load_texts("noun", language)

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values."""
        return self._texts[key].format(**values)

    def group(self, name: str) -> Mapping[str, str]:
        """The texts of the group `summary_<name>`."""
        return load_texts(f"summary_{name}", self._language)

    def nouns(self, group: str) -> Mapping[str, str]:
        """The texts of another group."""
        return load_texts(group, self._language)

    def count(self, value: int, noun: str) -> str:
        """1 site, 2 sites."""
        return f"{number(value)} {self._nouns[noun]}{'' if value == 1 else self._texts['plural']}"


def _row(label: str, value: int, *, indent: int = 2) -> str:
    gap = " " * (LABEL_WIDTH - indent - cell_len(label))  # Chinese letters are two places wide
    return f"{' ' * indent}{label}{gap}{number(value):>{NUMBER_WIDTH}}"


def _sites(words: Words, counts: RunCounts, end: RunEnd) -> Iterator[str]:
    ended = words("finished") if end.reason == "finished" else words("stopped", reason=end.reason)
    rate = words("rate", rate=f"{counts.pages / end.seconds:.1f}") if end.seconds and counts.pages else ""
    pages = words.count(counts.pages, "page")
    yield words("head", ended=ended, duration=duration(end.seconds), pages=pages, rate=rate)
    yield ""
    yield _row(words("sites"), counts.sites, indent=0)
    labels = words.group("site")
    for status in CompanyStatus:
        if counts.companies[status] or status is CompanyStatus.CONTACTS_FOUND:
            yield _row(labels[status], counts.companies[status])
    if counts.stored:
        yield f"  {words('stored', number=number(counts.stored))}"
    if counts.limits:
        yield f"  {words('limits')}: {_listed((n, name) for name, n in counts.limits.most_common())}"
    if end.duplicates:
        yield _row(words("duplicates"), end.duplicates, indent=0)
    if counts.rejected:
        yield _row(words("rejected"), counts.rejected, indent=0)


def _addresses(words: Words, counts: RunCounts) -> Iterator[str]:
    yield _row(words("addresses"), counts.contacts, indent=0)
    if counts.contacts:
        grades, statuses = words.group("grade"), words.group("status")
        yield from (_row(grades[grade], counts.priorities[grade]) for grade in Grade)
        arrives = _listed((counts.statuses[status], statuses[status]) for status in Status)
        yield f"  {words('arrives')}: {arrives}"
    if counts.dropped.total():
        labels = words.nouns("dropped")
        reasons = ((n, labels.get(reason, reason.replace("_", " "))) for reason, n in counts.dropped.most_common())
        yield f"  {words('left_out_now' if counts.stored else 'left_out')}: {_listed(reasons)}"


def _listed(parts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{number(amount)} {printable(word)}" for amount, word in parts if amount)


def _best(words: Words, counts: RunCounts) -> Iterator[str]:
    if counts.best:
        yield words("best")
    for score, company, contact in counts.best:
        name = printable(company.profile.name or company.domain)
        yield f"  {score:>3}  {printable(contact.address)}  ({name})"


def _files(words: Words, end: RunEnd) -> Iterator[str]:
    if end.files:
        yield words("files")
    for file in end.files:
        if file.rows is None:
            yield f"  {file.name}"
        else:
            yield _row(file.name, file.rows) + words.count(file.rows, "row").removeprefix(number(file.rows))


def hints(counts: RunCounts, end: RunEnd, *, language: str = "en") -> Iterator[str]:
    """What to do next, where the numbers say that something is to be done."""
    words = Words(language)
    no_answer = sum(counts.companies[status] for status in NO_ANSWER)
    if counts.visited and no_answer == counts.visited:
        yield words("hint_network")
    if unvisited := counts.companies[CompanyStatus.NOT_VISITED]:
        yield words("hint_unvisited", sites=words.count(unvisited, "site"))
    if counts.companies[CompanyStatus.BLOCKED_ADDRESS]:
        yield words("hint_private")
    if counts.contacts and counts.statuses[Status.UNKNOWN] * 2 > counts.contacts:
        yield words("hint_unchecked")
    if errors := counts.companies[CompanyStatus.ERROR]:
        yield words("hint_errors", sites=words.count(errors, "site"))
    if end.failed_files:
        yield words("hint_failed", files=words.count(end.failed_files, "file"))
    if not counts.sites:
        yield words("hint_empty")
