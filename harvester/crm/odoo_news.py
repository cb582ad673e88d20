"""What Odoo knows of addresses: its blacklist, and the traces of its mailings where that app is installed.

Source: https://github.com/odoo/odoo, addons mail (mail.blacklist) and mass_mailing (mailing.trace), 17.0 to 19.0.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from harvester.crm.exchange import Refused
from harvester.crm.odoo import Odoo
from harvester.crm.pull import bounce_reason
from harvester.model.push import News, NewsKind

PAGE = 1000
TRACE_FIELDS = ("email", "trace_status", "sent_datetime", "reply_datetime", "failure_type", "write_date")


class OdooNews(Odoo):
    """One database, as the pull sees it."""

    async def news(self, since: datetime | None) -> AsyncIterator[tuple[datetime, Sequence[News]]]:
        """First the blacklist, then the mailings."""
        async for rows in self._pages("mail.blacklist", ("email", "active", "write_date"), since):
            outs = [News(kind=NewsKind.OPTOUT, address=r["email"], at=_written(r)) for r in rows if r["active"]]
            yield max(map(_written, rows)), outs
        try:
            async for rows in self._pages("mailing.trace", TRACE_FIELDS, since):
                yield max(map(_written, rows)), [news for row in rows for news in _trace(row)]
        except Refused as error:
            if "mailing.trace" not in str(error):  # there is no such model where the app is not installed
                raise

    async def _pages(
        self, model: str, fields: Sequence[str], since: datetime | None
    ) -> AsyncIterator[list[dict[str, Any]]]:
        last = 0
        while True:
            domain: list[Any] = [["id", ">", last]]
            if since is not None:
                domain.append(["write_date", ">=", since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")])
            arguments = {"domain": domain, "fields": list(fields), "order": "id", "limit": PAGE}
            rows = await self.calls.call(model, "search_read", arguments)
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            last = rows[-1]["id"]


def _trace(row: Mapping[str, Any]) -> Iterator[News]:
    address = row["email"]
    if not address:
        return
    if row["sent_datetime"]:
        yield News(kind=NewsKind.SENT, address=address, at=_moment(row["sent_datetime"]))
    if row["reply_datetime"]:
        yield News(kind=NewsKind.REPLIED, address=address, at=_moment(row["reply_datetime"]))
    if row["trace_status"] == "bounce":
        word, key = str(row["failure_type"]), str(row["id"])
        reason, hard = bounce_reason("odoo", word) or ("undefined", False)
        at = _written(row)
        yield News(kind=NewsKind.BOUNCE, address=address, at=at, reason=reason, detail=word, hard=hard, key=key)


def _written(row: Mapping[str, Any]) -> datetime:
    return _moment(row["write_date"])


def _moment(text: str) -> datetime:
    """Odoo's date-times are UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
