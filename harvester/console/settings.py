"""`harvester settings`: each setting, what it is set to, by what, and what it means."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from harvester.configuration import CONFIG_FILE, load_config
from harvester.console.options import load_settings, settings_option
from harvester.options import OPTIONS
from harvester.terminal import say, say_json

DEFAULT = "default"

PASSWORD = re.compile(r"(://[^/?#\s:]*:)[^/?#\s]*@")  # in a URL: socks5://user:password@host


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object: name to value, origin and meaning.")
@settings_option
def command(as_json: bool, settings: tuple[str, ...]) -> None:
    """List each setting with its value, where that is from, and what it means. Passwords are not shown."""
    values = load_settings(settings)
    given = {pair.partition("=")[0] for pair in settings}
    in_file = load_config(Path(CONFIG_FILE))
    rows = []
    for option in OPTIONS:
        origin = DEFAULT
        for place, names in ((CONFIG_FILE, in_file), ("environment", os.environ), ("-s", given)):
            origin = place if option.name in names else origin
        rows.append({"name": option.name, "value": shown(option.name, values[option.name]), "origin": origin,
                     "meaning": option.meaning})  # fmt: skip
    if as_json:
        say_json({row.pop("name"): row for row in rows}, indented=True)
        return
    for row in rows:
        say(f"{row['name']} = {row['value']}  ({row['origin']})\n    {row['meaning']}")


def shown(name: str, value: Any) -> str:
    """A value as it would be written, without passwords."""
    if name == "HARVESTER_DATABASE_URL":
        from harvester.store.database import shown_url  # noqa: PLC0415 - heavy

        return shown_url(str(value))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, (list, tuple)):
        return ",".join(shown("", part) for part in value)
    return PASSWORD.sub(r"\1***@", str(value))


def _span(value: timedelta) -> str:
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60)):
        if value.total_seconds() % seconds == 0:
            return f"{value.total_seconds() / seconds:g}{unit}"
    return f"{value.total_seconds():g}s"
