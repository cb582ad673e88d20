"""The types that travel through the program, one per thing.

Everything here is a frozen value: a step of the way takes one and returns a changed copy (`dataclasses.replace`).
The words they may hold are enums in `words.py`, each a `StrEnum`, so that itemadapter, exporters and the store take
them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from harvester.model.bounce import Bounce, MailKind, MailReport
from harvester.model.letter import Letter
from harvester.model.words import (
    PASSING_FAILURES,
    STATUS_OF_REASON,
    AddressKind,
    AddressType,
    CompanyStatus,
    ContactState,
    Grade,
    Method,
    Role,
    SourceKind,
    Status,
    StatusReason,
    Zone,
)

__all__ = [
    "NO_EXTRA",
    "PASSING_FAILURES",
    "STATUS_OF_REASON",
    "AddressKind",
    "AddressType",
    "Bounce",
    "Company",
    "CompanyStatus",
    "Contact",
    "ContactState",
    "DomainVerdict",
    "Failure",
    "Grade",
    "KeptPage",
    "Letter",
    "MailKind",
    "MailReport",
    "Mention",
    "Method",
    "Page",
    "PageLink",
    "Priority",
    "Profile",
    "RejectedLine",
    "Role",
    "Seed",
    "SourceKind",
    "Status",
    "StatusReason",
    "Verification",
    "Zone",
]

NO_EXTRA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One company to visit.

    `domain` is its identity: the host in Unicode, lower case, without `www.` (on a platform: host and path).
    `host` is what to connect to, in ASCII, as given (with `www.` where the list had it).
    """

    domain: str
    host: str
    port: int | None = None
    scheme: str | None = None
    path: str = "/"
    source_kind: SourceKind = SourceKind.OFFICIAL_SITE
    file: str = ""
    line: int = 0
    text: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLine:
    """A line of the list that is no seed, and the sentence that says why."""

    file: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of the web. `url` is where redirects ended; `body` is decompressed.

    `kept` is what is known of a page that has not changed: the answer was 304 (RFC 9110, 15.4.5) and has no body.
    """

    url: str
    requested_url: str
    status: int
    content_type: str = ""
    body: bytes = b""
    fetched_at: datetime
    certificate_problem: str | None = None
    crawl_delay: float | None = None  # seconds, from robots.txt
    etag: str = ""
    last_modified: str = ""
    kept: KeptPage | None = None
    is_partial: bool = False  # the connection broke before its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A page that did not arrive. `status` is what the company's row says if nothing else was found."""

    url: str
    status: CompanyStatus
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One address at one place on one page, with the evidence.

    `address` is normalized, `original` is what stood on the page, `context` the words around it.
    `person` and `job_title` only where the page shows them with the address. `visible` is false where a reader of the
    page would not see it (comments, scripts, hidden fields).
    """

    address: str
    url: str
    method: Method
    zone: Zone
    original: str
    context: str = ""
    seen: datetime | None = None
    person: str | None = None
    job_title: str | None = None
    label: str = ""  # heading or label that stands before the address
    phone: str | None = None  # E.164, shown with the address
    visible: bool = True
    page_kind: str = ""  # what the links that lead to the page call it: "home" or a `urls.PageKind`


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What is known about whether mail can reach an address.

    `replies` are what mail servers said of it, in order; `source` is the service that found it out, where another did.
    `spf` and `dmarc` say whether the domain publishes such a policy; None where nobody looked.
    """

    reason: StatusReason = StatusReason.NOT_CHECKED
    mail_provider: str | None = None
    mx: tuple[str, ...] = ()
    checked_at: datetime | None = None
    detail: str = ""
    spf: bool | None = None
    dmarc: bool | None = None
    replies: tuple[str, ...] = ()
    source: str = ""

    @property
    def status(self) -> Status:
        """The status that the reason stands for."""
        return STATUS_OF_REASON[self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainVerdict:
    """What the DNS says about mail for one domain, and until when that may be believed."""

    domain: str
    reason: StatusReason
    mx: tuple[str, ...] = ()
    mail_provider: str | None = None
    checked_at: datetime
    expires_at: datetime
    detail: str = ""
    spf: bool | None = None
    dmarc: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """The rank of a contact, and the sentence that explains it. `score` is 0 to 100 and orders within a grade."""

    grade: Grade
    score: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One address of one company, with every place it was seen."""

    address: str
    kind: AddressKind
    type: AddressType
    role: Role
    person: str | None = None
    job_title: str | None = None
    phone: str | None = None  # E.164
    mentions: tuple[Mention, ...] = ()
    verification: Verification = field(default_factory=Verification)
    priority: Priority | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    state: ContactState = ContactState.NEW
    still_on_page: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one page, or all pages of a site together, say about the company. Phones are E.164, best first."""

    name: str | None = None
    country: str | None = None
    language: str | None = None
    phones: tuple[str, ...] = ()
    postal_address: str | None = None
    contact_form: str | None = None
    # linkedin facebook instagram x youtube whatsapp wechat -> URL or number
    socials: Mapping[str, str] = field(default_factory=lambda: NO_EXTRA)


PageLink = tuple[str, str, int]  # URL, the kind of page that it promises, how promising it is


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """What a page said when it was last read in full, and the marks by which its server knows that state of it."""

    url: str
    etag: str = ""
    last_modified: str = ""
    read_at: datetime
    mentions: tuple[Mention, ...] = ()
    profile: Profile = field(default_factory=Profile)
    links: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The one item that leaves the spider for a seed: how the visit ended and all that it found.

    `mentions` are the raw findings of the visit; the classify step turns them into `contacts` and counts in `dropped`
    why the others are none. `stored` marks a company that came from the store instead of a visit. `read_urls` are the
    pages that were read to their end, or that the site says are no more: a contact that stood there before and does not
    now is gone. None: nobody knows which, so all that are known count.
    """

    seed: Seed
    status: CompanyStatus
    detail: str = ""
    profile: Profile = field(default_factory=Profile)
    website: str | None = None
    pages: int = 0
    pages_tried: int = 0
    seconds: float = 0.0
    visited_at: datetime | None = None
    mentions: tuple[Mention, ...] = ()
    contacts: tuple[Contact, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    stored: bool = False
    read_urls: tuple[str, ...] | None = None
    kept: tuple[KeptPage, ...] = ()  # of the pages that were read, those that may be asked whether they have changed

    @property
    def domain(self) -> str:
        """The seed's identity."""
        return self.seed.domain

    @property
    def status_without_contacts(self) -> CompanyStatus:
        """The status once no contact is left; any but `contacts_found` says why there was none from the start."""
        if self.status is not CompanyStatus.CONTACTS_FOUND:
            return self.status
        if self.profile.contact_form:
            return CompanyStatus.CONTACT_FORM_ONLY
        return CompanyStatus.NO_ADDRESS_PUBLISHED
