"""The settings of what comes after the crawl: bounces, silence, old checks, retention."""

from __future__ import annotations

from datetime import timedelta

from harvester.options.values import Option, number, span, spans

LIFE_OPTIONS: tuple[Option, ...] = (
    Option(
        name="HARVESTER_SOFT_BOUNCE_WAITS",
        default=(timedelta(hours=4), timedelta(days=1), timedelta(days=3)),
        parse=spans,
        meaning="how long to wait after the first, second, … soft bounce before writing again",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_LIMIT",
        default=5,
        parse=number(int, 1, 1000),
        meaning="so many soft bounces within HARVESTER_SOFT_BOUNCE_WINDOW suppress an address",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_WINDOW",
        default=timedelta(days=30),
        parse=span,
        meaning="how far back soft bounces count",
    ),
    Option(
        name="HARVESTER_SILENT_AFTER",
        default=timedelta(days=90),
        parse=span,
        meaning="without an answer for so long, `harvester due` proposes another channel",
    ),
    Option(
        name="HARVESTER_RECHECK_AFTER",
        default=timedelta(days=91),
        parse=span,
        meaning="a check older than this is due again",
    ),
    Option(
        name="HARVESTER_UNUSED_FOR",
        default=timedelta(days=730),
        parse=span,
        meaning="contacts neither seen nor used for so long are listed by `harvester contacts --unused-for`",
    ),
)
