"""The settings a user may set, what each means, and where a value comes from.

`-s NAME=VALUE` on the command line wins, then an environment variable of the same name, then `[settings]` in
`harvester.toml` of the current folder. Scrapy's own settings keep their Scrapy names; ours begin with `HARVESTER_`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from harvester.classify import AddressLists, parse_pattern
from harvester.spans import parse_span
from harvester.verify.nameservers import parse_nameserver

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


def _number(kind: type[int] | type[float], low: float, high: float) -> Callable[[object], object]:
    noun = "whole number" if kind is int else "number"

    def parse(value: object) -> object:
        try:
            if isinstance(value, bool):
                raise TypeError
            number = kind(str(value))
        except (TypeError, ValueError):
            raise ValueError(f"it must be a {noun} from {low:g} to {high:g}, not {str(value)[:40]!r}") from None
        if not low <= number <= high:
            raise ValueError(f"it must be from {low:g} to {high:g}, not {number:g}")
        return number

    return parse


def _flag(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"it must be 1 or 0, not {str(value)[:40]!r}") from None


def _text(value: object) -> str:
    return str(value).strip()


def _url(value: object) -> str:
    text = _text(value)
    if text and not text.startswith(("https://", "http://", "mailto:")):
        raise ValueError("it must be a URL that begins with https://, http:// or mailto:")
    return text


def _choice(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if (text := _text(value)) not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}, not {text[:40]!r}")
        return text

    return parse


def _level(value: object) -> str:
    return _choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")(_text(value).upper())


def _parts(value: object) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]


def _nameservers(value: object) -> list[str]:
    names = _parts(value)
    for name in names:
        try:
            parse_nameserver(name)
        except ValueError as error:  # a sentence, which becomes part of one
            text = str(error)
            raise ValueError(text[:1].lower() + text[1:].rstrip(".")) from None
    return names


def _span(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_span(_text(value))
    except ValueError as error:
        raise ValueError(f"{_text(value)[:40]!r} {error}") from None


def _spans(value: object) -> tuple[timedelta, ...]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return tuple(map(_span, parts))


def _addresses(value: object) -> list[str]:
    """The patterns of a list of addresses; `file:PATH` stands for the lines of a file, `#` begins a comment there."""
    patterns: list[str] = []
    for part in _parts(value):
        if part.startswith(LIST_FILE):
            patterns += _patterns_of_file(Path(part.removeprefix(LIST_FILE)))
        else:
            patterns.append(parse_pattern(part))
    return sorted(set(patterns))


def _patterns_of_file(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} cannot be read: it is no text in UTF-8") from None
    for number, line in enumerate(lines, 1):
        if text := line.partition("#")[0].strip():
            try:
                yield parse_pattern(text)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from None


DAY_S = 86400
LIST_FILE = "file:"
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
        name="HARVESTER_ALLOW_ADDRESSES",
        default=[],
        parse=_addresses,
        meaning="addresses, domains, @domain or name@, comma-separated, that are contacts whatever the rules say",
    ),
    Option(
        name="HARVESTER_DENY_ADDRESSES",
        default=[],
        parse=_addresses,
        meaning="the same for what is never a contact; file:PATH stands for the lines of a file",
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
        name="HARVESTER_SOFT_BOUNCE_WAITS",
        default=(timedelta(hours=4), timedelta(days=1), timedelta(days=3)),
        parse=_spans,
        meaning="how long to wait after the first, second, … soft bounce before writing again",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_LIMIT",
        default=5,
        parse=_number(int, 1, 1000),
        meaning="so many soft bounces within HARVESTER_SOFT_BOUNCE_WINDOW suppress an address",
    ),
    Option(
        name="HARVESTER_SOFT_BOUNCE_WINDOW",
        default=timedelta(days=30),
        parse=_span,
        meaning="how far back soft bounces count",
    ),
    Option(
        name="HARVESTER_SILENT_AFTER",
        default=timedelta(days=90),
        parse=_span,
        meaning="without an answer for so long, `harvester due` proposes another channel",
    ),
    Option(
        name="HARVESTER_RECHECK_AFTER",
        default=timedelta(days=91),
        parse=_span,
        meaning="a check older than this is due again",
    ),
    Option(
        name="HARVESTER_UNUSED_FOR",
        default=timedelta(days=730),
        parse=_span,
        meaning="contacts neither seen nor used for so long are listed by `harvester contacts --unused-for`",
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
