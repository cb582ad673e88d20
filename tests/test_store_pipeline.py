"""What a crawl remembers beside the event loop, and for no longer than the crawler lives."""

import asyncio
import gc
import json
import logging
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from harvester import settings as defaults
from harvester.pipelines.store import STORE_TOLD, StorePipeline, store_of, writer_of
from harvester.pipelines.verify import VerifyPipeline
from harvester.store import Store, StoreError
from harvester.store.checks import AcceptAll
from tests.sample_companies import NOW, make_company, make_seed

KNOWN = replace(make_company("info@nord.example", seed=make_seed(Halle="7")), stored=True)


def crawler_of(folder: Path, **settings: object) -> Crawler:
    ours = {name: value for name, value in vars(defaults).items() if name.startswith("HARVESTER_")}
    url = f"sqlite:///{folder}/harvester.db"
    crawler = get_crawler(settings_dict=ours | {"HARVESTER_DATABASE_URL": url} | settings)
    crawler._apply_settings()
    crawler.engine = SimpleNamespace(spider=None)
    store_of(crawler).save_company(make_company("info@nord.example", seed=make_seed(Halle="6")))
    return crawler


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another program writes."""
    with closing(sqlite3.connect(folder / "harvester.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def columns(folder: Path) -> object:
    with closing(sqlite3.connect(folder / "harvester.db")) as database:
        return [json.loads(extra) for (extra,) in database.execute("SELECT extra FROM companies")]


def test_the_columns_of_a_known_company_hold_up_nobody(tmp_path: Path) -> None:
    crawler = crawler_of(tmp_path)
    pipeline = StorePipeline.from_crawler(crawler)

    async def run() -> None:
        with locked(tmp_path):
            assert await pipeline.process_item(KNOWN) == KNOWN
        await pipeline.spider_closed("finished")

    asyncio.run(run())
    assert columns(tmp_path) == [{"Halle": "7"}]


def test_what_a_probe_has_learned_holds_up_nobody(tmp_path: Path) -> None:
    settings = {"HARVESTER_SMTP_HELO": "mx.nord.example", "HARVESTER_SMTP_MAIL_FROM": "info@nord.example"}
    crawler = crawler_of(tmp_path, HARVESTER_SMTP_PROBE="1", **settings)
    learned = AcceptAll("nord.example", True, NOW, "250 Ok")

    async def run() -> None:
        prober = VerifyPipeline.from_crawler(crawler)._prober
        assert prober is not None
        with locked(tmp_path):
            prober._learned(*learned)
        await writer_of(crawler).aclose()

    asyncio.run(run())
    assert store_of(crawler).load_accept_all("nord.example") == learned


def test_columns_that_are_kept_already_need_no_lock(tmp_path: Path) -> None:
    store = store_of(crawler_of(tmp_path))
    with locked(tmp_path):
        store.save_extra(make_seed(Halle="6"))
        store.save_extra(make_seed("unknown.example", Halle="6"))
    store.save_extra(make_seed(Halle="6", Reihe="1"))
    assert columns(tmp_path) == [{"Halle": "6", "Reihe": "1"}]


def test_what_could_not_be_kept_is_told(tmp_path: Path) -> None:
    crawler = crawler_of(tmp_path)

    def fail(store: Store) -> None:
        raise StoreError("The disk is full.")

    async def run() -> None:
        writer = writer_of(crawler)
        writer.defer(fail)
        await writer._writing
        with pytest.raises(StoreError, match="full"):
            await StorePipeline.from_crawler(crawler).process_item(KNOWN)
        writer.defer(fail)
        await StorePipeline.from_crawler(crawler).spider_closed("finished")

    asyncio.run(run())
    assert crawler.stats.get_value(STORE_TOLD) == "The disk is full."


def test_a_crawler_is_let_go_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)  # records that are kept hold it
    crawler = crawler_of(tmp_path)
    asyncio.run(writer_of(crawler).aclose())
    store_of(crawler).close()
    alive = weakref.ref(crawler)
    del crawler
    gc.collect()
    assert alive() is None
