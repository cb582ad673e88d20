"""What `harvester verify` does once its arguments are read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from harvester.seeds.workbook import WORKBOOK_SUFFIXES
from harvester.store import Store
from harvester.terminal import escape, say_json
from harvester.verify.vocabularies import translate_to, words_headers
from harvester.verifying.checker import AddressChecker
from harvester.verifying.ending import RequestError, exit_status, read_age
from harvester.verifying.importing import import_results
from harvester.verifying.progress import Report
from harvester.verifying.run import findings, verify_table
from harvester.verifying.setup import read_manners
from harvester.verifying.sources import STANDARD_INPUT, is_list, open_source
from harvester.verifying.tables import Table

SHOWN = ("status", "status_reason", "confidence", "email_kind", "role", "mail_provider", "suggestion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The arguments of `harvester verify`."""

    arguments: tuple[str, ...]
    output: str | None = None
    column: str | None = None
    smtp: bool = False
    max_age: str = "7d"
    as_json: bool = False
    service: str | None = None
    words_of: str | None = None


def run(request: Request, settings: Mapping[str, Any]) -> int:
    """Verify and write; the exit status. RequestError for arguments and files that cannot be used."""
    return exit_status(lambda: _run(request, settings), "the list")


def _run(request: Request, settings: Mapping[str, Any]) -> None:
    max_age = read_age("--max-age", request.max_age)
    manners = read_manners(settings) if request.smtp else None
    with (
        open_source(request.arguments, request.column) as table,
        Store.open(settings["HARVESTER_DATABASE_URL"]) as store,
    ):
        target = _target(request)
        report = Report()
        if request.service:
            import_results(table, store, request.service, report)
        checker = AddressChecker(settings, store, max_age=max_age, manners=manners, ask=not request.service)
        asyncio.run(_verify(request, table, checker, report, target))


async def _verify(request: Request, table: Table, checker: AddressChecker, report: Report, target: Path | None) -> None:
    async with checker:
        await report.warn_of(checker)
        if request.as_json or (target is None and sys.stdout.isatty()):
            await _show(request, table, checker)
            report.warn_of_obstacle(checker)
            return
        service = request.words_of
        await verify_table(
            table,
            checker,
            report,
            target=target,
            extra=words_headers(service) if service else (),
            more=(lambda verification: translate_to(service, verification.reason)) if service else None,
        )
        report.summarize()
        report.warn_of_obstacle(checker)
        if target is not None:
            report.say(f"Written to {target}.")


async def _show(request: Request, table: Table, checker: AddressChecker) -> None:
    """On the terminal as a grid, or as JSON Lines."""
    await checker.refresh((record.address for record in table.records() if record.address), lambda _: None)
    grid = Grid("email", *SHOWN, "why", box=None, pad_edge=False)
    for record, finding in findings(table, checker):
        if finding is None:
            continue
        if request.as_json:
            known = finding.verification
            evidence = {"detail": known.detail, "replies": list(known.replies), "source": known.source}
            row = {"email": record.address, **finding.cells, "tags": list(finding.tags), **evidence}
            say_json(row | {"spf": known.spf, "dmarc": known.dmarc})
        else:
            cells = [finding.cells[column] for column in SHOWN]
            grid.add_row(*(Text(escape(cell or "")) for cell in (record.address, *cells, finding.verification.detail)))
    if not request.as_json:
        Console(highlight=False).print(grid)


def _target(request: Request) -> Path | None:
    """Where the output goes; None is standard output."""
    source = request.arguments[0]
    is_file = is_list(source) and source != STANDARD_INPUT
    if request.output == STANDARD_INPUT or (request.output is None and not is_file):
        return None
    if request.output is None:
        path = Path(source)
        return path.with_name(f"{path.stem}.verified{path.suffix}")
    target = Path(request.output)
    is_workbook = is_file and Path(source).suffix.lower() in WORKBOOK_SUFFIXES
    if is_workbook != (target.suffix.lower() in WORKBOOK_SUFFIXES):
        kind = "a workbook: name it .xlsx" if is_workbook else "text: name it .csv or .txt"
        raise RequestError(f"The output is what the list is, {kind}, not {target}.")
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise RequestError(f"{target} cannot be written: there is no such folder, or it is one itself.")
    return target
