"""The settings of the mailbox check."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from harvester.options.values import Option, flag, number, text

# What makes sense for a host is for the DNS to say, and a warning; here only what could not be sent is refused.
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9][a-z0-9-]{0,62}\.)*[a-z0-9][a-z0-9-]{0,62}", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9_.+=-]{1,64}@(.+)")
LONGEST_WAIT_S = 86400


def _host_name(value: object) -> str:
    given = text(value).removesuffix(".")
    if given and not _HOST.fullmatch(given):
        raise ValueError(f"it must be the full name of this host, like mail.acme.example, not {given[:60]!r}")
    return given


def _sender(value: object) -> str:
    given = text(value)
    match = _ADDRESS.fullmatch(given)
    if given and not (match and _HOST.fullmatch(match[1])):
        raise ValueError(f"it must be an e-mail address of your own, not {given[:60]!r}")
    return given


def _ip_address(value: object) -> str:
    try:
        return str(ipaddress.ip_address(text(value))) if text(value) else ""
    except ValueError:
        raise ValueError(f"it must be an IP address of this machine, not {text(value)[:60]!r}") from None


def _proxy(value: object) -> str:
    given = text(value)
    parts = urlsplit(given)
    if given and (parts.scheme not in ("socks5", "socks5h") or not parts.hostname or not _has_port(given)):
        raise ValueError("it must be written like socks5://user:password@127.0.0.1:1080")
    return given


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port is not None
    except ValueError:
        return False


def _waits(value: object) -> tuple[float, ...]:
    parts = value if isinstance(value, (list, tuple)) else [part for part in str(value).split(",") if part.strip()]
    read = number(float, 0, LONGEST_WAIT_S)
    return tuple(float(str(read(str(part).strip()))) for part in parts)


SMTP_OPTIONS: tuple[Option, ...] = (
    Option(
        name="HARVESTER_SMTP_PROBE",
        default=False,
        parse=flag,
        meaning="1 lets the crawl ask mail servers about mailboxes, too (`verify` and `recheck`: --smtp)",
    ),
    Option(
        name="HARVESTER_SMTP_HELO",
        default="",
        parse=_host_name,
        meaning="name by which this host greets mail servers; its address should have that name in the reverse DNS",
    ),
    Option(
        name="HARVESTER_SMTP_MAIL_FROM",
        default="",
        parse=_sender,
        meaning="sender that mail servers are told: an address of yours that takes mail",
    ),
    Option(name="HARVESTER_SMTP_PORT", default=25, parse=number(int, 1, 65535), meaning="port of mail servers"),
    Option(
        name="HARVESTER_SMTP_TIMEOUT",
        default=30.0,
        parse=number(float, 0.1, 600),
        meaning="seconds for one answer of a mail server at most",
    ),
    Option(
        name="HARVESTER_SMTP_CONNECTIONS",
        default=2,
        parse=number(int, 1, 20),
        meaning="connections to one mail server at the same time",
    ),
    Option(
        name="HARVESTER_SMTP_HOST_RATE",
        default=2.0,
        parse=number(float, 0.01, 1000),
        meaning="mailboxes a second that one mail server is asked about",
    ),
    Option(
        name="HARVESTER_SMTP_RATE",
        default=20.0,
        parse=number(float, 0.01, 10_000),
        meaning="mailboxes a second that all mail servers together are asked about",
    ),
    Option(
        name="HARVESTER_SMTP_GREYLIST_WAITS",
        default=(30.0, 300.0),
        parse=_waits,
        meaning="seconds to wait before asking a mail server again that said “later”, comma-separated, one a try",
    ),
    Option(
        name="HARVESTER_SMTP_PROXY",
        default="",
        parse=_proxy,
        meaning='SOCKS5 proxy for mail servers (`pip install "harvester[socks]"`)',
    ),
    Option(
        name="HARVESTER_SMTP_SOURCE_ADDRESS",
        default="",
        parse=_ip_address,
        meaning="IP address of this machine from which mail servers are asked",
    ),
)
