"""What Salesforce knows of leads and contacts: `HasOptedOutOfEmail`, `EmailBouncedDate`, and its e-mail messages.

Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/ (Lead, Contact,
EmailMessage).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from harvester.crm.exchange import CrmError, Refused
from harvester.crm.salesforce import Salesforce
from harvester.export.rows import format_moment
from harvester.model.push import News, NewsKind

OBJECTS = ("Lead", "Contact")
PEOPLE = "Id, Email, HasOptedOutOfEmail, EmailBouncedReason, EmailBouncedDate, SystemModstamp"
BOUNCED_OR_OUT = "Email != null AND (HasOptedOutOfEmail = true OR EmailBouncedDate != null)"
MESSAGES = "SELECT Id, Incoming, FromAddress, ToAddress, MessageDate, SystemModstamp FROM EmailMessage"

# RFC 3463 3.2: the address itself is at fault. Salesforce notes soft bounces in the same field.
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.\d{1,3}\b")


class SalesforceNews(Salesforce):
    """One org, as the pull sees it."""

    async def news(self, since: datetime | None) -> AsyncIterator[tuple[datetime, Sequence[News]]]:
        """First the people, then the messages, where the org keeps them."""
        after = "" if since is None else f" AND SystemModstamp >= {format_moment(since)}"
        for name in OBJECTS:
            query = f"SELECT {PEOPLE} FROM {name} WHERE {BOUNCED_OR_OUT}{after} ORDER BY SystemModstamp"  # noqa: S608
            async for rows in self.pages(query):
                yield _noted(rows[-1]), [news for row in rows for news in _person(row)]
        try:
            async for rows in self.pages(f"{MESSAGES} WHERE Status != '5'{after} ORDER BY SystemModstamp"):
                yield _noted(rows[-1]), [news for row in rows for news in _message(row)]
        except (Refused, CrmError) as error:
            if "EmailMessage" not in str(error):  # an org without enhanced e-mail has no such object
                raise


def _person(row: Mapping[str, Any]) -> Iterator[News]:
    if row.get("HasOptedOutOfEmail"):
        yield News(kind=NewsKind.OPTOUT, address=row["Email"], at=_noted(row))
    if row.get("EmailBouncedDate"):
        at, text = row["EmailBouncedDate"], str(row.get("EmailBouncedReason") or "")
        hard = NO_SUCH_MAILBOX.search(text) is not None
        reason = "userunknown" if hard else "undefined"
        yield News(
            kind=NewsKind.BOUNCE, address=row["Email"], at=_moment(at), reason=reason, detail=text, hard=hard, key=at
        )


def _message(row: Mapping[str, Any]) -> Iterator[News]:
    if not row.get("MessageDate"):
        return
    kind = NewsKind.REPLIED if row.get("Incoming") else NewsKind.SENT
    for address in str(row.get("FromAddress" if row.get("Incoming") else "ToAddress") or "").split(";"):
        if address.strip():
            yield News(kind=kind, address=address.strip(), at=_moment(row["MessageDate"]))


def _noted(row: Mapping[str, Any]) -> datetime:
    return _moment(row["SystemModstamp"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
