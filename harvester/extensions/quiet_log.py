"""A log without a line per page and per item: ten thousand sites would drown the lines that matter."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult


class QuietLogFormatter(LogFormatter):
    """Says nothing of pages crawled and items scraped; errors and drops are told as Scrapy tells them."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """Return None: the progress line counts pages."""
        return None

    def scraped(self, item: Any, response: Any, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """Return None: the company's row is the report of its visit."""
        return None
