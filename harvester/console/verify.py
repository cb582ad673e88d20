"""`harvester verify`: whether mail can reach addresses, one by one or a list of them."""

from __future__ import annotations

from typing import Any

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.verify.vocabularies import SERVICES


@click.command()
@click.argument("addresses", metavar="ADDRESS...|FILE|-", nargs=-1, required=True)
@click.option("-o", "--output", metavar="OUT", help="Where the list goes (default: NAME.verified.EXT beside FILE).")
@click.option("--column", metavar="NAME", help="The column that holds the addresses: its header, or its number from 1.")
@click.option("--smtp", is_flag=True, help="Ask mail servers whether the mailboxes exist. Nothing is sent.")
@click.option("--max-age", metavar="AGE", default="7d", show_default=True,
              help="Ask again what is known for longer than this (30d, 12h; 0: all).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object per address on standard output, with evidence.")
@click.option("--import-from", "service", type=click.Choice(SERVICES),
              help="FILE is a result of this service: keep what it says, ask nobody.")  # fmt: skip
@click.option("--words-of", type=click.Choice(SERVICES), help="Add our verdict in the words of this service, too.")
@settings_option
def command(addresses: tuple[str, ...], settings: tuple[str, ...], **options: Any) -> None:
    """Tell whether mail can reach addresses, or a list of them (.txt, .csv, .xlsx, or - for standard input).

    A list comes back as it is, with columns added: status, status_reason, confidence, and more.
    """
    from harvester.verifying.command import Request, run  # noqa: PLC0415 - heavy
    from harvester.verifying.ending import RequestError  # noqa: PLC0415

    try:
        raise SystemExit(run(Request(arguments=addresses, **options), load_settings(settings)))
    except RequestError as error:
        raise ArgumentsError(str(error)) from None
