"""The arguments of a crawl, checked in one place before anything is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from scrapy.settings import default_settings

from harvester.configuration import SettingError, parse_setting, unknown_setting
from harvester.download.open_files import make_room_for
from harvester.options import BY_NAME
from harvester.seeds import SeedListError, check_list
from harvester.seeds.shards import Shard, parse_shard
from harvester.spans import parse_span

DEFAULT_RECRAWL = timedelta(days=7)
FRACTIONS = frozenset({"DNS_TIMEOUT"})  # whole by default, read as a fraction
KNOWN_ARGUMENTS = ("domains", "recrawl", "sheet", "processes", "shard")
PROCESSES_MAX = 64
OF_SCRAPYD = frozenset({"_job"})  # which it gives to every spider


class ArgumentError(ValueError):
    """An argument or setting that cannot be used; the message is a sentence that says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlArguments:
    """What a crawl was asked for. `recrawl`: a seed visited longer ago than this is visited again.

    `entries`: about how many seeds the list has, None where that is known at its end only.
    """

    domains: str
    sheet: str = ""  # of a workbook; empty: the first
    recrawl: timedelta = DEFAULT_RECRAWL
    entries: int | None = None
    processes: int = 1
    shard: Shard | None = None  # the part of the list that is to be visited; None: all


def check_arguments(arguments: Mapping[str, str], settings: Mapping[str, object]) -> CrawlArguments:
    """Return the checked arguments of `scrapy crawl contacts` and `harvester crawl`; raise ArgumentError.

    `settings` holds the values of the settings in `options.OPTIONS` as they will be used.
    """
    unknown = sorted(set(arguments) - set(KNOWN_ARGUMENTS) - OF_SCRAPYD)
    if unknown:
        raise ArgumentError(f"Unknown argument -a {unknown[0]}; known are {', '.join(KNOWN_ARGUMENTS)}.")
    if not arguments.get("domains"):
        raise ArgumentError("No list given: say -a domains=list.txt (or - for standard input).")
    recrawl = parse_age(arguments["recrawl"]) if "recrawl" in arguments else DEFAULT_RECRAWL
    check_settings(settings)
    processes = parse_processes(arguments.get("processes", "1"), settings)
    shard = parse_part(arguments["shard"]) if "shard" in arguments else None
    domains, sheet = arguments["domains"], arguments.get("sheet", "")
    try:
        entries = check_list(domains, sheet=sheet)
    except SeedListError as error:
        raise ArgumentError(str(error)) from None
    if shard and entries:
        entries = -(-entries // shard.count)
    return CrawlArguments(
        domains=domains, sheet=sheet, recrawl=recrawl, entries=entries, processes=processes, shard=shard
    )


def parse_part(text: str) -> Shard:
    """Return the part of the list that `2/8` stands for; raise ArgumentError."""
    try:
        return parse_shard(text)
    except ValueError as error:
        raise ArgumentError(f"shard={text[:40]} {error}.") from None


def parse_processes(text: str, settings: Mapping[str, object]) -> int:
    """Return the number of processes; raise ArgumentError."""
    if not (text.isdecimal() and text.isascii() and 1 <= len(text) <= 3 and 1 <= int(text) <= PROCESSES_MAX):
        raise ArgumentError(f"processes={text[:40]} must be a whole number from 1 to {PROCESSES_MAX}.")
    if int(text) > 1 and parse_setting("HARVESTER_SMTP_PROBE", settings["HARVESTER_SMTP_PROBE"]):
        raise ArgumentError(
            "HARVESTER_SMTP_PROBE with several processes would ask mail servers faster than its limits allow, "
            "which each process keeps for itself. Crawl without it; harvester recheck asks afterwards."
        )
    return int(text)


def check_settings(settings: Mapping[str, object]) -> None:
    """Raise ArgumentError for the first setting that there is not, or whose value cannot be used.

    The limit on open files is raised to what HARVESTER_OPEN_VISITS needs.
    """
    if error := settings.get("HARVESTER_SETTINGS_ERROR"):
        raise ArgumentError(str(error))
    for name, value in settings.items():
        if reason := unknown_setting(name):
            raise ArgumentError(f"{reason[:1].upper()}{reason[1:]}.")
        if isinstance(value, str) and name not in BY_NAME:
            _check_scrapys(name, value)
    try:
        parsed = {name: parse_setting(name, settings[name]) for name in BY_NAME}
        make_room_for(cast("int", parsed["HARVESTER_OPEN_VISITS"]))
    except SettingError as error:
        raise ArgumentError(str(error)) from None


def _check_scrapys(name: str, text: str) -> None:
    """Scrapy meets a word in place of a number with a traceback; its defaults tell which settings want a number."""
    kind = bool if name == "TELNETCONSOLE_ENABLED" else type(getattr(default_settings, name, None))  # its default is 1
    noun = {bool: "1 or 0", int: "a whole number", float: "a number"}.get(kind)
    if noun is None or (kind is bool and text in ("True", "true", "False", "false")):
        return
    try:
        float(text) if kind is float or name in FRACTIONS else int(text)
    except ValueError:
        raise ArgumentError(f"Setting {name}: it must be {noun}, not {text[:40]!r}.") from None


def parse_age(text: str) -> timedelta:
    """Return the time span written as `7d`, `12h`, `2w`, `30m`, `45s` or `0`; a bare number counts days."""
    try:
        return parse_span(text)
    except ValueError as error:
        raise ArgumentError(f"recrawl={text[:40]} {error}; 0 for all.") from None
