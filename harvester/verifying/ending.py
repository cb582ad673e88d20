"""How a verification ends: with an exit status, or with a sentence for who asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from harvester.configuration import SettingError
from harvester.spans import parse_span
from harvester.store import StoreError
from harvester.terminal import STOPPED, say
from harvester.verifying.tables import TableError

FAILED = 1


class RequestError(ValueError):
    """What was asked for cannot be done; the message is a sentence for who asked."""


def read_age(option: str, text: str) -> timedelta:
    """The age that an option gives, like `30d`. RequestError."""
    try:
        return parse_span(text)
    except ValueError as error:
        raise RequestError(f"{option} {text[:40]} {error}; 0 for all.") from None


def exit_status(work: Callable[[], None], output: str) -> int:
    """Do the work; the exit status it ends with. `output` is what it writes. RequestError for what cannot be used."""
    try:
        work()
    except (SettingError, StoreError, TableError) as error:
        raise RequestError(str(error)) from None
    except KeyboardInterrupt:
        say("Stopped. What was found out is kept: the same command goes on from here.", err=True)
        return STOPPED
    except OSError as error:
        say(f"harvester: {output} could not be written: {error.strerror or error}.", err=True)
        return FAILED
    return 0
