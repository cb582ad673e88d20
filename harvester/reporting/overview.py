"""`harvester report`: the store at a glance, from seeds to answers, as one HTML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from harvester.data.texts import load_texts
from harvester.extensions.wording import printable
from harvester.model import CompanyStatus, Grade
from harvester.reporting import charts
from harvester.reporting.pages import render
from harvester.store.overview import MAIL_ARRIVES, Statistics

MOST_BARS = 10
COLORS = ("#2563eb", "#15803d", "#f59e0b")
RED, AMBER = "#dc2626", "#f59e0b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One chart with its title; without a chart there was nothing to draw."""

    title: str
    chart: str
    note: str = ""


def render_overview(found: Statistics, *, now: datetime, language: str = "en") -> str:
    """The whole page."""
    texts = load_texts("report", language)
    note = texts["made"].format(
        day=f"{now:%Y-%m-%d %H:%M} UTC", contacts=f"{found.contacts:,}", companies=f"{found.companies.total():,}"
    )
    return render(
        "overview.html",
        language=language,
        title=texts["title"],
        note=note,
        tiles=list(_tiles(found, language)),
        cards=list(_cards(found, language)),
        empty=texts["empty"],
    )


def _tiles(found: Statistics, language: str) -> Iterator[tuple[str, str]]:
    texts, grades = load_texts("report", language), load_texts("summary_grade", language)
    yield f"{found.contacts:,}", texts["number"]
    for grade in (Grade.A, Grade.B):
        yield f"{found.count(priorities=[grade]):,}", grades[grade]
    if found.contacts:
        words = load_texts("summary_status", language)
        arrives = found.count(statuses=MAIL_ARRIVES)
        yield f"{arrives / found.contacts:.0%}", " / ".join(words[status] for status in MAIL_ARRIVES)


def _cards(found: Statistics, language: str) -> Iterator[Card]:
    texts = load_texts("report", language)
    yield Card(title=texts["funnel"], chart=_funnel(found, language))
    yield Card(title=texts["priorities"], chart=_priorities(found, language))
    yield Card(title=texts["nothing"], chart=_reasons(found, language))
    for name, counts in (
        ("providers", found.by_provider),
        ("countries", found.by_country),
        ("languages", found.by_language),
    ):
        yield Card(title=texts[name], chart=_top(counts, language))
    yield Card(title=texts["state"], chart=charts.bars(found.by_state.most_common()) if found.by_state else "")
    yield _bounces(found, language)
    yield Card(title=texts["runs"], chart=_runs(found, language))


def _funnel(found: Statistics, language: str) -> str:
    texts = load_texts("report", language)
    steps = [
        (texts["seeds"], found.companies.total()),
        (texts["read"], found.sites_read),
        (texts["found"], found.companies[CompanyStatus.CONTACTS_FOUND]),
        (texts["good"], found.companies_with_good),
        (texts["exported"], found.exported_companies),
        (texts["written"], found.written),
        (texts["replied"], found.replied),
    ]
    return charts.bars(steps, total=found.companies.total()) if found.companies else ""


def _priorities(found: Statistics, language: str) -> str:
    rows = [
        (priority or "–", str(status), count)
        for (priority, status), count in sorted(found.by_priority_and_status.items(), key=lambda item: str(item[0]))
    ]
    title = load_texts("report", language)["number"]
    return charts.stacked(rows, load_texts("summary_status", language), title=title) if rows else ""


def _reasons(found: Statistics, language: str) -> str:
    labels = load_texts("summary_site", language)
    rows = [
        (labels[status], count)
        for status, count in found.companies.most_common()
        if status != CompanyStatus.CONTACTS_FOUND
    ]
    return charts.bars(rows, color=AMBER, total=found.companies.total()) if rows else ""


def _top(counts: Counter[str], language: str) -> str:
    texts = load_texts("report", language)
    # The drawing library ends the whole process on a control character.
    rows = [(printable(name) or texts["none"], count) for name, count in counts.most_common(MOST_BARS)]
    if rest := counts.total() - sum(count for _, count in rows):
        rows.append((texts["others"], rest))
    return charts.bars(rows, total=counts.total()) if rows else ""


def _bounces(found: Statistics, language: str) -> Card:
    texts = load_texts("report", language)
    sent, hard, soft = (sum(getattr(week, name) for week in found.weeks) for name in ("sent", "hard", "soft"))
    weeks = [week for week in found.weeks if week.sent]
    if not weeks:
        return Card(title=texts["bounces"], chart="")
    rows = [
        (week.monday.isoformat(), texts[name], getattr(week, name) / week.sent)
        for name in ("hard", "soft")
        for week in weeks
    ]
    chart = charts.lines(rows, title=texts["rate"], colors=(RED, AMBER), percent=True)
    note = texts["bounces_note"].format(hard=hard, soft=soft, sent=sent, rate=f"{(hard + soft) / sent:.1%}")
    return Card(title=texts["bounces"], chart=chart, note=note)


def _runs(found: Statistics, language: str) -> str:
    texts = load_texts("report", language)
    rows = [
        (run.started_at.isoformat(), texts[name], float(value))
        for run in found.runs
        for name, value in (
            ("sites", run.sites.total()),
            ("with_contacts", run.sites[CompanyStatus.CONTACTS_FOUND]),
            ("number", run.addresses),
        )
    ]
    return charts.lines(rows, title="", colors=COLORS) if rows else ""
