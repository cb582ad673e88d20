"""`harvester crawl`: the same crawl as `scrapy crawl contacts`, from any folder."""

from __future__ import annotations

import os

import click

from harvester.console.options import settings_option


@click.command()
@click.argument("domains", metavar="LIST")
@click.option("--recrawl", metavar="AGE", help="Visit again what was visited longer ago than this (7d; 0: all).")
@click.option("--sheet", metavar="NAME", help="The sheet of an .xlsx workbook, by name or number; else the first.")
@click.option("--processes", metavar="N", help="So many crawlers at once, for so many processor cores; default 1.")
@click.option("--shard", metavar="I/N", help="Only the I-th of N parts of the list, into files of its own.")
@settings_option
@click.option("-o", "--output", multiple=True, metavar="FILE", help="Append contacts to FILE as well.")
@click.option("-O", "--overwrite-output", multiple=True, metavar="FILE", help="Write contacts to FILE as well.")
def command(
    domains: str,
    recrawl: str | None,
    sheet: str | None,
    processes: str | None,
    shard: str | None,
    settings: tuple[str, ...],
    output: tuple[str, ...],
    overwrite_output: tuple[str, ...],
) -> None:
    """Visit every company of LIST (.txt, .csv, .xlsx, or - for standard input) and write output/contacts.csv.

    The same crawl as `scrapy crawl contacts -a domains=LIST`, from any folder.
    """
    arguments = ["crawl", "contacts", "-a", f"domains={domains}"]
    given = {"recrawl": recrawl, "sheet": sheet, "processes": processes, "shard": shard}
    for name, value in given.items():
        arguments += ["-a", f"{name}={value}"] if value is not None else []
    for flag, values in (("-s", settings), ("-o", output), ("-O", overwrite_output)):
        for value in values:
            arguments += [flag, value]
    run_scrapy(arguments)


def run_scrapy(arguments: list[str]) -> None:
    """Run a Scrapy command with this project's settings, from any folder; does not return."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "harvester.settings")
    from scrapy.cmdline import execute  # noqa: PLC0415 - heavy

    execute(["scrapy", *arguments])
