"""What both harnesses hold a page to: reading it never raises, gives well-formed addresses, and takes linear time.

Replay findings without the instrumentation:  python -m tests.fuzz.reading FILE...
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from harvester.address import normalize_address
from harvester.extract import extract_mentions
from harvester.extract.page import read_page
from harvester.model import Page

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://shop.example/about/index.html"
CORPUS = Path(__file__).with_name("corpus")
TYPES = (
    "text/html; charset=utf-8",
    "text/html",
    "",
    "text/html; charset=utf-16",
    "application/xhtml+xml",
    "text/plain",
    "text/vcard",
    "application/json",
    "text/javascript",
    "text/xml",
)
SECONDS_PER_MEGABYTE = 1.0
SECONDS_AT_LEAST = 0.1  # what a pause of the machine may cost: a small page takes a thousandth of a second
INSTRUMENTED = 12  # how many times slower the code runs while it is watched (measured: 6 to 10)


class SlowPageError(Exception):
    """A page took longer than its size allows."""


def check_page(body: bytes, content_type: str, *, slowness: int = INSTRUMENTED) -> float:
    """Read a page and check what came of it; return the processor time in seconds."""
    page = Page(url=URL, requested_url=URL, status=200, content_type=content_type, body=body, fetched_at=SEEN)
    started = time.process_time()
    document = read_page(page)
    mentions = extract_mentions(document, seen=SEEN)
    seconds = time.process_time() - started
    assert document.zones == sorted(document.zones, key=lambda entry: entry[0])
    assert all(0 <= link.start <= link.end <= len(document.text) for link in document.links)
    for mention in mentions:
        assert normalize_address(mention.address) == mention.address, mention
    if seconds > slowness * (SECONDS_AT_LEAST + len(body) * SECONDS_PER_MEGABYTE / 1e6):
        raise SlowPageError(f"{seconds:.2f} s for {len(body):,} bytes of {content_type!r}")
    return seconds


def check_input(data: bytes) -> None:
    """Check an input of the fuzzer: its first byte chooses the content type, the rest is the body."""
    if data:
        check_page(data[1:], TYPES[data[0] % len(TYPES)])


def warm_up() -> None:
    """Load the word lists and compile the patterns, which costs the first page more than all else."""
    for path in sorted(CORPUS.iterdir()):
        check_page(path.read_bytes()[1:], TYPES[0], slowness=1000)


def main(names: list[str]) -> None:
    """Print the time that each input takes; the first that fails raises."""
    warm_up()
    for name in names:
        data = Path(name).read_bytes()
        content_type = TYPES[data[0] % len(TYPES)]
        print(f"{check_page(data[1:], content_type, slowness=1):.3f} s  {len(data):,} bytes  {content_type}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
