"""Whether a text is an address at all, by the rules of mail; what only stands around it is taken off."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from harvester.address import INVISIBLE, AddressError, normalize_address
from harvester.model import StatusReason

LONGEST_ADDRESS = 320  # 64 + 1 + 255: RFC 5321, 4.5.3.1
_AROUND = " \t\r\n\u00a0\u3000"
_NAMED = re.compile(r"[^<>@]*<([^<>]*)>")
_SEPARATOR = re.compile(r"[,;|/\s]+")
_SPACED_COMMA = re.compile(r"[\s\u00a0]*([@.,])[\s\u00a0]*")


class SyntaxProblem(ValueError):  # noqa: N818 - a finding about the address, not a failure of ours
    """The text is no address that mail can have. The message is a sentence; `reason` is what it comes to."""

    def __init__(self, message: str, *, reason: StatusReason = StatusReason.SYNTAX) -> None:
        super().__init__(message)
        self.reason = reason


class Mailbox(NamedTuple):
    """An address: as mail servers are asked for it, and `address`, its normalized form, by which it is remembered."""

    local: str
    ascii_domain: str
    address: str


@lru_cache(maxsize=4096)  # a list is read twice, each row of it by several
def parse_mailbox(text: str) -> Mailbox:
    """Read `jane@acme.example`, `Jane <jane@acme.example>` or `mailto:jane@acme.example`; else SyntaxProblem."""
    bare = _unwrap(text)
    if not bare:
        raise SyntaxProblem("There is no address.")
    if invisible := INVISIBLE.search(bare):
        raise SyntaxProblem(f"There are invisible characters (U+{ord(invisible.group()[0]):04X}) in it.")
    parts = [part for part in _SEPARATOR.split(bare) if part]
    if len(parts) > 1 and all("@" in part for part in parts):
        raise SyntaxProblem(f"There are {len(parts)} addresses in one place; keep one.")
    if "@" not in bare:
        raise SyntaxProblem("There is no @ in it.")
    try:
        checked = validate_email(bare, check_deliverability=False, allow_quoted_local=True, strict=True)
    except EmailNotValidError as error:
        domain = bare.rpartition("@")[2].lower()
        if f".{domain}".endswith(tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)) and "." in domain:
            said = "The domain is one of those that the DNS keeps for other uses (RFC 6761)."
            raise SyntaxProblem(said, reason=StatusReason.NO_SUCH_DOMAIN) from None
        raise SyntaxProblem(str(error)) from None
    return Mailbox(checked.local_part, checked.ascii_domain or "", address_key(checked.normalized))


def address_key(text: str) -> str:
    """The form by which an address is remembered: normalized where it is one, else the text in lower case."""
    try:
        return normalize_address(text)
    except AddressError:
        return text.strip().lower()  # quoted local parts, which stand on no page


def repair(text: str) -> str | None:
    """The address that a slip of typing or copying hides, or None.

    >>> repair("info @acme,example")
    'info@acme.example'
    """
    bare = INVISIBLE.sub("", _unwrap(text))
    if bare.count("@") != 1 or len(bare) > LONGEST_ADDRESS:
        return None
    local, _, domain = _SPACED_COMMA.sub(r"\1", bare).strip(".,;:'\"<>()[]").partition("@")
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", "."))
    try:
        mailbox = parse_mailbox(f"{local}@{domain}")
    except SyntaxProblem:
        return None
    return mailbox.address if mailbox.address != text else None


def _unwrap(text: str) -> str:
    bare = text.strip(_AROUND)
    if named := _NAMED.fullmatch(bare):
        bare = named[1].strip(_AROUND)
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].partition("?")[0]
    return bare
