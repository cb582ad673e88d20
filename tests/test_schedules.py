"""The schedules that the README shows: a cron line as cron runs it, and systemd units as systemd reads them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.jobs.table import load_job
from harvester.store import Store
from tests.crawling import ROOT
from tests.sample_companies import make_company

README = (ROOT / "README.md").read_text("utf-8")
CRON_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LANG": "C"}
JOB = '[jobs.monday]\n[[jobs.monday.exports]]\nfile = "output/leads.xlsx"\n'


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    """What stands in /srv/harvester."""
    program = tmp_path / ".venv/bin/harvester"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m harvester.cli "$@"\n')
    program.chmod(0o755)
    (tmp_path / "harvester.toml").write_text(JOB)
    with Store.open(f"sqlite:///{tmp_path}/output/harvester.db") as store:
        store.save_company(make_company("info@nord.example"))
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="cron is for Unix")
def test_the_cron_line_runs_with_nothing_but_crons_environment(folder):
    (block,) = blocks("crontab")
    fields = block.strip().split(maxsplit=5)
    assert len(fields) == 6
    assert "%" not in fields[5]  # cron would take it for a line end
    command = fields[5].replace("/srv/harvester", str(folder))
    environment = CRON_ENVIRONMENT | {"HOME": str(folder)}
    shell = ["/bin/sh", "-c", command]
    done = subprocess.run(shell, cwd="/", env=environment, capture_output=True, timeout=90, check=False)
    log = (folder / "output/cron.log").read_text("utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), log
    assert (folder / "output/leads.xlsx").exists()
    assert "Job monday: all done" in log


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_reads_the_units(folder):
    service, timer = blocks("systemd")
    user = re.search(r"User=(\w+)", service)
    assert user is not None
    (folder / "harvester-monday.service").write_text(
        service.replace("/srv/harvester", str(folder)).replace(user[0], "User=root")
    )
    (folder / "harvester-monday.timer").write_text(timer)
    command = ["systemd-analyze", "verify", str(folder / "harvester-monday.timer")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    calendar = re.search(r"OnCalendar=(.*)", timer)
    assert calendar is not None
    subprocess.run(["systemd-analyze", "calendar", calendar[1]], check=True, capture_output=True)


def test_the_shown_job_can_be_run(tmp_path):
    (block,) = (text for text in blocks("toml") if "[jobs.monday]" in text)
    (tmp_path / "harvester.toml").write_text(block, "utf-8")
    job = load_job(Path(tmp_path / "harvester.toml"), "monday")
    assert [part.name for part in job.parts] == ["crawl", "recheck", "bounces", "pull", "export", "push", "report"]
