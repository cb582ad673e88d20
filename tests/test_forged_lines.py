"""What pages say can forge no line of the log, no formula in a cell, no markup in a report, no order to a terminal."""

from __future__ import annotations

import io
import logging

import click.testing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.export.cells import to_cell
from harvester.extensions.quiet_log import QuietLogFormatter
from harvester.terminal import escape
from harvester.upkeep.tables import show_table

EVIL = [
    "\n2026-11-26 [x] ERROR: forged", "\r", "\x1b[2J", "\u202e", "\u2028", "\x9b31m", "=1+1", "\t=cmd|'/C calc'!A0",
    "<script>", "@SUM(A1)", "+1", "-1", "\x00", "\ud800", "a", "é", "永", " ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(EVIL) | st.text(max_size=5), max_size=6).map("".join)
FORMULA_STARTS = ("=", "@", "\t", "\r", "-")


@pytest.fixture(scope="module")
def log():
    """A logger with our record factory, and what it has written."""
    before = logging.getLogRecordFactory()
    QuietLogFormatter()
    stream, logger = io.StringIO(), logging.getLogger("forged")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(stream))
    yield logger, stream
    logging.setLogRecordFactory(before)


@given(text=TEXTS)
def test_a_log_entry_is_one_line(log, text: str) -> None:
    logger, stream = log
    for arguments in (
        ("%s of %d", text, 3),
        ("%r", text),
        ("%(url)s", {"url": text}),
        (text,),
        ("%s", ValueError(text)),
    ):
        stream.seek(0)
        stream.truncate()
        logger.error(*arguments)
        written = stream.getvalue()
        assert written.endswith("\n")
        assert len(written.splitlines()) <= 1 or written == "\n"
        assert not set(written[:-1]) & set("\x1b\x9b\u202e\u2028\r\n\x00\ud800")


@given(TEXTS)
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert escape(escape(text)) == escape(text)


@given(TEXTS)
def test_a_cell_is_no_formula(text: str) -> None:
    cell = to_cell(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert not cell.startswith("+") or cell[1:].replace(" ", "").isdigit()


@given(TEXTS)
def test_a_table_cannot_steer_the_terminal(text: str) -> None:
    with click.testing.CliRunner().isolation() as (output, *_):
        show_table([{"name": text, "detail": text}], ("name", "detail"))
        shown = output.getvalue().decode("utf-8", "replace")
    assert not set(shown) & set("\x1b\x9b\u202e\u2028\r\x00")
