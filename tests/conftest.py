"""What the tests share: the small web of invented companies, on loopback."""

from collections.abc import Iterator

import pytest

from harvester.demo import DemoWeb, SmallWeb


@pytest.fixture(scope="session")
def small_web() -> Iterator[SmallWeb]:
    """The demo's companies with their DNS, in a thread. `nameserver`, `seeds`, `write_list(path)`, `requests`."""
    with DemoWeb() as web:
        yield web
