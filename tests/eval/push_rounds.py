"""Kill pushes at random requests, let persons work in between, and hold the CRM against the list and the persons.

python -m tests.eval.push_rounds [--kills 50] [--seed 1] [--faults 0.1] [hubspot salesforce odoo odoo-xmlrpc]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crm.rounds import COMPANIES, PLACES, play


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", choices=[*PLACES, []], default=[])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.1, help="share of the requests that meet a fault")
    options = parser.parse_args()
    failures = 0
    for name in options.places or PLACES:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            tally, problems = play(
                PLACES[name], Path(folder), kills=options.kills, seed=options.seed, fault_share=options.faults
            )
        print(
            f"{name}: {COMPANIES} companies, {tally.rounds} rounds, {tally.kills} killed, {len(tally.typed)} fields "
            f"typed by persons, {time.monotonic() - started:.0f} s: {'ok' if not problems else 'FAILED'}",
            *problems[:20],
            sep="\n  ",
            flush=True,
        )
        failures += bool(problems)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
