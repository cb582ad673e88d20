"""Whatever is written for a setting, a span, a nameserver or a mailbox: it is read, or refused with a sentence."""

from __future__ import annotations

import math
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.arguments import ArgumentError, parse_age
from harvester.configuration import SettingError, load_config, parse_setting
from harvester.jobs.table import JobError, load_job
from harvester.mailbox.imap import MailboxError, Position, parse_url
from harvester.mailbox.positions import load_position, save_position
from harvester.options import BY_NAME
from harvester.spans import LONGEST, parse_span
from harvester.verify.nameservers import parse_nameserver

HUGE = "9" * 5000  # more digits than int() takes from a text
DEEP = 100_000
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=10), max_size=3),
    st.sampled_from([HUGE, "9" * 400, 10**400, "nan", "-inf", "1e999", "file:\0", "file:/", "[::1", "*@*", "1_0", "²"]),
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(BY_NAME)), VALUES)
@example("HARVESTER_MAX_PAGES", "9" * 400)  # BUGS_CAUGHT: its own message could not be written
def test_any_value_is_a_setting_or_refused(name: str, value: object) -> None:
    try:
        parsed, said = parse_setting(name, value), name
    except SettingError as error:
        parsed, said = None, str(error)
    assert name in said
    assert len(said) < 300 + 50 * len(str(value)[:200])
    assert not isinstance(parsed, float) or math.isfinite(parsed)


TOML_CAUGHT = [
    "a=" + "[" * DEEP,
    "a=" + "{a=" * 5000,
    f"[settings]\nHARVESTER_MAX_PAGES={HUGE}",
    "\xff",
    "[settings]\nx",
]


@pytest.mark.parametrize("content", TOML_CAUGHT)
def test_a_broken_configuration_is_named(content: str, tmp_path: Path) -> None:
    file = tmp_path / "harvester.toml"
    file.write_text(content, "latin-1")
    with pytest.raises(SettingError, match=r"harvester\.toml"):
        load_config(file)
    with pytest.raises(JobError, match=r"harvester\.toml"):
        load_job(file, "weekly")


@given(st.text(alphabet="[]settingsjob.=\n\"1{}, '#HARVESTER_MAX_PAGES", max_size=80))
def test_any_configuration_is_read_or_refused(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "harvester.toml")
        file.write_text(content, "utf-8")
        with suppress(SettingError):
            assert set(load_config(file)) <= set(BY_NAME)


@given(st.integers(0, 10**9 - 1), st.sampled_from("smhdwy"))
def test_spans_are_what_they_say(count: int, unit: str) -> None:
    seconds = count * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}[unit]
    if seconds > LONGEST.total_seconds():
        with pytest.raises(ValueError, match="100 years"):
            parse_span(f"{count}{unit}")
    else:
        assert parse_span(f" {count}{unit.upper()} ") == timedelta(seconds=seconds)


@given(st.text(alphabet="0123456789smhdwy .-+eе²٣", max_size=12))
def test_any_text_is_a_span_or_none(text: str) -> None:
    try:
        span = parse_span(text)
    except ValueError:
        with pytest.raises(ArgumentError):
            parse_age(text)
    else:
        assert timedelta() <= span <= LONGEST
        assert parse_age(text) == span


@given(st.text(alphabet="[]:.0123456789abcdefx%", max_size=30))
def test_any_text_is_a_nameserver_or_none(text: str) -> None:
    with suppress(ValueError):
        address, port = parse_nameserver(text)
        assert 0 < port < 65536
        assert parse_nameserver(f"[{address}]:{port}") == (address, port)


@given(st.text(alphabet="imaps:/@[]%40.a:1é", max_size=40))
def test_any_text_is_a_mailbox_or_none(text: str) -> None:
    with suppress(MailboxError):
        assert parse_url(text).username


POSITIONS_CAUGHT = [
    '{"m": {"validity": Infinity, "uid": 1}}',
    '{"m": {"validity": 1, "uid": NaN}}',
    "[" * DEEP,
    "[1]",
    "é",
]


@pytest.mark.parametrize("content", [*POSITIONS_CAUGHT, f'{{"m": {{"validity": {HUGE}, "uid": 1}}}}'])
def test_a_broken_file_of_positions_is_none(content: str, tmp_path: Path) -> None:
    file = tmp_path / "mailboxes.json"
    file.write_text(content, "latin-1")
    assert load_position("m", file) is None
    save_position("m", Position(1, 2), file)
    assert load_position("m", file) == Position(1, 2)
