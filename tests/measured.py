"""`harvester`, which says at the end how much memory it took at most, in MB: python -m tests.measured crawl …"""

from __future__ import annotations

import atexit
import resource
import sys
from pathlib import Path

from harvester.cli import main


def peak_mb() -> int:
    """The most that this process held since it began.

    Not Linux's ru_maxrss: that counts from the process that forked this one, and a test run may hold 400 MB.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        unit = 1 << (20 if sys.platform == "darwin" else 10)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    atexit.register(lambda: print(f"peak={peak_mb()}"))
    main()
