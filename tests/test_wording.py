"""Numbers, times and text from pages, as they are written for a person at a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extensions.wording import count, duration, printable, rough_duration

PRINTABLE = [
    ("Falkenbach Pumpen GmbH", "Falkenbach Pumpen GmbH"),
    ("永丰铸造有限公司", "永丰铸造有限公司"),
    ("  two\n lines\t ", "two lines"),
    ("\x1b[31mred\x1b]0;title\x07", "[31mred]0;title"),
    ("exe\u202egpj.txt", "exegpj.txt"),
    ("a\u2066b\u200bc\x9bd", "abcd"),
    ("x" * 100, "x" * 59 + "…"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), PRINTABLE)
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(st.text())
def test_printable_is_one_harmless_line(text: str) -> None:
    line = printable(text)
    assert len(line) <= 60
    assert line.isprintable()
    assert printable(line) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (8.25, "8.2 s"),
        (59.96, "1 min"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (7265, "2 h 1 min"),
        (3.6e6, "1,000 h"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.2, "59 s"), (60, "1 min"), (750, "12 min"), (7265, "2 h 1 min")]
)
def test_rough_duration(seconds: float, text: str) -> None:
    assert rough_duration(seconds) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0 sites"), (1, "1 site"), (2, "2 sites"), (12345, "12,345 sites")])
def test_count(value: int, text: str) -> None:
    assert count(value, "site") == text
