"""The whole program in a network of the test's own, where the forbidden addresses answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache

import pytest

from tests.crawling import ROOT
from tests.ssrf.farm import OTHER_PUBLIC, PUBLIC

UNSHARE = ["unshare", "--net"] if os.name == "posix" and os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


@cache
def can_unshare() -> bool:
    tools = shutil.which("unshare") and shutil.which("ip")
    return bool(tools) and subprocess.run([*UNSHARE, "ip", "link"], check=False, capture_output=True).returncode == 0


needs_namespace = pytest.mark.skipif(not can_unshare(), reason="no network namespace to be had (unshare --net, ip)")


def reached(*settings: str) -> set[str]:
    """The addresses whose web servers were connected to."""
    command = [*UNSHARE, sys.executable, "-m", "tests.ssrf.namespace", *settings]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=110)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return set(json.loads(ended.stdout))


@needs_namespace
def test_only_public_addresses_are_connected_to() -> None:
    assert reached() == {PUBLIC, OTHER_PUBLIC}


@needs_namespace
def test_the_others_are_there_to_be_connected_to() -> None:
    """Else the test above would prove nothing."""
    found = reached("HARVESTER_ALLOW_PRIVATE_ADDRESSES=1")
    assert {"127.0.0.1", "169.254.169.254", "10.0.0.5", "192.0.0.192", "fd00:ec2::254", "64:ff9b::a9fe:a9fe"} <= found
