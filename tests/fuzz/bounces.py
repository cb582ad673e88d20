"""Fuzz the reading of mails with bytes of any kind, led by the branches that they reach.

python -m tests.fuzz.bounces -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]

Replay findings without the instrumentation:  python -m tests.fuzz.bounces FILE...
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[1] / "bounces"
SECONDS_PER_MEGABYTE = 2.0
SECONDS_AT_LEAST = 0.1  # what a pause of the machine may cost
INSTRUMENTED = 12  # how many times slower the code runs while it is watched


class SlowMailError(Exception):
    """A mail took longer than its size allows."""


def check_mail(raw: bytes, *, slowness: int = INSTRUMENTED) -> float:
    """Read a mail and check what came of it; return the processor time in seconds."""
    from harvester.bounces import MEANINGS, MailError, read_mail  # noqa: PLC0415 - after the instrumentation

    started = time.process_time()
    try:
        report = read_mail(raw)
    except MailError:
        report = None
    seconds = time.process_time() - started
    if report is not None:
        assert report.key
        assert all(bounce.reason in MEANINGS and "\n" not in bounce.recipient for bounce in report.bounces)
    if seconds > slowness * (SECONDS_AT_LEAST + len(raw) * SECONDS_PER_MEGABYTE / 1e6):
        raise SlowMailError(f"{seconds:.2f} s for {len(raw):,} bytes")
    return seconds


def fuzz() -> None:
    """Run until the time is over or something is found."""
    import atheris  # noqa: PLC0415 - not needed to replay

    with atheris.instrument_imports(include=["harvester"]):
        import harvester.bounces  # noqa: F401, PLC0415

    warm_up()
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    seeds = [str(SEEDS)] if folders else [f"-seed_inputs={','.join(map(str, sorted(SEEDS.glob('*.eml'))))}"]
    atheris.Setup([*sys.argv, *seeds, "-max_len=20000"], check_mail)
    atheris.Fuzz()


def warm_up() -> None:
    """Load the tables, which costs the first mail more than all else."""
    for path in sorted(SEEDS.glob("*.eml")):
        check_mail(path.read_bytes(), slowness=1000)


def main() -> None:
    """Fuzz, or print the time that each input takes; the first that fails raises."""
    names = [Path(argument) for argument in sys.argv[1:]]
    if not names or not all(path.is_file() for path in names):
        fuzz()
        return
    warm_up()
    for path in names:
        raw = path.read_bytes()
        print(f"{check_mail(raw, slowness=1):.3f} s  {len(raw):,} bytes  {path}")


if __name__ == "__main__":
    main()
