"""What several commands share: the option `-s`, the settings that come of it, and how a command ends early."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from harvester.configuration import CONFIG_FILE, SettingError, load_overrides, nearest, parse_setting
from harvester.options import BY_NAME, OPTIONS
from harvester.terminal import escape

settings_option: Callable[[Any], Any] = click.option(
    "-s", "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a setting (repeatable)."
)


class ArgumentsError(click.ClickException):
    """Ends the command with one sentence and exit status 2."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        super().__init__(escape(sentence, lines=True))


def load_settings(pairs: Sequence[str] = ()) -> dict[str, Any]:
    """The value of every setting: `-s` pairs, then the environment, then harvester.toml; ends the command on a bad one.

    For commands that start no crawl: a crawl's settings are Scrapy's to load.
    """
    try:
        found: dict[str, Any] = {option.name: option.default for option in OPTIONS}
        found |= load_overrides(os.environ, Path(CONFIG_FILE))
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals:
                raise SettingError(f"-s {pair}: write -s NAME=VALUE.")
            if name not in BY_NAME:
                raise SettingError(f"There is no setting {name}; the nearest is {nearest(name, BY_NAME)}.")
            found[name] = parse_setting(name, value)
    except SettingError as error:
        raise ArgumentsError(str(error)) from None
    return found
