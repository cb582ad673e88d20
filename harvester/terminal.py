"""What a person reads, on the terminal and in the log: nothing in it can steer the terminal or pass for another line.

Pages, headers, mail servers and lists speak in what we say; everything that is printed goes through here.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import click

from harvester.export.json_text import to_json

# Everything that could begin a line, steer a terminal or turn text round (Unicode: Cc, Bidi_Control, separators).
_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STEERS_BUT_LINES = re.compile(_STEERS.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_PLAIN_ARGUMENTS = (int, float, type(None))
STOPPED = 130  # the exit status after Ctrl-C, as a shell says it


def escape(text: str, *, lines: bool = False) -> str:
    """Text with such characters written as `\\n`, `\\x1b`, `\\u202e`: it stays on its line, or on its `lines`."""
    return (_STEERS_BUT_LINES if lines else _STEERS).sub(_written, text)


def say(text: str = "", *, err: bool = False) -> None:
    """Print lines (tabs and ends of lines are meant), to standard error where that is asked for."""
    click.echo(escape(text, lines=True), err=err)


def say_json(value: Any, *, indented: bool = False) -> None:
    """Print a value as JSON, in UTF-8 whatever the terminal speaks."""
    click.echo(to_json(value, indented=indented).encode())


def guard_log() -> None:
    """Let every log record and traceback of this process be made so, whoever logs or fails.

    The entry stays on one line; those of a traceback are indented, so that none looks like an entry.
    """
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
        if record.exc_info and record.exc_info[0]:
            record.exc_text = tell_error(*record.exc_info)  # a formatter that finds it does not make its own
        return record

    make_guarded.is_guarded = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_guarded)
    sys.excepthook = _say_error


def tell_error(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> str:
    """The traceback, its lines indented: what a page wrote into the message begins no line."""
    written = "".join(traceback.format_exception(kind, error, trace)).rstrip("\n")
    first, *rest = written.split("\n")
    return "\n".join([escape(first), *(f"  {escape(line)}" for line in rest)])


def _say_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        say(tell_error(kind, error, trace), err=True)


def _escape_argument(argument: Any) -> Any:
    return argument if isinstance(argument, _PLAIN_ARGUMENTS) else escape(str(argument))


def _written(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
