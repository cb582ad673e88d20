"""`harvester show`: all that is known of one address."""

from __future__ import annotations

import click

from harvester.console.options import load_settings, settings_option


@click.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@settings_option
def command(address: str, as_json: bool, settings: tuple[str, ...]) -> None:
    """Show all that is known of an address (GDPR Art. 14, 15): where and when it was seen, each check, letter, bounce,
    export and opt-out."""
    from harvester.upkeep.show import show  # noqa: PLC0415 - heavy

    raise SystemExit(show(address, load_settings(settings), as_json=as_json))
