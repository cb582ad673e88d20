"""The columns that are added to a list: what is known of an address, as the text of cells."""

from __future__ import annotations

from typing import NamedTuple

from harvester.classify import classify_address
from harvester.export.cells import to_cell
from harvester.export.rows import format_moment
from harvester.model import Status, StatusReason, Verification
from harvester.verify.confidence import rate_confidence
from harvester.verify.signs import is_gibberish, is_given_to_nobody
from harvester.verify.suggestions import suggest_domain
from harvester.verify.syntax import Mailbox, SyntaxProblem, parse_mailbox, repair

COLUMNS = (
    "status",
    "status_reason",
    "confidence",
    "email_kind",
    "email_type",
    "role",
    "mail_provider",
    "suggestion",
    "checked_at",
    "mx",
)
NO_ADDRESS = Verification(detail="There is no address.")  # an empty cell: nothing to check
NOT_CHECKED = Verification(detail="It was not checked.")  # it is to be left alone, or nobody was to be asked
TAKES_NO_MAIL = frozenset(
    {StatusReason.NO_SUCH_DOMAIN, StatusReason.NO_MAIL_SERVER, StatusReason.NULL_MX, StatusReason.PARKED}
)


class Finding(NamedTuple):
    """What is told of one address: the cells by column, and what does not fit in one."""

    cells: dict[str, str]
    tags: tuple[str, ...]
    verification: Verification


def describe(text: str, verification: Verification) -> Finding:
    """What is told of an address that was written as `text`."""
    try:
        mailbox = parse_mailbox(text)
    except SyntaxProblem:
        return _describe_no_address(text, verification)
    host = mailbox.address.rpartition("@")[2]
    kind, type_, role = classify_address(mailbox.address, domain=None)
    suggestion = _suggestion(mailbox, verification.reason)
    gibberish, impossible = is_gibberish(mailbox.local), is_given_to_nobody(mailbox.local, host)
    confidence = rate_confidence(
        verification.reason,
        spf=verification.spf,
        dmarc=verification.dmarc,
        gibberish=gibberish,
        misspelt=bool(suggestion),
        given_to_nobody=impossible,
    )
    tags = {
        str(kind): kind in ("free", "disposable"),
        "role": type_ == "role",
        "gibberish": gibberish,
        "misspelt": bool(suggestion),
        "given_to_nobody": impossible,
        "spf": verification.spf is True,
        "dmarc": verification.dmarc is True,
    }
    cells = _cells(verification, confidence=str(confidence), suggestion=suggestion)
    cells |= {"email_kind": kind, "email_type": type_, "role": role}
    return Finding(cells, tuple(tag for tag, holds in tags.items() if holds), verification)


def _describe_no_address(text: str, verification: Verification) -> Finding:
    confidence = str(rate_confidence(verification.reason)) if verification.status is Status.UNDELIVERABLE else ""
    return Finding(_cells(verification, confidence=confidence, suggestion=repair(text) or ""), (), verification)


def _cells(verification: Verification, *, confidence: str, suggestion: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {
        "status": verification.status.value,
        "status_reason": verification.reason.value,
        "confidence": confidence,
        "mail_provider": to_cell(verification.mail_provider),
        "suggestion": to_cell(suggestion),
        "checked_at": format_moment(verification.checked_at) or "",
        "mx": to_cell(" ".join(verification.mx)),
    }


def _suggestion(mailbox: Mailbox, reason: StatusReason) -> str:
    domain = suggest_domain(mailbox.ascii_domain, takes_mail=reason not in TAKES_NO_MAIL)
    return f"{mailbox.local}@{domain}" if domain else ""
