"""What a second crawl of the same sites costs where the servers say that nothing has changed.

    python -m tests.benchmarks.recrawl [--corpus ../shared/realweb/corpus] [--repeat 3]

The recorded websites with an ETag on each page, on loopback, crawled three times without a pause: for the first time,
again with conditions, and again without (HARVESTER_REREAD_AFTER=0). Prints requests, bytes of bodies, CPU seconds and
contacts of each, medians over `--repeat` stores.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import resource
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.eval.recorded_web import DEFAULT_CORPUS, RecordedWeb, crawl_command, load_contacts, start

CRAWLS = {
    "first crawl": ["HARVESTER_REREAD_AFTER=90d"],
    "again, asking": ["HARVESTER_REREAD_AFTER=90d"],
    "again, in full": ["HARVESTER_REREAD_AFTER=0"],
}


class MarkedWeb:
    """Serves what a recorded web responds, with an ETag, and 304 to who has it."""

    def __init__(self, recorded: RecordedWeb) -> None:
        self.respond = recorded.web.respond
        self.answered = {"200": 0, "304": 0, "404": 0}
        self.sent = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                status, kind, body = self.respond(fields.get("host", ""), head[0].split(" ")[1])
                mark = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
                if status.startswith("200") and fields.get("if-none-match") == mark:
                    status, body = "304 Not Modified", b""
                self.answered[status[:3]] = self.answered.get(status[:3], 0) + 1
                self.sent += len(body)
                length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nETag: {mark}\r\n{length}\r\n".encode() + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, IndexError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return
    recorded = RecordedWeb(options.corpus)
    recorded.web = marked = MarkedWeb(recorded)
    figures: dict[str, list[tuple[float, ...]]] = {name: [] for name in CRAWLS}
    contacts: dict[str, set[tuple[str, str]]] = {}
    with recorded.playing():
        for _ in range(options.repeat):
            with tempfile.TemporaryDirectory() as scratch:
                for name, settings in CRAWLS.items():
                    figures[name].append(crawl(Path(scratch), recorded, marked, settings))
                    contacts[name] = load_contacts(Path(scratch))
    print(f"{'':16}{'requests':>10}{'of them 304':>13}{'MB':>8}{'CPU s':>8}  contacts")
    for name, runs in figures.items():
        requests, unchanged, size, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
        low, high = min(run[3] for run in runs), max(run[3] for run in runs)
        same = "the same" if contacts[name] == contacts["first crawl"] else "OTHERS"
        print(f"{name:16}{requests:10,.0f}{unchanged:13,.0f}{size:8.1f}{cpu:8.2f}  {len(contacts[name])}, {same}"
              f" (CPU {low:.2f} to {high:.2f})")  # fmt: skip


def crawl(into: Path, recorded: RecordedWeb, marked: MarkedWeb, settings: list[str]) -> tuple[float, ...]:
    """Requests, answers 304, MB of bodies and CPU seconds of one crawl."""
    before = (sum(marked.answered.values()), marked.answered["304"], marked.sent, cpu_s())
    command = crawl_command(into, recorded, sorted(recorded.corpus.sites), [*settings, "LOG_LEVEL=WARNING"])
    command[command.index("list.txt") + 1 : command.index("list.txt") + 1] = ["--recrawl", "0"]
    assert start(command, into, stderr=subprocess.DEVNULL).wait() == 0, "the crawl failed"
    after = (sum(marked.answered.values()), marked.answered["304"], marked.sent, cpu_s())
    requests, unchanged, sent, cpu = (new - old for new, old in zip(after, before, strict=True))
    return requests, unchanged, sent / 1e6, cpu


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
