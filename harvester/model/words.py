"""The closed lists of words that the columns may hold, and which status each reason stands for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


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


# A site that ended so may do better another time: what is known of it from before still stands.
PASSING_FAILURES = frozenset(
    {
        CompanyStatus.UNREACHABLE,
        CompanyStatus.TIMED_OUT,
        CompanyStatus.SERVER_ERROR,
        CompanyStatus.BLOCKED,
        CompanyStatus.ROBOTS_UNAVAILABLE,
        CompanyStatus.ERROR,
        CompanyStatus.NOT_VISITED,
        CompanyStatus.LIMIT_REACHED,
    }
)


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
