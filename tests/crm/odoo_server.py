"""Odoo's two external APIs over a small ORM: load, search_read, check_object_reference, context_get.

`load` as in odoo/models.py: every column of every row is set, an empty cell empties the field; a bad row undoes the
whole call; `id` is an external id (below `__import__` without a module), `.id` and `x/.id` are database ids. XML-RPC
answers 200 with a fault, JSON-2 the fitting status with an error object.
"""

from __future__ import annotations

import copy
import xmlrpc.client
from typing import Any

from aiohttp import web

from tests.crm.serving import CrmServer, Faults

KEY, USER, DATABASE, UID = "odoo-api-key-secret", "bot@nord.example", "nord", 7
FIELDS = {
    "res.partner": {"name", "is_company", "website", "phone", "country_id", "email", "function", "comment",
                    "parent_id"},
    "crm.lead": {"name", "type", "contact_name", "partner_name", "email_from", "phone", "function", "website",
                 "country_id", "description"},
    "res.country": {"code", "name"},
    "mail.blacklist": {"email", "active", "write_date"},
    "mailing.trace": {"email", "trace_status", "sent_datetime", "reply_datetime", "failure_type", "write_date"},
}  # fmt: skip
HTML = {"comment", "description"}


class OdooError(Exception):
    def __init__(self, name: str, message: str, status: int, code: int) -> None:
        self.name, self.status, self.code = name, status, code
        super().__init__(message)


class OdooServer(CrmServer):
    """Records by model and id; external ids by name."""

    def __init__(self, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.records: dict[str, dict[int, dict[str, Any]]] = {model: {} for model in FIELDS}
        self.records["res.country"] = {57: {"code": "DE", "name": "Germany"}, 12: {"code": "AT", "name": "Austria"}}
        self.external: dict[str, tuple[str, int]] = {}
        self.key, self.refuse, self.models = KEY, "refuse", set(FIELDS)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/json/2/{model}/{method}", self._json2)
        app.router.add_post("/xmlrpc/2/common", self._common)
        app.router.add_post("/xmlrpc/2/object", self._object)

    async def _json2(self, request: web.Request) -> web.Response:
        try:
            if request.headers.get("Authorization") != f"bearer {self.key}":
                raise OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401, 3)
            if (
                request.headers.get("X-Odoo-Database", DATABASE) != DATABASE
                or request.content_type != "application/json"
            ):
                raise OdooError("werkzeug.exceptions.NotFound", "no such database", 404, 1)
            body = await request.json()
            body.pop("context")
            value = self._do(request.match_info["model"], request.match_info["method"], body.pop("ids", []), body)
        except OdooError as error:
            value = {"name": error.name, "message": str(error), "arguments": [str(error)], "context": {}, "debug": "…"}
            return web.json_response(value, status=error.status)
        return web.json_response(value)

    async def _common(self, request: web.Request) -> web.Response:
        values, method = xmlrpc.client.loads(await request.read())
        assert method == "authenticate"
        right = values[:3] == (DATABASE, USER, self.key)
        return _rpc(UID if right else False)

    async def _object(self, request: web.Request) -> web.Response:
        (database, uid, key, model, name, positional, named), method = xmlrpc.client.loads(await request.read())
        assert method == "execute_kw"
        named.pop("context")
        try:
            if (database, uid, key) != (DATABASE, UID, self.key):
                raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 403, 3)
            return _rpc(self._do(model, name, positional[0] if positional else [], named))
        except OdooError as error:
            trace = f"Traceback (most recent call last):\n  File …\n{error.name}: {error}"
            fault = xmlrpc.client.Fault(error.code, trace if error.code == 1 else str(error))
            return web.Response(body=xmlrpc.client.dumps(fault, allow_none=True).encode(), content_type="text/xml")

    def _do(self, model: str, method: str, ids: list[int], named: dict[str, Any]) -> Any:
        if (model, method) == ("res.users", "context_get"):
            return {"lang": "en_US", "uid": UID}
        if (model, method) == ("ir.model.data", "check_object_reference"):
            found = self.external.get(f"{named['module']}.{named['xml_id']}")
            if found is None:
                raise OdooError("builtins.ValueError", f"External ID not found in the system: {named}", 422, 1)
            return [found[0], found[1] if found[1] in self.records[found[0]] else False]
        if model not in self.models:
            raise OdooError("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404, 2)
        if method == "search_read":
            return self._search(model, **named)
        if method == "load":
            return self._load(model, **named)
        raise OdooError("builtins.AttributeError", f"the method {method!r} does not exist", 404, 1)

    def _search(self, model: str, domain: list[Any], fields: list[str], order: str = "id", limit: int = 0) -> Any:
        allowed = FIELDS[model] | {"id", "email_normalized"}
        if unknown := set(fields) - allowed:
            raise OdooError("builtins.ValueError", f"Invalid field {unknown} on model {model!r}", 422, 1)
        found = []
        for key, record in sorted(self.records[model].items()):
            email = record.get("email") or record.get("email_from") or ""
            whole = {"id": key, "email_normalized": email.lower() or False, **record}
            if all(_matches(whole.get(name), operator, value) for name, operator, value in domain):
                found.append({"id": key} | {name: self._shown(name, whole.get(name, False)) for name in fields})
        return found[: limit or None]

    def _shown(self, name: str, value: Any) -> Any:
        if name == "country_id" and value:
            return [value, self.records["res.country"][value]["name"]]
        if name in HTML and value:
            return "<p>" + value.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
        return value

    def _load(self, model: str, fields: list[str], data: list[list[str]]) -> Any:
        before, external = copy.deepcopy(self.records[model]), dict(self.external)
        ids, messages = [], []
        for number, row in enumerate(data):
            try:
                ids.append(self._load_row(model, dict(zip(fields, row, strict=True))))
            except ValueError as error:
                messages.append({"type": "error", "message": str(error), "record": number,
                                 "rows": {"from": number, "to": number}, "field": "name"})  # fmt: skip
        if messages:
            self.records[model], self.external = before, external
            return {"ids": False, "messages": messages, "nextrow": 0}
        self.writes += 1
        return {"ids": ids, "messages": [], "nextrow": 0}

    def _load_row(self, model: str, row: dict[str, str]) -> int:
        records = self.records[model]
        name, key = row.pop("id", None), row.pop(".id", None)
        found = int(key) if key else self.external.get(f"__import__.{name}", ("", 0))[1]
        if (key and found not in records) or (name and "." in name):
            raise ValueError(f"No matching record found for database id {key or name}")
        values: dict[str, Any] = {}
        for column, cell in row.items():
            field, _, by = column.partition("/")
            if field not in FIELDS[model] or (by and by != ".id"):
                raise ValueError(f"Unknown column {column}")
            if by and cell:
                other = "res.country" if field == "country_id" else model
                if int(cell) not in self.records[other]:
                    raise ValueError(f"No matching record found for {column} {cell}")
                values[field] = int(cell)
            else:
                values[field] = cell == "1" if field == "is_company" else (cell or False)
        whole = {**records.get(found, {}), **values}
        if not whole.get("name") or str(whole.get("email") or whole.get("email_from") or "").startswith(self.refuse):
            raise ValueError("Missing required value for the field 'Name' (name)")
        if found not in records:
            found = max(records, default=100) + 1
            self.external[f"__import__.{name}"] = (model, found)
        records[found] = whole
        return found


def _matches(value: Any, operator: str, wanted: Any) -> bool:
    assert operator in {"in", ">", ">=", "="}, operator
    if operator == "in":
        return value in wanted
    return {">": value > wanted, ">=": value >= wanted, "=": value == wanted}[operator]


def _rpc(value: Any) -> web.Response:
    body = xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()
    return web.Response(body=body, content_type="text/xml")
