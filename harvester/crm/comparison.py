"""The three-way comparison: what we want, what we last sent, and what stands in the CRM. Pure.

A field is ours as long as it holds what we put there. What a person typed, changed or emptied is theirs for good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from harvester.crm.exchange import Record, Remote
from harvester.model.push import Pushed

SPACES = re.compile(r"\s+")
NOT_OF_A_NUMBER = re.compile(r"[\s().\-/]+")
PHONE = re.compile(r"\+[0-9\s().\-/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`send`: what to write. `kept`: a person's values in the way of ours. `sent`: what of ours stands there now.

    `gone`: we had put the record there and somebody deleted it; nothing is to be sent.
    """

    send: Mapping[str, str]
    kept: Mapping[str, str]
    sent: Mapping[str, str]
    gone: bool = False


def digest_of(fields: Mapping[str, str]) -> str:
    """32 hex digits for what we want a record to hold."""
    text = "\0".join(f"{name}\1{fields[name]}" for name in sorted(fields))
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def compare(record: Record, known: Pushed | None, remote: Remote | None) -> Comparison:
    """What is to be done about a record. `remote`: what stands there now, None where there is none."""
    known = known or Pushed(key=record.key)
    if remote is None:
        if known.remote_id is not None:
            return Comparison(send={}, kept={}, sent=known.sent, gone=True)
        return Comparison(send=dict(record.fields), kept={}, sent={})
    arrived = _has_arrived(known, remote)
    send, kept, sent = {}, {}, _still_there(known, remote, arrived=arrived)
    for name, value in record.fields.items():
        there = remote.fields.get(name)
        if there is None:
            if sent.get(name) != value:
                send[name] = value
        elif is_same(there, value):
            if name in sent:
                sent[name] = value
        elif _is_ours(name, there, known, arrived=arrived):
            send[name] = value
        else:
            kept[name] = there
    return Comparison(send=send, kept=kept, sent=sent)


def is_same(one: str, other: str) -> bool:
    """Whether two texts are one value: CRMs trim, fold case of addresses and hosts, and write phones their own way."""
    return one == other or _plain(one) == _plain(other)


def _plain(text: str) -> str:
    text = SPACES.sub(" ", text).strip()
    if PHONE.fullmatch(text):
        return NOT_OF_A_NUMBER.sub("", text)
    if " " not in text and ("@" in text or "." in text):
        return text.lower().rstrip("/")
    return text


def _has_arrived(known: Pushed, remote: Remote) -> bool:
    """Whether the write whose answer we do not know was done. A CRM writes all fields of a record, or none."""
    if known.intent is None:
        return False
    if known.before is None:
        return True
    return any(
        is_same(remote.fields.get(name, ""), value) and not is_same(known.before.get(name, ""), value)
        for name, value in known.intent.items()
    )


def _still_there(known: Pushed, remote: Remote, *, arrived: bool) -> dict[str, str]:
    """Our values, so far as the CRM holds them: those sent, and those of a write that arrived.

    A tie that cannot be read counts only when the answer to its write came.
    """
    sent = dict(known.sent)
    if arrived:
        sent.update({name: value for name, value in (known.intent or {}).items() if name in remote.fields})
    return sent


def _is_ours(name: str, there: str, known: Pushed, *, arrived: bool) -> bool:
    """Whether a person has left the field alone: it holds what we sent, or was empty when we knew nothing of it."""
    if arrived and known.intent is not None and name in known.intent:
        return is_same(there, known.intent[name])
    if name in known.sent:
        return is_same(there, known.sent[name])
    return not there
