"""What mail services report of letters sent through them: events of Mailgun, SendGrid, Amazon SES, Postmark and Brevo.

An event is a row of a CSV export or an object of a webhook's or an API's JSON. `bounce_events.tsv` says what its name
means; the words beside it outrank that, as they do in a mail: a permanent failure for a full mailbox is soft.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from harvester.bounces.reasons import MEANINGS, classify_reason, find_reply, find_status
from harvester.data import load_table
from harvester.model.bounce import Bounce, MailKind, MailReport

Event = Mapping[str, Any]
_PLAIN = re.compile(r"[^a-z0-9]+")
_KINDS = {"bounce": MailKind.BOUNCE, "complaint": MailKind.COMPLAINT, "unsubscribe": MailKind.UNSUBSCRIBE}
_ADDRESS_KEYS = ("emailaddress", "email", "recipient", "address", "to")
_TEXT_KEYS = ("reason", "details", "error", "response", "diagnosticcode", "description", "message")
_DATE_KEYS = ("timestamp", "bouncedat", "created", "createdat", "date", "ts_event", "ts", "changedat")
_ID_KEYS = ("sg_event_id", "feedbackid", "id", "token", "messageid")
_UNDECIDED = frozenset({"onhold", "undefined"})
_LONGEST_DIAGNOSTIC = 500


@dataclass(frozen=True, slots=True)
class _Said:
    """One recipient of an event, and what is said of it."""

    service: str
    name: tuple[str, ...]
    address: str
    text: str
    status: str = ""


def read_event(event: Event) -> MailReport | None:
    """What one event says; None if it is no event of these services, or says nothing of an address."""
    flat = {_key(key): value for key, value in _opened(event).items()}
    said = list(_said(flat))
    kinds = {kind for entry in said if (kind := _meaning(entry)[0])}
    if len(kinds) != 1:
        return None
    kind = _KINDS[kinds.pop()]
    return MailReport(
        key=_identity(flat, event),
        kind=kind,
        bounces=tuple(map(_bounce, said)) if kind is MailKind.BOUNCE else (),
        addresses=() if kind is MailKind.BOUNCE else tuple(entry.address for entry in said),
        date=_date(flat),
        subject=str(flat.get("subject") or flat.get("sub") or ""),
    )


def read_notification(text: str) -> MailReport | None:
    """The event in a mail by which Amazon SNS passes it on; None where the text holds none."""
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or not ("notificationType" in text or "eventType" in text):
        return None
    try:
        # Sendmail breaks lines of more than 990 characters with "!", a line feed and a space.
        event = json.loads(text[begin : end + 1].replace("!\n ", "").replace("\n", ""))
    except (ValueError, RecursionError):
        return None
    return read_event(event) if isinstance(event, dict) else None


def _opened(event: Event) -> Event:
    """The event itself: without the envelope of SNS, of EventBridge or of Mailgun."""
    message = event.get("Message")
    if isinstance(message, str) and message.startswith("{"):
        try:
            inner = json.loads(message)
        except (ValueError, RecursionError):
            return event
        return inner if isinstance(inner, dict) else event
    for name in ("event-data", "detail"):
        if isinstance(inner := event.get(name), dict):
            return inner
    return event


def _key(name: object) -> str:
    return str(name).strip().lower().replace("-", "").replace(" ", "")


def _said(event: dict[str, Any]) -> Iterator[_Said]:
    if name := event.get("notificationtype") or event.get("eventtype"):
        yield from _said_by_ses(event, str(name))
        return
    address = next((str(event[key]) for key in _ADDRESS_KEYS if event.get(key)), "")
    if "@" not in address:
        return
    delivery = event.get("deliverystatus")
    texts = [str(event[key]) for key in _TEXT_KEYS if event.get(key)]
    status = str(event.get("status") or event.get("enhancedcode") or "")
    if isinstance(delivery, dict):
        texts = [str(delivery[key]) for key in ("code", "message", "description") if delivery.get(key)]
        status = str(delivery.get("enhanced-code") or "")
    elif event.get("code"):
        texts.insert(0, str(event["code"]))
    service, name = _service(event)
    yield _Said(service, name, address.strip(), " ".join(texts), find_status(status))


def _said_by_ses(event: dict[str, Any], name: str) -> Iterator[_Said]:
    details = event.get(name[:1].lower() + name[1:].lower()) or event.get(_plain(name))
    if not isinstance(details, dict):
        return
    kind = [str(details.get(key) or "") for key in (f"{_plain(name)}Type", "bounceSubType", "delayType")]
    recipients = next((value for key, value in details.items() if key.endswith("Recipients")), None)
    for entry in recipients if isinstance(recipients, list) else ():
        if isinstance(entry, dict) and "@" in str(entry.get("emailAddress") or ""):
            text = str(entry.get("diagnosticCode") or "").removeprefix("smtp;").strip()
            yield _Said(
                "ses", (name, *kind), str(entry["emailAddress"]), text, find_status(str(entry.get("status") or ""))
            )


def _service(event: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Which service reports, by the keys that only it has, and what it calls the event."""
    name = str(event.get("event") or event.get("st_text") or event.get("type") or "")
    if "recordtype" in event or "typecode" in event or "suppressionreason" in event:
        return "postmark", (str(event.get("suppressionreason") or event.get("type") or event.get("recordtype")),)
    if "sg_event_id" in event or "sg_message_id" in event:
        return "sendgrid", (name, str(event.get("type") or ""))
    if {"email", "created"} <= event.keys() and not name:  # its exports of bounces, blocks and spam reports
        return "sendgrid", ("bounce" if event.get("reason") else "spamreport",)
    if "deliverystatus" in event or "severity" in event or "recipient" in event or {"address", "error"} <= event.keys():
        return "mailgun", (name or "bounce", str(event.get("severity") or ""), str(event.get("reason") or ""))
    return "brevo", (name,)


def _meaning(said: _Said) -> tuple[str, str]:
    """Kind and reason of an event by the most exact of its names that is listed."""
    names = [_plain(name) for name in said.name if name]
    for size in range(len(names), 0, -1):
        if found := _events().get((said.service, ":".join(names[:size]))):
            return found
    return "", ""


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.lower())


@cache
def _events() -> dict[tuple[str, str], tuple[str, str]]:
    return {(service, event): (kind, reason) for service, event, kind, reason in load_table("bounce_events")}


def _bounce(said: _Said) -> Bounce:
    expected = _meaning(said)[1]
    status, reply = find_status(said.text, said.status), find_reply(said.text)
    reason = classify_reason(said.text, status=status, reply=reply) if said.text or status else expected
    if reason in _UNDECIDED or (MEANINGS[reason].hard and not MEANINGS[expected].hard):
        reason = expected
    return Bounce(
        recipient=said.address,
        hard=MEANINGS[reason].hard,
        reason=reason,
        status=status,
        reply=reply,
        diagnostic=said.text[:_LONGEST_DIAGNOSTIC],
    )


def _identity(flat: dict[str, Any], event: Event) -> str:
    for key in _ID_KEYS:
        if flat.get(key):
            kind = flat.get("event") or flat.get("type") or flat.get("notificationtype") or ""
            return f"event:{flat[key]}:{kind}:{flat.get('timestamp') or flat.get('bouncedat') or ''}"
    for value in flat.values():
        if isinstance(value, dict) and value.get("feedbackId"):
            return f"event:{value['feedbackId']}"
    return f"event:{hashlib.sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()}"


def _date(flat: dict[str, Any]) -> datetime | None:
    values = [flat, *(value for value in flat.values() if isinstance(value, dict))]
    given = next((row[key] for row in values for key in _DATE_KEYS if row.get(key)), None)
    try:
        seconds = float(str(given))
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        date = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
