"""How far a verification is, told on the terminal, and its outcome in one line a status."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from harvester.model import Status, StatusReason, Verification
from harvester.terminal import escape
from harvester.verifying.checker import AddressChecker

PROBLEMS_SHOWN = 1_000  # lines; the output holds them all
UNANSWERED = frozenset({StatusReason.TIMEOUT, StatusReason.SERVER_FAILURE, StatusReason.MX_UNREACHABLE})


class Report:
    """What a run tells on standard error."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._reasons: Counter[tuple[Status, str]] = Counter()
        self._problems = 0

    @contextmanager
    def progress(self, total: int, what: str) -> Iterator[Callable[[int], None]]:
        """A bar, where there is a terminal to show it; the function that moves it on by a number of rows."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, disable=not sys.stderr.isatty(), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield partial(bar.advance, task)

    def say(self, sentence: str) -> None:
        """One line."""
        self._console.print(Text(escape(sentence)))

    async def warn_of(self, checker: AddressChecker) -> None:
        """What keeps a checker from its best work, before it begins."""
        for warning in await checker.warnings():
            self.say(f"Warning: {warning}")

    def count(self, verification: Verification) -> None:
        """Count an address by its outcome."""
        self._reasons[verification.status, verification.reason] += 1

    def problem(self, name: str, line: int, sentence: str) -> None:
        """A row that holds no address; of very many only the first are told, with their number at the end."""
        self._problems += 1
        if self._problems <= PROBLEMS_SHOWN:
            self.say(f"{name}, line {line}: {sentence}")

    def warn_of_obstacle(self, checker: AddressChecker) -> None:
        """What stood in its way, after its work."""
        if obstacle := checker.obstacle():
            self.say(f"Warning: {obstacle}")

    def summarize(self) -> None:
        """How many addresses came to which status, for which reasons."""
        if self._problems > PROBLEMS_SHOWN:
            self.say(f"… and {self._problems - PROBLEMS_SHOWN:,} more rows without an address.")
        for status in Status:
            reasons = [(count, reason) for (of, reason), count in self._reasons.items() if of is status]
            if reasons:
                told = ", ".join(f"{reason} {count:,}" for count, reason in sorted(reasons, reverse=True))
                self.say(f"{sum(count for count, _ in reasons):>9,} {status}: {told}")
        if unanswered := sum(number for (_, reason), number in self._reasons.items() if reason in UNANSWERED):
            self.say(f"{unanswered:,} got no answer from a name or mail server; the same command asks again for them.")
