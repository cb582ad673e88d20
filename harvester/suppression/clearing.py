"""A company without the contacts that are to be left alone: pure, also out of what the other contacts' pages said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from harvester.address import find_addresses
from harvester.model import AddressType, Company, Contact, KeptPage, Mention, Seed

CLEARED = "(…)"  # no brackets: in a URL they would begin an IPv6 address
SUPPRESSED = "suppressed"  # the reason of those who did not object: their letters came back
LEFT_OUT = "addresses left out: their owners are not to be written to"


def find_addresses_in(*texts: str) -> list[str]:
    """The addresses, normalized, that stand in some texts."""
    return [address for text in texts if "@" in text for address in _addresses_in(text)]


@lru_cache(maxsize=1024)  # a company's texts are looked through before its checks, before it is stored, and after
def _addresses_in(text: str) -> tuple[str, ...]:
    return tuple(found.address for found in find_addresses(text))


def find_others(company: Company) -> Iterator[str]:
    """Every address, normalized, that the company's files would show: its contacts, and those in texts beside them."""
    yield from (contact.address for contact in company.contacts)
    yield from (mention.address for mention in company.mentions)
    yield from find_addresses_in(*_texts(company))


def addresses_on(page: KeptPage) -> set[str]:
    """Every address, normalized, in what is kept of a page."""
    texts = [text for m in page.mentions for text in (m.context, m.original, m.label)]
    profile = page.profile
    texts += [page.url, *filter(None, (profile.name, profile.postal_address, profile.contact_form))]
    return {*(mention.address for mention in page.mentions), *find_addresses_in(*texts)}


def _texts(company: Company) -> Iterator[str]:
    for mention in _mentions(company):
        yield from (mention.context, mention.original, mention.label, mention.url)
    yield from company.seed.extra.values()
    profile = company.profile
    yield from filter(None, (company.detail, profile.name, profile.postal_address, profile.contact_form))


def _mentions(company: Company) -> Iterator[Mention]:
    yield from company.mentions
    for contact in company.contacts:
        yield from contact.mentions


def clear_company(company: Company, blocked: Mapping[str, str]) -> Company:
    """The company without the contacts of `blocked` (address to reason), which are counted in `dropped`.

    Their addresses are taken out of all texts; so are, of who objected, the name and the phones that are theirs alone.
    """
    if not blocked:
        return company
    left = [contact for contact in company.contacts if contact.address in blocked]
    kept = [contact for contact in company.contacts if contact.address not in blocked]
    hidden = [mention for mention in _mentions(company) if mention.address in blocked]
    cleared = _Clearing(blocked, {*_originals(hidden), *_names(left, hidden, blocked)})
    theirs = _phones(left, blocked) - {contact.phone for contact in kept}
    company = replace(company, detail=cleared.text(company.detail) or "")
    return replace(
        _none_left(company, len(left)) if left and not kept else company,
        seed=cleared.seed(company.seed),
        profile=replace(
            company.profile,
            phones=tuple(phone for phone in company.profile.phones if phone not in theirs),
            postal_address=cleared.text(company.profile.postal_address),
            contact_form=cleared.link(company.profile.contact_form),
        ),
        contacts=tuple(cleared.contact(contact) for contact in kept),
        mentions=tuple(cleared.mention(mention) for mention in company.mentions if mention.address not in blocked),
        kept=tuple(page for page in company.kept if blocked.keys().isdisjoint(addresses_on(page))),
        dropped=dict(Counter(company.dropped) + Counter(blocked[contact.address] for contact in left)),
    )


def _originals(hidden: Iterable[Mention]) -> set[str]:
    """How the pages write what is hidden, where that is no plain address."""
    return {mention.original for mention in hidden if "@" not in mention.original and len(mention.original) > 5}


def _names(left: Iterable[Contact], hidden: Iterable[Mention], blocked: Mapping[str, str]) -> set[str]:
    people = ((holder.person, holder.address) for holders in (left, hidden) for holder in holders)
    return {name for name, address in people if name and _objected(address, blocked)}


def _phones(left: Iterable[Contact], blocked: Mapping[str, str]) -> set[str | None]:
    return {c.phone for c in left if c.type is AddressType.PERSON and _objected(c.address, blocked)}


def _objected(address: str, blocked: Mapping[str, str]) -> bool:
    return blocked[address] != SUPPRESSED


def _none_left(company: Company, number: int) -> Company:
    if (status := company.status_without_contacts) is company.status:
        return company
    return replace(company, status=status, detail="; ".join(filter(None, (company.detail, f"{number} {LEFT_OUT}"))))


def clear_texts(texts: Iterable[str], blocked: Collection[str]) -> list[str]:
    """The texts without these addresses, however they are spelt."""
    cleared = _Clearing(blocked, ())
    return [cleared.text(text) or "" for text in texts]


class _Clearing:
    """Takes addresses and words out of texts."""

    def __init__(self, blocked: Collection[str], words: Collection[str]) -> None:
        self._blocked = blocked
        self._words = sorted(words, key=len, reverse=True)

    def text(self, text: str | None) -> str | None:
        """The text, `[…]` in the place of what was taken out."""
        if not text:
            return text
        if "@" in text or "\uff20" in text:
            for found in sorted(find_addresses(text), key=lambda found: -found.start):
                if found.address in self._blocked:
                    text = text[: found.start] + CLEARED + text[found.end :]
        for word in self._words:
            text = text.replace(word, CLEARED)
        return text

    def link(self, url: str | None) -> str | None:
        """The URL, None if something in it had to be taken out."""
        return url if self.text(url) == url else None

    def mention(self, mention: Mention) -> Mention:
        """The mention, its evidence cleared."""
        return replace(
            mention,
            original=self.text(mention.original) or "",
            context=self.text(mention.context) or "",
            label=self.text(mention.label) or "",
        )

    def contact(self, contact: Contact) -> Contact:
        """The contact, its evidence cleared."""
        return replace(contact, mentions=tuple(self.mention(mention) for mention in contact.mentions))

    def seed(self, seed: Seed) -> Seed:
        """The seed, the list's own columns cleared."""
        if not any("@" in value for value in seed.extra.values()):
            return seed
        return replace(seed, extra={name: self.text(value) or "" for name, value in seed.extra.items()})
