"""What HubSpot knows of contacts: `hs_email_optout`, `hs_email_hard_bounce_reason`, the last letter and answer.

A search returns no more than 10,000 results however it is paged, so it goes on by the id of the last contact. It takes
five groups of filters, 18 filters in all: two searches.
Source: https://developers.hubspot.com/docs/api-reference/legacy/crm/search (limits, operators).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from harvester.crm.hubspot import SEARCH_PAGE, HubSpot
from harvester.crm.pull import bounce_reason
from harvester.model.push import News, NewsKind

OPTOUT = "hs_email_optout"
BOUNCES = ("hs_email_hard_bounce_reason_enum", "hs_email_hard_bounce_reason")  # the second is the older one
LETTERS = {"hs_email_last_send_date": NewsKind.SENT, "hs_email_last_reply_date": NewsKind.REPLIED,
           "hs_sales_email_last_replied": NewsKind.REPLIED}  # fmt: skip
SEARCHES = ((OPTOUT, *BOUNCES), tuple(LETTERS))


class HubSpotNews(HubSpot):
    """One HubSpot account, as the pull sees it."""

    async def news(self, since: datetime | None) -> AsyncIterator[tuple[datetime, Sequence[News]]]:
        """Search after search, page by page, by id."""
        for names in SEARCHES:
            last_id = "0"
            while entries := (await self.search("contacts", _body(names, since, last_id)))["results"]:
                found = [(_moment(e["properties"]["lastmodifieddate"]), e["properties"]) for e in entries]
                dated = [(moment, properties) for moment, properties in found if moment is not None]
                if dated:
                    news = [one for moment, properties in dated for one in _news(names, properties, moment)]
                    yield max(moment for moment, _ in dated), news
                if len(entries) < SEARCH_PAGE:
                    break
                last_id = str(entries[-1]["id"])


def _body(names: Sequence[str], since: datetime | None, last_id: str) -> dict[str, Any]:
    filters = [{"propertyName": "hs_object_id", "operator": "GT", "value": last_id}]
    if since is not None:
        at = str(int(since.timestamp() * 1000))
        filters.append({"propertyName": "lastmodifieddate", "operator": "GTE", "value": at})
    wanted = [
        {"propertyName": name, "operator": "EQ", "value": "true"}
        if name == OPTOUT
        else {"propertyName": name, "operator": "HAS_PROPERTY"}
        for name in names
    ]
    return {
        "filterGroups": [{"filters": [one, *filters]} for one in wanted],
        "properties": ["email", "lastmodifieddate", *names],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "limit": SEARCH_PAGE,
    }


def _news(names: Sequence[str], properties: Mapping[str, Any], noted: datetime) -> Iterator[News]:
    """News of the properties that were asked for."""
    address = properties.get("email")
    if not address:
        return
    if properties.get(OPTOUT) == "true":
        yield News(kind=NewsKind.OPTOUT, address=address, at=noted)
    if word := next(filter(None, map(properties.get, BOUNCES)), None):
        reason, hard = bounce_reason("hubspot", word) or ("undefined", True)
        yield News(kind=NewsKind.BOUNCE, address=address, at=noted, reason=reason, detail=word, hard=hard, key=word)
    for name in names:
        if name in LETTERS and (at := _moment(properties.get(name))) is not None:
            yield News(kind=LETTERS[name], address=address, at=at)


def _moment(text: object) -> datetime | None:
    """ISO 8601 as search answers, or milliseconds since 1970 as some properties come."""
    if not text:
        return None
    if str(text).isdecimal():
        return datetime.fromtimestamp(int(str(text)) / 1000, UTC)
    return datetime.fromisoformat(str(text))
