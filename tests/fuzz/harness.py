"""What the harnesses of mails, lists and replies share: how long an input may take, fuzzing, replaying.

A harness is a function that reads one input and raises when something is wrong with what came of it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

SECONDS_AT_LEAST = 0.1  # what a pause of the machine may cost
SECONDS_PER_MEGABYTE = 2.0
INSTRUMENTED = 12  # how many times slower the code runs while it is watched
WARMING_UP = 1000  # tables are loaded and patterns compiled, which costs the first input more than all else
MAX_LEN = 20_000

Check = Callable[[bytes], None]


class SlowInputError(Exception):
    """An input took longer than its size allows."""


def main(check: Check, corpus: list[Path], module: str) -> None:
    """Fuzz, or print the time that each input named takes; the first that fails raises."""
    names = [Path(argument) for argument in sys.argv[1:]]
    if not names or not all(path.is_file() for path in names):
        fuzz(check, corpus, module)
        return
    warm_up(check, corpus)
    for path in names:
        data = path.read_bytes()
        print(f"{timed(check, data, slowness=1):.3f} s  {len(data):,} bytes  {path}")


def fuzz(check: Check, corpus: list[Path], module: str) -> None:
    """Run until the time is over or something is found. New inputs are written to the first folder named."""
    import atheris  # noqa: PLC0415 - not needed to replay

    with atheris.instrument_imports(include=["harvester"]):
        import_module(module)
    warm_up(check, corpus)

    def watched(data: bytes) -> None:
        timed(check, data, slowness=INSTRUMENTED)

    seeds = f"-seed_inputs={','.join(map(str, corpus))}"
    atheris.Setup([*sys.argv, seeds, f"-max_len={MAX_LEN}"], watched)
    atheris.Fuzz()


def warm_up(check: Check, corpus: list[Path]) -> None:
    """Read the corpus once, whatever it takes."""
    for path in corpus:
        timed(check, path.read_bytes(), slowness=WARMING_UP)


def timed(check: Check, data: bytes, *, slowness: int) -> float:
    """Check an input; return the processor time in seconds, or raise `SlowInputError`."""
    started = time.process_time()
    check(data)
    seconds = time.process_time() - started
    if seconds > slowness * (SECONDS_AT_LEAST + len(data) * SECONDS_PER_MEGABYTE / 1e6):
        raise SlowInputError(f"{seconds:.2f} s for {len(data):,} bytes")
    return seconds
