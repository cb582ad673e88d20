"""Other verifiers' words for what we say, and back. The words are in data/verifier_words.tsv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from harvester.data import load_table
from harvester.model import StatusReason

SERVICES = ("hunter", "zerobounce", "neverbounce", "reacher")
NOTHING = "-"


class ResultColumns(NamedTuple):
    """The headers under which a service's files tell a result; `flags` are yes-or-no columns that say more."""

    status: frozenset[str]
    sub_status: frozenset[str]
    flags: frozenset[str]


def result_columns(service: str) -> ResultColumns:
    """Where a service's results stand, as plain headers."""
    named = {
        what: frozenset(header for name, of, header in load_table("verifier_columns") if (name, of) == (service, what))
        for what in ("status", "sub_status", "flag")
    }
    return ResultColumns(named["status"], named["sub_status"], named["flag"])


def translate_from(service: str, status: str, details: Iterable[str] = ()) -> StatusReason | None:
    """Our reason for a service's status, None if unknown; of `details` (sub-statuses, flags) the first known counts.

    >>> translate_from("zerobounce", "invalid", ["mailbox_quota_exceeded"])
    <StatusReason.MAILBOX_FULL: 'mailbox_full'>
    """
    words = _from()
    status = status.strip().lower()
    for detail in (*(text.strip().lower() for text in details), NOTHING):
        if reason := words.get((service, status, detail or NOTHING)):
            return reason
    return None


def translate_to(service: str, reason: StatusReason) -> Sequence[str]:
    """The service's status and sub-status for our reason, the second empty where there is none."""
    status, sub_status = _to()[service, reason]
    return status, "" if sub_status == NOTHING else sub_status


def words_headers(service: str) -> tuple[str, str]:
    """What the columns of `translate_to` are called."""
    return f"{service}_status", f"{service}_sub_status"


@cache
def _from() -> dict[tuple[str, str, str], StatusReason]:
    rows = load_table("verifier_words")
    return {(service, status, sub): StatusReason(reason) for service, way, status, sub, reason in rows if way == "from"}


@cache
def _to() -> dict[tuple[str, StatusReason], tuple[str, str]]:
    rows = load_table("verifier_words")
    return {(service, StatusReason(reason)): (status, sub) for service, way, status, sub, reason in rows if way == "to"}
