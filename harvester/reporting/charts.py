"""Charts as SVG by Altair (Vega-Lite), drawn without a browser: a page needs neither scripts nor the network."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

WIDTH = 400
BAR_HEIGHT = 22
INK, GRID, BLUE = "#334155", "#e2e8f0", "#2563eb"
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
STATUS_COLORS = {
    "deliverable": "#15803d", "likely": "#86c98f", "unknown": "#cbd5e1", "risky": "#f59e0b", "undeliverable": "#dc2626",
}  # fmt: skip
Bars = Sequence[tuple[str, int]]


def bars(rows: Bars, *, color: str = BLUE, total: int | None = None) -> str:
    """Horizontal bars in the order given, each with its number (and its share of `total`)."""
    values = [
        {"place": place, "name": name, "count": count, "label": _label(count, total)}
        for place, (name, count) in enumerate(rows)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("place"), title=None),
        x=alt.X("count:Q", title=None, axis=None, scale=alt.Scale(domainMax=_room(rows), domainMin=0)),
    )
    marks = base.mark_bar(color=color, cornerRadiusEnd=3, height=BAR_HEIGHT - 8)
    labels = base.mark_text(align="left", dx=5, color=INK).encode(text="label:N")
    return _svg((marks + labels).properties(width=WIDTH, height=BAR_HEIGHT * max(len(rows), 1)))


def stacked(rows: Sequence[tuple[str, str, int]], labels: Mapping[str, str], *, title: str) -> str:
    """Horizontal bars made of parts: (bar, status, count); `labels` name the statuses."""
    order = list(STATUS_COLORS)
    values = [
        {"bar": bar, "part": labels[part], "count": count, "place": order.index(part)} for bar, part, count in rows
    ]
    names = list(dict.fromkeys(bar for bar, _, _ in rows))
    scale = alt.Scale(domain=[labels[part] for part in order], range=list(STATUS_COLORS.values()))
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(height=BAR_HEIGHT)
        .encode(
            y=alt.Y("bar:N", sort=names, title=None),
            x=alt.X("count:Q", title=title, axis=alt.Axis(tickMinStep=1, tickCount=5, format="~s")),
            color=alt.Color("part:N", scale=scale, title=None, legend=alt.Legend(orient="bottom", columns=5)),
            order=alt.Order("place:Q"),
        )
    )
    return _svg(chart.properties(width=WIDTH, height=(BAR_HEIGHT + 10) * len(names)))


def lines(rows: Sequence[tuple[str, str, float]], *, title: str, colors: Sequence[str], percent: bool = False) -> str:
    """Lines over time: (ISO date or moment, series, value)."""
    values = [{"at": at, "series": series, "value": value} for at, series, value in rows]
    series = list(dict.fromkeys(name for _, name, _ in rows))
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2.5)
        .encode(
            x=alt.X("at:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelAngle=-35, tickCount=8)),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(format=".1%" if percent else "~s", tickCount=5)),
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=series, range=list(colors)[: len(series)]),
                title=None,
                legend=alt.Legend(orient="bottom") if len(series) > 1 else None,
            ),
        )
    )
    return _svg(chart.properties(width=WIDTH, height=190))


def _label(count: int, total: int | None) -> str:
    return f"{count:,}" + (f" · {count / total:.0%}" if total else "")


def _room(rows: Bars) -> float:
    return max((count for _, count in rows), default=1) * 1.3 or 1


def _svg(chart: Any) -> str:
    drawn = io.StringIO()
    # The browser's font may be wider than the one that the labels were measured with: room on the left.
    padding = {"left": 26, "top": 4, "right": 4, "bottom": 4}
    chart = chart.configure(font=FONT, background="transparent", padding=padding).configure_view(stroke=None)
    chart = chart.configure_axis(
        labelColor=INK, titleColor=INK, gridColor=GRID, domainColor=GRID, tickColor=GRID, labelFontSize=12,
        labelLimit=230, titleFontWeight="normal",
    )  # fmt: skip
    chart.configure_legend(labelColor=INK, labelFontSize=12).configure_text(fontSize=12).save(drawn, format="svg")
    return drawn.getvalue()
