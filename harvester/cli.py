"""The `harvester` command: which commands there are. Each stands in its module of `console/`."""

from __future__ import annotations

import sys

import click

from harvester import __version__
from harvester.console.lazy import LazyGroup

COMMANDS = {
    "crawl": "Visit the companies of a list and write output/contacts.csv.",
    "verify": "Tell whether mail can reach addresses, one by one or a list of them.",
    "recheck": "Verify again what the store holds, and tell what has changed.",
    "export": "Write remembered contacts as a spreadsheet, vCards or a CRM's import file.",
    "contacts": "List what is known, by state, priority, country; or what nobody uses any more.",
    "push": "Put remembered contacts into HubSpot, Salesforce, Odoo, or a webhook.",
    "pull": "Take over from a CRM who opted out, bounced or was written to.",
    "sent": "Record the letters that you sent, and who answered.",
    "bounces": "Read the mails that came back, and record what they say.",
    "due": "List what to do today: send again, try another channel, check again.",
    "optout": "Keep the list of those who are to be left alone.",
    "show": "Show all that is known of an address.",
    "forget": "Remove everything about an address or a domain for good.",
    "report": "Draw what is remembered as one page with charts.",
    "run": "Run a job of harvester.toml: crawl, recheck, bounces, pull, exports, pushes, report.",
    "settings": "List the settings: value, origin, meaning.",
    "extract": "Show the addresses on saved pages, and how they are written.",
    "rules": "List the tables that decide whose an address is, who reads it and where to look.",
    "demo": "See it work on invented companies, without any internet.",
}


@click.group(
    cls=LazyGroup,
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="harvester")
def main() -> None:
    """From a list of company domains to a ranked, verified list of the addresses that the companies publish."""


if __name__ == "__main__":
    sys.exit(main())
