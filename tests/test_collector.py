"""The garbage collector and the heap during a crawl, and after it."""

import gc
import platform
import subprocess
import sys

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


# A block's own mapping is told by the second bit of its size, which stands before it (glibc's malloc.c).
ASK_THE_HEAP = """
import ctypes, sys
from harvester.extensions.collector import set_heap
if sys.argv[1] == "True":
    set_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.free(libc.malloc(4 << 20))
print(bool(ctypes.c_size_t.from_address(libc.malloc(1 << 20) - ctypes.sizeof(ctypes.c_size_t)).value & 2))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems' heaps are left as they are")
@pytest.mark.parametrize("is_set", [True, False])
def test_large_blocks_are_given_back_whatever_was_freed_before(is_set):
    told = subprocess.run([sys.executable, "-c", ASK_THE_HEAP, str(is_set)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(is_set)
