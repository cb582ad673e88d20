"""`harvester pull`: what a CRM knows of addresses, into the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from harvester.address import AddressError, normalize_address
from harvester.bounces.policy import BouncePolicy
from harvester.crm.exchange import CrmError, Refused, Unsettled
from harvester.crm.pull import pull
from harvester.crm.webhook import Webhook
from harvester.handover.targets import account_of, open_target
from harvester.model import Bounce, Letter, MailKind, MailReport
from harvester.model.push import News, NewsKind, Part
from harvester.store import Store
from harvester.store.optouts import OptOut
from harvester.store.pushes import PushJournal
from harvester.suppression import EntryError, parse_entry


@dataclass(kw_only=True)
class Pulled:
    """What was new. Opt-outs are kept of everybody; letters and bounces only of those that we know."""

    optouts: int = 0
    bounces: int = 0
    letters: int = 0


async def pull_news(store: Store, target: str, settings: Mapping[str, Any], policy: BouncePolicy) -> Pulled:
    """Take over what became known since the last pull. CrmError; what was taken before stays."""
    async with open_target(target, settings) as crm:
        if isinstance(crm, Webhook):
            raise CrmError("A webhook tells nothing back.")
        account = await account_of(crm)
        journal = store.journal(account)
        taker = _Taker(store, journal, account, policy)
        try:
            await pull(crm, journal, taker.take)
        except (Refused, Unsettled) as error:
            raise CrmError(f"{crm.name} does not tell its news: {error}.") from None
        return taker.pulled


class _Taker:
    """News into the store, each thing once."""

    def __init__(self, store: Store, journal: PushJournal, account: str, policy: BouncePolicy) -> None:
        self.pulled = Pulled()
        self._store, self._journal, self._account, self._policy = store, journal, account, policy

    def take(self, page: Sequence[News]) -> None:
        """Take one page over."""
        if not page:
            return
        spellings = self._spellings([news.address for news in page])
        now = datetime.now(UTC)
        outs = [self._optout(news) for news in page if news.kind is NewsKind.OPTOUT]
        self.pulled.optouts += self._store.add_optouts([out for out in outs if out is not None])
        known = [(news, spellings[news.address.lower()]) for news in page if news.address.lower() in spellings]
        letters = [letter for news, address in known if (letter := _letter(news, address)) is not None]
        self.pulled.letters += self._store.record_letters(letters, source=self._account)
        for news, address in known:  # after the letters that they answer
            if news.kind is NewsKind.BOUNCE:
                report = self._bounce(news, address)
                self.pulled.bounces += self._store.record_mail(report, now=now, policy=self._policy)

    def _spellings(self, addresses: Sequence[str]) -> dict[str, str]:
        """Of those that we know: the address as contacts have it, by its lower-case form."""
        plain = {address.lower(): _normalized(address) for address in addresses}
        pushed = self._journal.load(Part.CONTACTS, list(plain))
        here = self._journal.find_contacts([address for address in plain.values() if address])
        found = {lower: address for lower, address in plain.items() if address in here and address is not None}
        for key, line in pushed.items():
            written = next((value for value in line.sent.values() if value.lower() == key), key)
            found[key] = _normalized(written) or key
        return found

    def _optout(self, news: News) -> OptOut | None:
        try:
            key = parse_entry(news.address).key
        except EntryError:
            return None
        reason = f"opted out in {self._account.partition(':')[0]}"
        return OptOut(entry=key, confirmed=True, reason=reason, source=self._account, added_at=news.at)

    def _bounce(self, news: News, address: str) -> MailReport:
        text = f"{self._account}|{address}|{news.key}"
        bounce = Bounce(recipient=address, hard=news.hard, reason=news.reason, diagnostic=news.detail)
        key = blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
        return MailReport(key=key, kind=MailKind.BOUNCE, bounces=(bounce,), date=news.at)


def _letter(news: News, address: str) -> Letter | None:
    if news.kind is NewsKind.SENT:
        return Letter(address=address, sent_at=news.at)
    if news.kind is NewsKind.REPLIED:
        return Letter(address=address, sent_at=news.at, replied_at=news.at)
    return None


def _normalized(text: str) -> str | None:
    try:
        return normalize_address(text)
    except AddressError:
        return None
