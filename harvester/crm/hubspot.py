"""HubSpot: contacts by e-mail, companies by domain, and the tie between them.

`domain` is no unique property in HubSpot, so no upsert goes by it: companies are looked for by domain first and, where
there is none, upserted by a unique property of our own (`harvester_id`), so that a repeated batch makes no second one.
Batch endpoints take 100 records; upserts by e-mail fail whole when one record is bad (the batch is halved then).
Source: https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/batch/upsert-contacts and its
neighbours (the official clients of 2026-11 speak these paths); limits:
https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harvester.crm.calling import Caller, Pace, World, message_in
from harvester.crm.exchange import COMPANY, Answer, CrmError, Outcome, Record, Refused, Remote, TokenRefused, Write
from harvester.crm.records import fields_of
from harvester.crm.splitting import write_all
from harvester.export.crm import external_id
from harvester.model.push import Part, Pushed

URL = "https://api.hubapi.com"
OBJECTS, PROPERTY = "/crm/v3/objects", "/crm/v3/properties/companies"
TIES = "/crm/v4/associations/contacts/companies/batch/associate/default"
OWN_ID = "harvester_id"
FOUND, PARTLY = 200, 207
CALLS_INTERVAL_S = 0.1  # 100 in 10 s: the smallest plan; the headers of the answers tell the account's own
SEARCH_INTERVAL_S = 0.25  # 5 a second for the whole account
SEARCH_PAGE = 200


class HubSpot:
    """One HubSpot account, by the token of a private app."""

    name = "HubSpot"
    batch = 100
    writers = 4
    sends_whole = False
    parts: tuple[Part, ...] = (Part.COMPANIES, Part.CONTACTS)

    def __init__(self, world: World, token: str, *, url: str = URL) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.caller = Caller(world, self.name, url, headers, secrets=[token])
        self._pace, self._search_pace = Pace(interval=CALLS_INTERVAL_S), Pace(interval=SEARCH_INTERVAL_S)
        self._has_own_id = False

    async def account(self) -> str:
        """The account's number. TokenRefused."""
        value = self._value(await self._call("GET", "/account-info/v3/details"))
        if "portalId" not in value:
            raise CrmError("HubSpot does not tell the number of the account; is HARVESTER_HUBSPOT_URL right?")
        return f"hubspot:{value['portalId']}"

    async def read(self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed]) -> dict[str, Remote]:
        """By id what the journal knows; contacts by e-mail and companies by domain what it does not."""
        names = [field.header for field in fields_of("hubspot", part)]
        ids = {known[r.key].remote_id: r.key for r in records if r.key in known and known[r.key].remote_id}
        found = {ids[o["id"]]: o for o in await self._read_batch(part, names, ids) if o["id"] in ids}
        new = [record for record in records if record.key not in found]  # merged records have another id, too
        if new and part is Part.CONTACTS:
            by_email = {record.fields["email"].lower(): record.key for record in new}
            for entry in await self._read_batch(part, names, by_email, id_property="email"):
                for email in _emails(entry):
                    if email in by_email:
                        found.setdefault(by_email[email], entry)
        elif new:
            found |= await self._find_companies(names, new)
        return {key: _remote(entry, names) for key, entry in found.items()}

    async def write(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:
        """Update by id, upsert the others, then tie contacts to their companies."""
        if part is Part.COMPANIES:
            await self._ensure_own_id()
        fields = [w for w in writes if w.remote_id is not None and w.fields.keys() != {COMPANY}]
        done = {w.key: Outcome(remote_id=w.remote_id) for w in writes if w.remote_id and w.fields.keys() == {COMPANY}}
        done |= await write_all(lambda batch: self._update(part, batch), fields)
        done |= await write_all(lambda batch: self._upsert(part, batch), [w for w in writes if w.remote_id is None])
        await self._tie(writes, done, companies)
        return done

    async def _tie(self, writes: Sequence[Write], done: dict[str, Outcome], companies: Mapping[str, str]) -> None:
        pairs = [
            Write(key=w.key, fields={"to": companies[w.fields[COMPANY]]}, remote_id=done[w.key].remote_id)
            for w in writes
            if w.fields.get(COMPANY) in companies and done[w.key].remote_id is not None
        ]
        for key, outcome in (await write_all(self._tie_batch, pairs)).items():
            if outcome.remote_id is None:
                done[key] = replace(done[key], problem=f"not tied to its company: {outcome.problem}")

    async def _tie_batch(self, pairs: Sequence[Write]) -> dict[str, Outcome]:
        inputs = [{"from": {"id": pair.remote_id}, "to": {"id": pair.fields["to"]}} for pair in pairs]
        results = self._results(await self._post(TIES, {"inputs": inputs}, writes=True))
        tied = {str(result["from"]["id"]) for result in results}
        return {pair.key: Outcome(remote_id=pair.remote_id) for pair in pairs if pair.remote_id in tied}

    async def _update(self, part: Part, writes: Sequence[Write]) -> dict[str, Outcome]:
        inputs = [{"id": w.remote_id, "properties": _properties(w)} for w in writes]
        results = self._results(await self._post(f"{OBJECTS}/{part}/batch/update", {"inputs": inputs}, writes=True))
        done = {str(result["id"]) for result in results}
        return {w.key: Outcome(remote_id=w.remote_id) for w in writes if w.remote_id in done}

    async def _upsert(self, part: Part, writes: Sequence[Write]) -> dict[str, Outcome]:
        name = "email" if part is Part.CONTACTS else OWN_ID
        ids = {w.fields["email"].lower() if part is Part.CONTACTS else _own_id(w.key): w for w in writes}
        inputs = [
            {"id": own, "idProperty": name, "objectWriteTraceId": own, "properties": {**_properties(w), name: own}}
            for own, w in ids.items()
        ]
        results = self._results(await self._post(f"{OBJECTS}/{part}/batch/upsert", {"inputs": inputs}, writes=True))
        owned = [(r.get("objectWriteTraceId") or (r.get("properties") or {}).get(name), str(r["id"])) for r in results]
        return {ids[own].key: Outcome(remote_id=remote_id) for own, remote_id in owned if own in ids}

    async def _read_batch(
        self, part: Part, names: Sequence[str], ids: Iterable[str | None], *, id_property: str | None = None
    ) -> list[dict[str, Any]]:
        inputs = [{"id": one} for one in ids]
        if not inputs:
            return []
        more = ["hs_additional_emails"] if id_property == "email" else []
        body: dict[str, Any] = {"inputs": inputs, "properties": [*names, *more], "propertiesWithHistory": []}
        if id_property is not None:
            body["idProperty"] = id_property
        answer = await self._post(f"{OBJECTS}/{part}/batch/read", body)
        return list(self._value(answer)["results"])

    async def _find_companies(self, names: Sequence[str], records: Sequence[Record]) -> dict[str, dict[str, Any]]:
        """By our own id where an earlier write may have made them, then by domain; of several the oldest."""
        found: dict[str, dict[str, Any]] = {}
        if await self._own_id_exists():
            ids = {_own_id(record.key): record.key for record in records}
            for entry in await self._read_batch(Part.COMPANIES, [*names, OWN_ID], ids, id_property=OWN_ID):
                found[ids[entry["properties"][OWN_ID]]] = entry
        domains = {r.fields["domain"]: r.key for r in records if r.key not in found and r.fields.get("domain")}
        after = None
        while domains:
            body = {
                "filterGroups": [{"filters": [{"propertyName": "domain", "operator": "IN", "values": list(domains)}]}],
                "properties": list(names), "sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}],
                "limit": SEARCH_PAGE,
            }  # fmt: skip
            value = await self.search("companies", body if after is None else {**body, "after": after})
            for entry in value["results"]:
                key = domains.get(str(entry["properties"].get("domain")).lower())
                if key is not None:
                    found.setdefault(key, entry)
            after = value.get("paging", {}).get("next", {}).get("after")
            if after is None:
                break
        return found

    async def _own_id_exists(self) -> bool:
        if not self._has_own_id:
            answer = await self._call("GET", f"{PROPERTY}/{OWN_ID}")
            self._has_own_id = answer.status == FOUND
            if answer.status not in (FOUND, 404):
                self._value(answer)
        return self._has_own_id

    async def _ensure_own_id(self) -> None:
        if await self._own_id_exists():
            return
        body = {
            "name": OWN_ID, "label": "Harvester ID", "groupName": "companyinformation", "type": "string",
            "fieldType": "text", "hasUniqueValue": True, "hidden": True,
            "description": "Lets harvester find a company again.",
        }  # fmt: skip
        answer = await self._post(PROPERTY, body, writes=True)
        if answer.status not in (FOUND, 201, 409):  # 409: another push made it meanwhile
            raise CrmError(
                f"HubSpot does not let us create the company property {OWN_ID} ({self.caller.reason_of(answer)}). "
                "Give the private app the scope crm.schemas.companies.write, or create it by hand as a unique text."
            )
        self._has_own_id = True

    async def search(self, part: str, body: dict[str, Any]) -> Any:
        """One page of a search: an object with `results`."""
        return self._value(await self.caller.post(f"{OBJECTS}/{part}/search", body, pace=self._search_pace))

    async def _post(self, path: str, body: Any, *, writes: bool = False) -> Answer:
        answer = await self.caller.post(path, body, writes=writes, pace=self._pace)
        self._learn_pace(answer)
        return answer

    async def _call(self, method: str, path: str) -> Answer:
        return await self.caller.call(method, path, pace=self._pace)

    def _learn_pace(self, answer: Answer) -> None:
        """The account's own limit, as its answers tell it."""
        most = answer.headers.get("x-hubspot-ratelimit-max", "")
        window_ms = answer.headers.get("x-hubspot-ratelimit-interval-milliseconds", "")
        if most.isdecimal() and window_ms.isdecimal() and int(most) > 0:
            self._pace.interval = int(window_ms) / 1000 / int(most)

    def _results(self, answer: Answer) -> list[Any]:
        """The results of a batch of writes; Refused where there is none."""
        value = self._value(answer)
        if not value["results"] and value.get("errors"):
            raise Refused(self.caller.shown(message_in(value["errors"])))
        return list(value["results"])

    def _value(self, answer: Answer) -> Any:
        """The answer's value. Refused for a bad batch; CrmError where nothing would work."""
        if answer.status in (FOUND, 201, PARTLY):
            value = answer.json()
            if isinstance(value, dict) and (answer.status == FOUND or "results" in value):
                return value
            raise CrmError(f"{self.name} answers what is no JSON object; is its address right?")
        reason = self.caller.reason_of(answer)
        if answer.status == 403:
            raise TokenRefused(f"HubSpot's token lacks a right: {reason}")
        if answer.status in (400, 404, 409, 413, 422):
            raise Refused(reason)
        raise CrmError(f"{self.name} answers {answer.status}: {reason}")


def _own_id(key: str) -> str:
    return external_id("company", key)


def _properties(write: Write) -> dict[str, str]:
    return {name: value for name, value in write.fields.items() if name != COMPANY}


def _emails(entry: Mapping[str, Any]) -> list[str]:
    """The e-mail addresses of a contact: a record is found by its further ones, too."""
    properties = entry["properties"]
    more = (properties.get("hs_additional_emails") or "").split(";")
    return [email.strip().lower() for email in (properties.get("email") or "", *more) if email.strip()]


def _remote(entry: Mapping[str, Any], names: Iterable[str]) -> Remote:
    properties = entry["properties"]
    return Remote(id=str(entry["id"]), fields={name: properties.get(name) or "" for name in names})
