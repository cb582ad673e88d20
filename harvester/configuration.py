"""The settings a user may set, what each means, and where a value comes from.

`-s NAME=VALUE` on the command line wins, then an environment variable of the same name, then `[settings]` in
`harvester.toml` of the current folder. Scrapy's own settings keep their Scrapy names; ours begin with `HARVESTER_`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harvester.crm.choices import SECRETS
from harvester.options import BY_NAME

if TYPE_CHECKING:
    from harvester.classify import AddressLists

CONFIG_FILE = "harvester.toml"
TABLE = "settings"
JOBS = "jobs"  # the other table of the file, read by `harvester run`
PREFIX = "HARVESTER_"
INTERNAL = frozenset({"HARVESTER_IMAP_PASSWORD", "HARVESTER_PRODUCT", "HARVESTER_SETTINGS_ERROR", *SECRETS})
TESTS = "HARVESTER_TEST_"  # of the environment; no settings


class SettingError(ValueError):
    """A setting that cannot be used; the message is a sentence that names it."""


def parse_setting(name: str, value: object, *, origin: str = "") -> object:
    """Return the value of the setting `name` in its own type; raise SettingError with a sentence naming both."""
    try:
        return BY_NAME[name].parse(value)
    except ValueError as error:
        raise SettingError(f"Setting {name}{' in ' + origin if origin else ''}: {error}.") from None


def address_lists(settings: Mapping[str, object]) -> AddressLists:
    """Return the user's lists of addresses, from settings as they were given or parsed; raise SettingError."""
    from harvester.classify import AddressLists  # noqa: PLC0415 - 0.2 s that most commands need not wait for

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
    found = load_config(config)
    for name in environ:
        if not name.startswith(TESTS) and (reason := unknown_setting(name)):
            raise SettingError(f"In the environment {reason}.")
    for name in BY_NAME:
        if name in environ:
            found[name] = parse_setting(name, environ[name], origin="the environment")
    return found


def load_config(config: Path) -> dict[str, object]:
    """Return the settings that the configuration file sets, parsed; raise SettingError."""
    try:
        table = tomllib.loads(config.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number too long, nested too deep
        raise SettingError(f"{config} cannot be read: {error}.") from None
    for name, value in table.items():
        if name not in (TABLE, JOBS):
            raise SettingError(f"{config}: {_misplaced(name, is_table=isinstance(value, dict))}.")
    settings = table.get(TABLE, {})
    if not isinstance(settings, dict):
        raise SettingError(f"{config}: `settings` must be a table, written as [settings].")
    unknown = sorted(set(settings) - set(BY_NAME))
    if secret := set(SECRETS).intersection(unknown):
        raise SettingError(f"{config}: {min(secret)} is a secret, and read from the environment or the keyring only.")
    if unknown:
        raise SettingError(
            f"{config}: there is no setting {unknown[0]}; the nearest is {nearest(unknown[0], BY_NAME)}."
        )
    return {name: parse_setting(name, value, origin=str(config)) for name, value in settings.items()}


def _misplaced(name: str, *, is_table: bool) -> str:
    if is_table:
        return f"there is no table [{name}]; the settings stand in [{TABLE}], the jobs in [{JOBS}.NAME]"
    if name in BY_NAME:
        return f"{name} must stand below a line [{TABLE}]"
    return f"there is no setting {name}; the nearest is {nearest(name, BY_NAME)}, below a line [{TABLE}]"
