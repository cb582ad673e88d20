"""A receiver that checks signatures as the Standard Webhooks specification says, and takes each id once."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

from aiohttp import web

from tests.crm.serving import CrmServer, Faults

SECRET = "whsec_" + b64encode(b"0123456789abcdef0123456789abcdef").decode()
PATH = "/hooks/catch/77/secret-path/"


class WebhookServer(CrmServer):
    """`contacts` as the receiver has them; `repeated` counts batches that it had seen."""

    def __init__(self, faults: Faults | None = None, *, most_bytes: int = 1_000_000) -> None:
        super().__init__(faults)
        self.contacts: dict[str, dict[str, Any]] = {}
        self.seen: set[str] = set()
        self.repeated = 0
        self.secret, self._most_bytes = SECRET, most_bytes

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self._take)

    @property
    def hook(self) -> str:
        return self.url + PATH

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        batch_id, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        key = b64decode(self.secret.removeprefix("whsec_"))
        wanted = b64encode(hmac.new(key, f"{batch_id}.{stamp}.".encode() + body, sha256).digest()).decode()
        signatures = [part.removeprefix("v1,") for part in request.headers["webhook-signature"].split()]
        if wanted not in signatures or abs(time.time() - int(stamp)) > 300:
            return web.Response(status=401, text="bad signature")
        if len(body) > self._most_bytes:
            return web.Response(status=413, text="too long")
        if batch_id in self.seen:
            self.repeated += 1
            return web.Response(status=200)
        self.seen.add(batch_id)
        self.writes += 1
        for contact in json.loads(body)["contacts"]:
            self.contacts[contact["id"]] = contact
        return web.Response(status=202)
