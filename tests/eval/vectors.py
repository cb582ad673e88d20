"""Read the snippets in which real tools hide addresses, score what comes out, hold the floors.

    python -m tests.eval.vectors [--vectors ../shared/vectors/addresses.jsonl] [--wrong]

No address is filtered as a placeholder: many snippets use such domains. Exit status 1 when a figure is below its floor
in floors.toml; 0 with a line that says so where the snippets are missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvester.extract import extract_mentions
from harvester.extract.page import read_page
from harvester.model import Page
from tests.eval.realweb import below_floors

DEFAULT_VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "addresses.jsonl"
URL = "https://vectors.example/contact.html"
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def read_snippet(html: str) -> set[str]:
    """Return the addresses in a piece of a page."""
    body = html.encode("utf-8", "surrogatepass")
    content_type = "text/html; charset=utf-8"
    page = Page(url=URL, requested_url=URL, status=200, content_type=content_type, body=body, fetched_at=SEEN)
    return {mention.address for mention in extract_mentions(read_page(page), seen=SEEN)}


def score(rows: Iterable[dict[str, Any]], *, wrong: bool) -> dict[str, float]:
    """Return recall and precision over all addresses; print the mistakes if asked."""
    counts = Counter[str]()
    for row in rows:
        expected, got = set(row["expected"]), read_snippet(row["html"])
        counts.update(snippets=1, expected=len(expected), got=len(got), right=len(expected & got))
        if wrong and expected != got:
            print(f"{row['technique']}: missed {sorted(expected - got)}, invented {sorted(got - expected)}")
    return {
        "recall": round(counts["right"] / (counts["expected"] or 1), 4),
        "precision": round(counts["right"] / (counts["got"] or 1), 4),
        "snippets": counts["snippets"],
        "expected": counts["expected"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, default=DEFAULT_VECTORS)
    parser.add_argument("--wrong", action="store_true", help="also list the mistakes")
    options = parser.parse_args()
    if not options.vectors.is_file():
        print(f"SKIPPED: no snippets at {options.vectors}")
        return 0
    figures = score(map(json.loads, options.vectors.read_text("utf-8").splitlines()), wrong=options.wrong)
    print(json.dumps(figures))
    failures = below_floors(figures, "vectors")
    print("\n".join(failures) or "all figures at or above their floors")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
