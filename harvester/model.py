"""The types that travel through the program, one per thing, and the closed lists of words they may hold.

Everything here is a frozen value: a step of the way takes one and returns a changed copy (`dataclasses.replace`).
Enums are `StrEnum`, so that itemadapter, Scrapy's exporters and the store take them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

NO_EXTRA: Mapping[str, str] = MappingProxyType({})


class CompanyStatus(StrEnum):
    """How a seed ended: column `status` of companies.csv."""

    CONTACTS_FOUND = "contacts_found"
    CONTACT_FORM_ONLY = "contact_form_only"
    NO_ADDRESS_PUBLISHED = "no_address_published"
    JAVASCRIPT_ONLY = "javascript_only"
    ROBOTS_DENIED = "robots_denied"
    ROBOTS_UNAVAILABLE = "robots_unavailable"
    NO_SUCH_DOMAIN = "no_such_domain"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    SERVER_ERROR = "server_error"
    BLOCKED = "blocked"
    BLOCKED_ADDRESS = "blocked_address"
    MOVED = "moved"
    PARKED = "parked"
    NOT_HTML = "not_html"
    PLATFORM_PAGE = "platform_page"
    LIMIT_REACHED = "limit_reached"
    SKIPPED_OPTOUT = "skipped_optout"
    NOT_VISITED = "not_visited"
    ERROR = "error"


class Method(StrEnum):
    """How an address was written on the page: column `method` of contacts.csv."""

    MAILTO = "mailto"
    TEXT = "text"
    WORDED = "worded"
    ENTITY = "entity"
    PERCENT = "percent"
    CFEMAIL = "cfemail"
    ROT13 = "rot13"
    BASE64 = "base64"
    REVERSED = "reversed"
    SCRIPT = "script"
    STRUCTURED = "structured"
    ATTRIBUTE = "attribute"
    COMMENT = "comment"
    VCARD = "vcard"


class Zone(StrEnum):
    """Where on the page something stood."""

    HEADER = "header"
    NAVIGATION = "navigation"
    MAIN = "main"
    ASIDE = "aside"
    FOOTER = "footer"
    HEAD = "head"
    SCRIPT = "script"
    COMMENT = "comment"
    CODE = "code"
    FORM = "form"


class AddressKind(StrEnum):
    """Whose domain an address stands on: column `email_kind`."""

    CORPORATE = "corporate"
    FREE = "free"
    DISPOSABLE = "disposable"
    OTHER = "other"


class AddressType(StrEnum):
    """Whether a function or a person reads it: column `email_type`."""

    ROLE = "role"
    PERSON = "person"


class Role(StrEnum):
    """What the reader of an address does: column `role`."""

    PURCHASING = "purchasing"
    SALES = "sales"
    EXPORT = "export"
    MANAGEMENT = "management"
    GENERAL = "general"
    RESERVATIONS = "reservations"
    SUPPORT = "support"
    SERVICE = "service"
    LOGISTICS = "logistics"
    MARKETING = "marketing"
    PRESS = "press"
    HR = "hr"
    FINANCE = "finance"
    LEGAL = "legal"
    PRIVACY = "privacy"
    TECHNICAL = "technical"
    IT = "it"
    POSTMASTER = "postmaster"
    NOREPLY = "noreply"
    OTHER = "other"


class Status(StrEnum):
    """What the evidence supports about an address: column `status`."""

    DELIVERABLE = "deliverable"
    LIKELY = "likely"
    RISKY = "risky"
    UNDELIVERABLE = "undeliverable"
    UNKNOWN = "unknown"


class StatusReason(StrEnum):
    """Why the status is what it is: column `status_reason`. `STATUS_OF_REASON` says which status each one means."""

    MAILBOX_OK = "mailbox_ok"
    MX = "mx"
    ACCEPT_ALL = "accept_all"
    PROVIDER_UNVERIFIABLE = "provider_unverifiable"
    GREYLISTED = "greylisted"
    BLOCKED = "blocked"
    PORT_25_CLOSED = "port_25_closed"
    OUR_IP_REFUSED = "our_ip_refused"
    IMPLICIT_MX = "implicit_mx"
    DISPOSABLE = "disposable"
    MAILBOX_FULL = "mailbox_full"
    SOFT_BOUNCED = "soft_bounced"
    PARKED = "parked"
    MX_PRIVATE = "mx_private"
    SYNTAX = "syntax"
    NO_SUCH_DOMAIN = "no_such_domain"
    NO_MAIL_SERVER = "no_mail_server"
    NULL_MX = "null_mx"
    NO_SUCH_MAILBOX = "no_such_mailbox"
    MAILBOX_DISABLED = "mailbox_disabled"
    HARD_BOUNCED = "hard_bounced"
    TIMEOUT = "timeout"
    SERVER_FAILURE = "server_failure"
    MX_UNREACHABLE = "mx_unreachable"
    NOT_CHECKED = "not_checked"


STATUS_OF_REASON: Mapping[StatusReason, Status] = MappingProxyType(
    dict.fromkeys((StatusReason.MAILBOX_OK,), Status.DELIVERABLE)
    | dict.fromkeys(
        (
            StatusReason.MX,
            StatusReason.ACCEPT_ALL,
            StatusReason.PROVIDER_UNVERIFIABLE,
            StatusReason.GREYLISTED,
            StatusReason.BLOCKED,
            StatusReason.PORT_25_CLOSED,
            StatusReason.OUR_IP_REFUSED,
        ),
        Status.LIKELY,
    )
    | dict.fromkeys(
        (
            StatusReason.IMPLICIT_MX,
            StatusReason.DISPOSABLE,
            StatusReason.MAILBOX_FULL,
            StatusReason.SOFT_BOUNCED,
            StatusReason.PARKED,
            StatusReason.MX_PRIVATE,
        ),
        Status.RISKY,
    )
    | dict.fromkeys(
        (
            StatusReason.SYNTAX,
            StatusReason.NO_SUCH_DOMAIN,
            StatusReason.NO_MAIL_SERVER,
            StatusReason.NULL_MX,
            StatusReason.NO_SUCH_MAILBOX,
            StatusReason.MAILBOX_DISABLED,
            StatusReason.HARD_BOUNCED,
        ),
        Status.UNDELIVERABLE,
    )
    | dict.fromkeys(
        (StatusReason.TIMEOUT, StatusReason.SERVER_FAILURE, StatusReason.MX_UNREACHABLE, StatusReason.NOT_CHECKED),
        Status.UNKNOWN,
    )
)


class SourceKind(StrEnum):
    """How far a page can be trusted to speak for the company: column `source_kind`."""

    OFFICIAL_SITE = "official_site"
    B2B_PLATFORM = "b2b_platform"
    DIRECTORY = "directory"
    SOCIAL = "social"


class ContactState(StrEnum):
    """Where a contact is in its life: column `state`."""

    NEW = "new"
    VERIFIED = "verified"
    EXPORTED = "exported"
    SENT = "sent"
    REPLIED = "replied"
    BOUNCED_SOFT = "bounced_soft"
    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    GONE = "gone"


class Grade(StrEnum):
    """Column `priority`: A write first, B good, C if nothing better, D do not write."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


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
    """One answer of the web, read whole. `url` is where redirects ended; `body` is decompressed."""

    url: str
    requested_url: str
    status: int
    content_type: str = ""
    body: bytes = b""
    fetched_at: datetime
    certificate_problem: str | None = None
    crawl_delay: float | None = None  # seconds, from robots.txt


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
    """What is known about whether mail can reach an address."""

    reason: StatusReason = StatusReason.NOT_CHECKED
    mail_provider: str | None = None
    mx: tuple[str, ...] = ()
    checked_at: datetime | None = None
    detail: str = ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The one item that leaves the spider for a seed: how the visit ended and all that it found.

    `mentions` are the raw findings of the visit; the classify step turns them into `contacts` and counts in `dropped`
    why the others are none. `stored` marks a company that came from the store instead of a visit. `read_urls` are the
    pages that were read, or that the site says are no more: a contact that stood there before and does not now is gone.
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
    read_urls: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The seed's identity."""
        return self.seed.domain
