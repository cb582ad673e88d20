"""The settings a user may set, what each means, and where a value comes from.

`-s NAME=VALUE` on the command line wins, then an environment variable of the same name, then `[settings]` in
`harvester.toml` of the current folder. Scrapy's own settings keep their Scrapy names; ours begin with `HARVESTER_`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from harvester.option import Option
from harvester.option import choice as _choice
from harvester.option import flag as _flag
from harvester.option import level as _level
from harvester.option import nameservers as _nameservers
from harvester.option import number as _number
from harvester.option import text as _text
from harvester.option import url as _url
from harvester.smtp_options import SMTP_OPTIONS

CONFIG_FILE = "harvester.toml"
TABLE = "settings"
PREFIX = "HARVESTER_"
INTERNAL = frozenset({"HARVESTER_PRODUCT", "HARVESTER_SETTINGS_ERROR"})
TESTS = "HARVESTER_TEST_"  # of the environment; no settings
LANGUAGES = ("en",)


class SettingError(ValueError):
    """A setting that cannot be used; the message is a sentence that names it."""


DAY_S = 86400
OPTIONS: tuple[Option, ...] = (
    Option(name="HARVESTER_MAX_PAGES", default=12, parse=_number(int, 1, 1000), meaning="pages read per site at most"),
    Option(
        name="HARVESTER_MAX_SECONDS",
        default=60,
        parse=_number(float, 1, DAY_S),
        meaning="seconds spent on one site at most",
    ),
    Option(
        name="HARVESTER_OPEN_VISITS",
        default=64,
        parse=_number(int, 1, 10_000),
        meaning="sites visited at the same time (one page at a time each)",
    ),
    Option(
        name="HARVESTER_NAMESERVERS",
        default=[],
        parse=_nameservers,
        meaning="name servers to ask, comma-separated, with :port where it is not 53; empty: the system's",
    ),
    Option(
        name="HARVESTER_ALLOW_PRIVATE_ADDRESSES",
        default=False,
        parse=_flag,
        meaning="1 lets the crawl connect to loopback and private addresses (intranets, tests)",
    ),
    Option(
        name="HARVESTER_CONTACT_URL",
        default="",
        parse=_url,
        meaning="page or mailto: where a site's owner can reach you; stands in the User-Agent",
    ),
    Option(
        name="HARVESTER_DATABASE_URL",
        default="sqlite:///output/harvester.db",
        parse=_text,
        meaning="where everything is remembered: any SQLAlchemy URL of SQLite or PostgreSQL",
    ),
    Option(
        name="HARVESTER_LANGUAGE",
        default="en",
        parse=_choice(*LANGUAGES),
        meaning="language of `why` and of the summary",
    ),
    Option(
        name="DOWNLOAD_DELAY",
        default=1.0,
        parse=_number(float, 0, 3600),
        meaning="pause in seconds between two pages of one site",
    ),
    Option(
        name="DOWNLOAD_TIMEOUT",
        default=20,
        parse=_number(float, 0.1, 3600),
        meaning="seconds for one page at most, from connecting to its last byte",
    ),
    Option(
        name="DOWNLOAD_MAXSIZE",
        default=5 * 1024 * 1024,
        parse=_number(int, 1024, 1 << 30),
        meaning="bytes of one page at most, also after decompression",
    ),
    Option(
        name="DOWNLOAD_VERIFY_CERTIFICATES",
        default=False,
        parse=_flag,
        meaning="1 refuses sites whose certificate does not verify; 0 reads them and notes it in `detail`",
    ),
    Option(
        name="ROBOTSTXT_OBEY",
        default=True,
        parse=_flag,
        meaning="0 ignores robots.txt: only for sites of your own",
    ),
    Option(name="USER_AGENT", default="", parse=_text, meaning="replaces the whole User-Agent"),
    Option(name="LOG_LEVEL", default="INFO", parse=_level, meaning="DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    *SMTP_OPTIONS,
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def parse_setting(name: str, value: object, *, origin: str = "") -> object:
    """Return the value of the setting `name` in its own type; raise SettingError with a sentence naming both."""
    try:
        return BY_NAME[name].parse(value)
    except ValueError as error:
        raise SettingError(f"Setting {name}{' in ' + origin if origin else ''}: {error}.") from None


def unknown_setting(name: str) -> str | None:
    """Return what is to be said of a setting in our name that there is not; None where there is, or it is not ours."""
    if not name.startswith(PREFIX) or name in BY_NAME or name in INTERNAL:
        return None
    return f"there is no setting {name}; the nearest is {nearest(name, BY_NAME)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like this one."""
    return get_close_matches(name.upper(), list(known), n=1, cutoff=0)[0]


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
