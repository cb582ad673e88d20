"""What a user may choose of the CRMs: models and field names; and the names of the secrets."""

from __future__ import annotations

import re

ODOO_MODELS = ("res.partner", "crm.lead")
DEFAULT_EXTERNAL_ID = "Harvester_Id__c"
SECRETS = (
    "HARVESTER_HUBSPOT_TOKEN",
    "HARVESTER_SALESFORCE_CLIENT_SECRET",
    "HARVESTER_SALESFORCE_TOKEN",
    "HARVESTER_ODOO_KEY",
    "HARVESTER_WEBHOOK_URL",
    "HARVESTER_WEBHOOK_SECRET",
)
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}__c")


def parse_field_name(text: str) -> str:
    """The name of a custom field of Salesforce; ValueError."""
    if not FIELD_NAME.fullmatch(text):
        raise ValueError("it must be the API name of a custom field, like Harvester_Id__c")
    return text
