"""The part of the store that is about what came after the crawl. Every method is one transaction, unless it says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Engine

from harvester.bounces.policy import DEFAULT_POLICY, BouncePolicy
from harvester.model import Company, Letter, MailReport, RejectedLine
from harvester.store import contacts, due, exports, forgetting, knowledge, letters, listing, mail, optouts, standing
from harvester.store.due import Due
from harvester.store.exports import WrittenFile
from harvester.store.knowledge import Facts
from harvester.store.letters import SenderTrouble
from harvester.store.listing import Filter
from harvester.store.optouts import OptOut
from harvester.suppression import Entry, Erasure, clear_texts, find_addresses_in


class LifeMethods:
    """Letters, bounces, objections, exports, forgetting. `reading` and `writing` are one engine with other options."""

    def __init__(self, reading: Engine, writing: Engine) -> None:
        self._reading = reading
        self._writing = writing

    @cached_property
    def salt(self) -> bytes:
        """The database's own salt, by which what is forgotten is known again."""
        with self._reading.begin() as connection:
            return standing.load_salt(connection)

    def record_mail(self, report: MailReport, *, now: datetime, policy: BouncePolicy = DEFAULT_POLICY) -> bool:
        """Write down a mail of the mailbox and do what follows from it; False when it was there before.

        Bounces go by `bounces.policy`, complaints become opt-outs, unsubscribe mails suggestions of them, replies are
        noted where they are of somebody we know.
        """
        with self._writing.begin() as connection:
            return mail.record_mail(connection, self.salt, report, now, policy)

    def record_letters(self, entries: Iterable[Letter], *, source: str) -> int:
        """Write letters down, each once, with their replies; how many were new."""
        with self._writing.begin() as connection:
            return letters.record_letters(connection, self.salt, entries, source)

    def load_due(self, *, now: datetime, silent: timedelta, recheck: timedelta) -> list[Due]:
        """What is to be done at `now`: retries, companies silent for so long, checks as old as that."""
        with self._reading.begin() as connection:
            return due.load_due(connection, now, silent=silent, recheck=recheck)

    def sender_trouble(self, *, since: datetime) -> list[SenderTrouble]:
        """The bounces since then that speak of the sender, not of the address."""
        with self._reading.begin() as connection:
            return letters.sender_trouble(connection, since)

    def withhold_objections(self, company: Company) -> Company:
        """A company just visited, without what objections cover: before anything else is done with it.

        That it did not object itself was seen before the visit.
        """
        if not contacts.concerns_anybody(company):
            return company
        with self._reading.begin() as connection:
            return contacts.withhold_objections(connection, self.salt, company)

    def clear_blocked(self, item: Company | RejectedLine) -> Company | RejectedLine:
        """An item without anybody who is not to be written to: for those that come from neither store nor visit."""
        with self._reading.begin() as connection:
            if isinstance(item, Company):
                return contacts.withhold(connection, self.salt, [item])[0]
            addresses = find_addresses_in(item.text, item.reason)
            blocked = standing.look_up(connection, self.salt, addresses).blocked(addresses)
        text, reason = clear_texts((item.text, item.reason), blocked)
        return replace(item, text=text, reason=reason)

    def find_blocked(self, addresses: Collection[str]) -> dict[str, str]:
        """Which of the addresses must stand in no file, and why: `opted_out`, `forgotten` or `suppressed`."""
        with self._reading.begin() as connection:
            return standing.look_up(connection, self.salt, addresses).blocked(addresses)

    def add_optouts(self, entries: Iterable[OptOut]) -> int:
        """Write objections down and let them take effect; how many were new."""
        with self._writing.begin() as connection:
            return optouts.add_all(connection, entries)

    def blocked_since(self, since: datetime) -> list[Entry]:
        """Who objected, or was suppressed, since then."""
        with self._reading.begin() as connection:
            return optouts.blocked_since(connection, since)

    def confirm_optouts(self, keys: Collection[str], *, now: datetime) -> list[str]:
        """Let suggestions take effect; the keys of those that there were."""
        with self._writing.begin() as connection:
            return optouts.confirm(connection, keys, now)

    def remove_optout(self, key: str, *, now: datetime) -> bool:
        """Take back an objection, a suggestion or a suppression: what was before holds again. False: there was none."""
        with self._writing.begin() as connection:
            return optouts.remove(connection, key) or mail.lift(connection, key, now)

    def load_optouts(self, *, confirmed: bool | None = None) -> Sequence[OptOut]:
        """The objections (True), the suggestions (False) or both, the newest first."""
        with self._reading.begin() as connection:
            return optouts.load_all(connection, confirmed=confirmed)

    def iter_contacts(self, wanted: Filter) -> Iterator[Company]:
        """Companies with those of their contacts that are wanted, by domain, in one reading transaction."""
        with self._reading.begin() as connection:
            yield from listing.iter_contacts(connection, self.salt, wanted)

    def remove_contacts(self, pairs: Sequence[tuple[str, str]]) -> int:
        """Delete contacts (domain, address); objections and suppressions stay. How many there were."""
        with self._writing.begin() as connection:
            return listing.remove_contacts(connection, pairs)

    def record_file(self, file: WrittenFile) -> None:
        """Remember a list that was written, so that it can be cleared of who is to be forgotten."""
        with self._writing.begin() as connection:
            exports.record_file(connection, file)

    def load_files(self) -> Sequence[WrittenFile]:
        """The lists that were written, by their paths."""
        with self._reading.begin() as connection:
            return exports.load_files(connection)

    def record_export(self, addresses: Iterable[str], *, target: str, now: datetime) -> None:
        """Remember that contacts were handed on."""
        with self._writing.begin() as connection:
            exports.record_export(connection, addresses, target, now)

    def load_facts(self, address: str) -> Facts:
        """All that is known of a normalized address."""
        with self._reading.begin() as connection:
            return knowledge.load_facts(connection, self.salt, address)

    def forget(self, entries: Sequence[Entry], *, now: datetime) -> Erasure:
        """Delete everything about mailboxes and domains, but for a salted digest; `empty_freed_pages` comes next."""
        with self._writing.begin() as connection:
            return forgetting.forget(connection, self.salt, entries, now)

    def empty_freed_pages(self) -> str:
        """Rewrite the database without what was deleted; a sentence where some of it may still be somewhere.

        Not a transaction. StoreError while another process writes.
        """
        return forgetting.empty_freed_pages(self._reading)
