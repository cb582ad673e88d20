"""What is known of a company after one more visit: pure, the stored picture and the new one in, the merged one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from harvester.model import (
    PASSING_FAILURES,
    Company,
    CompanyStatus,
    Contact,
    ContactState,
    Mention,
    Profile,
    Status,
    StatusReason,
    Verification,
)
from harvester.model.life import Event, next_state

# The pages were read and did not show it, or there is no site any more. In the other cases nobody looked.
LOOKED = frozenset(
    {
        CompanyStatus.CONTACTS_FOUND,
        CompanyStatus.CONTACT_FORM_ONLY,
        CompanyStatus.NO_ADDRESS_PUBLISHED,
        CompanyStatus.NO_SUCH_DOMAIN,
        CompanyStatus.PARKED,
        CompanyStatus.MOVED,
    }
)
CRAWL_STATES = frozenset({ContactState.NEW, ContactState.VERIFIED, ContactState.GONE})

# Which evidence about a mailbox a crawl may replace: an own bounce never; an answer of the mailbox's server only by
# another one, or by the domain's own statement that it takes no mail.
OWN_BOUNCES = frozenset({StatusReason.HARD_BOUNCED, StatusReason.SOFT_BOUNCED})
MAILBOX_ANSWERS = frozenset(
    {
        StatusReason.MAILBOX_OK,
        StatusReason.ACCEPT_ALL,
        StatusReason.MAILBOX_FULL,
        StatusReason.NO_SUCH_MAILBOX,
        StatusReason.MAILBOX_DISABLED,
    }
)
DOMAIN_REFUSALS = frozenset(
    {
        StatusReason.SYNTAX,
        StatusReason.NO_SUCH_DOMAIN,
        StatusReason.NO_MAIL_SERVER,
        StatusReason.NULL_MX,
        StatusReason.PARKED,
    }
)

NOT_READ_AGAIN = "the pages that showed the contacts were not read this time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A company as the store holds it: `company.contacts` are all ever found, `gone_since` says which are gone."""

    company: Company
    gone_since: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`company` is what is known now; `found`, `kept` and `gone` are its contacts by what the visit said of them.

    `done` is false when the company was not visited: then nothing is to be written.
    """

    company: Company
    found: tuple[Contact, ...] = ()
    kept: tuple[Contact, ...] = ()
    gone: tuple[Contact, ...] = ()
    done: bool = True


def merge_company(stored: Stored | None, company: Company) -> Merged:
    """The stored company and the new visit as one."""
    if stored is None:
        found = tuple(merge_contact(None, contact, company.visited_at) for contact in company.contacts)
        done = company.status is not CompanyStatus.NOT_VISITED
        return Merged(company=replace(company, contacts=found), found=found, done=done)
    profile = stored.company.profile if company.profile == Profile() else company.profile
    company = replace(company, profile=profile, website=company.website or stored.company.website)
    on_list = [contact for contact in stored.company.contacts if contact.address not in stored.gone_since]
    if company.status in PASSING_FAILURES and not company.contacts:
        return _merge_failure(stored, company, on_list)
    return _merge_visit(stored, company, on_list)


def merge_contact(stored: Contact | None, contact: Contact, visited_at: datetime | None) -> Contact:
    """The contact as known after being seen again (or for the first time)."""
    seen = contact.last_seen or _latest(mention.seen for mention in contact.mentions) or visited_at
    mentions = merge_mentions((), contact.mentions, seen)
    if stored is None:
        state = merge_state(None, contact.state, contact.verification)
        first = contact.first_seen or _earliest(mention.seen for mention in mentions) or seen
        return replace(contact, mentions=mentions, state=state, first_seen=first, last_seen=seen)
    verification = merge_verification(stored.verification, contact.verification)
    first = _earliest((stored.first_seen, contact.first_seen, seen))
    last = _latest((stored.last_seen, seen))
    seen_again = bool(seen and stored.last_seen and seen > stored.last_seen)
    return replace(
        contact,
        person=contact.person or stored.person,
        job_title=contact.job_title or stored.job_title,
        phone=contact.phone or stored.phone,
        mentions=merge_mentions(stored.mentions, mentions, seen),
        verification=verification,
        priority=contact.priority or stored.priority,
        first_seen=first,
        last_seen=last,
        state=merge_state(stored.state, contact.state, verification),
        still_on_page=True if seen_again else stored.still_on_page,
    )


def merge_mentions(stored: Iterable[Mention], found: Iterable[Mention], seen: datetime | None) -> tuple[Mention, ...]:
    """One mention per url, method and zone, those just seen first; `seen` is the newest time."""
    known = {place_of(mention): mention for mention in stored}
    merged: dict[tuple[str, str, str], Mention] = {}
    for mention in found:
        place = place_of(mention)
        old = merged.get(place) or known.get(place)
        last = _latest((old.seen if old else None, mention.seen or seen))
        if place not in merged:
            merged[place] = mention if mention.seen == last else replace(mention, seen=last)
    return (*merged.values(), *(mention for place, mention in known.items() if place not in merged))


def place_of(mention: Mention) -> tuple[str, str, str]:
    """What makes two mentions of an address the same one."""
    return mention.url, mention.method, mention.zone


def merge_verification(stored: Verification, new: Verification) -> Verification:
    """The better evidence: what is known is never lost because a later question got no answer."""
    if stored.reason in OWN_BOUNCES and new.reason not in OWN_BOUNCES:
        return stored
    unknown = new.status is Status.UNKNOWN and not (
        new.reason is StatusReason.MX_UNREACHABLE and stored.reason is StatusReason.MX  # more than the DNS told
    )
    if unknown and stored.status is not Status.UNKNOWN:
        return stored
    if new.reason is StatusReason.NOT_CHECKED:
        return stored
    if stored.reason in MAILBOX_ANSWERS and new.reason not in MAILBOX_ANSWERS | DOMAIN_REFUSALS | OWN_BOUNCES:
        return stored
    return new


def merge_state(stored: ContactState | None, given: ContactState, verification: Verification) -> ContactState:
    """A crawl moves a contact from new to verified and back from gone; every other state is not its to change."""
    for state in (stored, given):
        if state is not None and state not in CRAWL_STATES:
            return state
    seen = next_state(given if stored is None else stored, Event.SEEN)
    verified = verification.status is not Status.UNKNOWN or given is ContactState.VERIFIED
    return next_state(seen, Event.VERIFIED) if verified else seen


def _merge_failure(stored: Stored, company: Company, on_list: list[Contact]) -> Merged:
    """A visit that failed changes no contact; it says so in `detail`."""
    done = company.status is not CompanyStatus.NOT_VISITED
    if on_list and stored.company.status is CompanyStatus.CONTACTS_FOUND:  # else an earlier visit took them off
        what = company.status.value + (f": {company.detail}" if company.detail else "")
        last = _latest(contact.last_seen for contact in on_list)
        since = f" from {last.date().isoformat()}" if last else " from an earlier visit"
        company = replace(
            company,
            status=CompanyStatus.CONTACTS_FOUND,
            detail=f"this visit failed ({what}); the contacts are{since}",
            contacts=tuple(on_list),
            visited_at=company.visited_at if done else stored.company.visited_at,
        )
    return Merged(company=company, done=done)


def _merge_visit(stored: Stored, company: Company, on_list: list[Contact]) -> Merged:
    known = {contact.address: contact for contact in stored.company.contacts}
    found = tuple(merge_contact(known.get(c.address), c, company.visited_at) for c in company.contacts)
    seen = {contact.address for contact in found}
    missing = [contact for contact in on_list if contact.address not in seen]
    if company.status not in LOOKED:
        return Merged(company=replace(company, contacts=found), found=found)
    gone = tuple(as_gone(contact) for contact in missing if _was_looked_for(contact, company))
    left = {contact.address for contact in gone}
    kept = tuple(contact for contact in missing if contact.address not in left)
    if kept and not found:
        company = replace(company, status=CompanyStatus.CONTACTS_FOUND, detail=_join(company.detail, NOT_READ_AGAIN))
    return Merged(company=replace(company, contacts=(*found, *kept)), found=found, kept=kept, gone=gone)


def _was_looked_for(contact: Contact, company: Company) -> bool:
    """A contact is gone when a page that showed it was read again without it."""
    if company.read_urls is None or company.status not in {
        CompanyStatus.CONTACTS_FOUND,
        CompanyStatus.CONTACT_FORM_ONLY,
        CompanyStatus.NO_ADDRESS_PUBLISHED,
    }:
        return True
    return not contact.mentions or any(mention.url in company.read_urls for mention in contact.mentions)


def as_gone(contact: Contact) -> Contact:
    """The contact when its page does not show it any more."""
    return replace(contact, state=next_state(contact.state, Event.MISSED), still_on_page=False)


def _join(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
