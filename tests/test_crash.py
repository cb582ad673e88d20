"""A round of `tests.eval.crash` for most ways to break a crawl and for some commands, at another moment each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.eval.crash.commands import Bench, bench
from tests.eval.crash.crawls import (
    WAYS,
    Break,
    break_one,
    can_mount,
    fill_the_disk,
    interrupt,
    kill,
    kill_a_visiting_process,
    kill_the_first_process,
)

RARELY = (interrupt, fill_the_disk, kill_a_visiting_process, kill_the_first_process)
IN_THE_SUITE = [kill, *(way for way in WAYS if way is not kill and way not in RARELY)]


@pytest.mark.parametrize("way", IN_THE_SUITE, ids=lambda way: way.__name__)
def test_broken_and_run_again(way: Break, tmp_path: Path) -> None:
    share = random.random()
    assert break_one(tmp_path, way, share).wrong == [], f"after {share:.2f} of the work"


def test_a_full_disk(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("no small file system can be mounted here")
    assert break_one(tmp_path, fill_the_disk, random.random()).wrong == []


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("bench")) as running:
        yield running


@pytest.mark.parametrize("name", ["export_csv", "bounces", "verify_csv"])
def test_a_command_killed_and_run_again(name: str, at_work: Bench, tmp_path: Path) -> None:
    share = random.random()
    assert at_work.break_one(tmp_path, name, share).wrong == [], f"after {share:.2f} of the work"
