"""A run as a person sees it: with a terminal and without one, in a process of its own."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

CRAWL = """
import asyncio, logging, sys
from pathlib import Path
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from harvester.model import Company, CompanyStatus, Profile, RejectedLine, Seed

class Progress:
    seeds_total, seeds_done, open_visits = 30, 0, 1

class Few(Spider):
    name = "few"
    async def start(self):
        if HAS_PROGRESS:
            self.progress = Progress()
        yield RejectedLine(file="list.txt", line=3, text="x y", reason="no domain")
        yield Request("data:,", callback=self.visits)
    async def visits(self, response):
        for number in range(30):
            await asyncio.sleep(0.03)
            if HAS_PROGRESS:
                self.progress.seeds_done += 1
            host = f"s{number}.example"
            yield Company(seed=Seed(domain=host, host=host), status=CompanyStatus.UNREACHABLE)
        self.logger.info("A line of the log, not torn")

HAS_PROGRESS = sys.argv[1] == "progress"
process = AsyncCrawlerProcess({
    "EXTENSIONS": {
        "harvester.extensions.progress.ProgressExtension": 1,
        "harvester.extensions.summary.SummaryExtension": 2,
        "harvester.extensions.health.HealthExtension": 3,
        "scrapy.extensions.logstats.LogStats": None,
    },
    "LOG_FORMATTER": "harvester.extensions.quiet_log.QuietLogFormatter",
    "LOGSTATS_INTERVAL": 0.2, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "INFO", "STATS_DUMP": False,
    "FEEDS": {"out.csv": {"format": "csv", "overwrite": True}},
})
process.crawl(Few)
process.start()
"""


@pytest.mark.parametrize("progress", ["progress", "none"])
def test_run_without_a_terminal(tmp_path: Path, progress: str) -> None:
    (tmp_path / "crawl.py").write_text(CRAWL)
    done = subprocess.run(
        [sys.executable, "crawl.py", progress],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment(),
    )
    assert done.stdout == ""
    sites = r"\d+ of 30 sites" if progress == "progress" else r"\d+ sites?"
    assert re.search(rf"INFO: {sites}, 0 contacts, 0\.0 pages/s", done.stderr)
    assert "\x1b" not in done.stderr
    assert done.stderr.count("probably our own network") == 1
    assert re.search(r"^Sites +30$", done.stderr, re.MULTILINE)
    assert re.search(r"^Lines of the list that are no site +1$", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert done.stderr.rstrip().endswith("(HARVESTER_NAMESERVERS)")


def test_run_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "crawl.py").write_text(CRAWL)
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "crawl.py", "progress"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=slave,
        env=environment() | {"TERM": "xterm-256color", "COLUMNS": "150"},
    ) as process:
        os.close(slave)
        screen = read_all(master)
    assert process.returncode == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
    assert re.search(r"\d+ of 30 sites, 0 contacts, 0.0 pages/s", plain)
    assert screen.count("\x1b[2K") >= 5, "the line renews itself"
    assert re.search(r"\r[\d: -]+ \[few\] INFO: A line of the log, not torn\r?\n", plain)
    assert "\x1b[?25h" in screen, "the cursor is shown again"
    assert re.search(r"^Sites +30\s*$", plain, re.MULTILINE)


def environment() -> dict[str, str]:
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": root, "NO_PROXY": "*"}


def read_all(descriptor: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # Linux: the other side has hung up
            break
        if not part:
            break
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts).decode("utf-8", "replace")
