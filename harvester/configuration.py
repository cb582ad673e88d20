"""The settings a user may set, what each means, and where a value comes from.

`-s NAME=VALUE` on the command line wins, then an environment variable of the same name, then `[settings]` in
`harvester.toml` of the current folder. Scrapy's own settings keep their Scrapy names; ours begin with `HARVESTER_`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from harvester.classify import AddressLists
from harvester.setting_values import (
    read_addresses,
    read_choice,
    read_flag,
    read_level,
    read_nameservers,
    read_number,
    read_span,
    read_spans,
    read_text,
    read_url,
)

CONFIG_FILE = "harvester.toml"
TABLE = "settings"
PREFIX = "HARVESTER_"
INTERNAL = frozenset({"HARVESTER_IMAP_PASSWORD", "HARVESTER_PRODUCT", "HARVESTER_SETTINGS_ERROR"})
TESTS = "HARVESTER_TEST_"  # of the environment; no settings
LANGUAGES = ("en",)


class SettingError(ValueError):
    """A setting that cannot be used; the message is a sentence that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting: its default, the function that reads a value (raises ValueError) and what it means."""

    name: str
    default: object
    parse: Callable[[object], object]
    meaning: str


DAY_S = 86400
OPTIONS: tuple[Option, ...] = (
    Option(
        name="HARVESTER_MAX_PAGES", default=12, parse=read_number(int, 1, 1000), meaning="pages read per site at most"
    ),
    Option(
        name="HARVESTER_MAX_SECONDS",
        default=60,
        parse=read_number(float, 1, DAY_S),
        meaning="seconds spent on one site at most",
    ),
    Option(
        name="HARVESTER_OPEN_VISITS",
        default=64,
        parse=read_number(int, 1, 10_000),
        meaning="sites visited at the same time (one page at a time each)",
    ),
    Option(
        name="HARVESTER_NAMESERVERS",
        default=[],
        parse=read_nameservers,
        meaning="name servers to ask, comma-separated, with :port where it is not 53; empty: the system's",
    ),
    Option(
        name="HARVESTER_ALLOW_PRIVATE_ADDRESSES",
        default=False,
        parse=read_flag,
        meaning="1 lets the crawl connect to loopback and private addresses (intranets, tests)",
    ),
    Option(
        name="HARVESTER_ALLOW_ADDRESSES",
        default=[],
        parse=read_addresses,
        meaning="addresses, domains, @domain or name@, comma-separated, that are contacts whatever the rules say",
    ),
    Option(
        name="HARVESTER_DENY_ADDRESSES",
        default=[],
        parse=read_addresses,
        meaning="the same for what is never a contact; file:PATH stands for the lines of a file",
    ),
    Option(
        name="HARVESTER_CONTACT_URL",
        default="",
        parse=read_url,
        meaning="page or mailto: where a site's owner can reach you; stands in the User-Agent",
    ),
    Option(
        name="HARVESTER_DATABASE_URL",
        default="sqlite:///output/harvester.db",
        parse=read_text,
        meaning="where everything is remembered: any SQLAlchemy URL of SQLite or PostgreSQL",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_WAITS",
        default=(timedelta(hours=4), timedelta(days=1), timedelta(days=3)),
        parse=read_spans,
        meaning="how long to wait after the first, second, … soft bounce before writing again",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_LIMIT",
        default=5,
        parse=read_number(int, 1, 1000),
        meaning="so many soft bounces within HARVESTER_SOFT_BOUNCE_WINDOW suppress an address",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_WINDOW",
        default=timedelta(days=30),
        parse=read_span,
        meaning="how far back soft bounces count",
    ),
    Option(
        name="HARVESTER_SILENT_AFTER",
        default=timedelta(days=90),
        parse=read_span,
        meaning="without an answer for so long, `harvester due` proposes another channel",
    ),
    Option(
        name="HARVESTER_RECHECK_AFTER",
        default=timedelta(days=91),
        parse=read_span,
        meaning="a check older than this is due again",
    ),
    Option(
        name="HARVESTER_UNUSED_FOR",
        default=timedelta(days=730),
        parse=read_span,
        meaning="contacts neither seen nor used for so long are listed by `harvester contacts --unused-for`",
    ),
    Option(
        name="HARVESTER_LANGUAGE",
        default="en",
        parse=read_choice(*LANGUAGES),
        meaning="language of `why` and of the summary",
    ),
    Option(
        name="DOWNLOAD_DELAY",
        default=1.0,
        parse=read_number(float, 0, 3600),
        meaning="pause in seconds between two pages of one site",
    ),
    Option(
        name="DOWNLOAD_TIMEOUT",
        default=20,
        parse=read_number(float, 0.1, 3600),
        meaning="seconds for one page at most, from connecting to its last byte",
    ),
    Option(
        name="DOWNLOAD_MAXSIZE",
        default=5 * 1024 * 1024,
        parse=read_number(int, 1024, 1 << 30),
        meaning="bytes of one page at most, also after decompression",
    ),
    Option(
        name="DOWNLOAD_VERIFY_CERTIFICATES",
        default=False,
        parse=read_flag,
        meaning="1 refuses sites whose certificate does not verify; 0 reads them and notes it in `detail`",
    ),
    Option(
        name="ROBOTSTXT_OBEY",
        default=True,
        parse=read_flag,
        meaning="0 ignores robots.txt: only for sites of your own",
    ),
    Option(name="USER_AGENT", default="", parse=read_text, meaning="replaces the whole User-Agent"),
    Option(name="LOG_LEVEL", default="INFO", parse=read_level, meaning="DEBUG, INFO, WARNING, ERROR or CRITICAL"),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def parse_setting(name: str, value: object, *, origin: str = "") -> object:
    """Return the value of the setting `name` in its own type; raise SettingError with a sentence naming both."""
    try:
        return BY_NAME[name].parse(value)
    except ValueError as error:
        raise SettingError(f"Setting {name}{' in ' + origin if origin else ''}: {error}.") from None


def address_lists(settings: Mapping[str, object]) -> AddressLists:
    """Return the user's lists of addresses, from settings as they were given or parsed; raise SettingError."""
    allow, deny = (
        parse_setting(name, settings.get(name) or [])
        for name in ("HARVESTER_ALLOW_ADDRESSES", "HARVESTER_DENY_ADDRESSES")
    )
    return AddressLists.of(allow=cast("list[str]", allow), deny=cast("list[str]", deny))


def unknown_setting(name: str) -> str | None:
    """Return what is to be said of a setting in our name that there is not; None where there is, or it is not ours."""
    if not name.startswith(PREFIX) or name in BY_NAME or name in INTERNAL:
        return None
    return f"there is no setting {name}; the nearest is {nearest(name, BY_NAME)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like this one."""
    by_folded = {one.upper(): one for one in known}
    return by_folded[get_close_matches(name.upper(), list(by_folded), n=1, cutoff=0)[0]]


def load_overrides(environ: Mapping[str, str], config: Path) -> dict[str, object]:
    """Return the settings that the environment and the configuration file set, parsed; raise SettingError."""
    found = _load_config(config)
    for name in environ:
        if not name.startswith(TESTS) and (reason := unknown_setting(name)):
            raise SettingError(f"In the environment {reason}.")
    for name in BY_NAME:
        if name in environ:
            found[name] = parse_setting(name, environ[name], origin="the environment")
    return found


def _load_config(config: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(config.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{config} cannot be read: {error}.") from None
    for name, value in table.items():
        if name != TABLE:
            raise SettingError(f"{config}: {_misplaced(name, is_table=isinstance(value, dict))}.")
    settings = table.get(TABLE, {})
    if not isinstance(settings, dict):
        raise SettingError(f"{config}: `settings` must be a table, written as [settings].")
    unknown = sorted(set(settings) - set(BY_NAME))
    if unknown:
        raise SettingError(
            f"{config}: there is no setting {unknown[0]}; the nearest is {nearest(unknown[0], BY_NAME)}."
        )
    return {name: parse_setting(name, value, origin=str(config)) for name, value in settings.items()}


def _misplaced(name: str, *, is_table: bool) -> str:
    if is_table:
        return f"there is no table [{name}]; the settings stand in [{TABLE}]"
    if name in BY_NAME:
        return f"{name} must stand below a line [{TABLE}]"
    return f"there is no setting {name}; the nearest is {nearest(name, BY_NAME)}, below a line [{TABLE}]"
