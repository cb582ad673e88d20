"""Pages that once showed addresses, read again: which of the addresses still stand there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from harvester.extract import extract_mentions
from harvester.extract.condition import page_condition
from harvester.extract.page import read_page
from harvester.model import CompanyStatus, Failure, Page
from harvester.visit import GONE, Fetch
from harvester.visit.home import http_failure
from harvester.visit.limits import Budget, Limits
from harvester.visit.turn import take_turn

logger = logging.getLogger(__name__)


async def read_again(
    pages: Mapping[str, frozenset[str]], fetch: Fetch, *, limits: Limits, turn: asyncio.Lock
) -> dict[str, bool]:
    """Whether each address still stands on one of its pages; those whose pages could not be read are left out.

    `pages` are the URLs of one site with the addresses that each showed. They are read one at a time with a pause,
    those with the most addresses first. A page that the site says is no more shows none.
    """
    budget = Budget(limits)
    found: dict[str, bool] = {}
    for number, url in enumerate(sorted(pages, key=lambda url: (-len(pages[url]), url))):
        if all(found.get(address) for address in pages[url]):
            continue
        if budget.is_spent() or (number and not await budget.pause()):
            break
        shown = await _addresses_on(url, fetch, budget, turn)
        if shown is not None:
            found |= {address: found.get(address, False) or address in shown for address in pages[url]}
    return found


async def _addresses_on(url: str, fetch: Fetch, budget: Budget, turn: asyncio.Lock) -> frozenset[str] | None:
    """The addresses that a page shows now; None where that cannot be told."""
    budget.tried += 1
    answer = await fetch(url, budget.left_s)
    if isinstance(answer, Failure):
        return None
    budget.crawl_delay = max(budget.crawl_delay, answer.crawl_delay or 0.0)
    if http_failure(answer) is not None:
        return frozenset() if answer.status in GONE else None
    budget.pages += 1
    try:
        return await take_turn(turn, partial(_read, answer))
    except Exception:  # a bug of ours costs this page, not the site
        logger.exception("The page %s could not be read", url)
        return None


def _read(page: Page) -> frozenset[str] | None:
    document = read_page(page)
    if document.script_urls or page_condition(document) in (CompanyStatus.BLOCKED, CompanyStatus.JAVASCRIPT_ONLY):
        return None  # what scripts write is not seen here
    return frozenset(mention.address for mention in extract_mentions(document, seen=page.fetched_at))
