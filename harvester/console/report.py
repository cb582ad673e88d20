"""`harvester report`: the store at a glance, as one HTML page with charts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.terminal import say

if TYPE_CHECKING:
    from harvester.store import Store

NEEDS = "The charts are drawn by Altair, which is not installed: pip install 'harvester[report]'."


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("output/report.html"),
              show_default=True, metavar="FILE", help="Where to write the page.")  # fmt: skip
@settings_option
def command(output: Path, settings: tuple[str, ...]) -> None:
    """Draw what is remembered: from seeds to answers, priorities, providers, countries, bounces, runs.

    One HTML file with all charts in it, to look at in any browser, also without a network.
    """
    from harvester.store import Store, StoreError  # noqa: PLC0415 - heavy

    values = load_settings(settings)
    try:
        with Store.open(values["HARVESTER_DATABASE_URL"]) as store:
            write_report(store, output, language=values["HARVESTER_LANGUAGE"])
    except (StoreError, ValueError) as error:
        raise ArgumentsError(str(error)) from None
    say(f"{output} written.", err=True)


def write_report(store: Store, output: Path, *, language: str) -> None:
    """Write the page, whole or not at all; ValueError with a sentence."""
    try:
        from harvester.reporting.overview import render_overview  # noqa: PLC0415 - heavy
    except ModuleNotFoundError as error:
        raise ValueError(NEEDS if error.name in ("altair", "vl_convert") else str(error)) from None
    from harvester.feeds.exporters import FeedError  # noqa: PLC0415 - heavy
    from harvester.feeds.storage import write_whole  # noqa: PLC0415 - heavy

    page = render_overview(store.load_statistics(), now=datetime.now(UTC), language=language)
    try:
        write_whole(output, page.encode("utf-8"))
    except FeedError as error:
        raise ValueError(f"{error}.") from None
