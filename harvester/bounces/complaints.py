"""Complaints: a reader told the mail provider that the letter is unwanted (ARF, RFC 5965; and Microsoft's own form)."""

from __future__ import annotations

from harvester.bounces.mail import Mail, parse_headers
from harvester.bounces.senders import addresses_of

# RFC 5965 7.3, RFC 6430, and names in use. auth-failure (RFC 6591) and dmarc are about how a letter was signed.
COMPLAINTS = frozenset({"abuse", "complaint", "fraud", "miscategorized", "opt-out", "opt-out-list", "other", "virus"})
_MICROSOFT_HEADER = "x-hmxmroriginalrecipient"  # its Junk Mail Reporting Program
_LONGEST_HEAD = 50_000


def read_complaint(mail: Mail) -> tuple[str, ...] | None:
    """Who complained, where the report says it; None if the mail is no complaint."""
    letter = parse_headers(mail.letter[:_LONGEST_HEAD].partition(b"\n\n")[0]) if mail.letter else {}
    for part in mail.parts_of("message/feedback-report"):
        report = parse_headers(part.content)
        if report.get("feedback-type", ("",))[0].strip().lower() not in COMPLAINTS:
            return None
        return (
            addresses_of(*report.get("original-rcpt-to", ()), *report.get("removal-recipient", ()))
            or addresses_of(*letter.get("x-apparently-to", ()), *letter.get(_MICROSOFT_HEADER, ()))
            or addresses_of(*letter.get("to", ()))
        )
    if _MICROSOFT_HEADER in letter:
        return addresses_of(*letter[_MICROSOFT_HEADER])
    return None
