"""Events of mail services, in the forms that their webhooks, interfaces and exports have (2026)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvester.bounces.events import read_event, read_notification
from harvester.model.bounce import MailKind

A = "info@acme.example"


def ses(kind: str, *, recipients: str = "bouncedRecipients", said: str = "", **details: Any) -> dict:
    entry = {"emailAddress": A, "diagnosticCode": said} if said else {"emailAddress": A}
    name = kind[0].lower() + kind[1:]
    return {"notificationType": kind, name: {recipients: [entry], "feedbackId": "f1", **details}, "mail": {}}


BOUNCES = [json.loads(line) for line in Path(__file__).with_name("bounce_events.jsonl").read_text("utf-8").splitlines()]
OTHERS = [
    ({"event": "complained", "recipient": A, "delivery-status": {}}, MailKind.COMPLAINT),
    ({"event": "unsubscribed", "recipient": A}, MailKind.UNSUBSCRIBE),
    ({"email": A, "event": "spamreport", "sg_event_id": "e5"}, MailKind.COMPLAINT),
    ({"email": A, "event": "group_unsubscribe", "sg_event_id": "e6"}, MailKind.UNSUBSCRIBE),
    ({"email": A, "ip": "192.0.2.1", "created": "1780000000"}, MailKind.COMPLAINT),
    (ses("Complaint", recipients="complainedRecipients"), MailKind.COMPLAINT),
    ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": A}, MailKind.COMPLAINT),
    ({"EmailAddress": A, "SuppressionReason": "ManualSuppression", "CreatedAt": "2026-06-01"}, MailKind.UNSUBSCRIBE),
    ({"event": "spam", "email": A}, MailKind.COMPLAINT),
    ({"event": "unsubscribed", "email": A}, MailKind.UNSUBSCRIBE),
]
NOTHING = [
    {"event": "delivered", "recipient": A},
    {"event": "open", "email": A, "sg_event_id": "e7"},
    {"event": "click", "email": A},
    ses("Delivery", recipients="recipients"),
    {"RecordType": "Delivery", "Email": A},
    {"RecordType": "Bounce", "Type": "AutoResponder", "Email": A},
    {"event": "hard_bounce"},
    {"event": "hard_bounce", "email": "nobody"},
    {"name": "Acme", "email": A},
    {},
]


@pytest.mark.parametrize("row", BOUNCES)
def test_bounces(row: dict) -> None:
    report = read_event(row["event"])
    assert report is not None
    assert report.kind is MailKind.BOUNCE
    found = [(bounce.recipient, bounce.reason, bounce.hard) for bounce in report.bounces]
    assert found == [(A, row["reason"], row["hard"])]


@pytest.mark.parametrize(("event", "kind"), OTHERS)
def test_complaints_and_requests(event: dict, kind: MailKind) -> None:
    report = read_event(event)
    assert report is not None
    assert (report.kind, report.addresses, report.bounces) == (kind, (A,), ())


@pytest.mark.parametrize("event", NOTHING)
def test_nothing(event: dict) -> None:
    assert read_event(event) is None


def test_an_event_has_one_key_and_its_date() -> None:
    event = {"event": "hard_bounce", "email": A, "ts_event": 1780000000}
    first, again, other = read_event(event), read_event(dict(event)), read_event(event | {"ts_event": 1780000001})
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.key == again.key != other.key
    assert first.date == datetime.fromtimestamp(1780000000, UTC)


def test_notifications_of_sns() -> None:
    event = ses("Bounce", bounceType="Permanent")
    for text in (
        json.dumps(event),
        json.dumps({"Type": "Notification", "Message": json.dumps(event)}) + "\n--\nfooter",
    ):
        report = read_notification(text)
        assert report is not None
        assert report.bounces[0].recipient == A
    assert read_notification('{"notificationType": broken}') is None
    assert read_notification("Your letter came back") is None
