"""A store in which the strings of strangers stand in every place that a page, a server or a list can fill."""

from __future__ import annotations

import re
from pathlib import Path

from harvester.bounces.policy import BouncePolicy
from harvester.model import (
    Bounce,
    CompanyStatus,
    Grade,
    MailKind,
    MailReport,
    Priority,
    Profile,
    Role,
    StatusReason,
    Verification,
)
from harvester.store import Store
from tests.hostile.strings import STRINGS
from tests.sample_companies import NOW, make_company, make_contact, make_mention, make_seed

HEADER = "=1+1\x1b[31m"  # of a column of the list
# Whatever ends a line, steers a terminal or turns text round, but the end of a line itself.
STEERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def fill(store: Store) -> None:
    """One company a string: name, people, titles, places, evidence, columns; every second had a bounce that says it."""
    for number, text in enumerate(STRINGS):
        domain = f"c{number:02}.example"
        url = f"https://{domain}/{text}"
        told = Verification(
            reason=StatusReason.MX, mail_provider=text, mx=(text,), detail=text, replies=(text,), checked_at=NOW
        )
        contact = make_contact(
            f"sales@{domain}",
            person=text,
            job_title=text,
            role=Role.SALES,
            verification=told,
            priority=Priority(grade=Grade.A, score=90, why=text),
            mentions=(make_mention(f"sales@{domain}", url, original=text, context=text, label=text, person=text),),
        )
        profile = Profile(
            name=text, country="DE", language="de", postal_address=text, contact_form=url, socials={"linkedin": text}
        )
        seed = make_seed(domain, **{HEADER: text})
        store.save_company(make_company(contact, domain=domain, seed=seed, profile=profile, website=url, detail=text))
        if number % 2:
            bounce = Bounce(recipient=f"sales@{domain}", reason="mailboxfull", hard=False, diagnostic=text)
            store.record_mail(
                MailReport(key=domain, kind=MailKind.BOUNCE, date=NOW, bounces=(bounce,)),
                now=NOW,
                policy=BouncePolicy(),
            )
    store.save_company(make_company(domain="none.example", status=CompanyStatus.SERVER_ERROR, detail=STRINGS[21]))


def filled(folder: Path) -> str:
    """The URL of such a store in the folder."""
    url = f"sqlite:///{folder}/harvester.db"
    with Store.open(url) as store:
        fill(store)
    return url
