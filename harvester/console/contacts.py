"""`harvester contacts`: what the store holds, by what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from harvester.console.options import load_settings, settings_option
from harvester.model import ContactState, Grade, Role, Status


def choices(name: str, plural: str, words: type[Any] | None, help_text: str) -> Callable[[Any], Any]:
    """A repeatable option; of a closed list of words, one of these."""
    kind = click.Choice([word.value for word in words], case_sensitive=False) if words else None
    return click.option(name, plural, multiple=True, type=kind, help=help_text)


@click.command()
@choices("--state", "states", ContactState, "Only this state (repeatable, like the others).")
@choices("--priority", "priorities", Grade, "Only this priority.")
@choices("--country", "countries", None, "Only companies of this country (ISO 3166-1: DE).")
@choices("--status", "statuses", Status, "Only this status.")
@choices("--role", "roles", Role, "Only this role.")
@choices("--domain", "domains", None, "Only this company of your lists.")
@click.option("--unused-for", is_flag=False, flag_value="", metavar="[AGE]",
              help="Neither seen nor used for so long; HARVESTER_UNUSED_FOR without AGE.")  # fmt: skip
@click.option("--remove", is_flag=True, help="Remove what --unused-for lists, after a question.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--format", "output_format", type=click.Choice(["table", "csv", "json"]), default="table",
              show_default=True, help="How to print.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", help="Export to FILE (.csv, .json, .jsonl): their state is `exported`.")
@settings_option
def command(
    unused_for: str | None,
    remove: bool,
    yes: bool,
    output_format: str,
    output: str | None,
    settings: tuple[str, ...],
    **columns: tuple[str, ...],
) -> None:
    """List contacts, the best first: those that may be written to, unless --state asks for others."""
    from harvester.upkeep.contacts import Request, list_contacts  # noqa: PLC0415 - heavy

    request = Request(
        columns=columns,
        unused_for=unused_for,
        output_format=output_format,
        output=output,
        remove=remove,
        yes=yes,
    )
    raise SystemExit(list_contacts(request, load_settings(settings)))
