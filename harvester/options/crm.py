"""The settings of the CRMs. Their secrets are none: the environment or the keyring holds them (`crm/tokens.py`)."""

from __future__ import annotations

from urllib.parse import urlsplit

from harvester.crm.choices import DEFAULT_EXTERNAL_ID, ODOO_MODELS, parse_field_name
from harvester.options.values import Option, choice, text

THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def parse_base_url(value: object) -> str:
    """A URL that a token may be sent to: https, or http on this machine. ValueError."""
    given = text(value)
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)
    except ValueError:
        secure = False
    if not secure or not parts.hostname or parts.username is not None:
        raise ValueError("it must begin with https:// and hold no user name (http:// is for this machine only)")
    return given


def _field(value: object) -> str:
    return parse_field_name(text(value))


CRM_OPTIONS: tuple[Option, ...] = (
    Option(
        name="HARVESTER_HUBSPOT_URL",
        default="https://api.hubapi.com",
        parse=parse_base_url,
        meaning="where HubSpot's API is",
    ),
    Option(
        name="HARVESTER_SALESFORCE_URL",
        default="",
        parse=parse_base_url,
        meaning="your org: https://example.my.salesforce.com",
    ),
    Option(
        name="HARVESTER_SALESFORCE_CLIENT_ID",
        default="",
        parse=text,
        meaning="the consumer key of your app there: tokens are fetched as needed; empty: you give one",
    ),
    Option(
        name="HARVESTER_SALESFORCE_EXTERNAL_ID",
        default=DEFAULT_EXTERNAL_ID,
        parse=_field,
        meaning="the field of Lead that holds our id: text (64), unique, external id",
    ),
    Option(name="HARVESTER_ODOO_URL", default="", parse=parse_base_url, meaning="your Odoo: https://example.odoo.com"),
    Option(
        name="HARVESTER_ODOO_DATABASE",
        default="",
        parse=text,
        meaning="its database; may stay empty where the server has but one",
    ),
    Option(
        name="HARVESTER_ODOO_USER",
        default="",
        parse=text,
        meaning="the user's login: speaks XML-RPC, for Odoo 14 to 21; empty speaks JSON-2",
    ),
    Option(
        name="HARVESTER_ODOO_MODEL",
        default=ODOO_MODELS[0],
        parse=choice(*ODOO_MODELS),
        meaning="res.partner (companies with their contacts) or crm.lead",
    ),
)
