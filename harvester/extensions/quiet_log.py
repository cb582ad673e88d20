"""A log without a line per page and per item: ten thousand sites would drown the lines that matter."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter

from harvester.terminal import guard_log


class QuietLogFormatter(LogFormatter):
    """Says nothing of pages crawled and items scraped; errors and drops are told as Scrapy tells them."""

    def __init__(self) -> None:
        guard_log()

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing: the progress line counts pages."""

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing: the company's row is the report of its visit."""
