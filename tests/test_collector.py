"""The garbage collector during a crawl, and after it."""

import gc

import pytest

from harvester.extensions.collector import THRESHOLDS, WARM_AFTER, CollectorExtension


@pytest.fixture
def extension():
    before = gc.get_threshold()
    made = CollectorExtension()
    made.spider_opened()
    yield made
    made.spider_closed()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_it_rests_while_a_spider_is_open(extension):
    assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() > 0


def test_what_was_loaded_meanwhile_is_put_aside_once(extension):
    at_first, table = gc.get_freeze_count(), [[number] for number in range(10_000)]
    for _ in range(WARM_AFTER - 1):
        extension.item_scraped()
    assert gc.get_freeze_count() < at_first + len(table)
    extension.item_scraped()
    assert gc.get_freeze_count() >= at_first + len(table)


def test_garbage_in_circles_is_still_collected(extension):
    circle = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
