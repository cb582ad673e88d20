"""What one page says, and what is kept of it so that it need not be read again as long as it does not change."""

from __future__ import annotations

from dataclasses import replace

from harvester.extract import extract_mentions
from harvester.extract.company import extract_profile
from harvester.extract.page import Document
from harvester.extract.people import attach_people
from harvester.model import CompanyStatus, KeptPage, Mention, Page, PageLink, Profile
from harvester.urls import PageKind

READABLE_TYPES = ("text/", "application/xhtml", "application/xml", "application/vcard", "application/json")
NO_PAGES = ("text/javascript", "text/ecmascript", "text/css")  # scripts are read for the pages that call for them
HOME = "home"
IMPORTANCE = {
    HOME: 0,
    PageKind.CONTACT: 1,
    PageKind.IMPRINT: 1,
    PageKind.ABOUT: 2,
}  # for what the page says of the company
OTHER_IMPORTANCE = 3
OK = 200
VALIDATOR_MAX = 500  # characters: what is longer is no ETag but somebody's session


def is_readable(content_type: str) -> bool:
    """Whether a body of this type is a page; without a type it may be one."""
    kind = content_type.lower()
    return not kind.startswith(NO_PAGES) and (not kind or kind.startswith(READABLE_TYPES))


def extract_all(page: Page, document: Document, *, domain: str) -> tuple[Profile, list[Mention]]:
    """What a page says of the company, and the addresses on it with the people that they belong to."""
    profile = extract_profile(document, domain=domain)
    found = extract_mentions(document, seen=page.fetched_at)
    return profile, attach_people(document, found, country=profile.country) if found else found


def shows_all(page: Page, document: Document, condition: CompanyStatus | None) -> bool:
    """Whether an address that is not found on a page does not stand there.

    Not so where the page broke off, has more tags than are read, is a guard's, or is filled by scripts.
    """
    is_another = condition in (CompanyStatus.BLOCKED, CompanyStatus.JAVASCRIPT_ONLY)
    return not (page.is_partial or document.is_cut or is_another)


def importance_of(kind: str) -> int:
    """How much a page of a kind has to say about the company; less is more."""
    return IMPORTANCE.get(kind, OTHER_IMPORTANCE)


def may_be_kept(page: Page, document: Document, condition: CompanyStatus | None) -> bool:
    """Whether a page says everything by itself, and its server knows it by a mark (ETag, Last-Modified)."""
    is_plain = condition is None and document.refresh is None
    return is_plain and page.status == OK and any(0 < len(mark) <= VALIDATOR_MAX for mark in _marks(page))


def keep_page(page: Page, mentions: list[Mention], profile: Profile, links: tuple[PageLink, ...]) -> KeptPage:
    """What is to be kept of a page."""
    etag, modified = (mark if len(mark) <= VALIDATOR_MAX else "" for mark in _marks(page))
    return KeptPage(
        url=page.url,
        etag=etag,
        last_modified=modified,
        read_at=page.fetched_at,
        mentions=tuple(mentions),
        profile=profile,
        links=links,
    )


def _marks(page: Page) -> tuple[str, str]:
    return page.etag, page.last_modified


def mentions_again(kept: KeptPage, page: Page) -> list[Mention]:
    """The addresses of a page that has not changed, as seen now."""
    return [replace(mention, seen=page.fetched_at) for mention in kept.mentions]
