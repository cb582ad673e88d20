"""The schemas that the HubSpot server holds requests against refuse what the vendor's models refuse."""

from typing import Any

import pytest

from tests.crm.hubspot_models import SchemaError, check

READ = "BatchReadInputSimplePublicObjectId"
WHOLE = {"inputs": [{"id": "1"}], "properties": ["email"], "propertiesWithHistory": []}
FIT = [
    (WHOLE, READ),
    ({**WHOLE, "idProperty": "email"}, READ),
    ({"inputs": [{"id": "1", "properties": {"email": "a@b.example"}}]}, "BatchInputSimplePublicObjectBatchInput"),
    ({"id": "1", "properties": {"phone": None}, "createdAt": "2026-11-25T12:00:00Z",
      "updatedAt": "2026-11-25T12:00:00Z"}, "SimplePublicObject"),
]  # fmt: skip
DO_NOT = [
    ({**WHOLE, "ids": ["1"]}, READ, "has no"),
    ({"inputs": [{"id": "1"}], "properties": []}, READ, "needs"),
    ({**WHOLE, "inputs": [{"id": 1}]}, READ, "must be str"),
    ({**WHOLE, "inputs": ["1"]}, READ, "must be dict"),
    ({**WHOLE, "properties": "email"}, READ, "must be list"),
    ({"inputs": [{"id": "1", "properties": {"n": 1}}]}, "BatchInputSimplePublicObjectBatchInput", "must be str"),
    ({"inputs": [{"id": None, "properties": {}}]}, "BatchInputSimplePublicObjectBatchInputUpsert", "needs"),
    ({"limit": True}, "PublicObjectSearchRequest", "must be int"),
]


@pytest.mark.parametrize(("value", "model"), FIT)
def test_what_fits(value: Any, model: str) -> None:
    check(value, model)


@pytest.mark.parametrize(("value", "model", "reason"), DO_NOT)
def test_what_does_not(value: Any, model: str, reason: str) -> None:
    with pytest.raises(SchemaError, match=reason):
        check(value, model)
