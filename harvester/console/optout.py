"""`harvester optout`: who is to be left alone."""

from __future__ import annotations

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option

entries_argument = click.argument("entries", metavar="ADDRESS|DOMAIN...", nargs=-1, required=True)


@click.group()
def command() -> None:
    """Keep the list of those who are to be left alone: mailboxes and whole domains, with all that is below them."""


@command.command()
@entries_argument
@click.option("--reason", default="", metavar="TEXT", help="Why; shown by `list` and `harvester show`.")
@click.option("--source", default="by hand", metavar="TEXT", show_default=True, help="Where you have it from.")
@settings_option
def add(entries: tuple[str, ...], reason: str, source: str, settings: tuple[str, ...]) -> None:
    """Leave somebody alone from now on."""
    from harvester.upkeep.optouts import add_entries  # noqa: PLC0415 - heavy

    raise SystemExit(add_entries(entries, reason, source, load_settings(settings)))


@command.command()
@entries_argument
@settings_option
def remove(entries: tuple[str, ...], settings: tuple[str, ...]) -> None:
    """Take an opt-out, a suggestion or the suppression of a bounced address back: its former state holds again."""
    from harvester.upkeep.optouts import remove_entries  # noqa: PLC0415 - heavy

    raise SystemExit(remove_entries(entries, load_settings(settings)))


@command.command()
@click.argument("entries", metavar="ADDRESS|DOMAIN...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Confirm all suggestions.")
@settings_option
def confirm(entries: tuple[str, ...], everything: bool, settings: tuple[str, ...]) -> None:
    """Let suggestions (from mails that ask to be left alone) take effect; `remove` rejects them."""
    from harvester.upkeep.optouts import confirm_entries  # noqa: PLC0415 - heavy

    if bool(entries) is everything:
        raise ArgumentsError("Name what is to be confirmed, or say --all.")
    raise SystemExit(confirm_entries(entries, load_settings(settings), everything=everything))


@command.command("list")
@click.option("--suggested", is_flag=True, help="The suggestions that wait to be confirmed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@settings_option
def show_list(suggested: bool, as_json: bool, settings: tuple[str, ...]) -> None:
    """List who is left alone, the newest first."""
    from harvester.upkeep.optouts import list_entries  # noqa: PLC0415 - heavy

    raise SystemExit(list_entries(load_settings(settings), suggested=suggested, as_json=as_json))


@command.command("import")
@click.argument("file", metavar="FILE")
@click.option("--reason", default="", metavar="TEXT", help="Why, where the list does not say.")
@settings_option
def import_list(file: str, reason: str, settings: tuple[str, ...]) -> None:
    """Read a list: an address or a domain a line, or a table with columns for them and for reasons."""
    from harvester.upkeep.optouts import import_entries  # noqa: PLC0415 - heavy

    raise SystemExit(import_entries(file, reason, load_settings(settings)))
