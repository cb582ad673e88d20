"""What the tests share: the small web of invented companies, on loopback, and a store in SQLite and PostgreSQL."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from harvester.demo import DemoWeb, SmallWeb
from harvester.store import Store

# The programs that tests stop as Ctrl-C does inherit this: started by a shell's background job, they would ignore it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

POSTGRESQL_URL = os.environ.get("HARVESTER_TEST_POSTGRESQL_URL", "")


@pytest.fixture(scope="session")
def small_web() -> Iterator[SmallWeb]:
    """The demo's companies with their DNS, in a thread. `nameserver`, `seeds`, `write_list(path)`, `requests`."""
    with DemoWeb() as web:
        yield web


def empty_postgresql() -> str:
    """The URL of an empty schema in the PostgreSQL database of the tests: one for each of pytest's processes."""
    schema = f"harvester_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    engine = create_engine(POSTGRESQL_URL)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = engine.url.update_query_dict({"options": f"-csearch_path={schema}"})
    engine.dispose()
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/output/harvester.db"
    if not POSTGRESQL_URL:
        pytest.skip("HARVESTER_TEST_POSTGRESQL_URL is not set")
    return empty_postgresql()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store of an empty database."""
    with Store.open(url) as opened:
        yield opened
