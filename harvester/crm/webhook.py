"""Any receiver of JSON (Zapier, Make, n8n, own programs): batches, signed as Standard Webhooks says.

`webhook-id` is the same whenever the same batch is sent again: a receiver that has seen it need not look at it twice.
`webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from hashlib import blake2b, sha256

from harvester.crm.calling import Caller, World, json_body
from harvester.crm.exchange import CrmError, Outcome, Record, Refused, Remote, TokenRefused, Unsettled, Write
from harvester.crm.splitting import write_all
from harvester.export.crm import external_id
from harvester.model.push import Part, Pushed

SECRET_PREFIX = "whsec_"  # noqa: S105 - of a secret written in base64
MAX_BATCH = 100


class Webhook:
    """One receiver. What it holds cannot be read: what was sent counts as what stands there."""

    name = "The webhook"
    batch = MAX_BATCH
    writers = 1
    parts: tuple[Part, ...] = (Part.CONTACTS,)
    sends_whole = True

    def __init__(self, world: World, url: str, secret: str) -> None:
        self._url, self._key, self._world = url, parse_secret(secret), world
        self.caller = Caller(world, self.name, url, {"Content-Type": "application/json"}, secrets=[url, secret])

    async def account(self) -> str:
        """A digest: the URLs of such receivers are secrets themselves."""
        return f"webhook:{blake2b(self._url.encode(), digest_size=8).hexdigest()}"

    async def read(self, part: Part, records: Sequence[Record], known: Mapping[str, Pushed]) -> dict[str, Remote]:  # noqa: ARG002
        """Nothing can be read; those that were sent are there."""
        return {
            r.key: Remote(id=str(known[r.key].remote_id), fields={})
            for r in records
            if r.key in known and known[r.key].remote_id is not None
        }

    async def write(self, part: Part, writes: Sequence[Write], companies: Mapping[str, str]) -> dict[str, Outcome]:  # noqa: ARG002
        """Send one batch; of one that is too long its halves."""
        return await write_all(self._send, writes)

    async def _send(self, writes: Sequence[Write]) -> dict[str, Outcome]:
        contacts = [{"id": external_id("contact", w.key), "new": w.remote_id is None, **w.fields} for w in writes]
        body = json_body({"type": "contacts.pushed", "contacts": contacts})
        batch_id = f"msg_{blake2b(body, digest_size=16).hexdigest()}"
        for _ in range(3):
            headers = signed(self._key, batch_id, int(self._world.now().timestamp()), body)
            try:
                answer = await self.caller.call("POST", "", body, writes=True, headers=headers)
            except Unsettled:  # it may have got there: the id says that it is the same batch
                continue
            if 200 <= answer.status < 300:
                return {w.key: Outcome(remote_id=external_id("contact", w.key)) for w in writes}
            if answer.status == 403:
                raise TokenRefused(f"The webhook refuses us: {self.caller.reason_of(answer)}")
            if answer.status in (400, 413, 422):
                raise Refused(self.caller.reason_of(answer))
            raise CrmError(f"The webhook answers {answer.status}: {self.caller.reason_of(answer)}")
        raise CrmError("The webhook does not answer. Start it again later: it goes on where it was.")


def parse_secret(text: str) -> bytes:
    """The key that a secret stands for: base64 after `whsec_`, else the text itself. ValueError."""
    if not text.startswith(SECRET_PREFIX):
        return text.encode()
    try:
        return b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except Base64Error:
        raise ValueError("a webhook secret that begins with whsec_ must go on in base64") from None


def signed(key: bytes, batch_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; receivers should refuse a timestamp more than five minutes away."""
    content = f"{batch_id}.{timestamp}.".encode() + body
    signature = b64encode(hmac.new(key, content, sha256).digest()).decode()
    return {"webhook-id": batch_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}
