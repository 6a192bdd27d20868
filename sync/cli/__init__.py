"""The command line: composes, prints, sets the exit code. The only place that knows `adapters`, the clock and the terminal."""

from __future__ import annotations

import sys

import click

from sync.cli import commands
from sync.errors import OUT_OF_SYNC, USAGE, SyncError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="versync")
def versync() -> None:
    """Keeps every embedding of a project on one version.

    Exit codes: 0 in sync or done, 1 out of sync, 2 usage or manifest, 3 could not be carried out and nothing
    changed, 4 interrupted (versync recover).
    """


for _command in commands.ALL:
    versync.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its code; problems go to standard error, never a traceback."""
    try:
        code = versync.main(arguments, prog_name="versync", standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = USAGE
    except click.exceptions.Abort:
        click.echo("aborted; nothing was changed", err=True)
        code = 3
    except SyncError as error:
        for one in error.problems:
            click.echo(str(one), err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = OUT_OF_SYNC
    sys.exit(code if isinstance(code, int) else 0)
