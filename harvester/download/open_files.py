"""How many files this process may have open: each connection is one of them."""

from __future__ import annotations

import sys

from harvester.configuration import SettingError

FILES_PER_VISIT = 4  # http and https, with www. and without: 2 where sites redirect from one to another (2026-11-30)
FILES_BESIDES = 64  # the program itself, the database, the lists, the DNS: 20 (2026-11-30)


def make_room_for(visits: int) -> None:
    """Let this process and those that it starts open what so many visits need; raise SettingError where it may not.

    Without room it would be the companies that are called unreachable.
    """
    if sys.platform == "win32":  # has no such limit
        return
    import resource  # noqa: PLC0415 - not there on Windows

    limit, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = visits * FILES_PER_VISIT + FILES_BESIDES
    if limit == resource.RLIM_INFINITY or limit >= needed:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, highest))
    except (OSError, ValueError):
        raise SettingError(
            f"Setting HARVESTER_OPEN_VISITS: {visits:,} visits may have {needed:,} files open, "
            "which is more than this system lets a process have (ulimit -Hn)."
        ) from None
