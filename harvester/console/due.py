"""`harvester due`: what is to be done today."""

from __future__ import annotations

import click

from harvester.console.options import load_settings, settings_option


@click.command()
@click.option("--on", metavar="DATE", help="As of that day instead of now.")
@click.option("-o", "--output", metavar="FILE", help="Write it to FILE (.csv, .jsonl) instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@settings_option
def command(on: str | None, output: str | None, as_json: bool, settings: tuple[str, ...]) -> None:
    """List what to do today: letters to send again, silent companies with the next channel, checks to repeat."""
    from harvester.upkeep.due import show_due  # noqa: PLC0415 - heavy

    raise SystemExit(show_due(on, output, load_settings(settings), as_json=as_json))
