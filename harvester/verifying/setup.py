"""The verification's parts, made from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from harvester.configuration import SettingError
from harvester.store import Store
from harvester.store.checks import AcceptAll
from harvester.verify.mail_hosts import Manners
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.mx import DnsResolver
from harvester.verify.routes import Route

NEEDED = ("HARVESTER_SMTP_HELO", "HARVESTER_SMTP_MAIL_FROM")
ACCEPT_ALL_AGE = timedelta(days=30)  # so long it is believed that a domain takes any address, or does not


def read_manners(settings: Mapping[str, Any]) -> Manners:
    """How we show ourselves to mail servers. SettingError where something is missing for that."""
    if missing := [name for name in NEEDED if not settings[name]]:
        raise SettingError(
            f"Mail servers are told who asks: set {' and '.join(missing)} "
            "(the full name of this host, and an address of yours that takes mail)."
        )
    if settings["HARVESTER_SMTP_PROXY"] and find_spec("python_socks") is None:
        raise SettingError('HARVESTER_SMTP_PROXY needs the package python-socks: pip install "harvester[socks]".')
    route = Route(
        port=settings["HARVESTER_SMTP_PORT"],
        source_address=settings["HARVESTER_SMTP_SOURCE_ADDRESS"],
        proxy=settings["HARVESTER_SMTP_PROXY"],
        timeout_s=settings["HARVESTER_SMTP_TIMEOUT"],
    )
    return Manners(
        helo=settings["HARVESTER_SMTP_HELO"],
        mail_from=settings["HARVESTER_SMTP_MAIL_FROM"],
        route=route,
        connections=settings["HARVESTER_SMTP_CONNECTIONS"],
        host_rate=settings["HARVESTER_SMTP_HOST_RATE"],
        rate=settings["HARVESTER_SMTP_RATE"],
        greylist_waits_s=settings["HARVESTER_SMTP_GREYLIST_WAITS"],
        allow_private=settings["HARVESTER_ALLOW_PRIVATE_ADDRESSES"],
    )


def make_prober(
    resolver: DnsResolver,
    manners: Manners,
    store: Store,
    *,
    save: Callable[[AcceptAll], None],
    max_age: timedelta = ACCEPT_ALL_AGE,
) -> MailboxProber:
    """A prober that remembers in the store, for `max_age` at most, which domains take any address.

    `save` is the store's `save_accept_all`, or what does it later.
    """

    def known(domain: str, *, now: datetime) -> bool | None:
        learned = store.load_accept_all(domain)
        fresh = learned is not None and now - learned.checked_at < min(max_age, ACCEPT_ALL_AGE)
        return learned.accepts_all if learned is not None and fresh else None

    def learn(domain: str, accepts_all: bool, now: datetime, reply: str) -> None:
        save(AcceptAll(domain, accepts_all, now, reply))

    return MailboxProber(resolver, manners, known=known, learned=learn)
