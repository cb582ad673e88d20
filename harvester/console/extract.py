"""`harvester extract`: what is found on saved pages, and why."""

from __future__ import annotations

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option


@click.command()
@click.argument("pages", metavar="PAGE...", nargs=-1, required=True)
@click.option("--url", metavar="URL", help="Where the page is from: its links and its owner depend on that.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: file, address, method, zone, …")
@click.option("--keep-placeholders", is_flag=True, help="Show placeholders and other addresses of nobody, too.")
@click.option("--why", metavar="ADDRESS", help="Tell what happened to this address: found how, dropped why.")
@settings_option
def command(
    pages: tuple[str, ...],
    url: str | None,
    as_json: bool,
    keep_placeholders: bool,
    why: str | None,
    settings: tuple[str, ...],
) -> None:
    """Show the addresses on saved pages (.html, .txt, .vcf, … or - for standard input), and how they are written."""
    from harvester.configuration import address_lists  # noqa: PLC0415 - heavy
    from harvester.explanation import explain  # noqa: PLC0415 - heavy
    from harvester.inspection import missing_file, parse_url, show_addresses  # noqa: PLC0415 - heavy

    lists = address_lists(load_settings(settings))
    if missing := missing_file(pages):
        advice = " extract reads saved pages; `harvester crawl` visits sites." if "://" in missing else ""
        raise ArgumentsError(f"There is no file {missing}.{advice}")
    if why is not None and as_json:
        raise ArgumentsError("--why tells its story in sentences: leave --json out.")
    try:
        place = None if url is None else parse_url(url)
    except ValueError as error:
        raise ArgumentsError(str(error)) from None
    if why is not None:
        raise SystemExit(explain(pages, why, url=place, lists=lists))
    raise SystemExit(show_addresses(pages, url=place, as_json=as_json, lists=None if keep_placeholders else lists))
