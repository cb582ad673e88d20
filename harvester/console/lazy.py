"""A group of commands that imports a command's module only when it is called: `harvester --help` stays quick."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from harvester.terminal import STOPPED, escape, guard_log, say

DISK_TROUBLES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


class LazyGroup(click.Group):
    """`summaries` names each command with the line that help shows; `console/<name>.py` holds it as `command`."""

    def __init__(self, *args: Any, summaries: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the work."""
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name; None where there is none."""
        if cmd_name not in self._summaries:
            return None
        command: click.Command = import_module(f"harvester.console.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C, a full disk or a database that cannot be used ends it in a sentence at any time."""
        guard_log()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("Stopped.", err=True)
            raise SystemExit(STOPPED) from None
        except ValueError as error:
            from harvester.store import StoreError  # noqa: PLC0415 - heavy, and here only once it was used

            if isinstance(error, StoreError):
                raise click.ClickException(escape(str(error))) from None
            raise
        except OSError as error:
            if error.errno not in DISK_TROUBLES:
                raise
            place = f" to {error.filename}" if error.filename else ""
            raise click.ClickException(f"Nothing more could be written{place}: {error.strerror}.") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands in help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))
