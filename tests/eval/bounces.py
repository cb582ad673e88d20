"""Read real bounces and ordinary mails, score what comes out, hold the floors.

    python -m tests.eval.bounces [--bounces ../shared/bounces] [--wrong]

Two sets of bounces: ../shared/bounces (with its `truth.jsonl`; skipped where it is not) and the invented ones of
tests/bounces; and the 2,000 ordinary mails of tests/ordinary_mails.py, of which none may be called a bounce. A mail is
right when its recipients are exact and hard or soft is right for each that is not a matter of policy. Exit status 1
when a figure is below its floor in floors.toml.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harvester.bounces import read_mail
from harvester.model.bounce import Bounce, MailKind
from tests.eval.realweb import below_floors
from tests.ordinary_mails import ordinary_mails

DEFAULT_BOUNCES = Path(__file__).resolve().parents[3] / "shared" / "bounces"
OWN_BOUNCES = Path(__file__).resolve().parents[1] / "bounces"


def load_rows(file: Path) -> list[dict[str, Any]]:
    """Return what is true of each mail."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def score(folder: Path, rows: Iterable[dict[str, Any]], *, wrong: bool) -> dict[str, float]:
    """Return the figures over the mails of a folder; print the mistakes if asked."""
    counts = Counter[str]()
    for row in rows:
        if row.get("is_bounce", True) is None:
            continue
        found = {bounce.recipient.lower(): bounce for bounce in read_mail((folder / row["file"]).read_bytes()).bounces}
        verdict = judge(row, found)
        counts.update(verdict)
        if wrong and verdict["mails"] > verdict["right"] + verdict["no_bounces"] - verdict["false_bounces"]:
            print(f"{row['file']}: {[(bounce.recipient, bounce.hard, bounce.reason) for bounce in found.values()]}")
    return {
        "right": round(counts["right"] / (counts["bounces"] or 1), 4),
        "recipients": round(counts["recipients"] / (counts["bounces"] or 1), 4),
        "recipients_in_words": round(counts["recipients_in_words"] / (counts["in_words"] or 1), 4),
        "not_soft_called_hard": round(1 - counts["soft_called_hard"] / (counts["firm"] or 1), 4),
        "no_false_bounces": float(counts["false_bounces"] == 0),
        "reasons": round(counts["reasons"] / (counts["found"] or 1), 4),
        "bounces": counts["bounces"],
        "mails": counts["mails"],
    }


def judge(row: dict[str, Any], found: dict[str, Bounce]) -> Counter[str]:
    """Return what counts for one mail."""
    expected = row["results"]
    if not expected:
        return Counter(mails=1, no_bounces=1, false_bounces=int(bool(found)))
    counts = Counter[str](mails=1, bounces=1)
    left, exact, right = dict(found), True, True
    for result in expected:
        names = [name.lower() for name in (result["recipient"], *result.get("also", ()))]
        bounce = next((hit for hit in [left.pop(name, None) for name in names] if hit is not None), None)
        if bounce is None:
            exact = right = False
            continue
        firm = "hard_contested" not in result
        is_hard = result["hardbounce"] if "hardbounce" in result else result["hard"]
        right = right and (not firm or bounce.hard == is_hard)
        counts["found"] += 1
        counts["firm"] += firm
        counts["soft_called_hard"] += firm and bounce.hard and not is_hard
        counts["reasons"] += bounce.reason in {result.get("reason", bounce.reason), *result.get("reason_alt", ())}
    exact = exact and not left
    in_words = not row.get("has_dsn_part", False)
    counts.update(recipients=exact, right=exact and right, in_words=in_words, recipients_in_words=exact and in_words)
    return counts


def ordinary() -> dict[str, float]:
    """Return how many ordinary mails there are, whether none is called a bounce, and how many are what they are."""
    kinds = [(mail.kind, read_mail(mail.raw).kind) for mail in ordinary_mails()]
    false = sum(kind is MailKind.BOUNCE for _, kind in kinds)
    return {
        "no_false_bounces": float(false == 0),
        "kinds": round(sum(expected is kind for expected, kind in kinds) / len(kinds), 4),
        "mails": len(kinds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bounces", type=Path, default=DEFAULT_BOUNCES)
    parser.add_argument("--wrong", action="store_true", help="also list the mistakes")
    options = parser.parse_args()
    figures = {"own_bounces": score(OWN_BOUNCES, load_rows(OWN_BOUNCES / "expected.jsonl"), wrong=options.wrong)}
    figures["ordinary_mails"] = ordinary()
    if (truth := options.bounces / "truth.jsonl").is_file():
        figures["bounces"] = score(options.bounces, load_rows(truth), wrong=options.wrong)
    else:
        print(f"SKIPPED: no real bounces at {options.bounces}")
    failures = []
    for name, values in figures.items():
        print(f"{name}: {json.dumps(values)}")
        failures += below_floors(values, name)
    print("\n".join(failures) or "all figures at or above their floors")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
