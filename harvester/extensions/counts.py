"""What a run has found so far, in numbers. Knows no Scrapy: companies and rejected lines in, counts out."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from harvester.model import Company, CompanyStatus, Contact, Grade, Status
from harvester.visit.limits import limits_hit

# Ends of a visit that speak of the network, ours or theirs. A server that answers with an error is not among them.
NO_ANSWER = frozenset({CompanyStatus.NO_SUCH_DOMAIN, CompanyStatus.UNREACHABLE, CompanyStatus.TIMED_OUT})
BEST_SHOWN = 5


@dataclass(slots=True)
class RunCounts:
    """Counts over the items of one run. `stored` are companies that came from the store instead of a visit, `skipped`
    those that objected."""

    companies: Counter[CompanyStatus] = field(default_factory=Counter)
    priorities: Counter[Grade] = field(default_factory=Counter)
    statuses: Counter[Status] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)  # by setting, the companies whose row names it
    best: list[tuple[int, Company, Contact]] = field(default_factory=list)
    stored: int = 0
    skipped: int = 0
    pages: int = 0
    rejected: int = 0

    def add(self, company: Company) -> None:
        """Count one company with its contacts; the pages and dropped mentions only of those visited in this run."""
        self.companies[company.status] += 1
        self.limits.update(limits_hit(company.detail))
        self.statuses.update(contact.verification.status for contact in company.contacts)
        self.priorities.update(contact.priority.grade for contact in company.contacts if contact.priority)
        if company.status is CompanyStatus.SKIPPED_OPTOUT:
            self.skipped += 1
        elif company.stored:
            self.stored += 1
        else:
            self.pages += company.pages
            self.dropped.update(company.dropped)
        self._keep_best(company)

    def _keep_best(self, company: Company) -> None:
        """Keep the best contact of the best companies, for the summary to show."""
        ranked = [contact for contact in company.contacts if contact.priority and contact.priority.grade is Grade.A]
        if ranked:
            best = max(ranked, key=lambda contact: contact.priority.score if contact.priority else 0)
            self.best.append((best.priority.score if best.priority else 0, company, best))
            self.best.sort(key=lambda entry: -entry[0])
            del self.best[BEST_SHOWN:]

    @property
    def sites(self) -> int:
        """Companies counted, those not visited included."""
        return self.companies.total()

    @property
    def contacts(self) -> int:
        """Addresses found, one for each company that shows it."""
        return self.statuses.total()

    @property
    def visited(self) -> int:
        """Companies whose visit was begun in this run."""
        return self.sites - self.stored - self.skipped - self.companies[CompanyStatus.NOT_VISITED]


@dataclass(slots=True)
class NetworkHealth:
    """Whether it is likely that our own network is what fails: nearly all of the last visits got no answer."""

    floor: float = 0.95
    at_least: int = 20
    last: deque[bool] = field(default_factory=lambda: deque(maxlen=100))

    def add(self, company: Company) -> None:
        """Count the end of one visit."""
        if not company.stored and company.status is not CompanyStatus.NOT_VISITED:
            self.last.append(company.status in NO_ANSWER)

    @property
    def is_ill(self) -> bool:
        """True once `floor` of the last visits, and of no fewer than `at_least`, got no answer."""
        return len(self.last) >= self.at_least and sum(self.last) >= self.floor * len(self.last)
