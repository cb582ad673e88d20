"""HubSpot's own models of what it is sent and what it answers, read from its official client: schemas for the server.

HubSpot generates that client from its API descriptions. `pip install hubspot-api-client`, then
`python -m tests.crm.hubspot_models` writes hubspot_models.json anew: each model's keys, with a type and `!` where a
value must be there.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")
ROOTS = {
    "hubspot.crm.objects.models": (
        "BatchReadInputSimplePublicObjectId", "BatchInputSimplePublicObjectBatchInput",
        "BatchInputSimplePublicObjectBatchInputUpsert", "PublicObjectSearchRequest", "BatchResponseSimplePublicObject",
        "BatchResponseSimplePublicObjectWithErrors", "BatchResponseSimplePublicUpsertObject",
        "BatchResponseSimplePublicUpsertObjectWithErrors",
        "CollectionResponseWithTotalSimplePublicObjectForwardPaging",
    ),
    "hubspot.crm.associations.v4.models": (
        "BatchInputPublicDefaultAssociationMultiPost", "BatchResponsePublicDefaultAssociation",
    ),
    "hubspot.crm.properties.models": ("PropertyCreate", "Property"),
}  # fmt: skip
PLAIN = {"str": str, "bool": bool, "int": int, "object": object}


class SchemaError(ValueError):
    """A value is not what the model says; the message names the place."""


@cache
def models() -> dict[str, dict[str, str]]:
    """The models by name."""
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text("utf-8"))["models"]
    return found


def check(value: Any, kind: str, where: str = "body") -> None:
    """Hold a value of JSON against a type: a model, `str`, `datetime`, `list[…]`, `dict[str, …]`. SchemaError."""
    inner = re.fullmatch(r"(?:list|dict)\[(?:str, )?(.+)\]", kind)
    if kind.startswith("list["):
        _check_kind(value, list, where)
        for number, one in enumerate(value):
            check(one, inner[1] if inner else "object", f"{where}[{number}]")
    elif kind.startswith("dict["):
        _check_kind(value, dict, where)
        for key, one in value.items():
            if one is not None:  # of a property without a value
                check(one, inner[1] if inner else "object", f"{where}.{key}")
    elif kind == "datetime":
        _check_kind(value, str, where)
        datetime.fromisoformat(value)
    elif kind in PLAIN:
        _check_kind(value, PLAIN[kind], where)
    else:
        _check_kind(value, dict, where)
        _check_model(value, kind, where)


def _check_model(value: dict[str, Any], kind: str, where: str) -> None:
    keys = models()[kind]
    if unknown := value.keys() - keys:
        raise SchemaError(f"{where}: {kind} has no {sorted(unknown)}")
    if missing := [key for key, of in keys.items() if of.endswith("!") and value.get(key) is None]:
        raise SchemaError(f"{where}: {kind} needs {missing}")
    for key, one in value.items():
        if one is not None:
            check(one, keys[key].rstrip("!"), f"{where}.{key}")


def _check_kind(value: Any, kind: type, where: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SchemaError(f"{where} must be {kind.__name__}, not {value!r:.60}")


def main() -> int:
    found: dict[str, dict[str, str]] = {}
    for module, names in ROOTS.items():
        _read(importlib.import_module(module), names, found)
    source = (
        f"hubspot-api-client {version('hubspot-api-client')} (Apache-2.0), generated from HubSpot's API descriptions"
    )
    FILE.write_text(json.dumps({"source": source, "models": found}, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{len(found)} models")
    return 0


def _read(module: Any, names: Any, found: dict[str, dict[str, str]]) -> None:
    """The models of those names, and those that they are made of."""
    for name in names:
        model = getattr(module, name, None)
        if model is None or name in found or not hasattr(model, "openapi_types"):
            continue
        found[name] = {model.attribute_map[key]: kind + _must(model, key) for key, kind in model.openapi_types.items()}
        _read(module, re.findall(r"\w+", " ".join(model.openapi_types.values())), found)


def _must(model: Any, key: str) -> str:
    return "!" if "must not be `None`" in inspect.getsource(getattr(model, key).fset) else ""


if __name__ == "__main__":
    sys.exit(main())
