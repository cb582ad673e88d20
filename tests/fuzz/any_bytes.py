"""Fuzz the reading of pages with bytes of any kind, led by the branches that they reach.

python -m tests.fuzz.any_bytes -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["harvester"]):
    from tests.fuzz.reading import CORPUS, check_input, warm_up


def main() -> None:
    """Run until the time is over or something is found."""
    warm_up()
    atheris.Setup([*with_seeds(sys.argv), "-max_len=20000"], check_input)
    atheris.Fuzz()


def with_seeds(arguments: list[str]) -> list[str]:
    """Return the arguments with the corpus as last folder: new inputs are written to the first, if there is another."""
    folders = [argument for argument in arguments[1:] if not argument.startswith("-")]
    return [*arguments, *([str(CORPUS)] if folders else [f"-seed_inputs={seed_list()}"])]


def seed_list() -> str:
    """Return the files of the corpus as libFuzzer's option wants them."""
    return ",".join(str(path) for path in sorted(CORPUS.iterdir()))


if __name__ == "__main__":
    main()
