"""`[jobs.NAME]` of harvester.toml: what a job is to do, as the command lines of its parts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TABLE = "jobs"
FILTERS = ("min_priority", "status", "role", "country", "roles_only", "new_since", "limit_per_company")
KEYS = ("list", "sheet", "recrawl", "processes", "recheck", "bounces", "pull", "filters", "exports", "pushes", "charts",
        "report", "notify")  # fmt: skip
EXPORT_KEYS = ("file", "format", *FILTERS, "wide", "vcard_version", "no_record")
PUSH_KEYS = ("to", "fields", *FILTERS)
RECHECK_KEYS = ("older_than", "pages", "smtp")
BOUNCES_KEYS = ("sources", "move_to")
NOTIFY_KEYS = ("to", "from", "server", "user", "password_variable", "only_failures")
MAIL_SCHEMES = ("smtp", "smtps")


class JobError(ValueError):
    """A job that cannot be run as it is written; the message is a sentence that says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One command of a job: `arguments` are what follows `harvester`."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Whom to mail the report, and how: `server` is smtp://host:port (STARTTLS where offered) or smtps://…."""

    to: tuple[str, ...]
    sender: str
    server: str
    user: str = ""
    password_variable: str = ""
    only_failures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one round consists of, in order; the report goes to `report`.txt and `report`.html."""

    name: str
    parts: tuple[Part, ...]
    report: Path
    notification: Notification | None = None


def load_job(config: Path, name: str) -> Job:
    """The job of that name; JobError for one that is not there or cannot be run."""
    try:
        jobs = tomllib.loads(config.read_text("utf-8-sig")).get(TABLE, {})
    except FileNotFoundError:
        jobs = {}
    except (OSError, ValueError, RecursionError) as error:
        raise JobError(f"{config} cannot be read: {error}.") from None
    if not isinstance(jobs, dict) or name not in jobs:
        known = f"it has {', '.join(jobs)}" if isinstance(jobs, dict) and jobs else "it has no job"
        raise JobError(f"There is no table [{TABLE}.{name}] in {config}: {known}.")
    if not name.replace("-", "").replace("_", "").isalnum():
        raise JobError(f"The job {name!r} needs a name of letters, digits, - and _.")
    return _parse_job(name, _Table(jobs[name], f"{config}: [{TABLE}.{name}]"))


class _Table:
    """A table of the file, which says where something in it is wrong."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise JobError(f"{where} must be a table.")
        self._values, self._where = values, where

    def allow(self, keys: tuple[str, ...]) -> None:
        """Refuse any other key."""
        for key in self._values:
            if key not in keys:
                nearest = get_close_matches(key, keys, n=1, cutoff=0)[0]
                raise JobError(f"{self._where} has a key {key}, which there is not; the nearest is {nearest}.")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str = "") -> str:
        """A text; a list of words becomes one with commas."""
        value = self._values.get(key, default)
        if isinstance(value, list) and all(isinstance(word, str) and "\0" not in word for word in value):
            return ",".join(value)
        if isinstance(value, bool) or not isinstance(value, (str, int)) or "\0" in str(value):
            raise JobError(f"{self._where}: {key} must be a text.")
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or several."""
        value = self._values.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(
            isinstance(text, str) and text and "\0" not in text for text in values
        ):
            raise JobError(f"{self._where}: {key} must be a text or a list of texts.")
        return tuple(values)

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise JobError(f"{self._where}: {key} must be true or false.")
        return value

    def table(self, key: str) -> _Table:
        """A table in the table; an empty one where there is none."""
        return _Table(self._values.get(key, {}), f"{self._where}, {key},")

    def tables(self, key: str) -> list[_Table]:
        """A list of tables."""
        values = self._values.get(key, [])
        if not isinstance(values, list):
            raise JobError(f"{self._where}: {key} must be written as [[{TABLE}.NAME.{key}]].")
        return [_Table(value, f"{self._where}, {key} {number},") for number, value in enumerate(values, 1)]

    def need(self, key: str) -> str:
        """A text that must be there."""
        if not (value := self.text(key)):
            raise JobError(f"{self._where} needs {key}.")
        return value

    def is_plain(self, key: str) -> bool:
        """Whether the value is no table."""
        return not isinstance(self._values[key], dict)

    def is_flag(self, key: str) -> bool:
        """Whether the value is true or false."""
        return isinstance(self._values[key], bool)

    def options(self, keys: tuple[str, ...], defaults: _Table | None = None) -> Iterator[str]:
        """Command line options for the keys: `min_priority` is `--min-priority`."""
        for key in keys:
            table = self if key in self or defaults is None else defaults
            if key not in table:
                continue
            option = f"--{key.replace('_', '-')}"
            if not table.is_flag(key):
                yield f"{option}={table.text(key)}"
            elif table.flag(key):
                yield option


def _parse_job(name: str, job: _Table) -> Job:
    job.allow(KEYS)
    in_order = (_crawl, _recheck, _bounces, _pulls, _exports, _pushes, _charts)
    parts = tuple(part for parts_of in in_order for part in parts_of(job))
    if not parts:
        raise JobError(
            f"[{TABLE}.{name}] has nothing to do: give it a list, recheck, bounces, pull, exports, pushes or charts."
        )
    return Job(
        name=name,
        parts=parts,
        report=Path(job.text("report", f"output/job-{name}")),
        notification=_notification(job.table("notify")) if "notify" in job else None,
    )


def _crawl(job: _Table) -> Iterator[Part]:
    if "list" in job:
        yield Part(name="crawl", arguments=("crawl", job.need("list"), *job.options(("sheet", "recrawl", "processes"))))


def _recheck(job: _Table) -> Iterator[Part]:
    if "recheck" not in job:
        return
    if job.is_plain("recheck"):
        yield Part(name="recheck", arguments=("recheck", f"--older-than={job.need('recheck')}"))
        return
    recheck = job.table("recheck")
    recheck.allow(RECHECK_KEYS)
    yield Part(name="recheck", arguments=("recheck", *recheck.options(RECHECK_KEYS)))


def _bounces(job: _Table) -> Iterator[Part]:
    if "bounces" not in job:
        return
    if job.is_plain("bounces"):
        yield Part(name="bounces", arguments=("bounces", *job.texts("bounces")))
        return
    bounces = job.table("bounces")
    bounces.allow(BOUNCES_KEYS)
    yield Part(name="bounces", arguments=("bounces", *bounces.options(("move_to",)), *bounces.texts("sources")))


def _pulls(job: _Table) -> Iterator[Part]:
    """Before anything is handed on: who opted out there must not be in it."""
    for place in job.texts("pull"):
        yield Part(name="pull", arguments=("pull", place))


def _exports(job: _Table) -> Iterator[Part]:
    filters = job.table("filters")
    filters.allow(FILTERS)
    for export in job.tables("exports"):
        export.allow(EXPORT_KEYS)
        options = export.options(("format", *FILTERS, "wide", "vcard_version", "no_record"), filters)
        yield Part(name="export", arguments=("export", f"--output={export.need('file')}", *options))


def _pushes(job: _Table) -> Iterator[Part]:
    filters = job.table("filters")
    for push in job.tables("pushes"):
        push.allow(PUSH_KEYS)
        yield Part(name="push", arguments=("push", push.need("to"), *push.options(("fields", *FILTERS), filters)))


def _charts(job: _Table) -> Iterator[Part]:
    if "charts" in job:
        yield Part(name="report", arguments=("report", f"--output={job.need('charts')}"))


def _notification(notify: _Table) -> Notification:
    notify.allow(NOTIFY_KEYS)
    server = notify.need("server")
    try:
        parts = urlsplit(server)
        is_good = parts.scheme in MAIL_SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good:
        raise JobError(f"The mail server {server} must be written as smtp://host:587 or smtps://host:465.")
    if not (to := notify.texts("to")):
        raise JobError("A notification needs `to`: whom the report is mailed to.")
    return Notification(
        to=to,
        sender=notify.need("from"),
        server=server,
        user=notify.text("user"),
        password_variable=notify.text("password_variable"),
        only_failures=notify.flag("only_failures"),
    )
