"""`harvester pull`: who opted out, bounced or was written to, from a CRM."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.console.push import BROKEN_OFF, TOKEN_REFUSED
from harvester.terminal import say

PLACES = ("hubspot", "salesforce", "odoo")


@click.command()
@click.argument("target", metavar="|".join(PLACES), type=click.Choice(PLACES))
@settings_option
def command(target: str, settings: tuple[str, ...]) -> None:
    """Take over from a CRM who opted out, whose letters came back, and who was written to and answered.

    Only what became known since the last pull is read. The token comes from the environment or the keyring.
    """
    raise SystemExit(run_pull(target, load_settings(settings)))


def run_pull(target: str, settings: Mapping[str, Any]) -> int:
    """Pull and say what was new; the exit status."""
    from harvester.crm.exchange import CrmError, TokenRefused  # noqa: PLC0415 - heavy
    from harvester.extensions.wording import count  # noqa: PLC0415
    from harvester.handover.pull import pull_news  # noqa: PLC0415 - heavy
    from harvester.store import Store, StoreError  # noqa: PLC0415 - heavy
    from harvester.upkeep.opening import bounce_policy  # noqa: PLC0415 - heavy

    try:
        with Store.open(settings["HARVESTER_DATABASE_URL"]) as store:
            pulled = asyncio.run(pull_news(store, target, settings, bounce_policy(settings)))
    except CrmError as error:
        say(str(error), err=True)
        return TOKEN_REFUSED if isinstance(error, TokenRefused) else BROKEN_OFF
    except StoreError as error:
        raise ArgumentsError(str(error)) from None
    new = [count(pulled.optouts, "opt-out"), count(pulled.bounces, "bounce"), count(pulled.letters, "letter")]
    say(f"New from {target}: {', '.join(new)}.")
    return 0
