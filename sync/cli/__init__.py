"""The command line: composes, prints, sets the exit code. The only place that knows `adapters`, the clock and the terminal."""

from __future__ import annotations

import builtins
import os
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import cast

import click

from sync import signals
from sync.errors import NOT_CARRIED_OUT, OUT_OF_SYNC, USAGE, SyncError

__all__ = ["main"]


def _version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"versync {version('versync')}")
        except PackageNotFoundError:
            click.echo("versync, run from a checkout")
        context.exit()


COMMANDS: dict[str, str] = {
    "bump": "commands",
    "check": "commands",
    "diff": "commands",
    "sites": "commands",
    "undo": "commands",
    "recover": "commands",
    "schema": "commands",
    "site": "publishing",
    "replay": "replaying",
    "init": "starting",
    "learn": "starting",
    "audit": "adopting",
    "explain": "adopting",
    "add": "adopting",
    "remove": "adopting",
    "import": "importing",
    "schedule": "scheduling",
    "support": "scheduling",
    "when": "scheduling",
    "next": "scheduling",
    "backport": "backporting",
    "which": "backporting",
    "tiers": "tiering",
    "features": "tiering",
}
"""Each command and the module of ``sync.cli`` that holds it, under the same name (``import`` as ``import_``, ``next`` as ``next_``); loaded when it is asked for."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's argument
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's argument
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) or cmd_name in dir(builtins) else cmd_name
        return cast("click.Command", getattr(import_module(f"sync.cli.{COMMANDS[cmd_name]}"), name))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit.")
def versync() -> None:
    """Keeps every embedding of a project on one version.

    Exit codes: 0 in sync or done, 1 out of sync, 2 usage or manifest, 3 could not be carried out and nothing
    changed, 4 interrupted (versync recover). Ctrl-C takes back what was written (3); once all is written it says so (0).
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its code; problems go to standard error, never a traceback.

    Without ``arguments`` this process is the command: it takes those of the command line, and ends without tidying up
    its memory, which would take a tenth of the time of a short run.
    """
    if arguments is not None:
        sys.exit(_run(arguments))
    code = _run(None)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, KeyboardInterrupt):  # nobody listens any more
            stream.flush()
    os._exit(code)


def _run(arguments: list[str] | None) -> int:
    signals.last.forget()
    try:
        code = _answered(arguments)
    except KeyboardInterrupt:  # while something else was said
        code = _aborted()
    if signals.last.late and not sys.stderr.closed:
        with signals.ignored():
            click.echo(f"{signals.last.late} came too late: {signals.last.told.message}", err=True)
    return code


def _aborted() -> int:
    """Says what the last run came to."""
    with signals.ignored():
        if not signals.last.late:
            click.echo(signals.last.told.message, err=True)
        return signals.last.told.code


def _answered(arguments: list[str] | None) -> int:
    try:
        code = versync.main(arguments, prog_name="versync", standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = USAGE
    except click.exceptions.Abort:
        code = _aborted()
    except SyncError as error:
        from sync.report.plain import printable

        for one in error.problems:
            click.echo(str(printable(one)), err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = OUT_OF_SYNC
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}error: {error.strerror or error}", err=True)
        code = NOT_CARRIED_OUT
    return code if isinstance(code, int) else 0
