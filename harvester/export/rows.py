"""The rows of the files: which columns, in which order, and what each holds.

Values are typed as in JSON Lines: None where there is nothing, whole numbers, dates as text `2026-11-23T02:45:51Z`,
phones in E.164. `cells.py` makes a spreadsheet's text of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from harvester.model import Company, Contact, Grade, Mention, Method, RejectedLine

Row = dict[str, Any]

CONTACT_COLUMNS = (
    "priority",
    "score",
    "email",
    "company",
    "domain",
    "email_kind",
    "email_type",
    "role",
    "person",
    "job_title",
    "phone",
    "country",
    "language",
    "status",
    "status_reason",
    "mail_provider",
    "source_url",
    "source_kind",
    "method",
    "first_seen",
    "last_seen",
    "why",
    "state",
    "checked_at",
    "still_on_page",
    "sources",
)
SOCIAL_COLUMNS = ("linkedin", "facebook", "instagram", "x", "youtube", "whatsapp", "wechat")
COMPANY_COLUMNS = (
    "domain",
    "company",
    "status",
    "detail",
    "pages",
    "pages_tried",
    "contacts",
    "best_email",
    "phone",
    "country",
    "language",
    "website",
    "contact_form",
    *SOCIAL_COLUMNS,
    "postal_address",
    "seconds",
    "visited_at",
)
OWN_COLUMNS = frozenset(CONTACT_COLUMNS) | frozenset(COMPANY_COLUMNS)
REJECTED_COLUMNS = ("file", "line", "text", "reason")

# The mention that a reader can check most easily stands for the contact: link or text, then decoded, then hidden.
METHODS_BY_EVIDENCE = (
    Method.MAILTO,
    Method.TEXT,
    Method.ENTITY,
    Method.PERCENT,
    Method.WORDED,
    Method.VCARD,
    Method.STRUCTURED,
    Method.CFEMAIL,
    Method.ROT13,
    Method.BASE64,
    Method.REVERSED,
    Method.ATTRIBUTE,
    Method.SCRIPT,
    Method.COMMENT,
)
EVIDENCE_RANK: Mapping[Method, int] = {method: rank for rank, method in enumerate(METHODS_BY_EVIDENCE)}
YES_NO = {None: None, True: "yes", False: "no"}
TWO_DIGITS = tuple(f"{number:02}" for number in range(60))
SortKey = tuple[str, int, str, int]


def contact_rows(company: Company) -> Iterator[Row]:
    """One row a contact: the columns of contacts.csv, then `mentions` and `extra` (the seed's own columns)."""
    for contact in company.contacts:
        yield _contact_row(company, contact)


def contact_sort_key(row: Row, position: int) -> SortKey:
    """Best first over the whole list: priority, score, then domain and the order within the company."""
    return row["priority"] or "~", -(row["score"] or 0), row["domain"], position


def company_row(company: Company) -> Row:
    """The row of companies.csv, and `extra`."""
    profile = company.profile
    best = best_contact(company)
    row: Row = {
        "domain": company.domain,
        "company": profile.name,
        "status": company.status.value,
        "detail": company.detail or None,
        "pages": company.pages,
        "pages_tried": company.pages_tried,
        "contacts": len(company.contacts),
        "best_email": best.address if best else None,
        "phone": profile.phones[0] if profile.phones else (best.phone if best else None),
        "country": profile.country,
        "language": profile.language,
        "website": company.website,
        "contact_form": profile.contact_form,
    }
    row.update({name: profile.socials.get(name) for name in SOCIAL_COLUMNS})
    row["postal_address"] = profile.postal_address
    row["seconds"] = round(company.seconds, 1)
    row["visited_at"] = format_moment(company.visited_at)
    row["extra"] = dict(company.seed.extra)
    return row


def rejected_row(line: RejectedLine) -> Row:
    """The row of rejected.csv."""
    return {"file": line.file, "line": line.line, "text": line.text, "reason": line.reason}


def best_contact(company: Company) -> Contact | None:
    """Whom to write to first. Grade D means do not write: those never."""
    for contact in company.contacts:
        if contact.priority is None or contact.priority.grade is not Grade.D:
            return contact
    return None


def best_mention(contact: Contact) -> Mention | None:
    """The place that shows the address most plainly; of equals the first: mentions come in the order of the visit."""
    return min(
        contact.mentions,
        key=lambda mention: (not mention.visible, EVIDENCE_RANK[mention.method]),
        default=None,
    )


def format_moment(moment: datetime | None) -> str | None:
    """ISO 8601, UTC, whole seconds: `2026-11-23T02:45:51Z`."""
    if moment is None:
        return None
    utc, two = moment.astimezone(UTC), TWO_DIGITS  # isoformat takes twice as long, and an export has three a row
    date = f"{utc.year:04}-{two[utc.month]}-{two[utc.day]}"
    return f"{date}T{two[utc.hour]}:{two[utc.minute]}:{two[utc.second]}Z"


def extra_columns(names: Iterable[str], headers: Iterable[str] = ()) -> dict[str, str]:
    """The header of each of the seed's own columns, the same in every file: its name, with `list_` while it clashes.

    `headers`: what our columns are called in another language.
    """
    taken = {*OWN_COLUMNS, *headers}
    own = {}
    for name in names:
        header = name or "list_"
        while header in taken:
            header = f"list_{header}"
        taken.add(header)
        own[name] = header
    return own


def _contact_row(company: Company, contact: Contact) -> Row:
    profile, verification, priority = company.profile, contact.verification, contact.priority
    best = best_mention(contact)
    return {
        "priority": priority.grade.value if priority else None,
        "score": priority.score if priority else None,
        "email": contact.address,
        "company": profile.name,
        "domain": company.domain,
        "email_kind": contact.kind.value,
        "email_type": contact.type.value,
        "role": contact.role.value,
        "person": contact.person,
        "job_title": contact.job_title,
        "phone": contact.phone or (profile.phones[0] if profile.phones else None),
        "country": profile.country,
        "language": profile.language,
        "status": verification.status.value,
        "status_reason": verification.reason.value,
        "mail_provider": verification.mail_provider,
        "source_url": best.url if best else None,
        "source_kind": company.seed.source_kind.value,
        "method": best.method.value if best else None,
        "first_seen": format_moment(contact.first_seen),
        "last_seen": format_moment(contact.last_seen),
        "why": priority.why if priority else None,
        "state": contact.state.value,
        "checked_at": format_moment(verification.checked_at),
        "still_on_page": YES_NO[contact.still_on_page],
        "sources": len({mention.url for mention in contact.mentions}),
        "mentions": [mention_row(mention) for mention in contact.mentions],
        "extra": dict(company.seed.extra),
    }


def mention_row(mention: Mention) -> Row:
    """One place of `mentions`."""
    return {
        "url": mention.url,
        "method": mention.method.value,
        "zone": mention.zone.value,
        "original": mention.original,
        "context": mention.context,
        "seen": format_moment(mention.seen),
    }
