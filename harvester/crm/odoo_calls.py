"""Calls of Odoo's two external APIs: JSON-2 (Odoo 19 and later) and XML-RPC (until Odoo 21).

Source: https://www.odoo.com/documentation/19.0/developer/reference/external_api.html (JSON-2; XML-RPC goes with
Odoo 22) and https://www.odoo.com/documentation/18.0/developer/reference/external_api.html (XML-RPC).
"""

from __future__ import annotations

import xmlrpc.client as xmlrpc
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from harvester.crm.calling import Caller, World
from harvester.crm.exchange import Answer, CrmError, Refused, TokenRefused, Unsettled

ACCESS_DENIED, ACCESS_ERROR = 3, 4  # fault codes of odoo/addons/rpc
RETRIED_BY_ODOO = ("could not serialize access", "deadlock detected")
CONTEXT = {"lang": "en_US", "active_test": False}


class OdooCalls(Protocol):
    """One way to call a model's method."""

    caller: Caller

    async def login(self) -> None:
        """Check the key. TokenRefused."""
        ...

    async def call(
        self, model: str, method: str, arguments: Mapping[str, Any], *, ids: Sequence[int] = (), writes: bool = False
    ) -> Any:
        """The method's value. Refused where Odoo says no, Unsettled where nobody knows what a write did."""
        ...


class Json2Calls:
    """JSON-2: named arguments, errors as HTTP statuses."""

    def __init__(self, world: World, url: str, database: str, key: str) -> None:
        headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json; charset=utf-8"}
        if database:
            headers["X-Odoo-Database"] = database
        self.caller = Caller(world, "Odoo", url, headers, secrets=[key])

    async def login(self) -> None:
        """Ask for something that every user may know."""
        await self.call("res.users", "context_get", {})

    async def call(
        self, model: str, method: str, arguments: Mapping[str, Any], *, ids: Sequence[int] = (), writes: bool = False
    ) -> Any:
        """See OdooCalls."""
        body = {**({"ids": list(ids)} if ids else {}), "context": CONTEXT, **arguments}
        answer = await self.caller.post(f"/json/2/{model}/{method}", body, writes=writes)
        if answer.status == 200:
            return answer.json()
        reason = self.caller.reason_of(answer)
        if answer.status == 403:
            raise TokenRefused(f"Odoo does not allow it: {reason}")
        if answer.status in (400, 422) or (answer.status == 404 and isinstance(answer.json(), dict)):
            raise Refused(reason)
        raise CrmError(
            f"Odoo answers {answer.status}: {reason}. Is HARVESTER_ODOO_URL right, and this Odoo 19 or later?"
        )


class XmlRpcCalls:
    """XML-RPC: positional ids, errors as faults in a 200."""

    def __init__(self, world: World, url: str, database: str, user: str, key: str) -> None:
        self.caller = Caller(world, "Odoo", url, {"Content-Type": "text/xml"}, secrets=[key])
        self._database, self._user, self._key = database, user, key
        self._uid = 0

    async def login(self) -> None:
        """Exchange the user's name and key for the user's number."""
        uid = await self._call("common", "authenticate", (self._database, self._user, self._key, {}), writes=False)
        if not uid:
            raise TokenRefused("Odoo refuses the user or the key (it is wrong or has expired).")
        self._uid = uid

    async def call(
        self, model: str, method: str, arguments: Mapping[str, Any], *, ids: Sequence[int] = (), writes: bool = False
    ) -> Any:
        """See OdooCalls."""
        if not self._uid:
            await self.login()
        positional = [list(ids)] if ids else []
        named = {**arguments, "context": CONTEXT}
        values = (self._database, self._uid, self._key, model, method, positional, named)
        return await self._call("object", "execute_kw", values, writes=writes)

    async def _call(self, service: str, method: str, values: tuple[Any, ...], *, writes: bool) -> Any:
        body = xmlrpc.dumps(values, method, allow_none=True, encoding="utf-8").encode("utf-8", "xmlcharrefreplace")
        answer = await self.caller.call("POST", f"/xmlrpc/2/{service}", body, writes=writes)
        if answer.status != 200:
            raise CrmError(f"Odoo answers {answer.status}. Is HARVESTER_ODOO_URL right?")
        try:
            return parse_response(answer)
        except xmlrpc.Fault as fault:
            self._raise(fault)

    def _raise(self, fault: xmlrpc.Fault) -> None:
        lines = [line for line in str(fault.faultString).strip().splitlines() if line.strip()]
        reason = self.caller.shown(lines[-1] if lines else "no reason")[:300]  # a traceback ends with its reason
        if any(mark in fault.faultString for mark in RETRIED_BY_ODOO):
            raise Unsettled(reason)
        if fault.faultCode == ACCESS_DENIED:
            raise TokenRefused("Odoo refuses the user or the key (it is wrong or has expired).")
        if fault.faultCode == ACCESS_ERROR:
            raise TokenRefused(f"Odoo does not allow it: {reason}")
        raise Refused(reason)


def parse_response(answer: Answer) -> Any:
    """The value of an XML-RPC response. Fault; CrmError where it is none. Entities and DTDs are refused."""
    unmarshaller = xmlrpc.Unmarshaller()
    parser = DefusedExpatParser(unmarshaller, forbid_dtd=True)
    try:
        parser.feed(answer.body)
        parser.close()
        values: Any = unmarshaller.close()
    except (ExpatError, DefusedXmlException, xmlrpc.ResponseError) as error:
        raise CrmError(
            f"Odoo answers what is no XML-RPC ({type(error).__name__}); is HARVESTER_ODOO_URL right?"
        ) from None
    return values[0]
