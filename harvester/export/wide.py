"""`--wide`: one row a company, its addresses side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from harvester.export.rows import Row
from harvester.export.spool import SortedSpool

COMPANY_PART = ("company", "domain", "country", "language", "phone", "priority", "score", "contacts")


class WideRows:
    """Contacts in ranked order in, companies in the order of their best contact out; `columns` are known then.

    Not all are held in memory: they are sorted in temporary files.
    """

    def __init__(self, rows: Iterable[Row], *, folder: str | None = None) -> None:
        by_domain: SortedSpool[Row] = SortedSpool(folder=folder)
        for number, row in enumerate(rows):
            by_domain.add((row["domain"], number), {"number": number, **row})
        self._most = 0
        self._companies: SortedSpool[Row] = SortedSpool(folder=folder)
        for _, contacts in groupby(by_domain, key=lambda row: row["domain"]):
            self._add(list(contacts))
        by_domain.close()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the rows; `email_1` to `email_n`, n being the most that one company has."""
        return (*COMPANY_PART, *(f"email_{number}" for number in range(1, self._most + 1)))

    def __iter__(self) -> Iterator[Row]:
        """The companies, the best first."""
        empty = dict.fromkeys(self.columns)
        for row in self._companies:
            yield {**empty, **row}

    def close(self) -> None:
        """Let go of the rows."""
        self._companies.close()

    def _add(self, contacts: list[Row]) -> None:
        best = contacts[0]
        row = {column: best.get(column) for column in COMPANY_PART}
        row["contacts"] = len(contacts)
        row.update({f"email_{number}": contact["email"] for number, contact in enumerate(contacts, 1)})
        row["extra"] = best["extra"]
        self._most = max(self._most, len(contacts))
        self._companies.add((best["number"],), row)
