"""A list divided among several crawlers: each seed to exactly one of them, all hosts of one owner to the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from harvester.model import RejectedLine, Seed
from harvester.urls import registrable_domain

SHARDS_MAX = 10_000
_SHARD = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")


def shard_of(seed: Seed, count: int) -> int:
    """Which of `count` parts of a list (from 0) a seed is in: by a hash of its registrable domain, the same everywhere.

    So two hosts of one owner are never visited by two crawlers at a time.
    """
    return _bucket(seed, count, b"shard")


def process_of(seed: Seed, count: int) -> int:
    """Which of `count` processes visits a seed: by another hash, so that a part is shared by all processes."""
    return _bucket(seed, count, b"process")


def _bucket(seed: Seed, count: int, purpose: bytes) -> int:
    owner = registrable_domain(seed.host)
    digest = blake2b(owner.encode("utf-8", "replace"), digest_size=8, person=purpose).digest()
    return int.from_bytes(digest, "big") % count


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a list, `number` of `count`, counted from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}-of-{self.count}"

    def holds(self, entry: Seed | RejectedLine) -> bool:
        """Whether an entry of the list belongs to this part; a line that is no seed, too, belongs to exactly one."""
        if isinstance(entry, Seed):
            return shard_of(entry, self.count) == self.number - 1
        return entry.line % self.count == self.number - 1


def parse_shard(text: str) -> Shard:
    """`2/8` is the second of eight parts. ValueError with the end of a sentence."""
    match = _SHARD.fullmatch(text.strip())
    if match:
        number, count = int(match[1]), int(match[2])
        if 1 <= number <= count <= SHARDS_MAX:
            return Shard(number, count)
    raise ValueError(f"must be written like 2/8, the second of eight parts, of {SHARDS_MAX} at most")
