"""Push many contacts into a strict HubSpot on loopback: memory, requests a second, waiting, and a second push.

    python -m tests.benchmarks.push [--contacts 100000] [--per-10-s 1000000] [--target hubspot]

HubSpot's own limits are 100 (`--per-10-s 100`) to 190 calls in 10 seconds; searches are limited to 5 a second in any
case. CPU is that of the pushing process alone; the server has its own thread in this one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.crm.hubspot_server import TOKEN, HubSpotServer
from tests.crm.pushing import PER_COMPANY, fill, open_store, settings, start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--per-10-s", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, HubSpotServer(per_10_s=options.per_10_s) as crm:
        folder = Path(name)
        with open_store(folder) as store:
            fill(store, range(-(-options.contacts // PER_COMPANY)))
        for turn in ("first", "second"):
            writes = crm.writes
            print(f"{turn} push: {measure(folder, crm)}; {crm.writes - writes} writes, {crm.over_limit} times 429")
        contacts, companies = (len(crm.records[kind]) for kind in ("contacts", "companies"))
        print(f"there: {contacts:,} contacts, {companies:,} companies, {len(crm.ties):,} ties")
        return int(len(crm.ties) != contacts)


def measure(folder: Path, crm: HubSpotServer) -> str:
    """Push in a process of its own; what it said, its peak memory and its CPU time."""
    started = time.monotonic()
    process = start("hubspot", settings(folder, HARVESTER_HUBSPOT_URL=crm.url), {"HARVESTER_HUBSPOT_TOKEN": TOKEN})
    assert process.stdout is not None
    lines, peak_mb = [], 0.0
    for line in process.stdout:
        lines.append(line)
        peak_mb = max(peak_mb, peak_of(process.pid))
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, lines
    cpu = usage.ru_utime + usage.ru_stime
    said = "".join(line for line in lines if not line.endswith("…\n")).strip()
    return f"{said}\n  {time.monotonic() - started:.0f} s, {cpu:.0f} s CPU, peak {peak_mb:.0f} MB"


def peak_of(pid: int) -> float:
    """Peak memory in MB. Not wait4's: that counts the memory of this process at the time of its fork."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
