"""The same sites in a network of this process's own, where every address is itself: who connects to what?

    unshare --net python -m tests.ssrf.namespace [SETTING…]

Nothing can leave: the loopback interface is the only way, and all addresses lie there. Prints those at which somebody
connected to a web server, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from harvester.demo.thread import InThread
from tests.crawling import command, start
from tests.ssrf.farm import BY_DNS, BY_NAME, Farm, serve_farm, sites
from tests.ssrf.spellings import ADDRESSES, SPELLINGS


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def take_all_addresses() -> None:
    """Everything sent to anywhere comes back to us."""
    if ip("route") or ip("-6", "route"):
        raise SystemExit("This is for a network namespace of its own: unshare --net")
    ip("link", "set", "lo", "up")
    ip("route", "add", "local", "0.0.0.0/0", "dev", "lo")
    ip("-6", "route", "add", "local", "::/0", "dev", "lo")


def crawl(farm: Farm, folder: Path, settings: list[str]) -> None:
    hosts = [
        *sites(("redirect",), SPELLINGS, ending="url"),
        *sites(BY_DNS, ADDRESSES),
        *sites(BY_NAME, ADDRESSES[::3], ending="name"),
        *ADDRESSES,
    ]
    (folder / "list.txt").write_text("".join(f"{host}\n" for host in hosts), "utf-8")
    wanted = {"HARVESTER_ALLOW_PRIVATE_ADDRESSES": 0, "DOWNLOAD_TIMEOUT": 5, "HARVESTER_MAX_PAGES": 3}
    wanted |= dict(pair.split("=") for pair in settings)
    words = command("list.txt", farm.nameserver, settings=wanted, how=("-m", "harvester.cli", "crawl"))
    assert start(folder, words, {}, stdout=sys.stderr, stderr=sys.stderr).wait() == 0


def main() -> None:
    take_all_addresses()
    serve = serve_farm(("0.0.0.0", "::"), http=80, smtp=25)
    with InThread(lambda: serve) as farm, tempfile.TemporaryDirectory() as scratch:
        crawl(farm, Path(scratch), sys.argv[1:])
        print(json.dumps(sorted(farm.reached)))


if __name__ == "__main__":
    main()
