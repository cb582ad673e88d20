"""What goes through the pipes between our own processes: pickled values, one after the other."""

from __future__ import annotations

import copyreg
import logging
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, BinaryIO

from harvester.model import Company
from harvester.store import Run


def _read_only(values: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType(values)


def _reduce(proxy: MappingProxyType[str, str]) -> tuple[Any, ...]:
    return _read_only, (dict(proxy),)


copyreg.pickle(MappingProxyType, _reduce)  # values without extras hold one


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is told first: the settings of the command line, and the run that it works for."""

    settings: Mapping[str, Any]
    run: Run


@dataclass(frozen=True, slots=True)
class Finding:
    """A visit that is over: its company as it is now known, and by how much the stats have grown since the last."""

    company: Company
    stats: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the log."""

    record: logging.LogRecord


class Sender:
    """Writes values into a pipe; safe from several threads."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe, self._lock = pipe, Lock()

    def send(self, value: object) -> None:
        """Write one value. OSError when nobody reads any more."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._pipe.write(data)
            self._pipe.flush()

    def close(self) -> None:
        """Say that nothing more will come."""
        with self._lock:
            self._pipe.close()


def receive(pipe: BinaryIO) -> Any:
    """The next value; EOFError when the other process is gone, also in the middle of one."""
    try:
        return pickle.load(pipe)  # noqa: S301  from a process that we started, or that started us
    except (pickle.UnpicklingError, OSError, ValueError) as error:  # cut off, or closed by ourselves
        raise EOFError from error
