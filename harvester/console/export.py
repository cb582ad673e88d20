"""`harvester export`: contacts of the store as a spreadsheet, vCards, or the import files of a CRM."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.terminal import say

if TYPE_CHECKING:
    from harvester.exporting import ExportRequest, ExportResult

LAST_EXPORT = "last-export"


@click.command()
@click.option("-f", "--format", "name", default="", metavar="FORMAT",
              help="csv, xlsx, jsonl, vcard, hubspot, odoo, pipedrive, salesforce, zoho.")  # fmt: skip
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
              help="Where to write; a format of several files puts their names before the ending.")  # fmt: skip
@click.option("--min-priority", metavar="A-D", help="Only this priority and better ones.")
@click.option("--status", "statuses", metavar="LIST", help="Only these, with commas: likely,deliverable.")
@click.option("--role", "roles", metavar="LIST", help="Only these roles, with commas: purchasing,sales.")
@click.option("--country", "countries", metavar="LIST", help="Only companies of these countries: DE,AT,CH.")
@click.option("--roles-only", is_flag=True, help="No named persons: only mailboxes that a function reads.")
@click.option("--new-since", metavar="DATE", help=f"First seen on this day or later, or {LAST_EXPORT}.")
@click.option("--limit-per-company", type=click.IntRange(min=1), metavar="N", help="The N best of each company.")
@click.option("--wide", is_flag=True, help="One row a company, with email_1, email_2, … (csv, xlsx, jsonl).")
@click.option("--vcard-version", type=click.Choice(["3.0", "4.0"]), default="3.0", help="3.0 is what Outlook reads.")
@click.option("--no-record", is_flag=True, help="Leave the contacts' state, and what last-export means, as they are.")
@settings_option
def command(settings: tuple[str, ...], **options: Any) -> None:
    """Write the contacts that are remembered, the best first; who must not be written to is never among them.

    Contacts that were written become `exported`, and `--new-since last-export` leaves them out the next time.
    """
    from harvester.exporting import export_contacts  # noqa: PLC0415 - heavy
    from harvester.feeds.exporters import FeedError  # noqa: PLC0415 - heavy
    from harvester.store import Store, StoreError  # noqa: PLC0415 - heavy

    values = load_settings(settings)
    try:
        request = request_of(options, language=values["HARVESTER_LANGUAGE"])
        with Store.open(values["HARVESTER_DATABASE_URL"]) as store:
            result = export_contacts(store, request, now=datetime.now(UTC))
    except (FeedError, StoreError, ValueError) as error:
        raise ArgumentsError(str(error)) from None
    say(told(result), err=True)


def request_of(options: dict[str, Any], *, language: str) -> ExportRequest:
    """The export that the options (or a job's table of the same names) ask for; ValueError with a sentence."""
    from harvester.exporting import ExportRequest  # noqa: PLC0415 - heavy
    from harvester.model import Grade, Role, Status  # noqa: PLC0415
    from harvester.store.listing import Filter  # noqa: PLC0415 - heavy

    since = options.get("new_since")
    worst = _words("--min-priority", options.get("min_priority"), Grade)
    wanted = Filter(
        priorities=[grade for grade in Grade if grade <= worst[0]] if worst else (),
        statuses=_words("--status", options.get("statuses"), Status),
        roles=_words("--role", options.get("roles"), Role),
        countries=_countries(options.get("countries")),
        roles_only=bool(options.get("roles_only")),
        new_since=None if since in (None, LAST_EXPORT) else _day(since),
    )
    return ExportRequest(
        path=options["path"],
        format=options.get("name") or "",
        wanted=wanted,
        limit_per_company=options.get("limit_per_company"),
        wide=bool(options.get("wide")),
        only_new=since == LAST_EXPORT,
        record=not options.get("no_record"),
        language=language,
        vcard_version=options.get("vcard_version") or "3.0",
    )


def told(result: ExportResult) -> str:
    """The sentence about an export that was written."""
    count = f"{result.contacts:,} contact{'' if result.contacts == 1 else 's'}"
    rows = f" in {result.rows:,} rows" if result.rows != result.contacts else ""
    left = f"; {result.left_out:,} left out: their addresses are too long for it" if result.left_out else ""
    older = f" From an earlier export, not to be used with it: {_names(result.older)}." if result.older else ""
    return f"{count}{rows} written to {_names(result.files)}{left}.{older}"


def _names(files: Iterable[Path]) -> str:
    return ", ".join(map(str, files))


def _words(option: str, text: str | None, known: type[StrEnum]) -> list[str]:
    by_word = {member.value.casefold(): member.value for member in known}
    words = [word.strip() for word in (text or "").split(",") if word.strip()]
    for word in words:
        if word.casefold() not in by_word:
            raise ValueError(f"{option} {word}: there is no such word; known are {', '.join(by_word.values())}.")
    return [by_word[word.casefold()] for word in words]


def _countries(text: str | None) -> list[str]:
    codes = [code.strip() for code in (text or "").split(",") if code.strip()]
    for code in codes:
        if len(code) != 2 or not code.isascii() or not code.isalpha():
            raise ValueError(f"--country {code}: write the two letters of ISO 3166, for example DE or CN.")
    return [code.upper() for code in codes]


def _day(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--new-since {text}: write a day as 2026-11-25, or {LAST_EXPORT}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
