"""`harvester demo`: the whole program at work on invented companies."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.console.options import settings_option


@click.command()
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path("output/demo"), metavar="DIR",
              help="Where the files go.", show_default=True)  # fmt: skip
@settings_option
def command(into: Path, settings: tuple[str, ...]) -> None:
    """See it work: crawl a handful of invented companies served on this machine, without any internet."""
    from harvester.demo.run import run_demo  # noqa: PLC0415 - heavy

    raise SystemExit(run_demo(into, settings))
