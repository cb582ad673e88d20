"""How fast is the extraction? Pages per second of CPU time, in total and by pass, on one core.

    python -m tests.benchmarks.extract [--pages 400] [--rounds 3] [--corpus FOLDER] [--slowest 5]

Reads the recorded websites (../shared/realweb) where they are, tests/pages otherwise: a fixed choice of pages, of each
the best round. "first" is the time when no page was read before but those ahead of it, as in a crawl: what the program
remembers of the pages of a site (style sheets, scripts, lines) is forgotten before each round. "again" is the time
when all is remembered. The slowest pages are timed alone, with nothing remembered. Where it is installed (pip install
harvester[bench]), extract-emails reads the same pages. Speed is printed, never judged.
"""

from __future__ import annotations

import argparse
import functools
import gc
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from selectolax.lexbor import LexborHTMLParser

import harvester.extract.page
from harvester.extract import EXTRACTORS, extract_mentions
from harvester.extract.charset import decode_body
from harvester.extract.company import extract_profile
from harvester.extract.condition import page_condition
from harvester.extract.document import Document
from harvester.extract.page import read_page
from harvester.extract.people import attach_people
from harvester.extract.styles import find_styles
from harvester.model import Mention, Page

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "realweb" / "corpus" / "sites"
LARGE_BYTES = 50_000
PEER_S = 60  # extract-emails needed 73 s for one recorded page of 363 KB (2026-11-26)
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


def read_whole(page: Page) -> list[Mention]:
    """Do all that a visit does with a page."""
    document = read_page(page)
    mentions = extract_mentions(document, seen=NOW)
    profile = extract_profile(document, domain=page.url.split("/")[2])
    attach_people(document, mentions, country=profile.country)
    page_condition(document)
    return mentions


def remembered() -> list[Any]:
    """Return the bounded caches of the program; tables, which are loaded once in a run, are none."""
    caches = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
    return [
        cache
        for cache in caches
        if cache.__module__.startswith("harvester.") and (cache.cache_parameters()["maxsize"] or 0) > 1
    ]


def best(work: Callable[[Any], object], items: list[Any], rounds: int, forget: list[Any] | None = None) -> float:
    """Return the CPU seconds for all items, of each the least that a round took: other programs slow it down.

    The caches `forget` are emptied before each round.
    """
    least = [float("inf")] * len(items)
    for _ in range(rounds):
        for cache in forget or ():
            cache.cache_clear()
        for index, item in enumerate(items):
            began = time.process_time_ns()
            work(item)
            least[index] = min(least[index], time.process_time_ns() - began)
    return sum(least) / 1e9


def passes(pages: list[Page], rounds: int, forget: list[Any] | None) -> dict[str, float]:
    """Return the seconds of each pass over the pages."""
    sources = [decode_body(page.body, page.content_type) for page in pages]
    documents = [read_page(page) for page in pages]
    read = [(document, extract_mentions(document, seen=NOW), page) for document, page in zip(documents, pages)]  # noqa: B905

    def profile_of(entry: tuple[Document, list[Any], Page]) -> object:
        return extract_profile(entry[0], domain=entry[2].url.split("/")[2])

    works: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "read_page": (read_page, pages),
        "  decode_body": (lambda page: decode_body(page.body, page.content_type), pages),
        "  find_styles": (find_styles, sources),
        "  lexbor parse": (LexborHTMLParser, sources),
        "extract_mentions": (lambda document: extract_mentions(document, seen=NOW), documents),
        **{f"  {one.__name__}": (lambda document, one=one: list(one(document)), documents) for one in EXTRACTORS},
        "extract_profile": (profile_of, read),
        "attach_people": (lambda entry: attach_people(entry[0], entry[1], country=None), read),
        "page_condition": (page_condition, documents),
    }
    gc.collect()
    gc.freeze()  # the documents that are kept for the measurement are no business of the collector
    return {name: best(work, items, rounds, forget) for name, (work, items) in works.items()}


def alone(pages: list[Page], forget: list[Any]) -> list[tuple[float, Page]]:
    """Return the milliseconds of the whole reading of each page, with nothing remembered."""
    return [(best(read_whole, [page], 3, forget) * 1000, page) for page in pages]


def show_slowest(taken: list[tuple[float, Page]], count: int) -> None:
    """Print the pages that take longest, and among the larger ones those that take longest for their size."""
    larger = [entry for entry in taken if len(entry[1].body) >= LARGE_BYTES]
    for title, pages, order in (
        ("slowest", taken, lambda entry: entry[0]),
        (
            f"slowest for their size, of {len(larger)} pages from 50 KB",
            larger,
            lambda entry: entry[0] / len(entry[1].body),
        ),
    ):
        print(f"\n{title}")
        for took, page in sorted(pages, key=order, reverse=True)[:count]:
            size = len(page.body) / 1e6
            print(f"{took:8.1f} ms {took / size:7.0f} ms/MB {size * 1000:7.0f} KB  {page.url}")


def beside_peer(pages: list[Page]) -> None:
    """Print what extract-emails takes and finds beside ours on the same pages, until it has used PEER_S."""
    try:
        from extract_emails.data_extractors import EmailExtractor  # noqa: PLC0415
    except ModuleNotFoundError:
        print("\nextract-emails is not installed: no comparison")
        return
    peer, taken, counts = EmailExtractor(), ([0.0], [0.0]), Counter[str]()
    for page in pages:
        began = time.process_time()
        theirs = {address.lower() for address in peer.get_data(decode_body(page.body, page.content_type))}
        between = time.process_time()
        ours = {mention.address for mention in read_whole(page)}
        taken[0].append(between - began)
        taken[1].append(time.process_time() - between)
        counts.update(both=len(ours & theirs), theirs=len(theirs - ours), ours=len(ours - theirs))
        if sum(taken[0]) > PEER_S:
            break
    for name, seconds in zip(("extract-emails", "harvester"), taken, strict=True):
        milliseconds = [second * 1000 for second in seconds[1:]]
        print(f"{name:15} {len(milliseconds)} pages: median {median(milliseconds):.2f} ms, slowest "
              f"{max(milliseconds):.0f} ms, {1000 * len(milliseconds) / sum(milliseconds):.0f} pages/s")  # fmt: skip
    print(
        "addresses: {both} found by both, {ours} by harvester alone, {theirs} by extract-emails alone".format(**counts)
    )


def parsed_again(pages: list[Page]) -> int:
    """Count the pages of which a part is parsed a second time: frames' own markup, `<noframes>`, `<template>`."""
    parses: list[object] = []

    def parse(data: bytes) -> LexborHTMLParser:
        parses.append(data)
        return LexborHTMLParser(data)

    count = 0
    with mock.patch.object(harvester.extract.page, "LexborHTMLParser", parse):
        for page in pages:
            parses.clear()
            read_page(page)
            count += len(parses) > 1
    return count


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
    for page in pages:
        read_whole(page)  # loads the tables
    caches, rounds = remembered(), arguments.rounds
    print(f"{len(pages)} pages of {size / len(pages) / 1000:.0f} KB; ms a page, best of {rounds} rounds\n")
    totals = [(find, "read_page + extract_mentions"), (read_whole, "the whole reading of a page")]
    first = [best(work, pages, rounds, caches) for work, _name in totals]
    again = [best(work, pages, rounds) for work, _name in totals]
    by_pass = passes(pages, rounds, caches), passes(pages, rounds, None)
    print(f"{'':22}   first   again")
    for name, seconds in by_pass[0].items():
        print(f"{name:22}{seconds * 1000 / len(pages):8.3f}{by_pass[1][name] * 1000 / len(pages):8.3f}")
    print()
    for (_work, name), *seconds in zip(totals, first, again, strict=True):
        speeds = ", ".join(f"{len(pages) / took:4.0f} pages/s {took * 1e9 / size:5.1f} ms/MB" for took in seconds)
        print(f"{name:28}  first, again: {speeds}")
    show_slowest(alone(pages, caches), arguments.slowest)
    beside_peer(pages)
    print(f"\n{parsed_again(pages)} of {len(pages)} pages parsed in part a second time")


if __name__ == "__main__":
    main()
