"""How fast is the extraction? Pages per second of CPU time, in total and by pass, on one core.

    python -m tests.benchmarks.extract [--pages 400] [--rounds 3] [--corpus FOLDER] [--slowest 5]

Reads the recorded websites (../shared/realweb) where they are, tests/pages otherwise: a fixed choice of pages, warm
caches, the best round of each page. The parts of `read_page` and the extractors are timed one by one as well. Speed is
printed, never judged.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from harvester.extract import EXTRACTORS, extract_mentions
from harvester.extract.charset import decode_body
from harvester.extract.company import extract_profile
from harvester.extract.condition import page_condition
from harvester.extract.document import Document
from harvester.extract.page import read_page
from harvester.extract.people import attach_people
from harvester.extract.styles import find_styles
from harvester.model import Page

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "realweb" / "corpus" / "sites"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def load(corpus: Path, count: int) -> list[Page]:
    """Return a fixed choice of the recorded pages."""
    folder = corpus if corpus.is_dir() else ROOT / "tests" / "pages"
    paths = sorted(path for path in folder.glob("**/*.htm*") if path.is_file())
    chosen = sorted(
        random.Random(1).sample(paths, min(count, len(paths)))
    )  # the pages of a site together, as in a crawl
    return [
        Page(
            url=(url := f"https://www.{path.parent.name}.example/{path.name}"),
            requested_url=url,
            status=200,
            content_type="text/html",
            body=path.read_bytes(),
            fetched_at=NOW,
        )
        for path in chosen
    ]


def find(page: Page) -> None:
    """Find the addresses of a page."""
    extract_mentions(read_page(page), seen=NOW)


def read_whole(page: Page) -> None:
    """Do all that a visit does with a page."""
    document = read_page(page)
    mentions = extract_mentions(document, seen=NOW)
    profile = extract_profile(document, domain=page.url.split("/")[2])
    attach_people(document, mentions, country=profile.country)
    page_condition(document)


def best(work: Callable[[Any], object], items: list[Any], rounds: int) -> float:
    """Return the CPU seconds for all items, of each the least that a round took: other programs slow it down."""
    least = [float("inf")] * len(items)
    for _ in range(rounds):
        for index, item in enumerate(items):
            began = time.process_time_ns()
            work(item)
            least[index] = min(least[index], time.process_time_ns() - began)
    return sum(least) / 1e9


def passes(pages: list[Page], rounds: int) -> dict[str, float]:
    """Return the seconds of each pass over the pages."""
    sources = [decode_body(page.body, page.content_type) for page in pages]
    documents = [read_page(page) for page in pages]
    read = [(document, extract_mentions(document, seen=NOW), page) for document, page in zip(documents, pages)]  # noqa: B905

    def profile_of(entry: tuple[Document, list[Any], Page]) -> object:
        return extract_profile(entry[0], domain=entry[2].url.split("/")[2])

    gc.collect()
    gc.freeze()  # the documents that are kept for the measurement are no business of the collector
    seconds = {
        "read_page": best(read_page, pages, rounds),
        "  decode_body": best(lambda page: decode_body(page.body, page.content_type), pages, rounds),
        "  find_styles": best(find_styles, sources, rounds),
        "  lexbor parse": best(LexborHTMLParser, sources, rounds),
        "extract_mentions": best(lambda document: extract_mentions(document, seen=NOW), documents, rounds),
    }
    for extractor in EXTRACTORS:
        seconds[f"  {extractor.__name__}"] = best(lambda document: list(extractor(document)), documents, rounds)  # noqa: B023
    seconds["extract_profile"] = best(profile_of, read, rounds)
    seconds["attach_people"] = best(lambda entry: attach_people(entry[0], entry[1], country=None), read, rounds)
    seconds["page_condition"] = best(page_condition, documents, rounds)
    return seconds


def slowest(pages: list[Page], count: int) -> list[tuple[float, Page]]:
    """Return the pages that take longest for their size, with the milliseconds."""
    taken = [(best(find, [page], 3) * 1000, page) for page in pages]
    return sorted(taken, key=lambda entry: -entry[0])[:count]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--slowest", type=int, default=5)
    arguments = parser.parse_args()
    pages = load(arguments.corpus, arguments.pages)
    size = sum(len(page.body) for page in pages)
    print(f"{len(pages)} pages of {size / len(pages) / 1000:.0f} KB; ms a page, best of {arguments.rounds} rounds\n")
    found = best(find, pages, arguments.rounds)
    whole = best(read_whole, pages, arguments.rounds)
    for name, seconds in passes(pages, arguments.rounds).items():
        print(f"{name:22}{seconds * 1000 / len(pages):8.3f}")
    print(f"\nread_page + extract_mentions  {len(pages) / found:6.0f} pages/s   {found * 1e9 / size:6.1f} ms/MB")
    print(f"the whole reading of a page   {len(pages) / whole:6.0f} pages/s   {whole * 1e9 / size:6.1f} ms/MB\n")
    for milliseconds, page in slowest(pages, arguments.slowest):
        print(f"{milliseconds:8.1f} ms  {len(page.body) / 1000:6.0f} KB  {page.url}")


if __name__ == "__main__":
    main()
