"""`harvester demo`: the very same crawl as any other, over the small web on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from harvester.demo.small_web import DemoWeb
from harvester.private_files import make_private_folder
from harvester.terminal import say

FEED_FORMATS = {
    "contacts.csv": "csv",
    "contacts.jsonl": "jsonl",
    "companies.csv": "companies",
    "rejected.csv": "rejected",
}


def run_demo(into: Path, settings: Sequence[str] = ()) -> int:
    """Crawl the invented companies into the folder `into`, with a store of its own; return the exit status."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "harvester.settings")
    from scrapy.cmdline import execute  # noqa: PLC0415 - heavy

    make_private_folder(into)
    with DemoWeb() as web:
        companies = web.write_list(into / "list.csv")
        arguments = ["scrapy", "crawl", "contacts", "-a", f"domains={companies}", "-a", "recrawl=0"]
        for setting in (*demo_settings(web.nameserver, into), *settings):
            arguments += ["-s", setting]
        try:
            execute(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    if status == 0:
        say(f"Open {into / 'contacts.csv'} in a spreadsheet. Nothing has left this machine.", err=True)
    return status


def demo_settings(nameserver: str, into: Path) -> list[str]:
    """Return the settings of a demo crawl as NAME=VALUE: the small web's name server, its files, no pause."""
    feeds = {str(into / name): {"format": kind, "overwrite": True} for name, kind in FEED_FORMATS.items()}
    return [
        f"HARVESTER_NAMESERVERS={nameserver}",
        "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1",
        f"HARVESTER_DATABASE_URL=sqlite:///{(into / 'harvester.db').as_posix()}",
        "HARVESTER_CONTACT_URL=https://harvester.example/demo",
        "DOWNLOAD_DELAY=0.05",
        f"FEEDS={json.dumps(feeds)}",
    ]
