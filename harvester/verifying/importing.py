"""Lists that another service has verified: what it says is compared with ours, and kept where we know no better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from harvester.model import Status, Verification
from harvester.store import Store
from harvester.store.merge import MAILBOX_ANSWERS, OWN_BOUNCES
from harvester.verify.syntax import SyntaxProblem, parse_mailbox
from harvester.verify.vocabularies import result_columns, translate_from
from harvester.verifying.columns import plain_header
from harvester.verifying.progress import Report
from harvester.verifying.tables import Table, TableError

SAVED_TOGETHER = 500
TRUE, FALSE = frozenset({"true", "yes", "1", "t"}), frozenset({"false", "no", "0", "f"})


class _Columns:
    """Where a service's words stand in a table."""

    def __init__(self, table: Table, service: str) -> None:
        wanted = result_columns(service)
        headers = [plain_header(name) for name in table.layout.names or ()]
        statuses = [at for at, header in enumerate(headers) if header in wanted.status]
        if not statuses:
            raise TableError(
                f"{table.name} has no column with {service}'s results; it should be called "
                f"{' or '.join(sorted(wanted.status))}."
            )
        self.status = statuses[0]
        self.sub_statuses = [at for at, header in enumerate(headers) if header in wanted.sub_status]
        self.flags = [(at, _flag_name(header)) for at, header in enumerate(headers) if header in wanted.flags]

    def details(self, cells: Sequence[str]) -> Iterator[str]:
        """What the row says beside the status."""
        for at in self.sub_statuses:
            if at < len(cells):
                yield cells[at]
        for at, name in self.flags:
            value = cells[at].strip().lower() if at < len(cells) else ""
            if value in TRUE:
                yield name
            elif value in FALSE:
                yield f"not {name}"


def import_results(table: Table, store: Store, service: str, report: Report) -> None:
    """Keep the results in the store and tell how they compare. TableError where the table has none of this service."""
    columns = _Columns(table, service)
    compared: Counter[tuple[Status, Status]] = Counter()
    kept = 0
    rows = _results(table, columns, service, report)
    while chunk := dict(islice(rows, SAVED_TOGETHER)):
        known = store.load_verifications(list(chunk))
        for address, theirs in chunk.items():
            ours = known.get(address)
            if ours is not None and ours.source != service:
                compared[theirs.status, ours.status] += 1
        better = {address: _join(known.get(address), new) for address, new in chunk.items()}
        kept += len(store.save_verifications({address: new for address, new in better.items() if new is not None}))
    report.say(f"Kept what {service} says of {kept:,} addresses.")
    _tell_comparison(compared, service, report)


def _results(table: Table, columns: _Columns, service: str, report: Report) -> Iterator[tuple[str, Verification]]:
    """Address and result of each row that has both."""
    for record in table.records():
        if not record.address:
            continue
        cells = table.texts(record)
        said = cells[columns.status].strip() if columns.status < len(cells) else ""
        details = [detail for detail in columns.details(cells) if detail.strip()]
        reason = translate_from(service, said, details)
        if reason is None:
            told = f"“{said[:60]}” is no result of {service}" if said else f"there is no result of {service}"
            report.problem(table.name, record.line, f"{told}.")
            continue
        try:
            address = parse_mailbox(record.address).address
        except SyntaxProblem:
            continue  # told where the list is written
        detail = " ".join([f"{service}: {said}", *details])
        yield address, Verification(reason=reason, checked_at=table.modified_at, detail=detail, source=service)


def _join(known: Verification | None, new: Verification) -> Verification | None:
    """What is to be kept of an imported result; None where we know better: by a bounce, by asking, or from later."""
    if new.status is Status.UNKNOWN:
        return None
    if known is None:
        return new
    own_answer = not known.source and known.reason in MAILBOX_ANSWERS
    later = known.status is not Status.UNKNOWN and _time(known) >= _time(new) and bool(known.source)
    if known.reason in OWN_BOUNCES or own_answer or later:
        return None
    return replace(new, mx=known.mx, mail_provider=known.mail_provider, spf=known.spf, dmarc=known.dmarc)


def _time(verification: Verification) -> datetime:
    return verification.checked_at or datetime.min.replace(tzinfo=UTC)


def _tell_comparison(compared: Counter[tuple[Status, Status]], service: str, report: Report) -> None:
    if not compared:
        return
    agreed = sum(number for (theirs, ours), number in compared.items() if theirs is ours)
    report.say(f"Of {compared.total():,} addresses that we know, too, {agreed:,} have the same status with us.")
    for (theirs, ours), number in compared.most_common():
        if theirs is not ours:
            report.say(f"{number:>9,} {theirs} says {service}, {ours} say we")


def _flag_name(header: str) -> str:
    """`smtp is catch all` is the flag `is_catch_all`."""
    words = header.split()
    return "_".join(words[1:] if words[0] in ("smtp", "misc", "mx", "syntax") else words)
