"""`harvester sent`: who was written to, and who answered."""

from __future__ import annotations

import click

from harvester.console.options import load_settings, settings_option


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@settings_option
def command(files: tuple[str, ...], settings: tuple[str, ...]) -> None:
    """Record the letters that you sent, each once.

    FILE is a table (.csv, .tsv, .xlsx) with columns for the address, the date and, where known, the answer, as mail
    tools export it; or a Sent folder: an mbox file, a Maildir, or a folder of .eml files.
    """
    from harvester.upkeep.sent import record_sent  # noqa: PLC0415 - heavy

    raise SystemExit(record_sent(files, load_settings(settings)))
