"""What HubSpot knows of contacts: `hs_email_optout`, `hs_email_hard_bounce_reason_enum`, the last letter and answer.

A search returns no more than 10,000 results however it is paged, so it goes on by the id of the last contact.
Source: https://developers.hubspot.com/docs/api-reference/legacy/crm/search (limits, operators).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from harvester.crm.hubspot import SEARCH_PAGE, HubSpot
from harvester.crm.pull import bounce_reason
from harvester.model.push import News, NewsKind

OPTOUT, BOUNCE = "hs_email_optout", "hs_email_hard_bounce_reason_enum"
LETTERS = {"hs_email_last_send_date": NewsKind.SENT, "hs_email_last_reply_date": NewsKind.REPLIED,
           "hs_sales_email_last_replied": NewsKind.REPLIED}  # fmt: skip
PROPERTIES = ("email", "lastmodifieddate", OPTOUT, BOUNCE, *LETTERS)


class HubSpotNews(HubSpot):
    """One HubSpot account, as the pull sees it."""

    async def news(self, since: datetime | None) -> AsyncIterator[tuple[datetime, Sequence[News]]]:
        """Page by page, by id."""
        last_id = "0"
        while True:
            entries = (await self.search("contacts", _body(since, last_id)))["results"]
            for entry in entries:
                moment = _moment(entry["properties"]["lastmodifieddate"])
                if moment is not None:
                    yield moment, list(_news(entry["properties"], moment))
            if len(entries) < SEARCH_PAGE:
                return
            last_id = str(entries[-1]["id"])


def _body(since: datetime | None, last_id: str) -> dict[str, Any]:
    filters = [{"propertyName": "hs_object_id", "operator": "GT", "value": last_id}]
    if since is not None:
        at = str(int(since.timestamp() * 1000))
        filters.append({"propertyName": "lastmodifieddate", "operator": "GTE", "value": at})
    wanted = [{"propertyName": OPTOUT, "operator": "EQ", "value": "true"}]
    wanted += [{"propertyName": name, "operator": "HAS_PROPERTY"} for name in (BOUNCE, *LETTERS)]
    return {
        "filterGroups": [{"filters": [one, *filters]} for one in wanted],
        "properties": list(PROPERTIES),
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "limit": SEARCH_PAGE,
    }


def _news(properties: Mapping[str, Any], noted: datetime) -> Iterator[News]:
    address = properties.get("email")
    if not address:
        return
    if properties.get(OPTOUT) == "true":
        yield News(kind=NewsKind.OPTOUT, address=address, at=noted)
    if word := properties.get(BOUNCE):
        reason, hard = bounce_reason("hubspot", word) or ("undefined", True)
        yield News(kind=NewsKind.BOUNCE, address=address, at=noted, reason=reason, detail=word, hard=hard, key=word)
    for name, kind in LETTERS.items():
        if (at := _moment(properties.get(name))) is not None:
            yield News(kind=kind, address=address, at=at)


def _moment(text: object) -> datetime | None:
    """ISO 8601 as search answers, or milliseconds since 1970 as some properties come."""
    if not text:
        return None
    if str(text).isdecimal():
        return datetime.fromtimestamp(int(str(text)) / 1000, UTC)
    return datetime.fromisoformat(str(text))
