"""Rows of the tables from the program's values, and the values from rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any

from harvester.export.rows import best_mention
from harvester.model import (
    AddressKind,
    AddressType,
    Company,
    CompanyStatus,
    Contact,
    ContactState,
    DomainVerdict,
    Grade,
    Mention,
    Method,
    Priority,
    Profile,
    Role,
    Seed,
    StatusReason,
    Verification,
    Zone,
)

Values = dict[str, Any]


def company_values(company: Company, run_id: int | None) -> Values:
    """The row of `companies`."""
    profile = company.profile
    return {
        "domain": company.domain,
        "source_kind": company.seed.source_kind.value,
        "status": company.status.value,
        "detail": company.detail,
        "name": profile.name,
        "country": profile.country,
        "language": profile.language,
        "phones": list(profile.phones),
        "postal_address": profile.postal_address,
        "contact_form": profile.contact_form,
        "socials": dict(profile.socials),
        "website": company.website,
        "pages": company.pages,
        "pages_tried": company.pages_tried,
        "seconds": company.seconds,
        "dropped": dict(company.dropped),
        "visited_at": company.visited_at,
        "run_id": run_id,
        "extra": dict(company.seed.extra),
    }


def company_from(row: Any, seed: Seed, contacts: tuple[Contact, ...]) -> Company:
    """The company of a row of `companies`, with the contacts given."""
    profile = Profile(
        name=row.name,
        country=row.country,
        language=row.language,
        phones=tuple(row.phones),
        postal_address=row.postal_address,
        contact_form=row.contact_form,
        socials=row.socials,
    )
    return Company(
        seed=seed,
        status=CompanyStatus(row.status),
        detail=row.detail,
        profile=profile,
        website=row.website,
        pages=row.pages,
        pages_tried=row.pages_tried,
        seconds=row.seconds,
        visited_at=row.visited_at,
        contacts=contacts,
        dropped=row.dropped,
        stored=True,
    )


def contact_values(domain: str, position: int, contact: Contact, gone_since: datetime | None) -> Values:
    """The row of `contacts`."""
    verification, priority, best = contact.verification, contact.priority, best_mention(contact)
    return {
        "domain": domain,
        "address": contact.address,
        "position": position,
        "kind": contact.kind.value,
        "type": contact.type.value,
        "role": contact.role.value,
        "person": contact.person,
        "job_title": contact.job_title,
        "phone": contact.phone,
        "reason": verification.reason.value,
        "mail_provider": verification.mail_provider,
        "mx": list(verification.mx),
        "checked_at": verification.checked_at,
        "evidence": verification.detail,
        "grade": priority.grade.value if priority else None,
        "score": priority.score if priority else None,
        "why": priority.why if priority else None,
        "state": contact.state.value,
        "still_on_page": contact.still_on_page,
        "first_seen": contact.first_seen,
        "last_seen": contact.last_seen,
        "gone_since": gone_since,
        "source_url": best.url if best else None,
        "method": best.method.value if best else None,
        "sources": len({mention.url for mention in contact.mentions}),
        "opted_out": False,  # of a row that is there already it is not touched
    }


def contact_from(row: Any, mentions: tuple[Mention, ...]) -> Contact:
    """The contact of a row of `contacts`, with the mentions given."""
    verification = Verification(
        reason=StatusReason(row.reason),
        mail_provider=row.mail_provider,
        mx=tuple(row.mx),
        checked_at=row.checked_at,
        detail=row.evidence,
    )
    return Contact(
        address=row.address,
        kind=AddressKind(row.kind),
        type=AddressType(row.type),
        role=Role(row.role),
        person=row.person,
        job_title=row.job_title,
        phone=row.phone,
        mentions=mentions,
        verification=verification,
        priority=Priority(grade=Grade(row.grade), score=row.score, why=row.why) if row.grade else None,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        state=ContactState(row.state),
        still_on_page=row.still_on_page,
    )


def mention_values(domain: str, contact: Contact) -> Iterator[Values]:
    """The rows of `mentions` of one contact."""
    for position, mention in enumerate(contact.mentions):
        yield {
            "domain": domain,
            "address": contact.address,
            "place": _digest(mention),
            "position": position,
            "url": mention.url,
            "method": mention.method.value,
            "zone": mention.zone.value,
            "original": mention.original,
            "context": mention.context,
            "person": mention.person,
            "job_title": mention.job_title,
            "label": mention.label,
            "phone": mention.phone,
            "visible": mention.visible,
            "first_seen": mention.seen,
            "last_seen": mention.seen,
        }


def mention_from(row: Any) -> Mention:
    """The mention of a row of `mentions`; `seen` is when it was seen last."""
    return Mention(
        address=row.address,
        url=row.url,
        method=Method(row.method),
        zone=Zone(row.zone),
        original=row.original,
        context=row.context,
        seen=row.last_seen,
        person=row.person,
        job_title=row.job_title,
        label=row.label,
        phone=row.phone,
        visible=row.visible,
    )


def verification_values(address: str, verification: Verification) -> Values:
    """The row of `verifications`; what is not known is left out of the evidence."""
    evidence = {
        "mail_provider": verification.mail_provider,
        "mx": list(verification.mx),
        "detail": verification.detail,
        "spf": verification.spf,
        "dmarc": verification.dmarc,
        "replies": list(verification.replies),
        "source": verification.source,
    }
    return {
        "address": address,
        "checked_at": verification.checked_at,
        "reason": verification.reason.value,
        "evidence": {name: value for name, value in evidence.items() if value not in (None, "", [])},
    }


def verification_from(row: Any) -> Verification:
    """The verification of a row of `verifications`."""
    known = row.evidence
    return Verification(
        reason=StatusReason(row.reason),
        mail_provider=known.get("mail_provider"),
        mx=tuple(known.get("mx", ())),
        checked_at=row.checked_at,
        detail=known.get("detail", ""),
        spf=known.get("spf"),
        dmarc=known.get("dmarc"),
        replies=tuple(known.get("replies", ())),
        source=known.get("source", ""),
    )


def verdict_values(verdict: DomainVerdict) -> Values:
    """The row of `domain_verdicts`."""
    return {
        "domain": verdict.domain,
        "reason": verdict.reason.value,
        "mx": list(verdict.mx),
        "mail_provider": verdict.mail_provider,
        "checked_at": verdict.checked_at,
        "expires_at": verdict.expires_at,
        "detail": verdict.detail,
        "spf": verdict.spf,
        "dmarc": verdict.dmarc,
    }


def verdict_from(row: Any) -> DomainVerdict:
    """The verdict of a row of `domain_verdicts`."""
    return DomainVerdict(
        domain=row.domain,
        reason=StatusReason(row.reason),
        mx=tuple(row.mx),
        mail_provider=row.mail_provider,
        checked_at=row.checked_at,
        expires_at=row.expires_at,
        detail=row.detail,
        spf=row.spf,
        dmarc=row.dmarc,
    )


def _digest(mention: Mention) -> str:
    """32 hex digits for url, method and zone."""
    place = f"{mention.method.value} {mention.zone.value} {mention.url}"
    return blake2b(place.encode("utf-8", "replace"), digest_size=16).hexdigest()
