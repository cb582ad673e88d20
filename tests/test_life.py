"""The state chart and the bounce policy, and that the README shows them as they are."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.bounces.policy import (
    DEFAULT_POLICY,
    POLICY,
    SENDER_REASONS,
    BouncePolicy,
    Cause,
    cause_of,
    count_softs,
    last_delivery,
    retry_at,
    verdict_of,
)
from harvester.model import Bounce, ContactState
from harvester.model.life import TRANSITIONS, Event, next_state

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)
ARROW = re.compile(r"^ {8}(\w+) --> (\w+) : (.+)$", re.MULTILINE)


def test_the_readme_draws_the_transitions() -> None:
    chart = README.partition("<!-- states -->")[2].partition("```\n\n")[0]
    drawn = defaultdict(set)
    for before, after, events in ARROW.findall(chart):
        drawn[before, after].update(events.split(", "))
    table = defaultdict(set)
    for event, moves in TRANSITIONS.items():
        for before, after in moves.items():
            table[before.value, after.value].add(event.value)
    assert drawn == table
    assert "open --> opted_out" in chart
    assert "opted_out --> open" in chart


def test_the_chart_has_no_dead_ends_and_no_idle_arrows() -> None:
    assert set(TRANSITIONS) == set(Event)
    assert all(before is not after for moves in TRANSITIONS.values() for before, after in moves.items())
    reached = {after for moves in TRANSITIONS.values() for after in moves.values()}
    assert reached == set(ContactState) - {ContactState.OPTED_OUT}


@given(st.lists(st.sampled_from(Event)))
def test_nothing_but_an_answer_or_a_person_ends_a_suppression(events: list[Event]) -> None:
    state = ContactState.SUPPRESSED
    for event in events:
        if event not in (Event.REPLIED, Event.LIFTED):
            state = next_state(state, event)
    assert state is ContactState.SUPPRESSED


@given(st.lists(st.sampled_from(Event)))
def test_an_objection_is_never_left_by_what_happens(events: list[Event]) -> None:
    assert {next_state(ContactState.OPTED_OUT, event) for event in events} <= {ContactState.OPTED_OUT}


# hard, reason, softs -> cause
CAUSES = [
    (True, "userunknown", 0, Cause.HARD),
    (True, "hostunknown", 9, Cause.HARD),
    (False, "mailboxfull", 1, Cause.SOFT),
    (False, "mailboxfull", 4, Cause.SOFT),
    (False, "mailboxfull", 5, Cause.SOFT_TOO_OFTEN),
    (False, "undefined", 1, Cause.SOFT),
    (False, "systemerror", 6, Cause.SOFT_TOO_OFTEN),
    *((hard, reason, 9, Cause.SENDER) for reason in sorted(SENDER_REASONS) for hard in (True, False)),
]


@pytest.mark.parametrize(("hard", "reason", "softs", "cause"), CAUSES)
def test_causes(hard: bool, reason: str, softs: int, cause: Cause) -> None:
    assert cause_of(Bounce(recipient="a@b.example", hard=hard, reason=reason), softs=softs) is cause


VERDICTS = [
    (True, "userunknown", "hard_bounced"),
    (True, "mailboxfull", "hard_bounced"),
    (False, "mailboxfull", "mailbox_full"),
    (False, "expired", "soft_bounced"),
    (False, "userunknown", "soft_bounced"),
    (False, "no_word_of_the_table", "soft_bounced"),
]


@pytest.mark.parametrize(("hard", "reason", "verdict"), VERDICTS)
def test_verdicts(hard: bool, reason: str, verdict: str) -> None:
    assert verdict_of(Bounce(recipient="a@b.example", hard=hard, reason=reason)) == verdict


def test_each_cause_has_its_consequence() -> None:
    assert set(POLICY) == set(Cause)
    assert [cause for cause, follows in POLICY.items() if follows.retry] == [Cause.SOFT]
    assert POLICY[Cause.SENDER].event is None


WAITS = [(1, timedelta(hours=4)), (2, DAY), (3, 3 * DAY), (4, 3 * DAY), (40, 3 * DAY), (0, timedelta(hours=4))]


@pytest.mark.parametrize(("softs", "wait"), WAITS)
def test_waits(softs: int, wait: timedelta) -> None:
    assert retry_at(NOW, softs) == NOW + wait


def test_one_wait_serves_for_all() -> None:
    assert retry_at(NOW, 7, BouncePolicy(waits=(DAY,))) == NOW + DAY


# days ago of the bounces, days ago of the sign of life -> how many count
COUNTS = [
    ([1, 2, 3], None, 3),
    ([1, 29, 30, 31, 400], None, 3),
    ([1, 2, 3], 2, 1),
    ([1, 2, 3], 0, 0),
    ([-1], None, 0),
    ([], None, 0),
]


@pytest.mark.parametrize(("bounced", "reset", "number"), COUNTS)
def test_which_soft_bounces_count(bounced: list[int], reset: int | None, number: int) -> None:
    moments = [NOW - days * DAY for days in bounced]
    assert count_softs(moments, reset_at=None if reset is None else NOW - reset * DAY, now=NOW) == number


DELIVERIES = [
    ([10], [], 10),
    ([10, 20], [9], 20),
    ([10], [9], None),
    ([10], [4], 10),  # later than any server tries
    ([3], [], None),  # it may still come back
    ([], [3], None),
]


@pytest.mark.parametrize(("sent", "bounced", "delivered"), DELIVERIES)
def test_what_counts_as_delivered(sent: list[int], bounced: list[int], delivered: int | None) -> None:
    found = last_delivery([NOW - d * DAY for d in sent], [NOW - d * DAY for d in bounced], now=NOW)
    assert found == (None if delivered is None else NOW - delivered * DAY)


def test_the_readme_names_the_numbers() -> None:
    assert [wait / timedelta(hours=1) for wait in DEFAULT_POLICY.waits] == [4, 24, 72]
    assert "after 4 hours, then 1 day, then 3 days" in README
    assert (DEFAULT_POLICY.limit, DEFAULT_POLICY.window, DEFAULT_POLICY.silence) == (5, 30 * DAY, 5 * DAY)
    assert "the fifth soft one in 30 days" in README
    assert "nothing came back from in 5 days" in README
