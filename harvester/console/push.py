"""`harvester push`: contacts of the store into a CRM."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from harvester.console import export
from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.terminal import STOPPED, say

PLACES = ("hubspot", "salesforce", "odoo", "webhook")
FILTERS = frozenset({"min_priority", "statuses", "roles", "countries", "roles_only", "new_since", "limit_per_company"})
BROKEN_OFF, TOKEN_REFUSED = 1, 3
_aside = partial(say, err=True)


@click.command()
@click.argument("target", metavar="|".join(PLACES), type=click.Choice(PLACES))
@click.option("--fields", metavar="LIST", default="", help="Only these fields, by the CRM's names, with commas.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@settings_option
def command(target: str, fields: str, dry_run: bool, settings: tuple[str, ...], **filters: Any) -> None:
    """Put the contacts that are remembered into a CRM, the best first: new ones, and what changed since the last push.

    What a person typed or changed there stays. Who must not be written to is never sent. The token comes from the
    environment or the keyring: see the README.
    """
    names = [name.strip() for name in fields.split(",") if name.strip()]
    raise SystemExit(run_push(target, load_settings(settings), filters, names, dry_run=dry_run))


command.params[1:1] = [param for param in export.command.params if param.name in FILTERS]


def run_push(
    target: str, settings: Mapping[str, Any], filters: Mapping[str, Any], fields: list[str], *, dry_run: bool = False
) -> int:
    """Push what the filters choose and say what came of it; the exit status."""
    from harvester.crm.exchange import CrmError, TokenRefused  # noqa: PLC0415 - heavy
    from harvester.handover.push import Pushing, push_contacts, told  # noqa: PLC0415 - heavy
    from harvester.store import Store, StoreError  # noqa: PLC0415 - heavy

    if filters.get("new_since") == export.LAST_EXPORT:
        raise ArgumentsError("A push knows by itself what is new: leave --new-since last-export out.")
    asked = Pushing(target=target, fields=fields, show=say if dry_run else None, say=_aside)
    try:
        request = export.request_of({"path": None, **filters}, language=settings["HARVESTER_LANGUAGE"])
        with Store.open(settings["HARVESTER_DATABASE_URL"]) as store:
            rows = store.iter_ranked(request.wanted, limit_per_company=request.limit_per_company)
            pushed = asyncio.run(push_contacts(store, rows, asked, settings))
    except CrmError as error:
        _aside(str(error))
        return TOKEN_REFUSED if isinstance(error, TokenRefused) else BROKEN_OFF
    except KeyboardInterrupt:
        _aside("Stopped. Start it again: it goes on where it was.")
        return STOPPED
    except (StoreError, ValueError) as error:
        raise ArgumentsError(str(error)) from None
    for line in told(pushed, dry_run=dry_run):
        _aside(line)
    if pushed.error is not None:
        _aside(str(pushed.error))
        return TOKEN_REFUSED if isinstance(pushed.error, TokenRefused) else BROKEN_OFF
    return BROKEN_OFF if pushed.summary.refused else 0
