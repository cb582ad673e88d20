"""The life of a contact: which event leads from which state to which. The README draws this table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from harvester.model.words import ContactState

_NEW, _VERIFIED, _EXPORTED = ContactState.NEW, ContactState.VERIFIED, ContactState.EXPORTED
_SENT, _REPLIED, _GONE = ContactState.SENT, ContactState.REPLIED, ContactState.GONE
_BOUNCED_SOFT, _SUPPRESSED = ContactState.BOUNCED_SOFT, ContactState.SUPPRESSED


class Event(StrEnum):
    """What can happen to a contact."""

    SEEN = "seen"  # on a page, again
    MISSED = "missed"  # its page was read and does not show it any more
    VERIFIED = "verified"
    EXPORTED = "exported"
    SENT = "sent"
    REPLIED = "replied"
    BOUNCED_SOFT = "bounced_soft"
    BOUNCED_HARD = "bounced_hard"
    BOUNCED_TOO_OFTEN = "bounced_too_often"
    LIFTED = "lifted"  # a person takes a suppression back


_UNUSED = (_NEW, _VERIFIED, _EXPORTED, _GONE)

# An event that a state has no entry for changes nothing. `opted_out` is no state of its own here: an objection lies
# over whatever state there is, which goes on underneath and is there again when the objection is withdrawn.
TRANSITIONS: Mapping[Event, Mapping[ContactState, ContactState]] = MappingProxyType(
    {
        Event.SEEN: {_GONE: _NEW},
        Event.MISSED: dict.fromkeys((_NEW, _VERIFIED), _GONE),
        Event.VERIFIED: {_NEW: _VERIFIED},
        Event.EXPORTED: dict.fromkeys((_NEW, _VERIFIED), _EXPORTED),
        Event.SENT: dict.fromkeys((*_UNUSED, _BOUNCED_SOFT), _SENT),
        Event.REPLIED: dict.fromkeys((*_UNUSED, _SENT, _BOUNCED_SOFT, _SUPPRESSED), _REPLIED),
        Event.BOUNCED_SOFT: dict.fromkeys((*_UNUSED, _SENT, _REPLIED), _BOUNCED_SOFT),
        Event.BOUNCED_HARD: dict.fromkeys((*_UNUSED, _SENT, _REPLIED, _BOUNCED_SOFT), _SUPPRESSED),
        Event.BOUNCED_TOO_OFTEN: dict.fromkeys((*_UNUSED, _SENT, _REPLIED, _BOUNCED_SOFT), _SUPPRESSED),
        Event.LIFTED: {_SUPPRESSED: _SENT},
    }
)
NEVER_WRITTEN_TO = frozenset({_SUPPRESSED, ContactState.OPTED_OUT})


def next_state(state: ContactState, event: Event) -> ContactState:
    """The state after an event; the same one where the event means nothing to it."""
    return TRANSITIONS[event].get(state, state)
