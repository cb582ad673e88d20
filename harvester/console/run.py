"""`harvester run`: a whole round, as a job of harvester.toml says it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from harvester.configuration import CONFIG_FILE
from harvester.console.options import ArgumentsError, load_settings, settings_option
from harvester.terminal import STOPPED, say

FAILED, RUNNING = 1, 3


@click.command()
@click.argument("name", metavar="JOB")
@settings_option
def command(name: str, settings: tuple[str, ...]) -> None:
    """Run the job [jobs.JOB] of harvester.toml: crawl, recheck, read bounces, export, report.

    Exit status: 0 when all was done, 1 when a part failed (the others were run all the same), 2 when the job cannot
    be run as it is written, 3 when it is running already, 130 after Ctrl-C.
    """
    from harvester.feeds.exporters import FeedError  # noqa: PLC0415 - heavy
    from harvester.feeds.storage import write_whole  # noqa: PLC0415 - heavy
    from harvester.jobs import telling  # noqa: PLC0415 - heavy
    from harvester.jobs.running import JobRunningError, locked, report_paths, run_parts  # noqa: PLC0415
    from harvester.jobs.table import JobError, load_job  # noqa: PLC0415

    values = load_settings(settings)
    language, database = values["HARVESTER_LANGUAGE"], values["HARVESTER_DATABASE_URL"]
    try:
        job = load_job(Path(CONFIG_FILE), name)
        with locked(job):
            aside = partial(say, err=True)
            ended = run_parts(job, settings=settings, database=database, say=aside, now=lambda: datetime.now(UTC))
            text = telling.render_text(ended, language=language)
            pages = (text, telling.render_html(ended, language=language))
            for path, content in zip(report_paths(job), pages, strict=True):
                write_whole(path, content.encode("utf-8", "replace"))
    except JobRunningError as error:
        say(f"harvester: {error}", err=True)
        raise SystemExit(RUNNING) from None
    except (JobError, FeedError) as error:
        raise ArgumentsError(str(error)) from None
    say(f"\n{text}")
    problem = None
    if job.notification and (ended.failed or not job.notification.only_failures):
        problem = telling.mail_report(ended, job.notification, language=language)
    if problem:
        say(f"harvester: {problem}", err=True)
    is_stopped = any(result.status == STOPPED for result in ended.results)
    raise SystemExit(STOPPED if is_stopped else FAILED if ended.failed or problem else 0)
