"""Crawls and commands broken at random moments: nothing committed is lost, no file is half there.

    python -m tests.eval.crash [--rounds 100] [--seed 1] [--only WORD]

Each round breaks one crawl of the demo's companies in one of the ways of `crawls`, or kills one of the `commands` at
its work, looks at what is there, and runs it again. A full disk is a tmpfs of some hundred KB where the user may mount
one; else those rounds are left out, and said to be.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.eval.crash.commands import COMMANDS, bench
from tests.eval.crash.crawls import WAYS, break_one, can_mount, fill_the_disk
from tests.eval.crash.looking import Outcome

Round = Callable[[Path, float], Outcome]


def run(rounds: int, seed: int, only: str) -> tuple[Counter[str], int]:
    """So many rounds, printed as they go: what was wrong by kind, and how many hit a program still at work."""
    dice, wrong, hits = random.Random(seed), Counter[str](), 0
    with ExitStack() as stack:
        at_work = stack.enter_context(bench(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        kinds: dict[str, Round] = {way.__name__: lambda folder, share, way=way: break_one(folder, way, share)
                                   for way in WAYS}  # fmt: skip
        kinds |= {f"kill {name}": partial(_kill_command, at_work.break_one, name) for name in COMMANDS}
        if not can_mount():
            print("SKIPPED: no tmpfs can be mounted here, so no disk gets full")
            del kinds[fill_the_disk.__name__]
        chosen = [name for name in kinds if only in name]
        for number in range(rounds):
            name, share = chosen[number % len(chosen)], dice.random()
            with tempfile.TemporaryDirectory() as scratch:
                outcome = kinds[name](Path(scratch), share)
            hits += outcome.broken
            wrong.update(trouble for trouble, _ in outcome.wrong)
            told = "; ".join(f"{trouble}: {text}" for trouble, text in outcome.wrong) or "ok"
            print(f"{number + 1:3}  {name:24} {share:4.2f} {'hit ' if outcome.broken else 'late'}  {told}", flush=True)
    return wrong, hits


def _kill_command(
    break_command: Callable[[Path, str, float], Outcome], name: str, folder: Path, share: float
) -> Outcome:
    return break_command(folder, name, share)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only ways and commands with this in their name")
    options = parser.parse_args()
    wrong, hits = run(options.rounds, options.seed, options.only)
    print(f"{options.rounds} rounds, {hits} at work when broken; wrong: {dict(wrong) or 'nothing'}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
