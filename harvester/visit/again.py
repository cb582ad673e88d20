"""Pages that once showed addresses, read again: which of the addresses still stand there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from harvester.extract import extract_mentions
from harvester.extract.condition import page_condition
from harvester.extract.page import read_page
from harvester.model import Failure, Page
from harvester.visit.home import GONE, http_failure
from harvester.visit.limits import Budget, Fetch, Limits
from harvester.visit.reading import shows_all
from harvester.visit.turn import take_turn

logger = logging.getLogger(__name__)


async def read_again(
    pages: Mapping[str, frozenset[str]], fetch: Fetch, *, limits: Limits, turn: asyncio.Lock
) -> dict[str, bool]:
    """Whether each address still stands on one of its pages; those whose pages could not be read are left out.

    `pages` are the URLs of one site with the addresses that each showed. They are read one at a time with a pause,
    those with the most addresses first, until the limits are reached. A page that the site says is no more shows none.
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
    answer = await budget.fetch(fetch, url)
    if isinstance(answer, Failure):
        return None
    if http_failure(answer) is not None:
        return frozenset() if answer.status in GONE else None
    budget.pages += 1
    try:
        return await take_turn(turn, partial(_read, answer, budget.limits.max_tags))
    except Exception:  # a bug of ours costs this page, not the site
        logger.exception("The page %s could not be read", url)
        return None


def _read(page: Page, max_tags: int) -> frozenset[str] | None:
    document = read_page(page, max_tags=max_tags)
    if document.script_urls or not shows_all(page, document, page_condition(document)):
        return None  # scripts that might write it are not fetched here
    return frozenset(mention.address for mention in extract_mentions(document, seen=page.fetched_at))
