"""What one visit may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one visit may cost: pages, seconds in all, seconds of pause between two pages."""

    max_pages: int = 12
    max_seconds: float = 60.0
    pause_s: float = 1.0
