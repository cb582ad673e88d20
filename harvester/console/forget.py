"""`harvester forget`: the right to erasure."""

from __future__ import annotations

import click

from harvester.console.options import load_settings, settings_option


@click.command()
@click.argument("entries", metavar="ADDRESS|DOMAIN...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_option
def command(entries: tuple[str, ...], yes: bool, settings: tuple[str, ...]) -> None:
    """Remove everything about an address or a domain (GDPR Art. 17), also from the files written before.

    Only a salted hash is kept, so that no crawl brings it back. Files that could not be reached are listed.
    """
    from harvester.upkeep.forget import forget  # noqa: PLC0415 - heavy

    raise SystemExit(forget(entries, load_settings(settings), yes=yes))
