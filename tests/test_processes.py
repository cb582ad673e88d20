"""One crawl by several processes, or in shards: together what one process finds, each seed once."""

import asyncio
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
from scrapy.utils.test import get_crawler

from harvester.arguments import ArgumentError, check_arguments
from harvester.commands.crawl import exit_status
from harvester.configuration import parse_setting
from harvester.demo import DemoWeb, SmallWeb
from harvester.feeds.checking import shard_name
from harvester.model import Company, CompanyStatus, RejectedLine, Seed
from harvester.options import OPTIONS
from harvester.pipelines.store import StorePipeline
from harvester.processes import crew, frames
from harvester.processes.visiting import FIRSTS, SayingHandler, settings_of
from harvester.seeds.shards import Shard, parse_shard, process_of, shard_of
from harvester.settings import EXTENSIONS
from harvester.spiders.contacts import ContactsSpider
from harvester.store import Run, Store
from tests.crawling import SCRAPY, crawl, interrupt, visiting_processes
from tests.sample_companies import NOW, make_seed

SETTINGS = {option.name: parse_setting(option.name, option.default) for option in OPTIONS}
SLOWLY = {"HARVESTER_OPEN_VISITS": 2, "DOWNLOAD_DELAY": 0.2}
PASSING = {"seconds", "visited_at", "first_seen", "last_seen", "checked_at"}


@pytest.fixture(scope="module")
def web() -> Iterator[SmallWeb]:
    with DemoWeb() as web:
        yield web


@pytest.fixture(scope="module")
def alone(web: SmallWeb, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, str]], ...]:
    """The rows of one process."""
    folder = tmp_path_factory.mktemp("alone")
    web.write_list(folder / "list.txt")
    ended = crawl(folder, web.nameserver)
    return lasting(ended.rows()), lasting(ended.rows("companies.csv"))


def lasting(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: value for name, value in row.items() if name not in PASSING} for row in rows]


def wait_for_none(folder: Path) -> None:
    until = time.monotonic() + 20
    while visiting_processes(folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert not visiting_processes(folder)


def test_two_processes_are_as_one(web: SmallWeb, alone: tuple[list[dict[str, str]], ...], tmp_path: Path) -> None:
    web.write_list(tmp_path / "list.txt")
    with (tmp_path / "list.txt").open("a") as file:
        file.write("no company at all\n")
    before = len(web.requests)
    ended = crawl(tmp_path, web.nameserver, "--processes", "2")
    asked = [request for request in web.requests[before:] if request[1] == "/robots.txt"]
    assert ended.status == 0, ended.said
    assert (lasting(ended.rows()), lasting(ended.rows("companies.csv"))) == alone
    assert [row["text"] for row in ended.rows("rejected.csv")] == ["no company at all"]
    assert len(asked) == len(set(asked)), "a site was visited twice"
    assert ended.said.count("Best contacts") == 1

    asked_before = len(web.requests)
    again = crawl(tmp_path, web.nameserver, "--processes", "2")
    assert len(web.requests) - asked_before < asked_before - before
    assert lasting(again.rows()) == alone[0], "the second run has them from the store"


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds the processes under /proc")
def test_a_lost_process_is_told_and_its_seeds_are_resumed(
    web: SmallWeb, alone: tuple[list[dict[str, str]], ...], tmp_path: Path
) -> None:
    web.write_list(tmp_path / "list.txt")
    killed: list[int] = []

    def kill_one() -> bool:
        if (tmp_path / "output/harvester.db").exists() and (ours := visiting_processes(tmp_path)) and web_is_asked():
            killed.append(ours[0])
            os.kill(ours[0], signal.SIGKILL)
            return True
        return False

    before = len(web.requests)

    def web_is_asked() -> bool:
        return len(web.requests) > before + 3

    ended = interrupt(tmp_path, web.nameserver, kill_one, "--processes", "2", by=signal.SIGCONT, settings=SLOWLY)
    assert killed
    assert ended.status == 1, ended.said
    assert "ended too early (signal 9)" in ended.said
    rows = ended.column("status")
    assert len(rows) == len(alone[1])
    assert "not_visited" in rows.values()
    assert set(rows.values()) != {"not_visited"}, "the other process went on"
    resumed = crawl(tmp_path, web.nameserver, "--processes", "2")
    assert (resumed.status, lasting(resumed.rows())) == (0, alone[0])
    assert "Going on with the unfinished run" in resumed.said


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds the processes under /proc")
@pytest.mark.parametrize(("lost", "to_them", "by", "status"), [
    (1, signal.SIGKILL, signal.SIGCONT, 1),
    (2, signal.SIGTERM, signal.SIGTERM, 130),  # as a service manager stops all processes of a service
])  # fmt: skip
def test_what_is_known_stays_in_the_files(
    web: SmallWeb, tmp_path: Path, lost: int, to_them: signal.Signals, by: signal.Signals, status: int
) -> None:
    web.write_list(tmp_path / "list.txt")
    before = crawl(tmp_path, web.nameserver)
    contacts, statuses, asked = before.contacts(), before.column("status"), len(web.requests)

    def signal_them() -> bool:
        hosts = {host for host, _ in web.requests[asked:]}
        if len({process_of(Seed(domain=host, host=host), 2) for host in hosts}) < 2:
            return False
        for process in visiting_processes(tmp_path)[:lost]:
            os.kill(process, to_them)
        return True

    options = ("--processes", "2", "--recrawl", "0")
    ended = interrupt(tmp_path, web.nameserver, signal_them, *options, by=by, settings=SLOWLY)
    assert ended.status == status, ended.said
    assert ("ended too early" in ended.said) is (to_them is signal.SIGKILL)
    assert ended.column("status") == statuses
    assert ended.contacts() == contacts
    resumed = crawl(tmp_path, web.nameserver, *options)
    assert "Going on with the unfinished run" in resumed.said


def test_a_seed_that_another_process_could_not_remember_leaves_the_run_open(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("nord.example\n")
    settings = {"HARVESTER_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    crawler = get_crawler(ContactsSpider, settings_dict={**SETTINGS, **settings})
    spider = crawler.spider = crawler._create_spider(domains=str(tmp_path / "list.txt"))

    async def visit(seed: Seed) -> Company:
        return Company(seed=seed, status=CompanyStatus.NOT_VISITED, detail="could not be remembered")

    async def run() -> None:
        spider.begin(NOW)
        spider.crew = SimpleNamespace(visit=visit, lost=0)
        await spider.visit(None, make_seed("nord.example"), is_new=True)
        await StorePipeline.from_crawler(crawler).spider_closed("finished")

    asyncio.run(run())
    assert exit_status({**crawler.stats.get_stats(), "finish_reason": "finished"}) == 1
    with Store.open(settings["HARVESTER_DATABASE_URL"]) as store:
        assert store.begin_run(spider.run.list_name, now=NOW).resumed


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds the processes under /proc")
@pytest.mark.parametrize(("by", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_stopped_as_one(
    web: SmallWeb, alone: tuple[list[dict[str, str]], ...], tmp_path: Path, by: signal.Signals, status: int
) -> None:
    web.write_list(tmp_path / "list.txt")
    before = len(web.requests)
    ended = interrupt(
        tmp_path, web.nameserver, lambda: len(web.requests) > before + 4, "--processes", "2", by=by, settings=SLOWLY
    )
    assert ended.status == status
    wait_for_none(tmp_path)
    if by is signal.SIGINT:
        rows = ended.column("status")
        assert len(rows) == len(alone[1])
        assert "not_visited" in rows.values()
        assert {"error", ""}.isdisjoint(rows.values())
    resumed = crawl(tmp_path, web.nameserver, "--processes", "2")
    assert (lasting(resumed.rows()), lasting(resumed.rows("companies.csv"))) == alone


def test_shards_together_are_the_whole(web: SmallWeb, alone: tuple[list[dict[str, str]], ...], tmp_path: Path) -> None:
    web.write_list(tmp_path / "list.txt")
    environment = {"SCRAPY_SETTINGS_MODULE": "harvester.settings"}
    words = [
        crawl(tmp_path, web.nameserver, "-a", "shard=1/2", "-O", "mine.csv", how=SCRAPY, environment=environment),
        crawl(tmp_path, web.nameserver, "--shard", "2/2", "-O", "mine.csv"),
    ]
    assert [ended.status for ended in words] == [0, 0], words[0].said
    contacts, companies = [], []
    for number in (1, 2):
        contacts += lasting(words[0].rows(f"contacts.{number}-of-2.csv"))
        companies += lasting(words[0].rows(f"companies.{number}-of-2.csv"))
        assert (tmp_path / f"mine.{number}-of-2.csv").exists()
    assert not (tmp_path / "output/contacts.csv").exists()
    assert sorted(map(json.dumps, contacts)) == sorted(map(json.dumps, alone[0]))
    assert sorted(row["domain"] for row in companies) == sorted(row["domain"] for row in alone[1])


def test_a_shard_may_hold_nothing_of_a_short_list(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("a.example\n", "utf-8")
    number = shard_of(Seed(domain="a.example", host="a.example"), 2) + 1
    ended = crawl(tmp_path, "127.0.0.1:9", "--shard", f"{3 - number}/2")
    assert (ended.status, "is empty" in ended.said) == (0, False), ended.said


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("output/contacts.csv", "output/contacts.2-of-8.csv"),
        ("contacts.jsonl", "contacts.2-of-8.jsonl"),
        ("a.b/contacts", "a.b/contacts.2-of-8"),
        ("s3://bucket/x/contacts.csv", "s3://bucket/x/contacts.2-of-8.csv"),
        ("file:///srv/x.csv", "file:///srv/x.2-of-8.csv"),
        (".hidden", ".hidden.2-of-8"),
        ("stdout:", "stdout:"),
    ],
)
def test_names_of_a_shards_lists(uri: str, name: str) -> None:
    assert shard_name(uri, str(Shard(2, 8))) == name


@pytest.mark.parametrize("text", ["", "2", "0/8", "9/8", "2/0", "-1/8", "2/8/9", "a/b", "2/100000", "²/8", "1/ 2"])
def test_no_shard(text: str) -> None:
    with pytest.raises(ArgumentError, match="like 2/8"):
        check_arguments({"domains": "list.txt", "shard": text}, SETTINGS)


@pytest.mark.parametrize("text", ["0", "65", "two", "-1", "1.5", "", "²"])
def test_no_number_of_processes(text: str) -> None:
    with pytest.raises(ArgumentError, match="from 1 to 64"):
        check_arguments({"domains": "list.txt", "processes": text}, SETTINGS)


def test_no_probe_with_several_processes() -> None:
    with pytest.raises(ArgumentError, match="SMTP_PROBE"):
        check_arguments({"domains": "list.txt", "processes": "2"}, {**SETTINGS, "HARVESTER_SMTP_PROBE": True})


def test_every_entry_belongs_to_one_shard_and_an_owner_to_one_process() -> None:
    entries = [Seed(domain=f"c{n}.example", host=f"c{n}.example") for n in range(400)]
    entries += [RejectedLine(file="x", line=n, text="", reason="") for n in range(1, 50)]
    shards = [parse_shard(f"{number}/8") for number in range(1, 9)]
    for entry in entries:
        assert sum(shard.holds(entry) for shard in shards) == 1
    first = [entry for entry in entries[:400] if shards[0].holds(entry)]
    assert len({process_of(seed, 2) for seed in first if isinstance(seed, Seed)}) == 2
    sizes = [sum(shard.holds(entry) for entry in entries[:400]) for shard in shards]
    assert min(sizes) > 25
    hosts = ["acme.co.uk", "www.acme.co.uk", "shop.acme.co.uk"]
    assert (
        len({(shard, shard(Seed(domain=host, host=host), 64)) for shard in (shard_of, process_of) for host in hosts})
        == 2
    )
    assert shard_of(Seed(domain="acme.example", host="acme.example"), 1000) == 554, (
        "the same on every machine, for good"
    )


def test_what_goes_through_the_pipe() -> None:
    seed = Seed(domain="a.example", host="a.example", extra=MappingProxyType({"note": "x"}))
    assert pickle.loads(pickle.dumps(seed)) == seed
    with pytest.raises(EOFError):
        frames.receive(BytesIO(pickle.dumps(seed)[:-5]))


def test_the_log_goes_through_the_pipe_as_text() -> None:
    """Scrapy logs with `extra`, whose spiders and crawlers cannot be sent; QueueHandler would print a traceback."""
    pipe = BytesIO()
    logger, handler = logging.getLogger("scrapy.core.scraper"), SayingHandler(frames.Sender(pipe))
    logger.addHandler(handler)
    try:
        raise ValueError("of a pipeline")
    except ValueError:
        logger.exception("Error processing %(item)s", {"item": "x"}, extra={"spider": pytest})
    finally:
        logger.removeHandler(handler)
    pipe.seek(0)
    record = frames.receive(pipe).record
    assert (record.name, record.levelname) == ("scrapy.core.scraper", "ERROR")
    assert record.getMessage().startswith("Error processing x\nTraceback")
    assert "ValueError: of a pipeline" in record.getMessage()
    assert not hasattr(record, "spider")


@pytest.mark.parametrize("said", [b"cnowhere\nThing\n.", b"no value"])
def test_a_process_that_cannot_be_understood_is_lost(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says no more that anybody could read: its open visits must not wait for that."""
    monkeypatch.setattr(crew, "LAST_SECONDS", 0.1)
    words = f"import sys, time; sys.stdout.buffer.write({said!r}); sys.stdout.flush(); time.sleep(600)"

    async def visit() -> Company:
        process = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        run = Run(id=1, list_name="list.txt", started_at=NOW, resumed=False)
        visiting = crew.VisitingProcess(1, process, frames.Order({}, run), lambda _: None)
        try:
            return await asyncio.wait_for(visiting.visit(make_seed("nord.example")), 60)
        finally:
            process.kill()

    company = asyncio.run(visit())
    assert company.status is CompanyStatus.NOT_VISITED
    assert "ended too early (signal 9)" in company.detail


def test_what_is_for_the_first_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """All our extensions but the collector, which frees each process's own memory."""
    ours = {name for name in EXTENSIONS if name.startswith("harvester.")}
    assert ours - set(FIRSTS) == {"harvester.extensions.collector.CollectorExtension"}
    assert set(FIRSTS) < ours
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "harvester.settings")
    order = frames.Order({}, Run(id=1, list_name="list.txt", started_at=NOW, resumed=False))
    assert settings_of(order)["EXTENSIONS"]["harvester.extensions.progress.ProgressExtension"] is None


def test_a_process_that_visits_ends_with_who_started_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "harvester.processes.visiting"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (1, b"")
