"""`harvester recheck`: what is known for long, found out anew."""

from __future__ import annotations

from typing import Any

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option


@click.command()
@click.option("--older-than", metavar="AGE", default="90d", show_default=True,
              help="What was last checked longer ago than this (30d, 12h; 0: all).")  # fmt: skip
@click.option("--pages", is_flag=True, help="Read the source pages again, too: does the address still stand there?")
@click.option("--smtp", is_flag=True, help="Ask mail servers whether the mailboxes exist. Nothing is sent.")
@click.option("-o", "--output", metavar="OUT", help="Write the changes to this .csv file as well.")
@settings_option
def command(settings: tuple[str, ...], **options: Any) -> None:
    """Verify again what the store holds, and tell what has changed.

    Changes are: newly undeliverable, back, gone from page, back on page.
    """
    from harvester.verifying.ending import RequestError  # noqa: PLC0415 - heavy
    from harvester.verifying.recheck import Recheck, run  # noqa: PLC0415 - heavy

    try:
        raise SystemExit(run(Recheck(**options), load_settings(settings)))
    except RequestError as error:
        raise ArgumentsError(str(error)) from None
