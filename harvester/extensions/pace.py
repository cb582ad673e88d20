"""How fast a run goes and how long it will take. Knows no clock: the time is an argument."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from harvester.extensions.wording import count, number, rough_duration

WINDOW_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where a run stands. `total` is None while the list is still being read; `time` is in seconds, of any clock."""

    time: float
    done: int = 0
    total: int | None = None
    open_visits: int = 0
    contacts: int = 0
    pages: int = 0


@dataclass(slots=True)
class Pace:
    """Rates over the last minute, so that a slow start or a full store does not tell of the whole run."""

    snapshots: deque[Snapshot] = field(default_factory=deque)

    def add(self, snapshot: Snapshot) -> None:
        """Take in where the run stands; what is older than the window is forgotten."""
        self.snapshots.append(snapshot)
        while snapshot.time - self.snapshots[0].time > WINDOW_S and len(self.snapshots) > 2:
            self.snapshots.popleft()

    def _per_second(self, name: str) -> float:
        if len(self.snapshots) < 2:
            return 0.0
        first, last = self.snapshots[0], self.snapshots[-1]
        seconds = last.time - first.time
        gained: int = getattr(last, name) - getattr(first, name)
        return gained / seconds if seconds > 0 else 0.0

    @property
    def pages_per_second(self) -> float:
        """Pages fetched a second."""
        return self._per_second("pages")

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all sites are done at this pace; None where nobody knows."""
        if not self.snapshots or (total := self.snapshots[-1].total) is None:
            return None
        left = max(0, total - self.snapshots[-1].done)
        rate = self._per_second("done")
        if not left:
            return 0.0
        return left / rate if rate > 0 else None


def describe(pace: Pace) -> str:
    """The progress in one line: `120 of 5,000 sites, 310 contacts, 8.2 pages/s, 12 min left, 24 open`."""
    now = pace.snapshots[-1]
    sites = count(now.done, "site") if now.total is None else f"{number(now.done)} of {count(now.total, 'site')}"
    parts = [sites, count(now.contacts, "contact"), f"{pace.pages_per_second:.1f} pages/s"]
    if pace.seconds_left:
        parts.append(f"{rough_duration(pace.seconds_left)} left")
    return ", ".join([*parts, f"{number(now.open_visits)} open"])  # last: what a narrow terminal may cut off
