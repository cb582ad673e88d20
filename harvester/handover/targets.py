"""The CRM that a target's name stands for, by the settings and the tokens."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from harvester.crm.calling import Caller, World
from harvester.crm.exchange import CrmError, Refused
from harvester.crm.hubspot_news import HubSpotNews
from harvester.crm.odoo_calls import Json2Calls, OdooCalls, XmlRpcCalls
from harvester.crm.odoo_news import OdooNews
from harvester.crm.salesforce_news import SalesforceNews
from harvester.crm.sending import open_sender
from harvester.crm.tokens import find_token
from harvester.crm.webhook import Webhook
from harvester.options.crm import parse_base_url

Settings = Mapping[str, Any]
Target = HubSpotNews | SalesforceNews | OdooNews | Webhook
JITTER = random.SystemRandom()


@asynccontextmanager
async def open_target(name: str, settings: Settings) -> AsyncIterator[Target]:
    """The CRM of that name. CrmError in one sentence where something is not set, or is no URL."""
    async with open_sender() as send:
        world = World(
            send=send,
            sleep=asyncio.sleep,
            monotonic=time.monotonic,
            now=lambda: datetime.now(UTC),
            chance=JITTER.random,
        )
        yield TARGETS[name](world, settings)


async def account_of(target: Target) -> str:
    """Which account the token opens. TokenRefused, or CrmError for any other no."""
    try:
        return await target.account()
    except Refused as error:
        raise CrmError(f"{target.name} refuses the first question: {error}. Is its URL right?") from None


def caller_of(target: Target) -> Caller:
    """Who counts the target's requests."""
    return target.caller


def _hubspot(world: World, settings: Settings) -> HubSpotNews:
    return HubSpotNews(world, _token("HARVESTER_HUBSPOT_TOKEN"), url=_needed(settings, "HARVESTER_HUBSPOT_URL"))


def _salesforce(world: World, settings: Settings) -> SalesforceNews:
    url = _needed(settings, "HARVESTER_SALESFORCE_URL")
    client_id, id_field = settings["HARVESTER_SALESFORCE_CLIENT_ID"], settings["HARVESTER_SALESFORCE_EXTERNAL_ID"]
    secret = _token("HARVESTER_SALESFORCE_CLIENT_SECRET" if client_id else "HARVESTER_SALESFORCE_TOKEN")
    return SalesforceNews(world, secret, url=url, client_id=client_id, id_field=id_field)


def _odoo(world: World, settings: Settings) -> OdooNews:
    url, key = _needed(settings, "HARVESTER_ODOO_URL"), _token("HARVESTER_ODOO_KEY")
    database, user = settings["HARVESTER_ODOO_DATABASE"], settings["HARVESTER_ODOO_USER"]
    calls: OdooCalls
    if user:
        _needed(settings, "HARVESTER_ODOO_DATABASE")
        calls = XmlRpcCalls(world, url, database, user, key)
    else:
        calls = Json2Calls(world, url, database, key)
    return OdooNews(calls, url=url, database=database, model=settings["HARVESTER_ODOO_MODEL"])


def _webhook(world: World, settings: Settings) -> Webhook:  # noqa: ARG001 - has secrets only
    try:
        url = parse_base_url(_token("HARVESTER_WEBHOOK_URL"))
        return Webhook(world, url, _token("HARVESTER_WEBHOOK_SECRET"))
    except ValueError as error:
        raise CrmError(f"HARVESTER_WEBHOOK_URL or HARVESTER_WEBHOOK_SECRET: {error}.") from None


TARGETS: Mapping[str, Callable[[World, Settings], Target]] = {
    "hubspot": _hubspot,
    "salesforce": _salesforce,
    "odoo": _odoo,
    "webhook": _webhook,
}


def _token(name: str) -> str:
    return find_token(name, os.environ)


def _needed(settings: Settings, name: str) -> str:
    if not settings[name]:
        raise CrmError(f"Set {name}, in harvester.toml or in the environment.")
    return str(settings[name])
