"""Contacts with names that break files, and the files of an export in memory."""

import io
from collections.abc import Iterator
from typing import Any

from harvester.export.formats import FORMATS, Layout, write_rows
from harvester.export.rows import CONTACT_COLUMNS

HOSTILE = (
    'He said "yes", and; left',
    "two\nlines\r\nand\u2028a third",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "'quoted'",
    "😀 Größe & Söhne 👩‍👩‍👧",
    "שלום עולם \u202egpj.exe",
    "شركة النور",
    "深圳市华强电子有限公司",
    "a|b<c>d\\e,f",
    "\x07bell\tand tab",
    " spaces ",
    "ſ" * 400,
    "<script>alert(1)</script>",
    "{{7*7}} %s $HOME",
)


def make_row(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A row as the store gives it."""
    row: dict[str, Any] = dict.fromkeys(CONTACT_COLUMNS)
    row |= {
        "priority": "A", "score": 90, "email": f"sales{number}@c{number}.example", "company": f"Nord {number} GmbH",
        "domain": f"c{number}.example", "email_kind": "corporate", "email_type": "role", "role": "sales",
        "phone": "+4961261234", "country": "DE", "language": "de", "status": "likely", "status_reason": "mx",
        "mail_provider": "self", "source_url": f"https://c{number}.example/kontakt", "source_kind": "official_site",
        "method": "mailto", "first_seen": "2026-11-23T02:45:51Z", "last_seen": "2026-11-24T02:45:51Z",
        "why": "Sales mailbox on the company's own domain.", "state": "verified", "checked_at": "2026-11-24T02:45:51Z",
        "sources": 2, "extra": {},
    }  # fmt: skip
    return row | changes


def hostile_rows(count: int) -> Iterator[dict[str, Any]]:
    """Rows whose texts are hostile, each in its turn."""
    for number in range(count):
        text = HOSTILE[number % len(HOSTILE)]
        person = HOSTILE[number // 3 % len(HOSTILE)] if number % 2 else None
        yield make_row(
            number, company=text, person=person, job_title=text, why=text, extra={"Note": text, "公司": text}
        )


def export(name: str, rows: Any, **layout: Any) -> dict[str, bytes]:
    """The parts of an export by their names."""
    parts: dict[str, io.BytesIO] = {}

    def open_part(part: str) -> io.BytesIO:
        assert part not in parts
        return parts.setdefault(part, io.BytesIO())

    write_rows(FORMATS[name](open_part, Layout(**layout)), rows)
    return {part: stream.getvalue() for part, stream in parts.items()}
