"""HubSpot as its reference describes it: batch read, update, upsert, search, properties and associations.

Requests, and the server's own answers, must fit the vendor's models (`hubspot_models.py`); limits and errors are those
of the API reference (see harvester/crm/hubspot.py). Where that leaves it open the server is the stricter one: an upsert
by e-mail fails whole when one record is bad, searches lag behind writes, results come in another order than the inputs.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.crm.hubspot_models import SchemaError, check
from tests.crm.serving import CrmServer, Faults

TOKEN = "pat-eu1-hubspot-secret"
PORTAL = 4711
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
CONTACTS = {"email", "firstname", "lastname", "jobtitle", "phone", "company", "website", "country", "message",
            "hs_additional_emails", "lastmodifieddate", "hs_object_id", "hs_email_optout",
            "hs_email_hard_bounce_reason_enum", "hs_email_hard_bounce_reason",
            "hs_email_last_send_date", "hs_email_last_reply_date", "hs_sales_email_last_replied"}  # fmt: skip
COMPANIES = {"name", "domain", "phone", "country", "createdate", "lastmodifieddate", "hs_object_id"}
READ_ONLY = {"lastmodifieddate", "createdate", "hs_object_id", "hs_email_optout"}
MODELS = {
    "_read": ("BatchReadInputSimplePublicObjectId", "BatchResponseSimplePublicObject"),
    "_update": ("BatchInputSimplePublicObjectBatchInput", "BatchResponseSimplePublicObject"),
    "_upsert": ("BatchInputSimplePublicObjectBatchInputUpsert", "BatchResponseSimplePublicUpsertObject"),
    "_search": ("PublicObjectSearchRequest", "CollectionResponseWithTotalSimplePublicObjectForwardPaging"),
    "_tie": ("BatchInputPublicDefaultAssociationMultiPost", "BatchResponsePublicDefaultAssociation"),
    "_add_property": ("PropertyCreate", "object"),
}
NOW = "2026-11-25T12:00:00.000Z"
OPERATORS = {"EQ", "IN", "GT", "GTE", "HAS_PROPERTY"}


class ProblemError(Exception):
    def __init__(self, status: int, category: str, message: str) -> None:
        self.status, self.category = status, category
        super().__init__(message)


class HubSpotServer(CrmServer):
    """Records by kind and id; `index_lag_s` is how long a search does not see a new one."""

    def __init__(self, faults: Faults | None = None, *, per_10_s: int = 100_000, index_lag_s: float = 0.2) -> None:
        super().__init__(faults)
        self.records: dict[str, dict[str, dict[str, str]]] = {"contacts": {}, "companies": {}}
        self.made: dict[str, float] = {}
        self.by_email: dict[str, str] = {}
        self.by_own_id: dict[str, str] = {}
        self.ties: set[tuple[str, str]] = set()
        self.properties = {"contacts": set(CONTACTS), "companies": set(COMPANIES)}
        self.token, self.refuse, self.partly = TOKEN, "refuse", False
        self._per_10_s, self._index_lag_s = per_10_s, index_lag_s
        self._calls: list[float] = []
        self._searches: list[float] = []
        self.over_limit = 0
        self._next = 1000

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/account-info/v3/details", self._call(self._details))
        app.router.add_get("/crm/v3/properties/companies/{name}", self._call(self._property))
        app.router.add_post("/crm/v3/properties/companies", self._call(self._add_property))
        for kind in ("contacts", "companies"):
            path = f"/crm/v3/objects/{kind}"
            for method, what in ((self._read, "batch/read"), (self._update, "batch/update"),
                                 (self._upsert, "batch/upsert"), (self._search, "search")):  # fmt: skip
                app.router.add_post(f"{path}/{what}", self._call(method, kind))
        ties = "/crm/v4/associations/contacts/companies/batch/associate/default"
        app.router.add_post(ties, self._call(self._tie))

    def limited(self, headers: dict[str, str]) -> web.Response:
        body = {"status": "error", "message": "You have reached your ten_secondly_rolling limit.",
                "errorType": "RATE_LIMIT", "correlationId": "c", "policyName": "TEN_SECONDLY_ROLLING"}  # fmt: skip
        return web.json_response(body, status=429, headers=headers)

    def _call(self, method: Any, *arguments: str) -> Any:
        async def handler(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                body = {"status": "error", "message": f"Authentication credentials not found: {request.headers}",
                        "category": "INVALID_AUTHENTICATION"}  # fmt: skip
                return web.json_response(body, status=401)
            if self._is_over(request.path):
                self.over_limit += 1
                return self.limited({} if request.path.endswith("search") else {"Retry-After": "1"})
            try:
                body = await request.json() if request.method == "POST" else {}
                if request.method == "POST" and request.content_type != "application/json":
                    raise ProblemError(415, "VALIDATION_ERROR", "Unsupported Media Type")
                sent, answered = MODELS.get(method.__name__, ("object", "object"))
                try:
                    check({**body, "sorts": []} if "sorts" in body else body, sent)
                except SchemaError as error:
                    raise ProblemError(400, "VALIDATION_ERROR", f"Invalid input JSON: {error}") from None
                status, value = method(*arguments, body, request)
                check(value, answered + ("WithErrors" if status == 207 else ""))
            except ProblemError as error:
                body = {"status": "error", "message": str(error), "category": error.category, "correlationId": "c"}
                return web.json_response(body, status=error.status)
            headers = {"X-HubSpot-RateLimit-Max": str(self._per_10_s),
                       "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}  # fmt: skip
            return web.json_response(value, status=status, headers=headers)

        return handler

    def _is_over(self, path: str) -> bool:
        now, search = time.monotonic(), path.endswith("search")
        calls, span, most = (self._searches, 1.0, 5) if search else (self._calls, 10.0, self._per_10_s)
        while calls and calls[0] < now - span:
            calls.pop(0)
        calls.append(now)
        return len(calls) > most

    def _details(self, body: Any, request: web.Request) -> Any:
        return 200, {"portalId": PORTAL, "accountType": "STANDARD"}

    def _property(self, body: Any, request: web.Request) -> Any:
        name = request.match_info["name"]
        if name not in self.properties["companies"]:
            raise ProblemError(404, "OBJECT_NOT_FOUND", f"property {name} does not exist")
        return 200, {"name": name, "hasUniqueValue": name == "harvester_id"}

    def _add_property(self, body: Any, request: web.Request) -> Any:
        if body["name"] in self.properties["companies"]:
            raise ProblemError(409, "OBJECT_ALREADY_EXISTS", "property exists")
        assert body["hasUniqueValue"] is True
        self.properties["companies"].add(body["name"])
        return 201, body

    def _inputs(self, body: Any, most: int = 100) -> list[Any]:
        inputs: list[Any] = body["inputs"]
        if not 0 < len(inputs) <= most:
            raise ProblemError(400, "VALIDATION_ERROR", f"inputs must hold 1 to {most} objects")
        ids = [one["id"] for one in inputs if "id" in one]
        if len(set(ids)) < len(ids):
            raise ProblemError(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input")
        return inputs

    def _read(self, kind: str, body: Any, request: web.Request) -> Any:
        index = {None: None, "email": self.by_email, "harvester_id": self.by_own_id}[body.get("idProperty")]
        results, errors = [], []
        for one in self._inputs(body):
            key = one["id"] if index is None else index.get(one["id"].lower(), "")
            if key in self.records[kind]:
                results.append(self._shown(kind, key, body["properties"]))
            else:
                errors.append(_error("OBJECT_NOT_FOUND", "Could not get some", {"ids": [one["id"]]}))
        return _complete(results, errors)

    def _shown(self, kind: str, key: str, names: Any) -> dict[str, Any]:
        record = self.records[kind][key]
        properties = {name: record.get(name) or None for name in {*names, "hs_object_id"}}
        return {"id": key, "properties": properties, "archived": False, "createdAt": NOW, "updatedAt": NOW}

    def _check(self, kind: str, properties: Mapping[str, Any]) -> None:
        for name, value in properties.items():
            if name not in self.properties[kind]:
                raise ProblemError(400, "VALIDATION_ERROR", f'Property "{name}" does not exist')
            if name in READ_ONLY:
                raise ProblemError(400, "VALIDATION_ERROR", f'"{name}" is a read only property')
            if not isinstance(value, str) or len(value) > 65536:
                raise ProblemError(400, "VALIDATION_ERROR", f"{name} was not a valid string")
        email = properties.get("email")
        if email is not None and (not EMAIL.fullmatch(email) or email.startswith(self.refuse)):
            raise ProblemError(400, "VALIDATION_ERROR", f"Email address {email} is invalid")

    def _update(self, kind: str, body: Any, request: web.Request) -> Any:
        inputs = self._inputs(body)
        for one in inputs:
            self._check(kind, one["properties"])
        for one in inputs:
            if one["id"] not in self.records[kind]:
                raise ProblemError(404, "OBJECT_NOT_FOUND", f"resource not found: {one['id']}")
        self.writes += 1
        for one in inputs:
            self._put(kind, one["id"], one["properties"])
        return _complete([self._shown(kind, one["id"], ()) for one in inputs])

    def _upsert(self, kind: str, body: Any, request: web.Request) -> Any:
        inputs = self._inputs(body)
        wanted = "email" if kind == "contacts" else "harvester_id"
        errors = []
        for one in inputs:
            if one.get("idProperty") != wanted or wanted not in self.properties[kind]:
                raise ProblemError(400, "VALIDATION_ERROR", f"{one.get('idProperty')} is not a unique property")
            try:
                self._check(kind, one["properties"])
            except ProblemError as error:
                if not self.partly:
                    raise
                trace = {"objectWriteTraceId": [one.get("objectWriteTraceId")]}
                errors.append(_error(error.category, str(error), trace))
                one["bad"] = True
        self.writes += 1
        index = self.by_email if kind == "contacts" else self.by_own_id
        results = []
        for one in inputs:
            if one.get("bad"):
                continue
            key = index.get(one["id"].lower())
            new = key is None
            if key is None:
                self._next += 1
                key = str(self._next)
                self.made[key] = time.monotonic()
                self.records[kind][key] = {"hs_object_id": key, "createdate": str(self._next)}
            self._put(kind, key, {**one["properties"], wanted: one["id"]})
            results.append({**self._shown(kind, key, one["properties"]), "new": new})
        return _complete(results, errors)

    def _put(self, kind: str, key: str, properties: Mapping[str, str]) -> None:
        record = self.records[kind][key]
        record.update(properties)
        record["lastmodifieddate"] = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        if kind == "contacts" and "email" in properties:
            record["email"] = properties["email"].lower()
            self.by_email[record["email"]] = key
        if "harvester_id" in properties:
            self.by_own_id[properties["harvester_id"]] = key

    def _search(self, kind: str, body: Any, request: web.Request) -> Any:
        groups, limit = body.get("filterGroups", []), body.get("limit", 10)
        if not 1 <= limit <= 200 or len(groups) > 5 or sum(len(g["filters"]) for g in groups) > 18:
            raise ProblemError(400, "VALIDATION_ERROR", "limits of a search")
        if [sort.keys() for sort in body["sorts"]] != [{"propertyName", "direction"}]:
            raise ProblemError(400, "VALIDATION_ERROR", "one sorting rule")  # the model says texts, the reference this
        for one in (one for group in groups for one in group["filters"]):
            if one["operator"] not in OPERATORS or one["propertyName"] not in self.properties[kind]:
                raise ProblemError(400, "VALIDATION_ERROR", f"bad filter {one}")
            if len(one.get("values", ())) > 100 or any(value != value.lower() for value in one.get("values", ())):
                raise ProblemError(400, "VALIDATION_ERROR", f"bad values {one}")
        seen_before = time.monotonic() - self._index_lag_s
        found = [
            key for key, record in self.records[kind].items()
            if self.made.get(key, 0) < seen_before
            and any(all(_matches(record, one) for one in group["filters"]) for group in groups)
        ]  # fmt: skip
        by = body["sorts"][0]["propertyName"]
        found.sort(key=lambda key: int(self.records[kind][key].get(by, "0")))
        start = int(body.get("after", 0))
        if start + limit > 10_000:
            raise ProblemError(400, "VALIDATION_ERROR", "no more than 10,000 results")
        page = [self._shown(kind, key, body["properties"]) for key in found[start : start + limit]]
        value: dict[str, Any] = {"total": len(found), "results": page}
        if start + limit < len(found):
            value["paging"] = {"next": {"after": str(start + limit)}}
        return 200, value

    def _tie(self, body: Any, request: web.Request) -> Any:
        inputs = self._inputs(body, most=2000)
        for one in inputs:
            if one["from"]["id"] not in self.records["contacts"] or one["to"]["id"] not in self.records["companies"]:
                raise ProblemError(400, "VALIDATION_ERROR", f"One or more records are not valid: {one}")
        self.writes += 1
        self.ties |= {(one["from"]["id"], one["to"]["id"]) for one in inputs}
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}
        return _complete([{**one, "associationSpec": spec} for one in inputs])


def _complete(results: list[Any], errors: list[Any] | None = None) -> tuple[int, dict[str, Any]]:
    value = {"status": "COMPLETE", "results": results[::-1], "startedAt": NOW, "completedAt": NOW}
    return (207, {**value, "numErrors": len(errors), "errors": errors}) if errors else (200, value)


def _error(category: str, message: str, context: dict[str, list[Any]]) -> dict[str, Any]:
    whole = {"status": "error", "category": category, "message": message, "context": context}
    return {**whole, "errors": [], "links": {}}


def _matches(record: Mapping[str, str], one: Mapping[str, Any]) -> bool:
    value, operator = record.get(one["propertyName"]), one["operator"]
    if operator == "HAS_PROPERTY":
        return bool(value)
    if operator == "IN":
        return (value or "").lower() in one["values"]
    if operator == "EQ":
        return value == one["value"]
    number = int(value) if value and value.isdecimal() else _milliseconds(value or "1970-01-01T00:00:00Z")
    return number > int(one["value"]) or (operator == "GTE" and number == int(one["value"]))


def _milliseconds(text: str) -> int:
    from datetime import datetime  # noqa: PLC0415

    return int(datetime.fromisoformat(text).timestamp() * 1000)
