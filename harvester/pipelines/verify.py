"""Whether mail can reach the addresses: what the DNS says, and with HARVESTER_SMTP_PROBE also what mail servers say."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from harvester.configuration import parse_setting
from harvester.download.site_resolver import resolver_of
from harvester.model import Company, Contact, Verification
from harvester.options import BY_NAME
from harvester.pipelines.store import store_of, writer_of
from harvester.store.checks import AcceptAll
from harvester.store.merge import MAILBOX_ANSWERS, OWN_BOUNCES, merge_verification
from harvester.verify.mailboxes import MailboxProber
from harvester.verify.mx import DomainChecker
from harvester.verify.verification import verify_address
from harvester.verifying.setup import make_prober, read_manners

FRESH = timedelta(days=7)  # a mailbox that was asked about since is not asked about again


class VerifyPipeline:
    """Asks about each contact, each domain once; answers are kept in the store, and what it knows better stands."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = {name: parse_setting(name, crawler.settings[name]) for name in BY_NAME}
        self._checker = DomainChecker(
            resolver_of(crawler), writer_of(crawler), allow_private=bool(settings["HARVESTER_ALLOW_PRIVATE_ADDRESSES"])
        )
        self._most_domains = crawler.settings.getint("HARVESTER_MAX_MAIL_DOMAINS")
        self._prober: MailboxProber | None = None
        if settings["HARVESTER_SMTP_PROBE"]:
            # A visit that waited for greylisting to pass would hold up the crawl: `harvester recheck` asks again.
            manners = replace(read_manners(settings), greylist_waits_s=())
            self._prober = make_prober(resolver_of(crawler), manners, store_of(crawler), save=self._save_later)
            crawler.signals.connect(self._prober.aclose, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> VerifyPipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Return a visited company with verified contacts; anything else unchanged."""
        if not isinstance(item, Company) or item.stored or not item.contacts:
            return item
        known = store_of(self._crawler).load_verifications([contact.address for contact in item.contacts])
        domains = Counter(_domain(contact) for contact in item.contacts)
        asked = {domain for domain, _ in domains.most_common(self._most_domains)}
        verified = await asyncio.gather(
            *(self._verify(c, known.get(c.address), is_asked=_domain(c) in asked) for c in item.contacts)
        )
        left = f"the mail of only {len(asked)} domains was looked up (HARVESTER_MAX_MAIL_DOMAINS)"
        detail = "; ".join(filter(None, (item.detail, left if len(domains) > len(asked) else "")))
        return replace(item, contacts=tuple(verified), detail=detail)

    def _save_later(self, learned: AcceptAll) -> None:
        writer_of(self._crawler).defer(lambda store: store.save_accept_all(learned))

    async def _verify(self, contact: Contact, known: Verification | None, *, is_asked: bool) -> Contact:
        now = datetime.now(UTC).replace(microsecond=0)
        probe = self._prober.probe if self._prober and not _is_settled(known, now) else None
        verification = Verification()
        if is_asked:
            verification = await verify_address(contact.address, self._checker.check, now=now, probe=probe)
        if known is not None:
            verification = merge_verification(known, verification)
        self._crawler.stats.inc_value(f"harvester/verify/{verification.status}/{verification.reason}")
        return replace(contact, verification=verification)


def _domain(contact: Contact) -> str:
    return contact.address.rpartition("@")[2]


def _is_settled(known: Verification | None, now: datetime) -> bool:
    if known is None or known.checked_at is None:
        return False
    return known.reason in OWN_BOUNCES or (known.reason in MAILBOX_ANSWERS and now - known.checked_at < FRESH)
