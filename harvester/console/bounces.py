"""`harvester bounces`: what came back, read and recorded."""

from __future__ import annotations

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only show what the mails say; no database is opened.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each mail: file, results.")
@click.option("--move-to", metavar="FOLDER", help="Move the bounces and complaints of an IMAP mailbox to FOLDER.")
@settings_option
def command(
    sources: tuple[str, ...], dry_run: bool, as_json: bool, move_to: str | None, settings: tuple[str, ...]
) -> None:
    """Read bounces, complaints, requests and replies, and record what they say about your contacts.

    SOURCE is a mail (.eml), an mbox, a Maildir, a folder of these, a mailbox (imaps://user@host/INBOX), or a CSV or
    JSON export of Mailgun, SendGrid, Amazon SES, Postmark or Brevo.
    """
    from harvester.returned_mail import read_sources  # noqa: PLC0415 - heavy

    values = load_settings(settings)
    try:
        status = read_sources(sources, values, dry_run=dry_run, as_json=as_json, move_to=move_to)
    except ValueError as error:
        raise ArgumentsError(str(error)) from None
    raise SystemExit(status)
