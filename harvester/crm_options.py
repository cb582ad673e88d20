"""The settings of the CRMs: name, default, the function that reads a value (ValueError), meaning. No secrets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from harvester.crm.choices import DEFAULT_EXTERNAL_ID, ODOO_MODELS, parse_field_name

THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def parse_base_url(value: object) -> str:
    """A URL that a token may be sent to: https, or http on this machine. ValueError."""
    text = str(value).strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)
    except ValueError:
        secure = False
    if not secure or not parts.hostname or parts.username is not None:
        raise ValueError("it must begin with https:// and hold no user name (http:// is for this machine only)")
    return text


def _text(value: object) -> str:
    return str(value).strip()


def _field(value: object) -> str:
    return parse_field_name(_text(value))


def _model(value: object) -> str:
    if (text := _text(value)) not in ODOO_MODELS:
        raise ValueError(f"it must be one of {', '.join(ODOO_MODELS)}")
    return text


CRM_OPTIONS: tuple[tuple[str, str, Callable[[object], str], str], ...] = (
    ("HARVESTER_HUBSPOT_URL", "https://api.hubapi.com", parse_base_url, "where HubSpot's API is"),
    ("HARVESTER_SALESFORCE_URL", "", parse_base_url, "your org: https://example.my.salesforce.com"),
    (
        "HARVESTER_SALESFORCE_EXTERNAL_ID",
        DEFAULT_EXTERNAL_ID,
        _field,
        "the field of Lead that holds our id: text (64), unique, external id",
    ),
    ("HARVESTER_ODOO_URL", "", parse_base_url, "your Odoo: https://example.odoo.com"),
    ("HARVESTER_ODOO_DATABASE", "", _text, "its database; may stay empty where the server has but one"),
    ("HARVESTER_ODOO_USER", "", _text, "the user's login: speaks XML-RPC, for Odoo 14 to 18; empty speaks JSON-2"),
    ("HARVESTER_ODOO_MODEL", ODOO_MODELS[0], _model, "res.partner (companies with their contacts) or crm.lead"),
)
