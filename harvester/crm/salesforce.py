"""Salesforce: leads, by an external id of our own.

Leads and not contacts with accounts: nobody has spoken to these people yet, and a lead holds its company as text, so
that no second account appears beside the one sales already has. Who is taken up is converted there, and then theirs:
converted leads are left alone.
Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-upsert.html
and its neighbours (200 records a call, 2,000 ids a read); limits: …/salesforce-app-limits-platform-api.html. Access
tokens last as long as the org's sessions (two hours by default): with an app's client credentials new ones are fetched.
Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from harvester.crm.calling import AUTHORIZATION, Caller, World, json_body
from harvester.crm.choices import DEFAULT_EXTERNAL_ID
from harvester.crm.exchange import Answer, CrmError, Outcome, Record, Refused, Remote, TokenRefused, Unsettled, Write
from harvester.crm.records import fields_of
from harvester.crm.splitting import write_all
from harvester.export.crm import external_id
from harvester.model.push import Part, Pushed

VERSION = "v62.0"
DATA = f"/services/data/{VERSION}"
TOKENS, FORM = "/services/oauth2/token", {"Content-Type": "application/x-www-form-urlencoded"}
TRY_AGAIN = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"})
LONGEST_QUERY = 12_000  # characters in a URL, escaped; Salesforce takes 16,384 with the headers
NAMES = tuple(field.header for field in fields_of("salesforce", Part.CONTACTS))


class Salesforce:
    """One Salesforce org, by its own URL and an access token, or an app's client id and secret."""

    name = "Salesforce"
    batch = 200
    writers = 2
    sends_whole = False
    parts: tuple[Part, ...] = (Part.CONTACTS,)

    def __init__(
        self, world: World, secret: str, *, url: str, client_id: str = "", id_field: str = DEFAULT_EXTERNAL_ID
    ) -> None:
        self._host, self._id_field = urlsplit(url).netloc.lower(), id_field
        self._client = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self._anonymous = Caller(world, self.name, url, FORM, secrets=[secret])
        headers = {"Content-Type": "application/json"} | ({} if client_id else {AUTHORIZATION: f"Bearer {secret}"})
        log_in = self._log_in if client_id else None
        self.caller = Caller(world, self.name, url, headers, secrets=[secret], log_in=log_in)

    async def account(self) -> str:
        """The org's host. TokenRefused."""
        self._value(await self.caller.call("GET", f"{DATA}/limits"))
        return f"salesforce:{self._host}"

    async def _log_in(self) -> str:
        """A new access token."""
        answer = await self._anonymous.call("POST", TOKENS, urlencode(self._client).encode())
        token = (answer.json() or {}).get("access_token")
        if answer.status != 200 or not token:
            raise TokenRefused(f"Salesforce gives no token for this client: {self._anonymous.reason_of(answer)}")
        return str(token)

    async def read(self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed]) -> dict[str, Remote]:  # noqa: ARG002
        """By id what the journal knows; by our id what a write may have made; by e-mail what others made."""
        ids = {known[r.key].remote_id: r.key for r in records if r.key in known and known[r.key].remote_id}
        found = await self._read_ids({str(one): key for one, key in ids.items()})
        new = [record for record in records if record.key not in found]
        begun = {_own_id(r.key): r.key for r in new if r.key in known and known[r.key].intent is not None}
        for row in await self._query(self._id_field, begun):
            found[begun[row[self._id_field]]] = self._remote(row)
        by_email = {r.fields["Email"].lower(): r.key for r in new if r.key not in found}
        for row in await self._query("Email", by_email):
            found.setdefault(by_email[row["Email"].lower()], self._remote(row))
        return found

    async def write(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:  # noqa: ARG002
        """Update by id, upsert the others by our id."""
        done = await write_all(self._update, [w for w in writes if w.remote_id is not None])
        return done | await write_all(self._upsert, [w for w in writes if w.remote_id is None])

    async def _update(self, writes: Sequence[Write]) -> dict[str, Outcome]:
        records = [{"attributes": {"type": "Lead"}, "id": w.remote_id, **w.fields} for w in writes]
        return await self._patch(f"{DATA}/composite/sobjects", writes, records)

    async def _upsert(self, writes: Sequence[Write]) -> dict[str, Outcome]:
        records = [{"attributes": {"type": "Lead"}, self._id_field: _own_id(w.key), **w.fields} for w in writes]
        return await self._patch(f"{DATA}/composite/sobjects/Lead/{self._id_field}", writes, records)

    async def _patch(self, path: str, writes: Sequence[Write], records: Sequence[object]) -> dict[str, Outcome]:
        """Results come in the order of the records."""
        body = json_body({"allOrNone": False, "records": records})
        results = self._value(await self.caller.call("PATCH", path, body, writes=True))
        if not isinstance(results, list) or len(results) != len(writes):
            raise CrmError("Salesforce answers with another number of results than there were records.")
        outcomes = {w.key: self._outcome(result) for w, result in zip(writes, results, strict=True)}
        if any(_code(result) in TRY_AGAIN for result in results):
            raise Unsettled("a record was locked by somebody else")
        return outcomes

    def _outcome(self, result: Mapping[str, Any]) -> Outcome:
        if result.get("success"):
            return Outcome(remote_id=str(result["id"]))
        error = next(iter(result.get("errors") or [{}]))
        text = f"{error.get('statusCode', '')}: {error.get('message', 'refused')}"
        return Outcome(problem=self.caller.shown(text)[:300])

    async def _read_ids(self, keys: Mapping[str, str]) -> dict[str, Remote]:
        if not keys:
            return {}
        body = {"ids": list(keys), "fields": ["Id", "IsConverted", *NAMES]}
        rows = self._value(await self.caller.post(f"{DATA}/composite/sobjects/Lead", body))
        return {keys[row["Id"]]: self._remote(row) for row in rows if row is not None}

    async def _query(self, field: str, values: Iterable[str]) -> list[dict[str, Any]]:
        """The leads whose field holds one of the values, the oldest first."""
        found: list[dict[str, Any]] = []
        columns = ", ".join(dict.fromkeys(("Id", "IsConverted", *NAMES, field)))
        for literals in _literals(values):
            query = f"SELECT {columns} FROM Lead WHERE {field} IN ({literals}) ORDER BY CreatedDate, Id"  # noqa: S608
            async for rows in self.pages(query):
                found += rows
        return found

    async def pages(self, soql: str) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of a query, page after page, no page empty."""
        path = f"{DATA}/query?q={quote(soql)}"
        while path:
            value = self._value(await self.caller.call("GET", path))
            if value["records"]:
                yield value["records"]
            path = value.get("nextRecordsUrl", "")

    def _remote(self, row: Mapping[str, Any]) -> Remote:
        """A converted lead reads as if a person had filled every field: nothing of it can be written."""
        if row.get("IsConverted"):
            return Remote(id=row["Id"], fields={name: row.get(name) or "(converted)" for name in NAMES})
        return Remote(id=row["Id"], fields={name: row.get(name) or "" for name in NAMES})

    def _value(self, answer: Answer) -> Any:
        if answer.status == 200 and (value := answer.json()) is not None:
            return value
        reason = self.caller.reason_of(answer)
        if answer.status == 403:
            raise TokenRefused(f"Salesforce's token lacks a right: {reason}")
        if answer.status in (400, 404) and self._id_field in reason:
            raise CrmError(
                f"Salesforce has no such field on Lead, or the user may not see it: {reason}. The field of the setting "
                f"HARVESTER_SALESFORCE_EXTERNAL_ID ({self._id_field}) must be a text (64), unique, an external id."
            )
        if "INVALID_FIELD" in reason:
            raise CrmError(f"Salesforce: {reason}. Give the token's user the right to see that field.")
        if answer.status == 400:
            raise Refused(reason)
        raise CrmError(f"Salesforce answers {answer.status}: {reason}. Is HARVESTER_SALESFORCE_URL right?")


def _own_id(key: str) -> str:
    return external_id("contact", key)


def _code(result: Mapping[str, Any]) -> str:
    return str(next(iter(result.get("errors") or [{}])).get("statusCode", ""))


def _literals(values: Iterable[str]) -> Iterator[str]:
    """SOQL text literals, comma-separated, as many as a URL holds."""
    part: list[str] = []
    length = 0
    size: Callable[[str], int] = lambda text: len(quote(text)) + 3  # noqa: E731
    for value in values:
        literal = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        if part and length + size(literal) > LONGEST_QUERY:
            yield ",".join(part)
            part, length = [], 0
        part.append(literal)
        length += size(literal)
    if part:
        yield ",".join(part)
