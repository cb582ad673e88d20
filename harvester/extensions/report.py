"""The summary at the end of a run, as text: counts in, lines out. Knows no Scrapy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harvester.extensions.counts import NO_ANSWER, RunCounts
from harvester.extensions.wording import count, duration, number, printable
from harvester.model import CompanyStatus, Grade, Status

STATUS_LABELS = {
    CompanyStatus.CONTACTS_FOUND: "with contacts",
    CompanyStatus.CONTACT_FORM_ONLY: "only a contact form",
    CompanyStatus.NO_ADDRESS_PUBLISHED: "no address published",
    CompanyStatus.JAVASCRIPT_ONLY: "empty without JavaScript",
    CompanyStatus.ROBOTS_DENIED: "robots.txt forbids the visit",
    CompanyStatus.ROBOTS_UNAVAILABLE: "robots.txt did not answer, so not visited",
    CompanyStatus.NO_SUCH_DOMAIN: "domain does not exist",
    CompanyStatus.UNREACHABLE: "server refuses or does not connect",
    CompanyStatus.TIMED_OUT: "server too slow",
    CompanyStatus.SERVER_ERROR: "server answers with an error",
    CompanyStatus.BLOCKED: "server turns us away",
    CompanyStatus.BLOCKED_ADDRESS: "private network address, not connected to",
    CompanyStatus.MOVED: "moved to another company's site",
    CompanyStatus.PARKED: "parked or for sale",
    CompanyStatus.NOT_HTML: "no web page",
    CompanyStatus.PLATFORM_PAGE: "page of a platform, not of a company",
    CompanyStatus.LIMIT_REACHED: "limit of pages or time reached first",
    CompanyStatus.SKIPPED_OPTOUT: "asked not to be contacted",
    CompanyStatus.NOT_VISITED: "not visited, the run was stopped before",
    CompanyStatus.ERROR: "error in this program",
}
GRADE_LABELS = {
    Grade.A: "A  write first",
    Grade.B: "B  good",
    Grade.C: "C  if nothing better",
    Grade.D: "D  do not write",
}
STATUS_WORDS = {
    Status.DELIVERABLE: "deliverable",
    Status.LIKELY: "likely",
    Status.RISKY: "risky",
    Status.UNDELIVERABLE: "undeliverable",
    Status.UNKNOWN: "not known",
}
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


def render_summary(counts: RunCounts, end: RunEnd) -> str:
    """All that a person wants to know about a run, in plain text."""
    blocks = [_sites(counts, end), _addresses(counts), _best(counts), _files(end), hints(counts, end)]
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block)))


def _row(label: str, value: int, *, indent: int = 2) -> str:
    return f"{' ' * indent}{label:<{LABEL_WIDTH - indent}}{number(value):>{NUMBER_WIDTH}}"


def _sites(counts: RunCounts, end: RunEnd) -> Iterator[str]:
    ended = "Finished" if end.reason == "finished" else f"Stopped ({end.reason})"
    rate = f", {counts.pages / end.seconds:.1f} pages/s" if end.seconds and counts.pages else ""
    yield f"{ended} after {duration(end.seconds)}: {count(counts.pages, 'page')} read{rate}."
    yield ""
    yield _row("Sites", counts.sites, indent=0)
    for status, label in STATUS_LABELS.items():
        if counts.companies[status] or status is CompanyStatus.CONTACTS_FOUND:
            yield _row(label, counts.companies[status])
    if counts.stored:
        yield f"  ({number(counts.stored)} of them known from an earlier visit)"
    if end.duplicates:
        yield _row("Lines of the list that repeat a site", end.duplicates, indent=0)
    if counts.rejected:
        yield _row("Lines of the list that are no site", counts.rejected, indent=0)


def _addresses(counts: RunCounts) -> Iterator[str]:
    yield _row("Addresses", counts.contacts, indent=0)
    if counts.contacts:
        yield from (_row(label, counts.priorities[grade]) for grade, label in GRADE_LABELS.items())
        yield "  mail arrives: " + _listed((counts.statuses[status], word) for status, word in STATUS_WORDS.items())
    if counts.dropped.total():
        reasons = ((amount, reason.replace("_", " ")) for reason, amount in counts.dropped.most_common())
        yield f"  left out: {_listed(reasons)}"


def _listed(parts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{number(amount)} {printable(word)}" for amount, word in parts if amount)


def _best(counts: RunCounts) -> Iterator[str]:
    if counts.best:
        yield "Best contacts"
    for score, company, contact in counts.best:
        name = printable(company.profile.name or company.domain)
        yield f"  {score:>3}  {printable(contact.address)}  ({name})"


def _files(end: RunEnd) -> Iterator[str]:
    if end.files:
        yield "Files"
    for file in end.files:
        yield (
            f"  {file.name}"
            if file.rows is None
            else _row(file.name, file.rows) + (" row" if file.rows == 1 else " rows")
        )


def hints(counts: RunCounts, end: RunEnd) -> Iterator[str]:
    """What to do next, where the numbers say that something is to be done."""
    no_answer = sum(counts.companies[status] for status in NO_ANSWER)
    if counts.visited and no_answer == counts.visited:
        yield "No site gave an answer. Is the network up, and the name server reachable? (HARVESTER_NAMESERVERS)"
    if unvisited := counts.companies[CompanyStatus.NOT_VISITED]:
        yield f"{count(unvisited, 'site')} still to visit: run the same command again, and it goes on from here."
    if counts.companies[CompanyStatus.BLOCKED_ADDRESS]:
        yield "Sites in a private network are visited only with HARVESTER_ALLOW_PRIVATE_ADDRESSES=1."
    if counts.contacts and counts.statuses[Status.UNKNOWN] * 2 > counts.contacts:
        yield "Most mail domains could not be checked: the name server did not answer. The next visit asks again."
    if errors := counts.companies[CompanyStatus.ERROR]:
        yield f"{count(errors, 'site')} met an error in this program; the log above says where. Please report it."
    if end.failed_files:
        yield f"{count(end.failed_files, 'file')} could not be written; the log above says why."
    if not counts.sites:
        yield "There was no site in the list."
