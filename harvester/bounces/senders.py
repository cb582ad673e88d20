"""Who writes: a program that returns letters, a program of another kind, or a person."""

from __future__ import annotations

import re
from email.utils import getaddresses, parseaddr

from harvester.address import AddressError, normalize_address
from harvester.bounces.mail import Mail
from harvester.bounces.vocabulary import phrases

LONGEST_ADDRESS_HEADER = 20_000
_REPLY_SUBJECT = re.compile(
    r"(?:re|aw|sv|vs|antw|odp|ynt|rif|r|ref|res|bls|vá|回复|回覆|答复|답장|ha|отв)(?:\[\d+\]|\^\d+)?\s*[:：]",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(
    r"(?:fwd?|wg|tr|rv|enc|i|vb|doorst|pd|ilt|转发|轉寄|転送|전달|пересл|továbbítás)\s*[:：]", re.IGNORECASE
)
_RETURNING_HEADERS = (
    "x-failed-recipients",
    "x-bounced-address",
    "x-mx-bounce",
    "x-ahmailid",
    "x-ms-embedded-report",
    "x-ms-exchange-message-is-ndr",
)


def sender(mail: Mail) -> tuple[str, str]:
    """The name and the address in the From header, as written; either may be empty."""
    return parseaddr(_plain(mail.header("from")))


def addresses_of(*values: str) -> tuple[str, ...]:
    """The addresses in headers, each once, normalized; what is no address is left out."""
    found: dict[str, None] = {}
    for _, address in getaddresses(list(map(_plain, values))):
        try:
            found[normalize_address(address)] = None
        except AddressError:
            continue
    return tuple(found)


def _plain(value: str) -> str:
    """A header that the standard library reads in time: not too long, and without comments nested beyond its stack."""
    short = value[:LONGEST_ADDRESS_HEADER]
    return short if short.count("(") < 20 else short.replace("(", " ").replace(")", " ")


def is_reply(subject: str) -> bool:
    """Whether a subject says that the mail answers another ("Re:" in any of the common languages)."""
    return bool(_REPLY_SUBJECT.match(subject))


def is_forward(subject: str) -> bool:
    """Whether a subject says that the mail was passed on ("Fwd:")."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_daemon(mail: Mail) -> bool:
    """Whether the sender is a program that writes nothing else."""
    return _local_part(mail) in phrases("sender")


def is_office(mail: Mail) -> bool:
    """Whether the sender's address is one behind which there may be a program or a person: postmaster@ and its like."""
    return _local_part(mail) in phrases("office")


def _local_part(mail: Mail) -> str:
    name, address = sender(mail)
    return (address or name).partition("@")[0].strip().lower()


def is_returner(mail: Mail) -> bool:
    """Whether a program that returns letters says that it wrote the mail, by its name or a header of its own."""
    if is_daemon(mail) or is_office(mail) or sender(mail)[0].strip().lower().startswith(phrases("name")):
        return True
    if _local_part(mail).endswith("-admin") and "x-mlserver" in mail.headers:  # fml, a list server
        return True
    return mail.report_type == "delivery-status" or any(header in mail.headers for header in _RETURNING_HEADERS)


def is_automatic(mail: Mail) -> bool:
    """Whether headers say that no person wrote the mail (RFC 3834, RFC 5321 4.5.5, RFC 2919, common ones)."""
    if mail.header("return-path").strip() == "<>":
        return True
    if mail.header("auto-submitted").lower().startswith("auto"):
        return True
    if mail.header("precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    return any(header in mail.headers for header in ("x-autoreply", "x-autorespond", "x-auto-response-from", "list-id"))


def is_bounce_subject(subject: str) -> bool:
    """Whether a subject is one that returned letters have."""
    lowered = subject.strip().lower()
    if is_reply(subject) or is_forward(subject):
        return False
    return any(
        phrase[1:] in lowered if phrase[0] == "*" else lowered.startswith(phrase) for phrase in phrases("subject")
    )
