"""Companies and contacts for tests, invented, with everything set that a file can show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from harvester.model import (
    AddressKind,
    AddressType,
    Company,
    CompanyStatus,
    Contact,
    Grade,
    Mention,
    Method,
    Priority,
    Profile,
    Role,
    Seed,
    StatusReason,
    Verification,
    Zone,
)

NOW = datetime(2026, 11, 23, 2, 45, 51, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def make_mention(address: str, url: str, *, seen: datetime = NOW, **changes: Any) -> Mention:
    """A mailto link in the main part of a page."""
    plain = Mention(
        address=address,
        url=url,
        method=Method.MAILTO,
        zone=Zone.MAIN,
        original=f"mailto:{address}",
        context=f"Schreiben Sie an {address}",
        seen=seen,
        label="Kontakt",
    )
    return replace(plain, **changes)


def make_contact(address: str, *, seen: datetime = NOW, urls: tuple[str, ...] = (), **changes: Any) -> Contact:
    """A general role address that the DNS says takes mail."""
    urls = urls or (f"https://{address.rpartition('@')[2]}/",)
    plain = Contact(
        address=address,
        kind=AddressKind.CORPORATE,
        type=AddressType.ROLE,
        role=Role.GENERAL,
        mentions=tuple(make_mention(address, url, seen=seen) for url in urls),
        verification=Verification(
            reason=StatusReason.MX, mail_provider="self", mx=("mx.nord.example",), checked_at=seen
        ),
        priority=Priority(grade=Grade.B, score=50, why="own domain, general"),
    )
    return replace(plain, **changes)


def make_seed(domain: str = "nord.example", *, line: int = 1, **extra: str) -> Seed:
    """A line of a list, with columns of its own."""
    return Seed(domain=domain, host=f"www.{domain}", file="list.csv", line=line, text=domain, extra=extra)


def make_company(
    *addresses: str | Contact, domain: str = "nord.example", seen: datetime = NOW, **changes: Any
) -> Company:
    """A visit that found these addresses (or, without any, that the site publishes none)."""
    contacts = tuple(make_contact(entry, seen=seen) if isinstance(entry, str) else entry for entry in addresses)
    plain = Company(
        seed=make_seed(domain),
        status=CompanyStatus.CONTACTS_FOUND if contacts else CompanyStatus.NO_ADDRESS_PUBLISHED,
        profile=Profile(
            name="Nord Werkzeuge GmbH",
            country="DE",
            language="de",
            phones=("+4961261234",),
            postal_address="Hafenstr. 1, 65510 Idstein",
            socials={"linkedin": "https://www.linkedin.com/company/nord-werkzeuge"},
        ),
        website=f"https://www.{domain}/",
        pages=3,
        pages_tried=4,
        seconds=4.25,
        visited_at=seen,
        contacts=contacts,
        dropped={"placeholder": 1},
    )
    return replace(plain, **changes)
