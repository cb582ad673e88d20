"""A round of `tests.eval.crash` for each way to break a crawl, at another moment each time."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest

from harvester.demo import DemoWeb
from tests.eval.crash import WAYS, break_one, can_mount, fill_the_disk, interrupt, kill, small_disk

IN_THE_SUITE = [kill, *(way for way in WAYS if way not in (kill, interrupt, fill_the_disk))]


@pytest.mark.parametrize("way", IN_THE_SUITE, ids=lambda way: way.__name__)
def test_broken_and_run_again(way: object, tmp_path: Path) -> None:
    after_s = random.uniform(0.3, 2.0)
    with DemoWeb() as web:
        assert break_one(tmp_path, web, WAYS.index(way), after_s) == [], f"after {after_s:.2f} s"


def test_a_full_disk() -> None:
    if not can_mount():
        pytest.skip("no small file system can be mounted here")
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder)), DemoWeb() as web:
        assert break_one(Path(folder), web, WAYS.index(fill_the_disk), random.uniform(0.1, 2.0)) == []
