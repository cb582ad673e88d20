"""Read the recorded pages of tests/pages one by one, compare with what a person sees on them, hold the floors.

    python -m tests.eval.pages [--wrong] [--pages FOLDER]

Each page stands alone: its company holds just this page, and the seed is the page's own host. Exit status 1 when a
figure is below its floor in floors.toml, or when the corpus is not the one that the floors were measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harvester.classify import classify_company
from harvester.extract import extract_mentions
from harvester.extract.company import extract_profile, merge_profiles
from harvester.extract.page import read_page
from harvester.extract.people import attach_people
from harvester.model import Company, CompanyStatus, Page, Seed
from harvester.urls import PageKind

PAGES = Path(__file__).resolve().parents[1] / "pages"
FLOORS = Path(__file__).with_name("floors.toml")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = {"home", *PageKind}
OUTCOMES = ("right", "wrong", "missing", "invented", "none")


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """One folder of the corpus: `name` is `<host>.<topic>`, `expected` the labels, read by eye.

    `contacts` is the exact set; `not_contacts` are strings that look like addresses and are none, or another
    organisation's; the values of `company_also`, `country_also` and `phone_also`, and of a
    contact's `job_title_also`, are as right as those of `company`, `country`, `phone` and `job_title`.
    """

    name: str
    body: bytes
    expected: dict[str, Any]

    @property
    def contacts(self) -> dict[str, dict[str, Any]]:
        """The expected contacts by address."""
        return {contact["address"]: contact for contact in self.expected["contacts"]}

    @property
    def kind(self) -> str:
        """What the links that lead to the page would call it, as the topic says."""
        topic = self.name.rpartition(".")[2].partition("-")[0]
        return topic if topic in KINDS else ""


def load_pages(folder: Path = PAGES) -> list[RecordedPage]:
    """Return the corpus in the order of its folders."""
    return [
        RecordedPage(path.parent.name, path.with_name("page.html").read_bytes(), json.loads(path.read_text("utf-8")))
        for path in sorted(folder.glob("*/expected.json"))
    ]


def corpus_hash(folder: Path = PAGES) -> str:
    """Return one SHA-256 over the names and bytes of all files of the corpus."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*/*")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_company(recorded: RecordedPage) -> Company:
    """Return the company whose whole site is this one page, as a visit would, with its contacts."""
    url = recorded.expected["url"]
    host = urlsplit(url).hostname or ""
    seed = Seed(domain=host.removeprefix("www."), host=host)
    page = Page(url=url, requested_url=url, status=200, content_type="text/html", body=recorded.body, fetched_at=NOW)
    document = read_page(page)
    profile = extract_profile(document, domain=seed.domain)
    mentions = attach_people(document, extract_mentions(document, seen=NOW), country=profile.country)
    return classify_company(
        Company(
            seed=seed,
            status=CompanyStatus.NO_ADDRESS_PUBLISHED,
            profile=merge_profiles([(0, profile)], domain=seed.domain),
            website=url,
            pages=1,
            mentions=tuple(replace(mention, page_kind=recorded.kind) for mention in mentions),
            read_urls=(url,),
        )
    )


def fold(text: str | None) -> str:
    """Return the letters and digits of a name in lower case, to compare two spellings of it."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def compare(recorded: RecordedPage, company: Company) -> Iterator[tuple[str, str, str]]:
    """Yield (figure, outcome, sentence) for everything that the page is labelled with."""
    found, expected = {contact.address: contact for contact in company.contacts}, recorded.contacts
    for address in sorted(expected.keys() | found.keys()):
        outcome = (
            "right" if address in found and address in expected else "missing" if address in expected else "invented"
        )
        yield "address", outcome, address
    for address in sorted(expected.keys() & found.keys()):
        contact, wanted = found[address], expected[address]
        yield "person", outcome_of(wanted["person"], contact.person), f"{address}: {wanted['person']} {contact.person}"
        titles = [wanted["job_title"], *wanted.get("job_title_also", ())]
        yield "job_title", best_outcome(titles, contact.job_title), f"{address}: {titles} {contact.job_title}"
        methods = {mention.method for mention in contact.mentions}
        yield "method", "right" if wanted["method"] in methods else "wrong", f"{address}: {sorted(methods)}"
    if not expected:
        yield "quiet", "invented" if found else "right", " ".join(found)
    profile = company.profile
    said = {
        "company": profile.name,
        "country": profile.country,
        "language": (profile.language or "").partition("-")[0],
        "phone": profile.phones[0] if profile.phones else None,
    }
    for figure, value in said.items():
        wanted = [recorded.expected[figure], *recorded.expected.get(f"{figure}_also", ())]
        yield figure, best_outcome(wanted, value), f"expected {wanted}, got {value}"


def best_outcome(choices: Sequence[str | None], got: str | None) -> str:
    """Return the outcome for whichever of the choices, all as right, is the best."""
    outcomes = [outcome_of(choice, got) for choice in choices]
    return next((good for good in ("right", "none") if good in outcomes), outcomes[0])


def outcome_of(wanted: str | None, got: str | None) -> str:
    """Return right, wrong, missing, invented, or none where the page shows nothing and nothing is said."""
    if not wanted:
        return "invented" if got else "none"
    return "right" if fold(wanted) == fold(got) else "wrong" if got else "missing"


def figures_of(counts: dict[str, Counter[str]]) -> dict[str, float]:
    """Return the shares that have floors: what was found of what there is, and what was right of what was found."""
    figures = {}
    for figure, count in counts.items():
        there = count["right"] + count["wrong"] + count["missing"]
        said = count["right"] + count["wrong"] + count["invented"]
        if figure in {"quiet", "method"}:
            figures[figure] = count["right"] / (said or 1)
            continue
        prefix = "" if figure == "address" else f"{figure}_"
        figures[f"{prefix}recall"], figures[f"{prefix}precision"] = (
            count["right"] / (there or 1),
            count["right"] / (said or 1),
        )
    return {name: round(value, 3) for name, value in figures.items()}


def count_outcomes(pages: Iterable[RecordedPage], *, wrong: bool) -> dict[str, Counter[str]]:
    """Read all pages and count the outcomes of each figure; print the mistakes if asked."""
    counts: dict[str, Counter[str]] = {}
    for recorded in pages:
        for figure, outcome, sentence in compare(recorded, read_company(recorded)):
            counts.setdefault(figure, Counter())[outcome] += 1
            if wrong and outcome not in {"right", "none"}:
                print(f"{figure} {outcome}: {recorded.name}: {sentence}")
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES)
    parser.add_argument("--wrong", action="store_true", help="also list the mistakes")
    options = parser.parse_args()
    pages = load_pages(options.pages)
    counts = count_outcomes(pages, wrong=options.wrong)
    quiet = sum(not page.expected["contacts"] for page in pages)
    print(f"{len(pages)} pages, {quiet} of them without an address of their own")
    for figure, count in counts.items():
        print(f"{figure:10} " + ", ".join(f"{count[name]} {name}" for name in OUTCOMES))
    figures = figures_of(counts)
    print(json.dumps(figures))
    floors = tomllib.loads(FLOORS.read_text("utf-8"))["pages"]
    pinned = floors.pop("corpus")
    failures = [
        f"{name} is {figures[name]}, its floor {floor}" for name, floor in floors.items() if figures[name] < floor
    ]
    if options.pages == PAGES and (now := corpus_hash()) != pinned:
        failures.append(f"the corpus has changed: its hash is {now}")
    print("\n".join(failures) or "all figures at or above their floors")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
