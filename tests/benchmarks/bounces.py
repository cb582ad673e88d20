"""How fast are mails read? Mails per second of CPU time on one core, beside the standard library's parser alone.

    python -m tests.benchmarks.bounces [--bounces ../shared/bounces] [--rounds 5] [--slowest 5]

Reads the real bounces (../shared/bounces) where they are, tests/bounces otherwise, and the ordinary mails of
tests/ordinary_mails.py: of each mail the best round. `email.message_from_bytes` (policy compat32) only takes a mail
apart; it says nothing about it. Speed is printed, never judged.
"""

from __future__ import annotations

import argparse
import email
import time
from collections.abc import Callable
from pathlib import Path

from harvester.bounces import read_mail
from tests.eval.bounces import DEFAULT_BOUNCES, OWN_BOUNCES
from tests.ordinary_mails import ordinary_mails


def load(folder: Path) -> dict[str, bytes]:
    """Return the mails by their names."""
    chosen = folder if folder.is_dir() else OWN_BOUNCES
    return {path.name: path.read_bytes() for path in sorted(chosen.rglob("*.eml"))}


def best(work: Callable[[bytes], object], mails: dict[str, bytes], rounds: int) -> dict[str, float]:
    """Return the CPU seconds for each mail, the least that a round took: other programs slow it down."""
    least = dict.fromkeys(mails, float("inf"))
    for _ in range(rounds):
        for name, raw in mails.items():
            began = time.process_time_ns()
            work(raw)
            least[name] = min(least[name], (time.process_time_ns() - began) / 1e9)
    return least


def show(title: str, mails: dict[str, bytes], options: argparse.Namespace) -> None:
    """Measure and print the figures of a set of mails."""
    read, parsed = best(read_mail, mails, options.rounds), best(email.message_from_bytes, mails, options.rounds)
    size = sum(map(len, mails.values())) / len(mails) / 1000
    print(f"{title}: {len(mails)} mails of {size:.1f} KB, best of {options.rounds} rounds")
    print(f"  read_mail                        {len(mails) / sum(read.values()):8,.0f} mails/s")
    print(f"  email.message_from_bytes alone   {len(mails) / sum(parsed.values()):8,.0f} mails/s")
    for name in sorted(read, key=read.__getitem__, reverse=True)[: options.slowest]:
        print(f"  {read[name] * 1000:8.2f} ms  {len(mails[name]) / 1000:6.1f} KB  {name}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bounces", type=Path, default=DEFAULT_BOUNCES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slowest", type=int, default=5)
    options = parser.parse_args()
    show("bounces", load(options.bounces), options)
    show("ordinary mails", {mail.name: mail.raw for mail in ordinary_mails()}, options)


if __name__ == "__main__":
    main()
