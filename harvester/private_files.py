"""Files that their owner alone can read, whatever the umask, and that are there as a whole or not at all.

Contacts are personal data. A file is written under a temporary name beside its place and renamed when it is complete; a
crash leaves the old one as it was, and what a killed process left behind goes when the same file is written again.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it where missing; one that is there keeps its mode. OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # FileExistsError where it is no folder


def create_private_file(file: Path) -> None:
    """Make an empty file where there is none; one that is there stays as it is. OSError."""
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def write_private(target: Path, content: bytes) -> None:
    """Write a small file. OSError."""
    with whole_file(target) as file:
        file.write(content)


@contextmanager
def whole_file(target: Path, *, even_stopped: bool = False) -> Iterator[IO[bytes]]:
    """A new file, which takes the target's place when the block ends well. OSError.

    `even_stopped`: also when the block raises, for output of which each line is worth having.
    """
    with open_beside(target) as file:
        new = Path(file.name)
        try:
            try:
                yield file
            except BaseException:
                if even_stopped:
                    _put_in_place(file, new, target)
                raise
            _put_in_place(file, new, target)
        finally:
            new.unlink(missing_ok=True)


def _put_in_place(file: IO[bytes], new: Path, target: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    if fcntl is None:
        file.close()  # Windows renames no open file
    new.replace(target)


def open_beside(target: Path) -> IO[bytes]:
    """An empty temporary file beside the target, which the caller renames or removes. OSError.

    It is locked as long as it is open: by that others see that it is in use.
    """
    make_private_folder(target.parent)
    _remove_left(target)
    while True:
        file: IO[bytes] = NamedTemporaryFile(  # noqa: SIM115  the caller's to close
            mode="w+b", prefix=f".{target.name}.", suffix=".tmp", dir=target.parent, delete=False
        )
        if _hold(file) and Path(file.name).exists():
            return file
        file.close()  # between its making and its lock another process has taken it for one left behind


def place_of(file: IO[bytes]) -> Path | None:
    """The target of a file that `open_beside` has made; None for any other."""
    path = Path(str(getattr(file, "name", "")))
    return path.with_name(path.name[1:].rsplit(".", 2)[0]) if path.match(".*.*.tmp") else None


def _hold(file: IO[bytes]) -> bool:
    """Lock an open file; whether nobody else holds it. The system unlocks it when its process ends, however that is."""
    if fcntl is None:
        return True  # Windows removes no open file, which is as good as a lock
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _remove_left(target: Path) -> None:
    """Temporary files of the same target whose process was killed."""
    for path in target.parent.glob(f".{glob.escape(target.name)}.*.tmp"):
        with suppress(OSError), path.open("rb") as left:
            if _hold(left):
                if fcntl is None:
                    left.close()
                path.unlink()
