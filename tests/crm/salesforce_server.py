"""Salesforce as its REST guide describes it: collections by external id and by id, reads by ids, queries of leads.

Strict where the guide is: 200 records a write, 2,000 ids a read, results in order, one type, no unknown field, lengths
of Lead, required fields, e-mail syntax, URLs below 16,384 bytes, errors as a list of objects.
"""

from __future__ import annotations

import re
import time
from typing import Any

from aiohttp import web

from tests.crm.serving import CrmServer, Faults

TOKEN = "00D-salesforce-secret"
CLIENT_ID, CLIENT_SECRET = "3MVG9-consumer-key", "client-secret"
LENGTHS = {"Email": 80, "FirstName": 40, "LastName": 80, "Company": 255, "Title": 128, "Phone": 40, "Website": 255,
           "Country": 80, "Rating": 40, "LeadSource": 40, "Description": 32000, "Harvester_Id__c": 64}  # fmt: skip
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
QUERY = re.compile(r"SELECT (?P<columns>[\w, ]+) FROM (?P<object>\w+) WHERE (?P<where>.+) ORDER BY [\w, ]+")
AMONG = re.compile(r"(\w+) IN \((.*)\)")
DATA = "/services/data/v62.0"


class SalesforceServer(CrmServer):
    """Leads by id. `people` and `messages` are what a pull finds."""

    def __init__(self, faults: Faults | None = None, *, token: str = TOKEN) -> None:
        super().__init__(faults)
        self.leads: dict[str, dict[str, Any]] = {}
        self.token, self.refuse, self.locked = token, "refuse", 0
        self.calls = self.tokens_given = 0
        self.expires_after: int | None = None  # calls
        self.id_field = "Harvester_Id__c"
        self.news: dict[str, list[dict[str, Any]]] = {"Lead": [], "Contact": [], "EmailMessage": []}
        self.quota, self.hidden = False, ""  # a field that the user may not see

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/services/oauth2/token", self._give_token)
        app.router.add_get(f"{DATA}/limits", self._call(self._limits))
        app.router.add_get(f"{DATA}/query", self._call(self._query))
        app.router.add_post(f"{DATA}/composite/sobjects/Lead", self._call(self._retrieve))
        app.router.add_patch(f"{DATA}/composite/sobjects", self._call(self._update))
        app.router.add_patch(f"{DATA}/composite/sobjects/Lead/{{field}}", self._call(self._upsert))

    async def _give_token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        if form != {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}:
            body = {"error": "invalid_client", "error_description": "invalid client credentials"}
            return web.json_response(body, status=400)
        self.tokens_given += 1
        self.token = f"{TOKEN}-{self.tokens_given}"
        return web.json_response({"access_token": self.token, "instance_url": self.url, "token_type": "Bearer"})

    def limited(self, headers: dict[str, str]) -> web.Response:
        return _error(
            403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.", headers
        )

    def _call(self, method: Any) -> Any:
        async def handler(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")
            self.calls += 1
            if self.calls == self.expires_after:
                self.token, self.calls = "expired", 0
            if self.quota:
                return _error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            if len(str(request.rel_url.raw_path_qs)) > 16_000:
                return _error(414, "URI_TOO_LONG", "URI too long")
            answer: web.Response = method(request, await request.json() if request.method != "GET" else None)
            answer.headers["Sforce-Limit-Info"] = "api-usage=18/15000"
            return answer

        return handler

    def _limits(self, request: web.Request, body: Any) -> web.Response:
        return web.json_response({"DailyApiRequests": {"Max": 15000, "Remaining": 14998}})

    def _query(self, request: web.Request, body: Any) -> web.Response:
        found = QUERY.fullmatch(request.query["q"])
        if found is None:
            return _error(400, "MALFORMED_QUERY", request.query["q"][:80])
        columns = found["columns"].split(", ")
        if self.hidden in columns:
            return _error(400, "INVALID_FIELD", f"No such column '{self.hidden}' on entity '{found['object']}'.")
        if found["object"] == "EmailMessage" and self.news["EmailMessage"] is None:
            return _error(400, "INVALID_TYPE", "sObject type 'EmailMessage' is not supported.")
        among = AMONG.fullmatch(found["where"])
        if among is None:
            since = re.search(r"SystemModstamp >= (\S+)", found["where"])
            rows = [r for r in self.news[found["object"]] if since is None or r["SystemModstamp"] >= since[1][:19]]
            return web.json_response({"totalSize": len(rows), "done": True, "records": rows})
        if among[1] not in {*LENGTHS, "Id"}:
            return _error(400, "INVALID_FIELD", f"No such column '{among[1]}' on entity 'Lead'.")
        values = {text.replace("\\'", "'").lower() for text in re.findall(r"'((?:[^'\\]|\\.)*)'", among[2])}
        rows = [
            self._row(key, columns) for key, lead in self.leads.items() if str(lead.get(among[1], "")).lower() in values
        ]
        return web.json_response({"totalSize": len(rows), "done": True, "records": rows})

    def _row(self, key: str, columns: list[str]) -> dict[str, Any]:
        lead = {"Id": key, "IsConverted": False, **self.leads[key]}
        return {"attributes": {"type": "Lead"}, **{name: lead.get(name) for name in columns}}

    def _retrieve(self, request: web.Request, body: Any) -> web.Response:
        if body.keys() != {"ids", "fields"} or not 0 < len(body["ids"]) <= 2000:
            return _error(400, "JSON_PARSER_ERROR", "ids and fields")
        return web.json_response([self._row(k, body["fields"]) if k in self.leads else None for k in body["ids"]])

    def _update(self, request: web.Request, body: Any) -> web.Response:
        return self._collection(body, "id")

    def _upsert(self, request: web.Request, body: Any) -> web.Response:
        field = request.match_info["field"]
        if field != self.id_field:
            return _error(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {field}")
        return self._collection(body, field)

    def _collection(self, body: Any, by: str) -> web.Response:
        records = body["records"]
        if not 0 < len(records) <= 200 or body["allOrNone"] is not False:
            return _error(400, "INVALID_INPUT", "1 to 200 records")
        self.writes += 1
        return web.json_response([self._one(dict(record), by, records) for record in records])

    def _one(self, record: dict[str, Any], by: str, records: list[dict[str, Any]]) -> dict[str, Any]:
        kind, key = record.pop("attributes"), record[by]
        assert kind == {"type": "Lead"}
        if sum(one[by] == key for one in records) > 1:
            return _refusal("DUPLICATE_VALUE", f"Duplicate external id specified: {key}")
        if self.locked:
            self.locked -= 1
            return _refusal("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        if by == "id":
            record.pop("id")
            found = key if key in self.leads else None
            if found is None:
                return _refusal("ENTITY_IS_DELETED", "entity is deleted")
        else:
            found = next((k for k, lead in self.leads.items() if lead.get(by) == key), None)
        whole = {**(self.leads[found] if found else {}), **record}
        if problem := self._problem(record, whole):
            return _refusal(*problem)
        new = found is None
        found = found or f"00Q{len(self.leads):015d}"
        self.leads[found] = {**whole, "SystemModstamp": time.time()}
        return {"id": found, "success": True, "errors": [], "created": new}

    def _problem(self, record: dict[str, Any], whole: dict[str, Any]) -> tuple[str, str] | None:
        for name, value in record.items():
            if name not in LENGTHS:
                return "INVALID_FIELD", f"No such column '{name}' on sobject of type Lead"
            if len(value) > LENGTHS[name]:
                return "STRING_TOO_LONG", f"{name}: data value too large (max length={LENGTHS[name]})"
        if whole.get("IsConverted"):
            return "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"
        if missing := [name for name in ("LastName", "Company") if not whole.get(name)]:
            return "REQUIRED_FIELD_MISSING", f"Required fields are missing: {missing}"
        email = whole.get("Email", "")
        if email.startswith(self.refuse) or (email and not EMAIL.fullmatch(email)):
            return "INVALID_EMAIL_ADDRESS", f"Email: invalid email address: {email}"
        return None


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response([{"errorCode": code, "message": message}], status=status, headers=headers)


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}
