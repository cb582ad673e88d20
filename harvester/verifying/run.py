"""One list verified: first all addresses are asked about, then the list is written with what is known of each.

Two passes, because the answers come in any order (greylisting takes minutes) and the rows stay in theirs. Between the
passes everything is in the store, so that memory is bounded, and what a killed run has learned is there for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from harvester.model import StatusReason, Verification
from harvester.verify.syntax import SyntaxProblem, parse_mailbox
from harvester.verifying.cells import COLUMNS, NO_ADDRESS, NOT_CHECKED, Finding, describe
from harvester.verifying.checker import AddressChecker
from harvester.verifying.progress import Report
from harvester.verifying.tables import Record, Table, added_headers

WRITTEN_TOGETHER = 500


async def verify_table(
    table: Table,
    checker: AddressChecker,
    report: Report,
    *,
    target: Path | None,
    extra: Sequence[str] = (),
    more: Callable[[Verification], Sequence[str]] | None = None,
) -> None:
    """Verify the list and write it. TableError where it cannot be read or written.

    `more` gives the cells of further columns, called `extra`.
    """
    total = table.count()
    with report.progress(total, "Verifying") as advance:
        texts = (record.address for record in table.records() if record.address)
        await checker.refresh(texts, advance)
    headers = added_headers(table.layout.names or (), [*COLUMNS, *extra])
    with table.writer(target, headers) as writer:
        for record, finding in findings(table, checker):
            cells = [*finding.cells.values(), *(more(finding.verification) if more else ())] if finding else []
            writer.write(record, cells)
            _tell(record, finding, table, report)


def findings(table: Table, checker: AddressChecker) -> Iterator[tuple[Record, Finding | None]]:
    """Each row and what is known of its address; None for blank rows."""
    records = table.records()
    now = datetime.now(UTC).replace(microsecond=0)
    while chunk := list(islice(records, WRITTEN_TOGETHER)):
        read = [_read(record, now) for record in chunk]
        known = checker.known({key for key, _ in read if key})
        for record, (key, problem) in zip(chunk, read, strict=True):
            if record.address is None:
                yield record, None
            else:
                yield record, describe(record.address, problem or known.get(key, NOT_CHECKED))


def _read(record: Record, now: datetime) -> tuple[str, Verification | None]:
    """The normalized address of a row, or what is wrong with it."""
    if record.address is None:
        return "", None
    if not record.address.strip():
        return "", NO_ADDRESS
    try:
        return parse_mailbox(record.address).address, None
    except SyntaxProblem as problem:
        return "", Verification(reason=problem.reason, checked_at=now, detail=str(problem))


def _tell(record: Record, finding: Finding | None, table: Table, report: Report) -> None:
    if finding is None:
        return
    report.count(finding.verification)
    if finding.verification.reason in (StatusReason.SYNTAX, StatusReason.NOT_CHECKED):
        shown = (record.address or "").strip()
        quoted = f"“{shown if len(shown) <= 60 else shown[:59] + '…'}”: " if shown else ""
        report.problem(table.name, record.line, f"{quoted}{finding.verification.detail}")
