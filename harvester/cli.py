"""The `harvester` command: thin, and quick to start, so nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from harvester import __version__


class ArgumentsError(click.ClickException):
    """Ends the command with one sentence and exit status 2."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="harvester")
def main() -> None:
    """From a list of company domains to a ranked, verified list of the addresses that the companies publish."""


@main.command()
@click.argument("domains", metavar="LIST")
@click.option("--recrawl", metavar="AGE", help="Visit again what was visited longer ago than this (7d; 0: all).")
@click.option("-s", "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a setting (repeatable).")
@click.option("-o", "--output", multiple=True, metavar="FILE", help="Append contacts to FILE as well.")
@click.option("-O", "--overwrite-output", multiple=True, metavar="FILE", help="Write contacts to FILE as well.")
def crawl(
    domains: str,
    recrawl: str | None,
    settings: tuple[str, ...],
    output: tuple[str, ...],
    overwrite_output: tuple[str, ...],
) -> None:
    """Visit every company of LIST (.txt, .csv, or - for standard input) and write output/contacts.csv.

    The same crawl as `scrapy crawl contacts -a domains=LIST`, from any folder.
    """
    arguments = ["crawl", "contacts", "-a", f"domains={domains}"]
    arguments += ["-a", f"recrawl={recrawl}"] if recrawl is not None else []
    for flag, values in (("-s", settings), ("-o", output), ("-O", overwrite_output)):
        for value in values:
            arguments += [flag, value]
    run_scrapy(arguments)


@main.command()
@click.argument("pages", metavar="PAGE...", nargs=-1, required=True)
@click.option("--url", metavar="URL", help="Where the page is from: its links and its owner depend on that.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: file, address, method, zone, …")
@click.option("--keep-placeholders", is_flag=True, help="Show placeholders and other addresses of nobody, too.")
@click.option("--why", metavar="ADDRESS", help="Tell what happened to this address: found how, dropped why.")
def extract(pages: tuple[str, ...], url: str | None, as_json: bool, keep_placeholders: bool, why: str | None) -> None:
    """Show the addresses on saved pages (.html, .txt, .vcf, … or - for standard input), and how they are written."""
    from harvester.explanation import explain  # noqa: PLC0415 - heavy
    from harvester.inspection import missing_file, parse_url, show_addresses  # noqa: PLC0415 - heavy

    if missing := missing_file(pages):
        raise ArgumentsError(f"There is no file {missing}.")
    if why is not None and as_json:
        raise ArgumentsError("--why tells its story in sentences: leave --json out.")
    try:
        place = None if url is None else parse_url(url)
    except ValueError as error:
        raise ArgumentsError(str(error)) from None
    if why is not None:
        raise SystemExit(explain(pages, why, url=place))
    raise SystemExit(show_addresses(pages, url=place, as_json=as_json, keep_placeholders=keep_placeholders))


@main.command()
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path("output/demo"), metavar="DIR",
              help="Where the files go.", show_default=True)  # fmt: skip
@click.option("-s", "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a setting (repeatable).")
def demo(into: Path, settings: tuple[str, ...]) -> None:
    """See it work: crawl a handful of invented companies served on this machine, without any internet."""
    from harvester.demo.run import run_demo  # noqa: PLC0415 - heavy

    raise SystemExit(run_demo(into, settings))


def run_scrapy(arguments: list[str]) -> None:
    """Run a Scrapy command with this project's settings, from any folder; does not return."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "harvester.settings")
    from scrapy.cmdline import execute  # noqa: PLC0415 - heavy

    execute(["scrapy", *arguments])


if __name__ == "__main__":
    sys.exit(main())
