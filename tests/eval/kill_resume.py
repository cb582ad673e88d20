"""Kill a crawl at random moments, start it again, and compare with one that nobody disturbed.

    python -m tests.eval.kill_resume [--rounds 20] [--corpus ../shared/realweb/corpus] [--seed 1]

For each round: the contacts must be the same set, and no site that was done before the kill may be asked again, so
that the pages fetched exceed the undisturbed number by no more than the pages of the visits that were open.
"""

from __future__ import annotations

import argparse
import csv
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.eval.recorded_web import DEFAULT_CORPUS, RecordedWeb, crawl_command, load_contacts, start

# few open visits and a slow web, so that a kill finds the run half done
SETTINGS = ["HARVESTER_OPEN_VISITS=8", "LOG_LEVEL=WARNING"]
LATENCY_S = 0.02
QUIET_S = 0.5  # after a kill: what the process had sent already is still read and logged by the web


def site_of(host: str) -> str:
    return host.removeprefix("www.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    web, dice, failures = RecordedWeb(options.corpus, latency_s=LATENCY_S), random.Random(options.seed), 0
    with tempfile.TemporaryDirectory() as scratch, web.playing():
        started = time.monotonic()
        calm = Path(scratch, "calm")
        finish(calm, web)
        seconds, wanted, calm_pages = time.monotonic() - started, load_contacts(calm), len(web.pages())
        print(f"undisturbed: {len(wanted)} contacts, {calm_pages} pages, {seconds:.1f} s")
        for number in range(1, options.rounds + 1):
            failures += not kill_and_resume(
                Path(scratch, str(number)), web, dice.uniform(0.5, seconds), wanted, calm_pages
            )
    print(f"{options.rounds} rounds, {failures} failures")
    return int(bool(failures))


def seeds_of(web: RecordedWeb) -> list[str]:
    return sorted(web.corpus.sites)


def finish(into: Path, web: RecordedWeb) -> None:
    """Crawl to the end."""
    process = start(crawl_command(into, web, seeds_of(web), SETTINGS), into, stderr=subprocess.DEVNULL)
    assert process.wait() == 0, "the crawl failed"


def kill_and_resume(
    into: Path, web: RecordedWeb, after_s: float, wanted: set[tuple[str, str]], calm_pages: int
) -> bool:
    """Kill one crawl after so many seconds, resume it, print what came of it; return whether nothing was lost."""
    web.requests.clear()
    process = start(crawl_command(into, web, seeds_of(web), SETTINGS), into, stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    time.sleep(QUIET_S)
    before = web.pages()
    done = done_sites(into)
    finish(into, web)
    again = [page for page in web.pages()[len(before) :] if site_of(page[0]) in done]
    open_pages = sum(site_of(host) not in done for host, _ in before)
    excess = len(web.pages()) - calm_pages
    same = load_contacts(into) == wanted
    verdict = "ok" if same and not again and excess <= open_pages else "FAILED"
    print(
        f"killed after {after_s:4.1f} s: {len(done)} sites done, {len(before)} pages; same contacts: {same}; "
        f"{excess} pages more than undisturbed, {open_pages} were of open visits; {len(again)} asked again: {verdict}"
    )
    rows = sum(1 for _ in csv.DictReader((into / "output/companies.csv").open(encoding="utf-8-sig", newline="")))
    return verdict == "ok" and rows == len(seeds_of(web))


def done_sites(into: Path) -> set[str]:
    """Return the hosts that the store of a killed crawl counts as done."""
    from sqlalchemy import create_engine, text  # noqa: PLC0415

    database = into / "output" / "harvester.db"
    if not database.exists():
        return set()
    with create_engine(f"sqlite:///{database}").connect() as connection:
        tables = set(connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'companies'")).scalars())
        return set(connection.execute(text("SELECT domain FROM companies")).scalars()) if tables else set()


if __name__ == "__main__":
    sys.exit(main())
