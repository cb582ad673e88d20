"""A log without a line per page and per item: ten thousand sites would drown the lines that matter."""

from __future__ import annotations

import logging
import re
from typing import Any

from scrapy.logformatter import LogFormatter

# Everything that could begin a line, steer a terminal or turn text round (Unicode: Cc, Bidi_Control, separators).
_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN_ARGUMENTS = (int, float, type(None))


def escape(text: str) -> str:
    """Text with such characters written as `\\n`, `\\x1b`, `\\u202e`: it can forge no line of a log."""
    return _STEERS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def guard_log() -> None:
    """Let every record of this process be made with its arguments on one line, whoever logs: pages speak in them."""
    make = logging.getLogRecordFactory()
    if getattr(make, "is_guarded", False):
        return

    def make_guarded(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if not record.args:
            record.msg = escape(str(record.msg))
        elif isinstance(record.args, tuple):
            record.args = tuple(_escape_argument(argument) for argument in record.args)
        else:
            record.args = {name: _escape_argument(value) for name, value in record.args.items()}
        return record

    make_guarded.is_guarded = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_guarded)


def _escape_argument(argument: Any) -> Any:
    return argument if isinstance(argument, _PLAIN_ARGUMENTS) else escape(str(argument))


class QuietLogFormatter(LogFormatter):
    """Says nothing of pages crawled and items scraped; errors and drops are told as Scrapy tells them."""

    def __init__(self) -> None:
        guard_log()

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing: the progress line counts pages."""

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing: the company's row is the report of its visit."""
