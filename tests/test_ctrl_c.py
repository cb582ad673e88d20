"""Ctrl-C before the work has begun: every command says so and ends with 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawling import TIMEOUT_S, start

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file that never ends takes a named pipe")


def stop_at(pipe: Path, *words: str) -> tuple[int, str]:
    """Start a command and press Ctrl-C when it reads a file; return its exit status and what it said."""
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "harvester.cli", *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = start(pipe.parent, command, {}, **streams, start_new_session=True)
    with pipe.open("wb"):  # waits until it is opened to be read
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the children, too
        said, _ = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, said


@pytest.mark.parametrize(
    "words", ["crawl list.txt", "crawl list.txt --processes 2", "verify a@b.example", "run monday"]
)
def test_stopped_while_it_starts(tmp_path: Path, words: str) -> None:
    (tmp_path / "list.txt").write_text("acme.example\n", "utf-8")
    status, said = stop_at(tmp_path / "harvester.toml", *words.split())
    assert (status, said.strip().splitlines()[-1:]) == (130, ["Stopped."]), said
