"""Pushes killed at a few requests; `python -m tests.eval.push_rounds` does it fifty times for each CRM."""

from pathlib import Path

import pytest

from tests.crm.rounds import PLACES, play

KILLS = 2


@pytest.mark.parametrize("name", ["hubspot", "salesforce", "odoo"])
def test_nothing_twice_and_nothing_overwritten(tmp_path: Path, name: str) -> None:
    tally, problems = play(PLACES[name], tmp_path, kills=KILLS, seed=11, fault_share=0.05)
    assert problems == []
    assert tally.kills == KILLS
    assert tally.typed
